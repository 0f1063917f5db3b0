//! What claims nothing about the literature and so needs no citation.
//!
//! A word like "literature" or "source" proves nothing: "the literature agrees that …" is a claim. Each clause must have one of a few set forms, or
//! hold no content but the words with which one speaks about an archive.

use antigravity_proto::types::VerdictReason;
use antigravity_text::{Form, numbers};
use foldhash::HashSet;

use super::clauses::clauses;
use super::silence::is_silence;
use super::thresholds::{LEADING_STEMS, RESTATED};
use crate::rhetoric::{ARCHIVE_WORDS, Spoken, is_adverb};
use crate::sources::{rarity, share, stem_set};
use crate::words::WordList;

/// Words with which one speaks about an archive and its answer.
static FRAME: WordList = WordList::new(include_str!("../words/frame.txt"));

/// How a question is restated: who asks, a verb where a noun came first, then an indirect question.
const ASKERS: &[&str] = &["you ask", "you asked", "you're asking", "you are asking", "you want to know", "you wonder"];
const QUESTIONS: &[&str] = &["your question", "the question", "this question", "the question here"];
const QUESTIONS_ASK: &[&str] = &["is", "asks", "concerns"];
const INDIRECT: &[&str] = &["whether", "how", "why", "what", "which", "when", "where", "if", "about"];

/// "This is an excellent question about how …"
const PRAISES: &[&str] = &["this is a", "this is an", "that is a", "that's a", "that is an"];
const PRAISED: &[&str] = &["question", "concern", "worry"];
const AFTER_PRAISED: &[&str] = &["of", "on", "for", "to"];

/// So many words a praise takes.
const PRAISE_WORDS: usize = 6;

/// "The archive has direct research on …"
const HAS: &[&str] =
    &["has", "have", "holds", "hold", "contains", "contain", "offers", "offer", "provides", "provide", "includes", "include"];
const HELD: &[&str] = &["research", "work", "evidence", "studies", "preprints", "material"];

/// How a line that leads over to what stands below it begins.
const POINTING: &[&str] = &["here", "here's", "these", "the", "two", "three", "four", "five", "several"];

/// Why an uncited sentence needs no citation, or `None` when it needs one.
pub(super) fn reason(body: &str, question: &HashSet<String>) -> Option<VerdictReason> {
    if body.trim_end().ends_with('?') {
        return Some(VerdictReason::QuestionRestated);
    }
    let clauses = clauses(body);
    let leads = body.trim_end().ends_with(':');
    let mut strongest = None;
    let mut named = false;
    for (at, clause) in clauses.iter().enumerate() {
        let spoken = Spoken::new(clause);
        let leads_over = leads && at + 1 == clauses.len();
        let reason = of_clause(clause, &spoken, question, named, leads_over)?;
        strongest = strongest.into_iter().chain([reason]).min_by_key(|reason| rank(*reason));
        named |= spoken.has_any(ARCHIVE_WORDS);
    }
    strongest
}

/// What a sentence is called by when its clauses differ.
fn rank(reason: VerdictReason) -> u8 {
    match reason {
        VerdictReason::NoteOnSilence => 0,
        VerdictReason::QuestionRestated => 1,
        _ => 2,
    }
}

fn of_clause(clause: &str, spoken: &Spoken, question: &HashSet<String>, named: bool, leads_over: bool) -> Option<VerdictReason> {
    if is_silence(spoken, named) {
        return Some(VerdictReason::NoteOnSilence);
    }
    if restates(spoken) || doubts(clause, spoken, question) {
        return Some(VerdictReason::QuestionRestated);
    }
    // What leads over says where the reader is; a figure in it would be a claim.
    if numbers(clause).iter().any(|number| number.form == Form::Digits) {
        return None;
    }
    let stems = content(spoken.words());
    let beyond_question = stems.iter().filter(|stem| !question.contains(*stem)).count();
    let is_bare = stems.is_empty() || stem_set(clause).len() <= 1;
    let may_name_question = holds(spoken) || (leads_over && points(spoken));
    let leads = (may_name_question && beyond_question <= LEADING_STEMS) || (leads_over && stems.len() <= LEADING_STEMS);
    (is_bare || leads).then_some(VerdictReason::Transition)
}

/// The stems of a clause without those of the frame.
fn content<'a>(words: impl Iterator<Item = &'a str>) -> HashSet<String> {
    stem_set(&words.filter(|word| !FRAME.has(word)).collect::<Vec<_>>().join(" "))
}

/// "Your question asks whether …", "This is a sharp concern".
fn restates(spoken: &Spoken) -> bool {
    let words: Vec<&str> = spoken.words().collect();
    let begin =
        |phrases: &[&str]| phrases.iter().filter(|phrase| spoken.starts_with_any(&[phrase])).map(|phrase| phrase.split(' ').count()).max();
    let after = |at: usize| words.iter().skip(at).find(|word| !is_adverb(word)).copied().unwrap_or("");
    let asks = begin(ASKERS).is_some_and(|length| INDIRECT.contains(&after(length)));
    let is_asked = begin(QUESTIONS).is_some_and(|length| {
        let verb = after(length);
        QUESTIONS_ASK.contains(&verb) && (verb == "concerns" || INDIRECT.contains(&after(length + 1)))
    });
    let praised = words.iter().take(PRAISE_WORDS).position(|word| PRAISED.contains(word));
    let praises = begin(PRAISES).is_some()
        && praised.is_some_and(|at| words.get(at + 1).is_none_or(|next| INDIRECT.contains(next) || AFTER_PRAISED.contains(next)));
    asks || is_asked || praises
}

/// "The issue is whether …" in the question's words. Without the doubt these are no restatement but an answer, and need a source.
fn doubts(clause: &str, spoken: &Spoken, question: &HashSet<String>) -> bool {
    let before = content(spoken.words().take_while(|word| *word != "whether"));
    spoken.has("whether") && before.len() <= LEADING_STEMS && share(&stem_set(clause), rarity, |stem| question.contains(stem)) >= RESTATED
}

/// "The archive has direct research on …": it names what is asked, and says nothing of it.
fn holds(spoken: &Spoken) -> bool {
    let words: Vec<&str> = spoken.words().collect();
    let place = |list: &[&str], from: usize| words.iter().skip(from).take(4).position(|word| list.contains(word)).map(|at| from + at);
    place(ARCHIVE_WORDS, 0)
        .and_then(|archive| place(HAS, archive + 1))
        .and_then(|has| place(HELD, has + 1))
        .is_some_and(|held| words.get(held + 1).is_none_or(|next| ["on", "about", "into", "of"].contains(next)))
}

/// "Three findings speak to …:", "Here is what …:"
fn points(spoken: &Spoken) -> bool {
    let mut words = spoken.words();
    let first = words.next().is_some_and(|word| POINTING.contains(&word));
    first && words.take(2).any(|word| FRAME.has(word) || word == "what") && !spoken.has("that")
}

#[cfg(test)]
mod tests {
    use super::*;
    use VerdictReason::{NoteOnSilence, QuestionRestated, Transition};

    #[test]
    fn what_claims_nothing_is_recognised() {
        let question = stem_set("Could adversarial training erase unexpected BSM topology signatures?");
        for (body, expected) in [
            ("The provided preprints don't directly address adversarial training.", NoteOnSilence),
            ("The preprints do not discuss tomatoes, squashes, and beans.", NoteOnSilence),
            ("This is a sharp concern, but the preprints don't address smoothing, so I can't give you a definitive answer.", NoteOnSilence),
            ("Note: The provided preprints don't discuss curriculum learning, so I can't compare it to other methods.", NoteOnSilence),
            ("The archive has no work on tomatoes.", NoteOnSilence),
            ("So the archive gives you a part of the answer, and is silent on the rest.", NoteOnSilence),
            ("Your question asks whether smoothing could suppress signals.", QuestionRestated),
            ("The question is whether smoothing could suppress signals; the archive has research on this.", QuestionRestated),
            ("This is an excellent question about how models learn — and the archive has direct research on this.", QuestionRestated),
            ("The issue is whether adversarial training might erase BSM topology signatures.", QuestionRestated),
            ("That said, here's what the literature does show about related risks:", Transition),
            ("Three preprints speak to BSM signatures and adversarial training:", Transition),
            ("The archive has direct research on this.", Transition),
            ("The archive has research on adversarial training.", Transition),
        ] {
            assert_eq!(reason(body, &question), Some(expected), "{body}");
        }
    }

    #[test]
    fn what_claims_something_is_not() {
        let question = stem_set("Could adversarial training erase unexpected BSM topology signatures?");
        for body in [
            "Adversarial training does erase BSM topology signatures.",
            "The archive holds 17 proofs of 5 sigma.",
            "Topology matters for preserving signals.",
            "Single-case optimization yields narrow, brittle spaces.",
            "The literature agrees that the Hubble tension is solved.",
            "The literature agrees that adversarial training erases BSM signatures.",
            "The abstracts show a 5-sigma excess in diphotons.",
            "The abstracts show an excess in diphotons.",
            "The question of dark matter is settled by axions.",
            "The question whether axions exist is settled.",
            "This is a question that axions settled.",
            "This is a source of gravitational waves.",
            "Preprints confirm supersymmetry.",
            "The archive proves adversarial training erases BSM topology signatures.",
            "The sources report no excess in diphotons.",
            "The literature reports that supersymmetry is not realised.",
            "The preprints don't address smoothing, but axions make up dark matter.",
            "The archive has research on this, and axions are found to be dark matter.",
            "Your question asks whether axions exist; they were discovered last year.",
            "Dark matter is made of axions:",
            "These signatures show that adversarial training erases topology:",
            "That said, axions are dark matter.",
            "Axions settle whether adversarial training erases BSM topology signatures.",
        ] {
            assert_eq!(reason(body, &question), None, "{body}");
        }
    }
}
