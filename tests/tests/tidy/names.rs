//! A reader knows from a file's name what happens in it, and from its first line why it is there.

use crate::tree::File;

/// Names that say nothing: what lies in such a file has a subject, and belongs to it.
const SAY_NOTHING: [&str; 7] = ["common", "helper", "helpers", "misc", "util", "utils", "utilities"];

pub(crate) fn faults(tree: &[File]) -> Vec<String> {
    let mut faults = Vec::new();
    for file in tree.iter().filter(|file| file.is_rust()) {
        if let Some(part) = file.path.trim_end_matches(".rs").split('/').find(|part| SAY_NOTHING.contains(part)) {
            faults.push(format!("{}: the name {part} says nothing: name the file for its subject", file.path));
        }
        if !file.text.starts_with("//!") {
            faults.push(format!("{}: begins without a `//!` comment that says what the file is about", file.path));
        }
    }
    faults
}

#[test]
fn empty_names_and_silent_files_are_found() {
    let found = |path, text| faults(&[File::new(path, text)]).len();
    assert_eq!(found("text/src/id.rs", "//! Ids.\n"), 0);
    assert_eq!(found("text/src/utils.rs", "//! Things.\n"), 1);
    assert_eq!(found("tests/tests/common/mod.rs", "//! Things.\n"), 1);
    assert_eq!(found("text/src/commons.rs", "//! A subject.\n"), 0);
    assert_eq!(found("text/src/id.rs", "use std::fmt;\n//! Ids.\n"), 1);
    assert_eq!(found("text/src/id.rs", ""), 1);
    assert_eq!(found("docs/utils.md", ""), 0);
}
