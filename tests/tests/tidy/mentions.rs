//! Nothing is tied to one machine: packages come from wherever the machine's cargo and pip are set to look, and no path of anybody's home is known.

use crate::tree::File;

/// In pieces, so that this file doesn't mention what it looks for.
const NEVER: [(&str, &str); 9] = [
    (concat!("index.crates", ".io"), "a package registry's host"),
    (concat!("static.crates", ".io"), "a package registry's host"),
    (concat!("pypi", ".org"), "a package registry's host"),
    (concat!("files.python", "hosted.org"), "a package registry's host"),
    (concat!("registry.npm", "js.org"), "a package registry's host"),
    (concat!("--index", "-url"), "a choice of package index"),
    (concat!("--find", "-links"), "a choice of package index"),
    (concat!("/ro", "ot/"), "a path of one machine"),
    (concat!("/wo", "rk/"), "a path of one machine"),
];

pub(crate) fn faults(tree: &[File]) -> Vec<String> {
    let mut faults = Vec::new();
    for file in tree {
        for (number, line) in file.text.lines().enumerate() {
            for (text, what) in NEVER.iter().filter(|(text, _)| line.contains(text)) {
                faults.push(format!("{}:{}: {text} is {what}: leave it to the machine's own settings", file.path, number + 1));
            }
        }
    }
    faults
}

#[test]
fn hosts_and_paths_are_found() {
    for (text, _) in NEVER {
        assert_eq!(faults(&[File::new("docs/a.md", &format!("one\ntwo {text}x\n"))]).len(), 1, "{text}");
    }
    assert_eq!(faults(&[File::new("docs/a.md", "on crates.io, in a framework/folder, at the root / of it")]), [""; 0]);
}
