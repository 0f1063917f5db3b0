//! Where the default model is installed; unit tests of the crate include this file too.

use std::path::PathBuf;

/// `ANTIGRAVITY_MODEL_DIR`, or the folder into which `deploy/standalone/fetch_model.py` fetches; `None`, with one printed line, if it is
/// absent.
pub(crate) fn installed_model() -> Option<PathBuf> {
    let folder = match std::env::var_os("ANTIGRAVITY_MODEL_DIR").filter(|named| !named.is_empty()) {
        Some(named) => PathBuf::from(named),
        None => data_folder().join("antigravity/models"),
    };
    if folder.is_dir() {
        return Some(folder);
    }
    #[allow(clippy::print_stderr, reason = "a skipped test says so")]
    {
        eprintln!("SKIPPED: no model in {}: run `make model` or set ANTIGRAVITY_MODEL_DIR", folder.display());
    }
    None
}

fn data_folder() -> PathBuf {
    let home = PathBuf::from(std::env::var_os("HOME").unwrap_or_default());
    if cfg!(target_os = "macos") {
        return home.join("Library/Application Support");
    }
    let named = std::env::var_os("XDG_DATA_HOME").map(PathBuf::from);
    named.filter(|named| named.is_absolute()).unwrap_or(home.join(".local/share"))
}
