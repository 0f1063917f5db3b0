//! The project's files, as the rules see them.

use std::path::Path;
use std::process::Command;

/// One file: its path from the root with forward slashes, and its text (empty for what isn't text).
#[derive(Debug)]
pub(crate) struct File {
    pub(crate) path: String,
    pub(crate) text: String,
}

impl File {
    /// An example for the tests of the rules.
    pub(crate) fn new(path: &str, text: &str) -> Self {
        Self { path: path.to_owned(), text: text.to_owned() }
    }

    pub(crate) fn is_rust(&self) -> bool {
        self.path.ends_with(".rs")
    }

    /// The last part of the path.
    pub(crate) fn name(&self) -> &str {
        self.path.rsplit('/').next().unwrap_or(&self.path)
    }
}

/// Every file that git tracks, or would track once added: a fault is found before it is committed.
pub(crate) fn read() -> Vec<File> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let listed = Command::new("git").args(["ls-files", "-z", "--cached", "--others", "--exclude-standard"]).current_dir(&root).output();
    let listed = match listed {
        Ok(output) if output.status.success() => output.stdout,
        other => panic!("the rules are about what git tracks, and git ls-files failed: {other:?}"),
    };
    let files: Vec<File> = String::from_utf8_lossy(&listed)
        .split_terminator('\0')
        // A file deleted but not yet committed is still listed.
        .filter_map(|path| std::fs::read(root.join(path)).ok().map(|bytes| File::new(path, &String::from_utf8(bytes).unwrap_or_default())))
        .collect();
    assert!(files.iter().any(File::is_rust), "git ls-files names no Rust file: {} files", files.len());
    files
}
