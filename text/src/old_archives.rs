//! The archives whose papers carry old-style arXiv ids.

/// Every arXiv archive with ids of the form `archive/YYMMNNN` (July 1991 to March 2007), each at its place.
///
/// An archive's place (the first is 1) becomes two digits of the AG ids derived from its papers, so this list is **append-only**: entries are
/// never reordered, renamed or removed. Alphabetical as first written; it is complete, since arXiv gives out no such ids any more.
/// Source: the archives of arXiv's identifier scheme, <https://info.arxiv.org/help/arxiv_identifier.html>, with those subsumed since.
pub const OLD_ARCHIVES: [&str; 34] = [
    "acc-phys", // 1
    "adap-org", "alg-geom", "ao-sci", "astro-ph", // 5
    "atom-ph", "bayes-an", "chao-dyn", "chem-ph", "cmp-lg", // 10
    "comp-gas", "cond-mat", "cs", "dg-ga", "funct-an", // 15
    "gr-qc", "hep-ex", "hep-lat", "hep-ph", "hep-th", // 20
    "math", "math-ph", "mtrl-th", "nlin", "nucl-ex", // 25
    "nucl-th", "patt-sol", "physics", "plasm-ph", "q-alg", // 30
    "q-bio", "quant-ph", "solv-int", "supr-con", // 34
];

/// The place of `archive` (lower case) in [`OLD_ARCHIVES`], beginning with 1.
pub(crate) fn place(archive: &str) -> Option<usize> {
    OLD_ARCHIVES.iter().position(|known| *known == archive).map(|index| index + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_never_move() {
        for (archive, expected) in
            [("acc-phys", 1), ("cmp-lg", 10), ("gr-qc", 16), ("hep-th", 20), ("math", 21), ("quant-ph", 32), ("supr-con", 34)]
        {
            assert_eq!(place(archive), Some(expected));
        }
        assert_eq!(place("abs"), None);
    }

    #[test]
    fn no_archive_stands_twice() {
        let unique: std::collections::BTreeSet<_> = OLD_ARCHIVES.iter().collect();
        assert_eq!(unique.len(), OLD_ARCHIVES.len());
    }
}
