//! A file is about one thing, and small: median 150 lines, 90th percentile 400, none over 600, tests included; `main` of a service under 100.

use std::fmt;

use crate::tree::File;

const MEDIAN: usize = 150;
const PERCENTILE_90: usize = 400;
const LARGEST: usize = 600;
/// A service is a library; its program parses options, builds, runs, drains.
const SERVICE_MAIN: usize = 99;
const SERVICES: [&str; 3] = ["answerer/src/", "gateway/src/", "retriever/src/"];

/// How long the Rust files are, in lines.
pub(crate) struct Sizes {
    files: usize,
    median: usize,
    percentile_90: usize,
    largest: usize,
}

impl Sizes {
    pub(crate) fn of(tree: &[File]) -> Self {
        let mut lines: Vec<usize> = tree.iter().filter(|file| file.is_rust()).map(lines).collect();
        lines.sort_unstable();
        // Nearest rank: the smallest length that this share of the files doesn't exceed.
        let at = |percent: usize| lines.get((lines.len() * percent).div_ceil(100).saturating_sub(1)).copied().unwrap_or(0);
        Self { files: lines.len(), median: at(50), percentile_90: at(90), largest: at(100) }
    }
}

impl fmt::Display for Sizes {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { files, median, percentile_90, largest } = self;
        write!(out, "{files} Rust files: median {median} lines, 90th percentile {percentile_90}, largest {largest}")
    }
}

pub(crate) fn faults(tree: &[File]) -> Vec<String> {
    let sizes = Sizes::of(tree);
    let mut faults = Vec::new();
    if sizes.median > MEDIAN || sizes.percentile_90 > PERCENTILE_90 {
        faults.push(format!("{sizes}; allowed: median {MEDIAN}, 90th percentile {PERCENTILE_90}"));
    }
    for file in tree.iter().filter(|file| file.is_rust()) {
        let limit = if is_service_main(&file.path) { SERVICE_MAIN } else { LARGEST };
        let lines = lines(file);
        if lines > limit {
            faults.push(format!("{}: {lines} lines, at most {limit}: split it by subject", file.path));
        }
    }
    faults
}

fn lines(file: &File) -> usize {
    file.text.lines().count()
}

fn is_service_main(path: &str) -> bool {
    SERVICES.iter().filter_map(|service| path.strip_prefix(service)).any(|inside| inside == "main.rs" || inside.starts_with("bin/"))
}

#[test]
fn percentiles_are_by_nearest_rank() {
    let tree: Vec<File> = (1..=10).map(|lines| File::new("x.rs", &"x\n".repeat(lines))).collect();
    assert_eq!(Sizes::of(&tree).to_string(), "10 Rust files: median 5 lines, 90th percentile 9, largest 10");
}

#[test]
fn long_files_are_found() {
    let small = || File::new("text/src/a.rs", "x\n");
    let long = |path, lines| File::new(path, &"x\n".repeat(lines));
    assert_eq!(faults(&[small(), small(), long("text/src/b.rs", 400)]), [""; 0]);
    assert_eq!(faults(&[long("a.rs", 151), small(), long("b.rs", 151)]).len(), 1, "median");
    assert_eq!(faults(&[small(), small(), long("b.rs", 401)]).len(), 1, "90th percentile");
    let many = || (0..20).map(|_| small());
    assert!(faults(&many().chain([long("b.rs", 600)]).collect::<Vec<_>>()).is_empty());
    assert!(faults(&many().chain([long("b.rs", 601)]).collect::<Vec<_>>()).join("").starts_with("b.rs: 601 lines"));
    assert!(faults(&many().chain([long("b.md", 601)]).collect::<Vec<_>>()).is_empty(), "only Rust counts");
    assert!(faults(&many().chain([long("gateway/src/main.rs", 99)]).collect::<Vec<_>>()).is_empty());
    assert_eq!(faults(&many().chain([long("gateway/src/main.rs", 100)]).collect::<Vec<_>>()).len(), 1);
    assert_eq!(faults(&many().chain([long("retriever/src/bin/antigravity-retriever.rs", 100)]).collect::<Vec<_>>()).len(), 1);
}
