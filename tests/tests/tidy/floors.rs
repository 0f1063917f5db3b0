//! The floors of the layout, arrows only downwards: which crate of ours may depend on which. Development and build dependencies count too: a test
//! that needs another room belongs in `tests`.

use crate::tree::File;

const PREFIX: &str = "antigravity";

/// Package, and the packages of ours that it may depend on. Only the program and the tests see all three services.
const FLOORS: [(&str, &[&str]); 10] = [
    ("antigravity-text", &[]),
    ("antigravity-proto", &[]),
    ("antigravity-embed", &[]),
    ("antigravity-embedded", &[]),
    ("antigravity-chassis", &["antigravity-proto", "antigravity-text"]),
    ("antigravity-answerer", &["antigravity-chassis", "antigravity-proto", "antigravity-text"]),
    ("antigravity-gateway", &["antigravity-chassis", "antigravity-proto", "antigravity-text"]),
    (
        "antigravity-retriever",
        &["antigravity-chassis", "antigravity-embed", "antigravity-embedded", "antigravity-proto", "antigravity-text"],
    ),
    ("antigravity", BELOW_THE_ROOF),
    ("antigravity-tests", BELOW_THE_ROOF),
];
const BELOW_THE_ROOF: &[&str] = &[
    "antigravity-answerer",
    "antigravity-chassis",
    "antigravity-embed",
    "antigravity-embedded",
    "antigravity-gateway",
    "antigravity-proto",
    "antigravity-retriever",
    "antigravity-text",
];

pub(crate) fn faults(tree: &[File]) -> Vec<String> {
    let mut faults = Vec::new();
    for file in tree.iter().filter(|file| file.name() == "Cargo.toml") {
        let Some(package) = package_name(&file.text) else { continue };
        let Some((_, allowed)) = FLOORS.iter().find(|(name, _)| *name == package) else {
            faults.push(format!("{}: package {package} stands on no floor: add it to FLOORS", file.path));
            continue;
        };
        for dependency in our_dependencies(&file.text) {
            if !allowed.contains(&dependency.as_str()) {
                faults.push(format!("{}: {package} may not depend on {dependency}: arrows point downwards only", file.path));
            }
        }
    }
    faults
}

/// The lines of a manifest with the section each stands in. A section such as `[dependencies.foo]` yields its header as a line of its own, `foo`.
fn lines(manifest: &str) -> impl Iterator<Item = (&str, &str)> {
    let mut section = "";
    manifest.lines().map(str::trim).filter(|line| !line.starts_with('#')).map(move |line| {
        let Some(header) = line.strip_prefix('[').and_then(|line| line.strip_suffix(']')) else {
            return (section, line);
        };
        let (table, entry) = match header.rsplit_once('.') {
            Some((table, entry)) if is_dependencies(table) => (table, entry),
            _ => (header, ""),
        };
        section = table;
        (table, entry)
    })
}

/// `dependencies`, `dev-dependencies`, `build-dependencies`, also of one target; not the workspace's list of versions.
fn is_dependencies(section: &str) -> bool {
    section != "workspace.dependencies" && section.rsplit('.').next().is_some_and(|last| last.ends_with("dependencies"))
}

/// `name` of `[package]`; `None` in a manifest that is only a workspace.
fn package_name(manifest: &str) -> Option<&str> {
    lines(manifest).find_map(|(section, line)| {
        let value = line.strip_prefix("name").filter(|_| section == "package")?;
        Some(value.trim_start().strip_prefix('=')?.trim().trim_matches('"'))
    })
}

/// By name, or under another name by `package = "…"`.
fn our_dependencies(manifest: &str) -> Vec<String> {
    let of_line = |line: &str| {
        let key = line.split(['.', '=', ' ']).next().unwrap_or_default().trim_matches('"').to_owned();
        let renamed = line.split_once("package").and_then(|(_, rest)| rest.split('"').nth(1)).map(str::to_owned);
        [Some(key), renamed].into_iter().flatten().filter(|name| name.starts_with(PREFIX)).collect::<Vec<_>>()
    };
    lines(manifest).filter(|(section, _)| is_dependencies(section)).flat_map(|(_, line)| of_line(line)).collect()
}

#[test]
fn upward_and_sideways_arrows_are_found() {
    let manifest = |package: &str, rest: &str| File::new("x/Cargo.toml", &format!("[package]\nname = \"{package}\"\n\n{rest}\n"));
    for (package, rest, fault) in [
        ("antigravity-text", "[dependencies]\nthiserror.workspace = true", None),
        ("antigravity-text", "[dependencies]\nantigravity-proto.workspace = true", Some("antigravity-proto")),
        ("antigravity-text", "[dependencies]\nproto = { package = \"antigravity-proto\", path = \"../proto\" }", Some("antigravity-proto")),
        ("antigravity-embed", "[dev-dependencies]\nantigravity-text.workspace = true", Some("antigravity-text")),
        ("antigravity-embed", "[target.'cfg(unix)'.dependencies]\nantigravity-text = { path = \"../text\" }", Some("antigravity-text")),
        ("antigravity-proto", "[build-dependencies.antigravity-text]\nworkspace = true", Some("antigravity-text")),
        ("antigravity-chassis", "[dependencies]\nantigravity-proto.workspace = true", None),
        ("antigravity-gateway", "[dependencies]\nantigravity-retriever.workspace = true", Some("antigravity-retriever")),
        ("antigravity-retriever", "[dependencies]\nantigravity-embedded = { workspace = true, optional = true }", None),
        ("antigravity-retriever", "[features]\nembedded = [\"dep:antigravity-embedded\"]\n[dependencies]\ntokio = \"1\"", None),
        ("antigravity", "[dependencies]\nantigravity-gateway.workspace = true\nantigravity-answerer.workspace = true", None),
        ("antigravity", "[dev-dependencies]\nantigravity-tests.workspace = true", Some("antigravity-tests")),
        ("antigravity-attic", "", Some("no floor")),
    ] {
        let found = faults(&[manifest(package, rest)]);
        match fault {
            None => assert_eq!(found, [""; 0], "{package} {rest}"),
            Some(word) => assert!(found.len() == 1 && found[0].contains(word), "{package} {rest}: {found:?}"),
        }
    }
    let workspace =
        File::new("Cargo.toml", "[workspace]\nmembers = []\n[workspace.dependencies]\nantigravity-text = { path = \"text\" }\n");
    assert_eq!(faults(&[workspace]), [""; 0]);
}
