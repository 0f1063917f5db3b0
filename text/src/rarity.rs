//! How rare a stem is: what its presence in a text is worth.

use std::sync::LazyLock;

use foldhash::HashMap;

/// The inverse document frequency `ln(1 + n / (1 + df))` of a stem that `df` of `n` documents hold; never negative.
pub fn idf(df: u64, n: u64) -> f64 {
    // Counts of documents lie far below 2^53, where an f64 begins to round.
    (n as f64 / (df.saturating_add(1)) as f64).ln_1p()
}

/// Document frequencies of stems in about 100,000 physics and machine-learning preprints, 1991 to 2026: title and abstract of each, read by
/// [`stems`](crate::stems).
///
/// The table is built, from records that are not part of this project, by the command in its own header; it must be built anew whenever
/// [`TOKENISATION_VERSION`](crate::TOKENISATION_VERSION) changes.
#[derive(Debug)]
pub struct Background {
    documents: u64,
    floor: u64,
    frequencies: HashMap<&'static str, u32>,
}

static SHIPPED: LazyLock<Background> = LazyLock::new(|| Background::parse(include_str!("../data/background_df.tsv")));

impl Background {
    /// The table that comes with the crate, parsed at the first call.
    pub fn shipped() -> &'static Self {
        &SHIPPED
    }

    /// How many documents were counted.
    pub fn documents(&self) -> u64 {
        self.documents
    }

    /// How many of them hold `stem`. Stems below the table's floor are not in it and count as just below: some of them are rare, some nobody
    /// ever wrote, and the table can't tell.
    pub fn document_frequency(&self, stem: &str) -> u64 {
        self.frequencies.get(stem).map_or(self.floor.saturating_sub(1), |df| u64::from(*df))
    }

    /// The [`idf`] of `stem`: from about 0.7 for a stem that all documents hold to about 10 for one below the floor.
    pub fn weight(&self, stem: &str) -> f64 {
        idf(self.document_frequency(stem), self.documents)
    }

    /// Lines `# key: value`, then `stem<TAB>frequency`. Other lines are passed over: the file is ours, and a test reads it strictly.
    fn parse(table: &'static str) -> Self {
        let mut background = Self { documents: 0, floor: 0, frequencies: HashMap::default() };
        for line in table.lines() {
            if let Some((key, value)) = line.strip_prefix("# ").and_then(|header| header.split_once(": ")) {
                match key {
                    "documents" => background.documents = value.parse().unwrap_or(0),
                    "floor" => background.floor = value.parse().unwrap_or(0),
                    _ => {}
                }
            } else if let Some((stem, Ok(df))) = line.split_once('\t').map(|(stem, df)| (stem, df.parse())) {
                background.frequencies.insert(stem, df);
            }
        }
        background
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn formula() {
        for (df, n, expected) in [(0, 0, 0.0), (0, 1, 2f64.ln()), (9, 1000, 101f64.ln())] {
            assert!((idf(df, n) - expected).abs() < 1e-12, "{df} {n}");
        }
    }

    /// Strict where [`Background::parse`] is lenient: every line is what it should be.
    #[test]
    fn shipped_table_is_sound() {
        let table = include_str!("../data/background_df.tsv");
        assert!(table.len() <= 600_000);
        let background = Background::shipped();
        assert!(background.documents() > 90_000 && background.floor > 1);
        assert!(table.contains(&format!("# tokenisation version: {}\n", crate::TOKENISATION_VERSION)), "build the table anew");
        let mut rows = 0;
        let mut last = u64::MAX;
        for line in table.lines().filter(|line| !line.starts_with("# ")) {
            let (stem, df) = line.split_once('\t').unwrap();
            let df: u64 = df.parse().unwrap();
            assert!(!stem.is_empty() && df >= background.floor && df <= background.documents() && df <= last, "{line}");
            (last, rows) = (df, rows + 1);
        }
        assert_eq!(rows, background.frequencies.len(), "a stem stands twice");
    }

    #[test]
    fn rare_words_weigh_more() {
        let background = Background::shipped();
        let weights: Vec<f64> = ["model", "hubbl", "axion", "nickel", "fertilis"].iter().map(|stem| background.weight(stem)).collect();
        assert!(weights.is_sorted(), "{weights:?}");
        assert_eq!(background.document_frequency("qqqzzz"), background.floor - 1);
    }

    #[test]
    fn symbols_are_counted() {
        for stem in crate::stems(r"$H_0$ in $\Lambda$CDM at 13 TeV, X-ray, $\alpha_s$, non-Gaussian, SU(2)") {
            assert!(Background::shipped().document_frequency(&stem) > 20, "{stem}");
        }
    }

    proptest! {
        #[test]
        fn never_negative_and_falling(df in 0u64..1_000_000, n in 0u64..1_000_000) {
            prop_assert!(idf(df, n) >= 0.0 && idf(df, n) >= idf(df + 1, n) && idf(df, n + 1) >= idf(df, n));
        }
    }
}
