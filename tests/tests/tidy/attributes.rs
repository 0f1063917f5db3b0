//! Whoever allows what a lint forbids says why. Clippy asks for it in what it compiles; this also sees what another platform or feature compiles.

use crate::tree::File;

pub(crate) fn faults(tree: &[File]) -> Vec<String> {
    let mut faults = Vec::new();
    for file in tree.iter().filter(|file| file.is_rust()) {
        for (number, attribute) in attributes(&file.text) {
            if lets_a_lint_pass(&attribute) && !attribute.contains("reason =") {
                faults.push(format!("{}:{number}: {attribute} has no `reason = \"…\"`", file.path));
            }
        }
    }
    faults
}

/// Attributes that begin a line (so that examples inside strings don't count), joined to one line, with the number of their first line.
fn attributes(text: &str) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    let mut lines = text.lines().map(str::trim).enumerate();
    while let Some((number, line)) = lines.next() {
        if !(line.starts_with("#[") || line.starts_with("#![")) {
            continue;
        }
        let mut attribute = line.to_owned();
        while !attribute.contains(']') || attribute.matches(['(', '[']).count() > attribute.matches([')', ']']).count() {
            let Some((_, next)) = lines.next() else { break };
            attribute.push(' ');
            attribute.push_str(next);
        }
        found.push((number + 1, attribute));
    }
    found
}

fn lets_a_lint_pass(attribute: &str) -> bool {
    let inside = attribute.trim_start_matches(['#', '!', '[', ' ']);
    let conditional = inside.starts_with("cfg_attr(");
    ["allow(", "expect("].iter().any(|word| inside.starts_with(word) || (conditional && inside.contains(&format!(" {word}"))))
}

#[test]
fn exceptions_without_a_reason_are_found() {
    for (text, expected) in [
        ("#[allow(clippy::panic)]\nfn a() {}", 1),
        ("#![allow(dead_code)]", 1),
        ("fn a() {\n    #[expect(clippy::panic)]\n    b();\n}", 1),
        ("#[cfg_attr(test, allow(clippy::panic))]", 1),
        ("#![cfg_attr(\n    test,\n    allow(\n        clippy::panic,\n        clippy::unwrap_used\n    )\n)]", 1),
        ("#[allow(clippy::panic, reason = \"it can't happen\")]", 0),
        ("#![cfg_attr(\n    test,\n    allow(\n        clippy::panic,\n        reason = \"a test\"\n    )\n)]\nuse b;", 0),
        ("#[allow(\n    clippy::panic,\n    reason = \"one (long) [reason]\"\n)]\n#[expect(dead_code)]", 1),
        ("#[derive(Debug)]\n#[cfg(test)]", 0),
        ("// #[allow(dead_code)]\nlet a = \"#[allow(dead_code)]\";", 0),
    ] {
        assert_eq!(faults(&[File::new("a.rs", text)]).len(), expected, "{text}");
    }
    assert_eq!(faults(&[File::new("a.rs", "\n#[allow(dead_code)]")]), ["a.rs:2: #[allow(dead_code)] has no `reason = \"…\"`"]);
}
