//! Markup is declared as such in one file, where a reader can see that nothing from outside becomes it.

use crate::tree::File;

/// The file that may call text markup.
const HOME: &str = "gateway/src/page/html.rs";

pub(crate) fn faults(tree: &[File]) -> Vec<String> {
    let foreign = |file: &&File| file.path.starts_with("gateway/") && file.path != HOME && file.text.contains("PreEscaped");
    tree.iter().filter(foreign).map(|file| format!("{}: only {HOME} may call text markup", file.path)).collect()
}

#[test]
fn another_file_that_makes_markup_is_found() {
    let tree = [HOME, "gateway/src/page/start.rs"].map(|path| File::new(path, "PreEscaped(text)"));
    assert_eq!(faults(&tree).len(), 1);
}
