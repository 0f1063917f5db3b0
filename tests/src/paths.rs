//! Where the tests find what they read: the project, the bundled sample, the model's weights, the data beside the project.

use std::path::{Path, PathBuf};

/// The project's root.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_path_buf()
}

/// The bundled sample archive's records.
pub fn sample() -> PathBuf {
    root().join("deploy/standalone/sample/preprints.jsonl")
}

/// The embedding model's folder. `make test` fetches it before the tests run, so its absence is a failure and not a reason to skip: almost no
/// suite would be left.
pub fn weights() -> PathBuf {
    let folder =
        std::env::var_os("ANTIGRAVITY_MODEL_DIR").map_or_else(|| antigravity_chassis::options::data_dir().join("models"), PathBuf::from);
    assert!(
        folder.join("model.safetensors").is_file(),
        "no embedding model in {}: run python3 deploy/standalone/fetch_model.py",
        folder.display()
    );
    folder
}

/// A file of the folder `shared` beside the project, such as `seeds/000_d561eda925a5c51f.txt`. `None`, with one printed line, where its part of
/// that folder is absent, as on a user's machine; a failure where the part is there and the file isn't.
pub fn shared(file: &str) -> Option<PathBuf> {
    let shared = root().parent().unwrap().join("shared");
    let part = shared.join(file.split('/').next().unwrap());
    if !part.is_dir() {
        eprintln!("SKIPPED: {} is absent", part.display());
        return None;
    }
    let file = shared.join(file);
    assert!(file.is_file(), "{} is missing, though its folder is there", file.display());
    Some(file)
}

/// The folder of the compiled programs: that of this test's own executable, without `deps`.
pub fn programs() -> PathBuf {
    let test = std::env::current_exe().unwrap();
    let folder = test.parent().unwrap();
    if folder.ends_with("deps") { folder.parent().unwrap().to_path_buf() } else { folder.to_path_buf() }
}
