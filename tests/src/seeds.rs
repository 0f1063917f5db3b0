//! The two pages that the shape of an answer was taken from. They lie beside the project and never in it, and are read when a test runs.

use crate::paths;

/// What a seed's page holds.
pub struct Seed {
    /// The question.
    pub question: String,
    /// The answer's text, as its model wrote it.
    pub answer: String,
    /// The ids of its sources, in the page's order.
    pub sources: Vec<String>,
    /// Its questions to go on with.
    pub follow_ups: Vec<String>,
}

/// Both pages. `None` where they aren't there.
pub fn both() -> Option<[Seed; 2]> {
    let first = paths::shared("seeds/000_d561eda925a5c51f.txt")?;
    let second = paths::shared("seeds/004_fcc9f343e1e25d24.txt")?;
    Some([first, second].map(|file| page(&std::fs::read_to_string(file).unwrap())))
}

/// Reads a page: site, question, "Answered by …", "Answer", the text, "Sources · N", a line for each, "Keep exploring", a line for each, the foot.
fn page(text: &str) -> Seed {
    let (head, rest) = text.split_once("\nAnswer\n").expect("a page has the line `Answer`");
    let (answer, rest) = rest.split_once("\nSources · ").expect("a page lists its sources");
    let (sources, rest) = rest.split_once("\nKeep exploring\n").expect("a page offers questions");
    let items = |text: &str| text.lines().filter_map(|line| line.strip_prefix("- ")).map(str::to_owned).collect::<Vec<_>>();
    let id = |line: &String| line[line.rfind("AG-").expect("a source has an id")..].to_owned();
    Seed {
        question: head.lines().nth(1).unwrap().to_owned(),
        answer: answer.to_owned(),
        sources: items(sources).iter().map(id).collect(),
        follow_ups: items(rest),
    }
}
