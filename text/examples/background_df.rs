//! Builds the table of document frequencies that the crate ships, on standard output:
//!
//! ```sh
//! cargo run --release -p antigravity-text --example background_df -- ../shared/data/arxiv_100k.jsonl.gz > /tmp/background_df.tsv
//! mv /tmp/background_df.tsv text/data/background_df.tsv
//! ```
//!
//! (By way of another file: the shell empties the table before the crate that includes it is compiled.) Input is JSON Lines with `title` and
//! `abstract`, gzipped. A second argument sets the floor: stems in fewer documents are left out.

use std::collections::{BTreeSet, HashMap};
use std::error::Error;
use std::fs::File;
use std::io::{BufRead, BufReader, BufWriter, Write};

use antigravity_text::{TOKENISATION_VERSION, stems};
use flate2::read::MultiGzDecoder;

/// Leaves about 38,000 stems, 400 kB: rarer ones are misspellings, names of one group and the like.
const DEFAULT_FLOOR: u32 = 3;

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let path = arguments.next().ok_or("name a .jsonl.gz file of records")?;
    let floor = arguments.next().map_or(Ok(DEFAULT_FLOOR), |floor| floor.parse())?;

    let mut frequencies: HashMap<String, u32> = HashMap::new();
    let mut documents = 0_u64;
    let mut last_date = String::new();
    for line in BufReader::new(MultiGzDecoder::new(File::open(&path)?)).lines() {
        let record: serde_json::Value = serde_json::from_str(&line?)?;
        let field = |name: &str| record.get(name).and_then(serde_json::Value::as_str).unwrap_or("");
        let unique: BTreeSet<String> = stems(&format!("{}\n\n{}", field("title"), field("abstract"))).into_iter().collect();
        for stem in unique {
            *frequencies.entry(stem).or_default() += 1;
        }
        documents += 1;
        last_date = last_date.max(field("date").to_owned());
    }

    let mut rows: Vec<_> = frequencies.into_iter().filter(|(stem, df)| *df >= floor && stem.len() <= 40).collect();
    rows.sort_by(|(a, a_df), (b, b_df)| b_df.cmp(a_df).then_with(|| a.cmp(b)));
    let mut out = BufWriter::new(std::io::stdout().lock());
    writeln!(out, "# documents: {documents}")?;
    writeln!(out, "# floor: {floor}")?;
    writeln!(out, "# newest record: {last_date}")?;
    writeln!(out, "# tokenisation version: {TOKENISATION_VERSION}")?;
    writeln!(
        out,
        "# command: cargo run --release -p antigravity-text --example background_df -- ../shared/data/arxiv_100k.jsonl.gz {floor}"
    )?;
    for (stem, df) in rows {
        writeln!(out, "{stem}\t{df}")?;
    }
    out.flush()?;
    Ok(())
}
