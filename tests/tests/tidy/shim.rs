//! The compiler shim exists exactly while the oldest supported compiler needs it.

use crate::tree::File;

const FILES: [&str; 2] = [".cargo/rustc-shim", ".cargo/config.toml"];
/// `assert_matches`, which qdrant-edge uses, is stable from this version on.
const FIRST_WITHOUT: u32 = 97;

pub(crate) fn faults(tree: &[File]) -> Vec<String> {
    let manifest = tree.iter().find(|file| file.path == "Cargo.toml").map_or("", |file| &file.text);
    let Some(minor) = minor_rust_version(manifest) else {
        return vec!["Cargo.toml: no `rust-version = \"1.…\"` found".to_owned()];
    };
    let needed = minor < FIRST_WITHOUT;
    let stands = |path: &str| tree.iter().any(|file| file.path == path && file.text.contains("rustc"));
    FILES
        .iter()
        .filter(|path| stands(path) != needed)
        .map(|path| {
            if needed {
                format!("{path} is missing: Rust 1.{minor} can't build qdrant-edge without it")
            } else {
                format!("{path}: delete the shim, Rust 1.{minor} needs it no more")
            }
        })
        .collect()
}

fn minor_rust_version(manifest: &str) -> Option<u32> {
    let value = manifest.lines().find_map(|line| line.strip_prefix("rust-version = \"1."))?;
    value.split(['.', '"']).next()?.parse().ok()
}

#[test]
fn a_missing_and_a_needless_shim_are_found() {
    let tree = |version: &str, shim: bool| {
        let shims = FILES.iter().filter(|_| shim).map(|path| File::new(path, "rustc"));
        shims.chain([File::new("Cargo.toml", &format!("[workspace.package]\nrust-version = \"{version}\"\n"))]).collect::<Vec<_>>()
    };
    assert_eq!(faults(&tree("1.95", true)), [""; 0]);
    assert_eq!(faults(&tree("1.97.0", false)), [""; 0]);
    assert_eq!(faults(&tree("1.96.1", false)).len(), 2);
    assert_eq!(faults(&tree("1.97", true)).len(), 2);
    assert_eq!(faults(&[]).len(), 1);
}
