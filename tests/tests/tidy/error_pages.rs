//! Every reason that an error can carry has a page that says what to do, and no page explains a reason that doesn't exist.

use std::collections::BTreeSet;

use crate::tree::File;

const CONTRACT: &str = "proto/antigravityqa/type/v1/reason.proto";
const PREFIX: &str = "REASON_";
const PAGES: &str = "docs/errors/";

pub(crate) fn faults(tree: &[File]) -> Vec<String> {
    let Some(contract) = tree.iter().find(|file| file.path == CONTRACT) else {
        return vec![format!("{CONTRACT} is missing: it holds the reasons")];
    };
    let reasons = reasons(&contract.text);
    if reasons.is_empty() {
        return vec![format!("{CONTRACT} names no reason")];
    }
    let pages: BTreeSet<&str> =
        tree.iter().filter_map(|file| file.path.strip_prefix(PAGES)?.strip_suffix(".md")).filter(|page| *page != "README").collect();
    let missing = reasons.difference(&pages).map(|reason| format!("{PAGES}{reason}.md is missing: {CONTRACT} has {PREFIX}{reason}"));
    let idle = pages.difference(&reasons).map(|page| format!("{PAGES}{page}.md explains a reason that {CONTRACT} doesn't have"));
    missing.chain(idle).collect()
}

/// The values of `enum Reason` without their prefix, as `ErrorInfo` carries them; the one that is never sent left out.
fn reasons(contract: &str) -> BTreeSet<&str> {
    contract
        .lines()
        .map(str::trim)
        .skip_while(|line| !line.starts_with("enum Reason "))
        .take_while(|line| !line.starts_with('}'))
        .filter_map(|line| line.strip_prefix(PREFIX)?.split_once('=').map(|(name, _)| name.trim()))
        .filter(|name| *name != "UNSPECIFIED")
        .collect()
}

#[test]
fn missing_and_idle_pages_are_found() {
    let contract = "enum Reason {\n  // Never sent.\n  REASON_UNSPECIFIED = 0;\n  // REASON_TEA = 1;\n  REASON_A = 1;\n  REASON_B_C = 2 [deprecated = true];\n}\n\
                    enum Other {\n  REASON_X = 1;\n}\n";
    let tree = |pages: &[&str]| {
        let pages = pages.iter().map(|page| File::new(&format!("docs/errors/{page}.md"), ""));
        pages.chain([File::new(CONTRACT, contract)]).collect::<Vec<_>>()
    };
    assert_eq!(faults(&tree(&["A", "B_C", "README"])), [""; 0]);
    assert!(faults(&tree(&["A"])).concat().starts_with("docs/errors/B_C.md is missing"));
    assert!(faults(&tree(&["A", "B_C", "D"])).concat().starts_with("docs/errors/D.md explains"));
    assert_eq!(faults(&[]).len(), 1);
    assert_eq!(faults(&[File::new(CONTRACT, "enum Reason {}\n")]).len(), 1);
}
