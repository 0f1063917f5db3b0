//! Whether a preprint was withdrawn, as its authors or arXiv's administrators say it in words: the metadata have no field for it.
//!
//! arXiv keeps a withdrawn paper's record and asks for a sentence in the comments, "This paper has been withdrawn by the author …"; older
//! ones say it in the abstract. Read by eye among 100,000 records: 137 hold `withdr…`, 106 of them are withdrawn by these rules, none of those
//! wrongly. Five announce it in words of their own ("we decided to withdraw it") and are missed, since such words also occur in papers that
//! stand.

/// What is said to be withdrawn.
const PAPERS: &[&str] = &[
    "paper",
    "article",
    "manuscript",
    "submission",
    "document",
    "preprint",
    "work",
    "comment",
    "note",
    "letter",
    "version",
    "entry",
    "report",
    "text",
    "contribution",
    "eprint",
];
/// What may stand between that and `withdrawn`.
const VERBS: &[&str] = &["has", "have", "been", "is", "was", "being", "now"];
/// An adverb between verb and `withdrawn`.
const ADVERBS: &[&str] = &["temporarily", "hereby", "voluntarily", "permanently"];

/// Whether remarks or abstract say that this preprint is withdrawn.
pub(crate) fn is_withdrawn(comments: &str, abstract_text: &str) -> bool {
    // A remark may leave out the subject; in the middle of a sentence a small `withdrawn` speaks of other things.
    let bare = comments.starts_with("withdrawn") || comments.split(|c: char| !c.is_alphanumeric()).any(|word| word == "Withdrawn");
    // arXiv's own notes have no article: "arXiv admin note: submission has been withdrawn by arXiv administrators".
    let by_arxiv = comments.contains("withdrawn by arXiv");
    bare || by_arxiv || announced(comments, &["this", "the"]) || announced(abstract_text, &["this"])
}

/// `this paper has been withdrawn`, with one word free before the noun (`this short note`).
fn announced(text: &str, articles: &[&str]) -> bool {
    let text = text.to_lowercase();
    if !text.contains("withdrawn") {
        return false;
    }
    let words: Vec<&str> = text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    let ends = words.iter().enumerate().filter(|(_, word)| **word == "withdrawn").map(|(at, _)| at);
    ends.into_iter().any(|end| {
        let mut before = words.iter().take(end).rev().copied().peekable();
        before.next_if(|word| ADVERBS.contains(word));
        let verbs = std::iter::from_fn(|| before.next_if(|word| VERBS.contains(word))).count();
        verbs > 0 && before.next().is_some_and(|word| PAPERS.contains(&word)) && before.take(2).any(|word| articles.contains(&word))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_withdrawal_is_read_from_the_words_that_announce_it() {
        for (comments, abstract_text, withdrawn) in [
            ("This paper has been withdrawn", "", true),
            ("33 pages, RevTex (Latex2.09) This paper is withdrawn because it contained errors", "We study.", true),
            ("the paper has been withdrawn", "", true),
            ("This paper has been temporarily withdrawn by the author", "", true),
            ("withdrawn by arXiv administrators due to excessive text overlap", "", true),
            ("arXiv admin note: submission has been withdrawn by arXiv administrators", "", true),
            ("10 pages, 10 figures. Withdrawn due to insufficiency of background", "", true),
            ("", "This paper has been withdrawn by the authors, because it was revised.", true),
            ("9 pages", "Bounds are obtained. This paper has been withdrawn by the authors due to copyright.", true),
            ("", "This short note is being withdrawn due to an error in the proof.", true),
            ("9 pages. This submission substitutes paper quant-ph/0212148 that was withdrawn. Accepted version", "", false),
            ("data have now been published, so this paper is being unwithdrawn", "", false),
            ("This paper supersedes arXiv:1303.0723 by the same authors, which will be withdrawn", "", false),
            ("Replacement for preceding (withdrawn) version v4", "", false),
            ("originally submitted to Physics of Fluids and finally withdrawn when no consensus was reached", "", false),
            ("", "As the magnet is withdrawn, the liquid recovers its shape; the paper was withdrawn by hand.", false),
            ("", "The shortcomings are so severe that the original paper should be withdrawn.", false),
            ("", "", false),
        ] {
            assert_eq!(is_withdrawn(comments, abstract_text), withdrawn, "{comments} | {abstract_text}");
        }
    }
}
