//! What stands around the preprints: the opening that says how far the archive reaches, the close, and the note on what is missing. None of it
//! claims anything about the literature.

use antigravity_proto::types::{AnswerLength, Coverage, CoverageLevel, CoverageReason};

use crate::concept::is_generic;
use crate::markdown::plain_text;
use crate::sources::Source;

/// More phrases than this are a list, not a sentence.
const NAMED: usize = 4;

/// Restates the question by its phrases and says how far the archive reaches.
pub(super) fn opening(question: &str, coverage: &Coverage) -> String {
    let (covered, missing) = (&coverage.covered_aspects, &coverage.missing_aspects);
    let mut aspects: Vec<&String> = covered.iter().chain(missing).collect();
    aspects.sort_by_key(|aspect| question.find(aspect.as_str()));
    let asked = (!aspects.is_empty()).then(|| format!("Your question asks about {}.", joined(aspects.into_iter(), "and")));
    let reach = match coverage.level() {
        CoverageLevel::Full => "The archive has direct research on this, and the preprints below speak to it.".to_owned(),
        CoverageLevel::Related => {
            let subject = if missing.is_empty() { "what you ask as a whole".to_owned() } else { joined(missing.iter(), "or") };
            format!(
                "The provided preprints don't directly address {subject}, so the archive can't give you a definitive answer.\n\nThat said, here is what the \
                 literature *does* show about what surrounds it:"
            )
        }
        _ if missing.is_empty() => {
            "The archive reaches into this only in part: its preprints touch on it, but none answers it as a whole.".to_owned()
        }
        _ if covered.is_empty() => {
            format!("The archive reaches into this only in part: its preprints don't address {}.", joined(missing.iter(), "or"))
        }
        _ => format!(
            "The archive has research on {}, but the provided preprints don't address {}, so they answer the question only in part.",
            joined(covered.iter(), "and"),
            joined(missing.iter(), "or")
        ),
    };
    asked.into_iter().chain([reach]).collect::<Vec<_>>().join(" ")
}

/// Says what the paragraphs come to. The composer doesn't reason, so it says no more than how far they go.
pub(super) fn closing(coverage: &Coverage, length: AnswerLength) -> String {
    let text = match (coverage.level(), length) {
        (CoverageLevel::Full, AnswerLength::Short) => "The abstracts say no more than this.",
        (CoverageLevel::Full, _) => {
            "That is what the abstracts themselves report; the archive doesn't compare these preprints with one another."
        }
        (CoverageLevel::Related, _) => {
            "None of this settles your question: the archive holds evidence on its surroundings, but no direct test of it."
        }
        _ => "So the archive gives you a part of the answer, and is silent on the rest.",
    };
    text.to_owned()
}

/// Names what the preprints don't discuss, after a rule.
pub(super) fn note(coverage: &Coverage) -> Option<String> {
    let missing = &coverage.missing_aspects;
    (!missing.is_empty()).then(|| format!("---\n\nNote: The provided preprints don't discuss {}.", joined(missing.iter(), "or")))
}

/// The whole answer when the question lies outside: said first, then the nearest sources as such.
pub(super) fn nothing_here(coverage: &Coverage, nearest: &[&Source]) -> String {
    if coverage.reason() == CoverageReason::LanguageNotRead {
        return "The archive can't be searched in the language of your question: its preprints are compared with it in English. Please ask in English.".to_owned();
    }
    let phrases: Vec<&String> = coverage.missing_aspects.iter().chain(&coverage.covered_aspects).collect();
    let said = if phrases.is_empty() {
        "The archive does not address this question.".to_owned()
    } else {
        format!(
            "The archive does not address this question: none of the preprints nearest to it discusses {} in this sense.",
            joined(phrases.into_iter(), "or")
        )
    };
    if nearest.is_empty() {
        return said;
    }
    let items: Vec<String> = nearest.iter().map(|source| format!("- *{}* [{}]", plain_text(&source.title), source.id)).collect();
    format!("{said} The nearest sources, which are about other things, are:\n\n{}", items.join("\n"))
}

/// `*a*, *b* and *c*`. Beyond a few, the first ones: the rest stands in the data. "Data" or "method" names nothing beside what does.
fn joined<'a>(phrases: impl Iterator<Item = &'a String>, conjunction: &str) -> String {
    let (bare, telling): (Vec<&String>, Vec<&String>) = phrases.partition(|phrase| is_generic(phrase));
    let named = if telling.is_empty() { bare } else { telling };
    let mut shown: Vec<String> = named.into_iter().take(NAMED).map(|phrase| format!("*{}*", plain_text(phrase))).collect();
    match shown.pop() {
        Some(last) if shown.is_empty() => last,
        Some(last) => format!("{} {conjunction} {last}", shown.join(", ")),
        None => "it".to_owned(),
    }
}
