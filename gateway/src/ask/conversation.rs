//! What a question means within its conversation: "And in two dimensions?" can be searched for only together with what was asked before. By the words
//! alone: a model that rewrites the question would cost a second call, and could change what was asked. Pure.

use std::ops::Range;

use antigravity_proto::QUESTION_MAX;
use antigravity_proto::types::Turn;
use antigravity_text::{content_terms, is_asking_word, stems};

/// So many earlier questions at most: beyond, the conversation has moved on.
const EARLIER: usize = 3;

/// Words that carry on from what was asked.
const CONTINUING: &[&str] = &["also", "and", "but", "or", "otherwise", "so", "then"];

/// Two of them that do.
const CONTINUING_PAIRS: &[[&str; 2]] = &[["how", "about"], ["how", "so"], ["what", "about"], ["what", "else"], ["why", "not"]];

/// With these a question without a verb begins: "In two dimensions?"
const PREPOSITIONS: &[&str] = &[
    "above", "at", "below", "beyond", "during", "even", "for", "from", "in", "near", "on", "only", "under", "using", "with", "within",
    "without",
];

/// Words that stand for something named before.
const STANDING_FOR: &[&str] = &["it", "its", "itself", "they", "their", "theirs", "them", "themselves"];

/// Words that point at something named before.
const POINTING: &[&str] = &["this", "these", "those", "here", "former", "latter", "ones", "aforementioned"];

/// "Is it possible that …" points at nothing.
const AFTER_EMPTY_IT: &[&str] = &[
    "clear",
    "difficult",
    "easy",
    "expected",
    "feasible",
    "hard",
    "important",
    "known",
    "likely",
    "matter",
    "matters",
    "necessary",
    "plausible",
    "possible",
    "safe",
    "take",
    "takes",
    "thought",
    "true",
    "worth",
];

/// Before these "that" joins nothing: it points.
const BEFORE_POINTING_THAT: &[&str] = &[
    "about", "after", "against", "are", "at", "before", "beyond", "by", "can", "could", "did", "do", "does", "for", "from", "in", "is",
    "like", "of", "on", "than", "to", "was", "why", "will", "with", "would",
];

/// Around these "there" says only that something exists.
const EXISTING: &[&str] = &["are", "be", "been", "exist", "exists", "is", "out", "was", "were"];

/// What only a reader of the last answer knows.
const OF_THE_ANSWER: &[&str] = &["answer", "authors", "paper", "papers", "preprint", "preprints", "sources"];

/// What a definite article means from the conversation, in a question that names little else.
const OF_THE_TALK: &[&str] = &[
    "approach",
    "bound",
    "claim",
    "effect",
    "experiment",
    "finding",
    "findings",
    "limit",
    "mechanism",
    "method",
    "methods",
    "result",
    "results",
    "scheme",
    "technique",
    "uncertainty",
];

/// Behind these the question itself says which one it means: "the mechanism of baryogenesis".
const SPECIFYING: &[&str] = &["behind", "for", "from", "of", "on", "that"];

/// Words of questions that name no subject: "Can you explain more?"
const GENERAL: &[&str] = &[
    "compare",
    "compared",
    "detail",
    "details",
    "differ",
    "elaborate",
    "evidence",
    "example",
    "examples",
    "exactly",
    "explain",
    "further",
    "give",
    "know",
    "large",
    "limit",
    "limits",
    "matter",
    "mean",
    "much",
    "precise",
    "precisely",
    "really",
    "reason",
    "say",
    "strong",
    "sure",
    "tell",
    "well",
    "work",
];

/// A word that stands for something has it in its own question when so many content words are before it …
const NAMED_BEFORE: usize = 3;

/// … or so many, where a clause of its own begins with it: "Do flavons decay before they thermalise?"
const NAMED_BEFORE_CLAUSE: usize = 2;

/// Words that begin such a clause.
const CLAUSES: &[&str] =
    &["after", "although", "and", "as", "because", "before", "but", "if", "since", "than", "that", "until", "when", "whether", "while"];

/// The question as it can be searched for, with the earlier questions that it leans on before it; it ends in the question as it was asked. `None` when
/// the question stands alone, or nothing was asked before.
pub(super) fn standing_alone(question: &str, turns: &[Turn]) -> Option<String> {
    let question = question.trim();
    let mut whole = question.to_owned();
    let mut last = question;
    for earlier in turns.iter().rev().map(|turn| turn.question.trim()).filter(|earlier| !earlier.is_empty()).take(EARLIER) {
        if !leans(last) {
            break;
        }
        let mark = if earlier.ends_with(['?', '.', '!']) { "" } else { "?" };
        let longer = format!("{earlier}{mark} {whole}");
        if longer.chars().count() > QUESTION_MAX {
            break;
        }
        (whole, last) = (longer, earlier);
    }
    (whole.len() > question.len() && !question.is_empty()).then_some(whole)
}

/// Whether a question can't be understood without what was asked before.
fn leans(question: &str) -> bool {
    let words = words(question);
    let texts: Vec<&str> = words.iter().map(|(text, _)| text.as_str()).collect();
    // Capitals are a name: "SO(10)".
    let is_name =
        words.first().is_some_and(|(_, span)| question.get(span.clone()).is_some_and(|first| !first.contains(char::is_lowercase)));
    (!is_name && continues(&texts)) || names_nothing(question) || has_no_verb(question, &texts) || points_back(question, &words, &texts)
}

fn continues(words: &[&str]) -> bool {
    let pair = |pair: &[&str; 2]| words.starts_with(pair);
    words.first().is_some_and(|first| CONTINUING.contains(first)) || CONTINUING_PAIRS.iter().any(pair)
}

fn names_nothing(question: &str) -> bool {
    content_terms(question).iter().all(|term| GENERAL.contains(&term.surface.to_lowercase().as_str()))
}

/// "In two dimensions?", but not "Beyond the Standard Model physics at the LHC?", which names what it is about.
fn has_no_verb(question: &str, words: &[&str]) -> bool {
    words.first().is_some_and(|first| PREPOSITIONS.contains(first))
        && !words.iter().any(|word| is_asking_word(word))
        && content_terms(question).len() <= NAMED_BEFORE
}

fn points_back(question: &str, words: &[(String, Range<usize>)], texts: &[&str]) -> bool {
    let content = content_terms(question);
    words.iter().enumerate().any(|(at, (word, span))| {
        let before = at.checked_sub(1).and_then(|before| texts.get(before)).copied().unwrap_or("");
        let next = texts.get(at + 1).copied().unwrap_or("");
        let points = match word.as_str() {
            "it" => !AFTER_EMPTY_IT.contains(&next),
            word if STANDING_FOR.contains(&word) || POINTING.contains(&word) => true,
            "that" => BEFORE_POINTING_THAT.contains(&before) || at == 0,
            "there" => !EXISTING.contains(&before) && !EXISTING.contains(&next),
            "such" => next != "as",
            "the" if texts.get(at + 2).is_some_and(|after| SPECIFYING.contains(after)) => false,
            "the" => OF_THE_ANSWER.contains(&next) || (OF_THE_TALK.contains(&next) && content.len() <= 2),
            _ => false,
        };
        let named = content.iter().filter(|term| term.span.end <= span.start).count();
        let needed = if CLAUSES.contains(&before) { NAMED_BEFORE_CLAUSE } else { NAMED_BEFORE };
        let of_the_answer = word == "the";
        // "Histograms and their bins".
        let owner =
            words.get(at.wrapping_sub(2)).map(|(_, owner)| owner).filter(|_| before == "and" && ["its", "their"].contains(&word.as_str()));
        let is_owned = owner.is_some_and(|owner| content.iter().any(|term| term.span.end == owner.end));
        points && !is_owned && (of_the_answer || (named < needed && !was_named(question, span, next)))
    })
}

/// Whether the noun behind a pointing word stands before it: "histograms … these histograms".
fn was_named(question: &str, pointing: &Range<usize>, noun: &str) -> bool {
    let before = stems(question.get(..pointing.start).unwrap_or(""));
    stems(noun).iter().any(|stem| before.contains(stem))
}

/// The words in lower case, with their bytes.
fn words(question: &str) -> Vec<(String, Range<usize>)> {
    let mut words: Vec<Range<usize>> = Vec::new();
    for (at, c) in question.char_indices().filter(|(_, c)| c.is_alphanumeric()) {
        match words.last_mut() {
            Some(word) if word.end == at => word.end += c.len_utf8(),
            _ => words.push(at..at + c.len_utf8()),
        }
    }
    words.into_iter().map(|span| (question.get(span.clone()).unwrap_or("").to_lowercase(), span)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const FIRST: &str = "How do normalizing flows sample lattice field theory?";

    fn turns(questions: &[&str]) -> Vec<Turn> {
        questions.iter().map(|question| Turn { question: (*question).to_owned(), answer: "Well [AG-2026.03-1712].".to_owned() }).collect()
    }

    #[test]
    fn what_leans_is_told_from_what_stands_alone() {
        for (question, expected) in [
            ("And in two dimensions?", true),
            ("In two dimensions?", true),
            ("For fermions?", true),
            ("What about gauge theories?", true),
            ("Why?", true),
            ("Why not?", true),
            ("How precisely?", true),
            ("Can you explain this in more detail?", true),
            ("How does it scale with the volume?", true),
            ("What limits their accuracy?", true),
            ("Which experiments could test it?", true),
            ("Does that hold at finite temperature?", true),
            ("Does this method work for fermions?", true),
            ("Do the authors compare with Monte Carlo?", true),
            ("Is the effect significant?", true),
            ("How large is it for spinning black holes?", true),
            ("Are there heavier ones?", true),
            ("Which of these models fits best?", true),
            // What stands alone, though words of the lists are in it.
            ("What is MOND?", false),
            ("Neutrino masses?", false),
            ("Is it possible to detect relic neutrinos?", false),
            ("How long does it take for a proton to decay?", false),
            ("Are there sterile neutrinos?", false),
            ("Do flavons decay before they thermalise?", false),
            ("How do autoencoders fail when they reconstruct anomalies?", false),
            ("Do histograms and their bins bias a fit, and do these histograms fill up?", false),
            ("In which models does vacuum decay end inflation?", false),
            ("What evidence suggests that dark energy evolves?", false),
            ("How does the model's latent space differ when trained on diverse BSM scenarios?", false),
            ("Which methods such as transformers tag jets?", false),
            ("What are the sources of ultra-high-energy cosmic rays?", false),
            ("What is the mechanism of baryogenesis?", false),
            ("SO(10) unification and proton decay?", false),
            ("Beyond the Standard Model physics at the LHC?", false),
            ("Do neutrino oscillations cease in a dense medium, and does this medium heat up?", false),
        ] {
            assert_eq!(leans(question), expected, "{question}");
        }
    }

    #[test]
    fn the_earlier_questions_go_before_as_far_as_they_lean_too() {
        let last = "And in two dimensions?";
        for (earlier, question, expected) in [
            (vec![FIRST], last, Some(format!("{FIRST} {last}"))),
            (vec![FIRST, "And for fermions?"], last, Some(format!("{FIRST} And for fermions? {last}"))),
            (vec!["What is MOND?", FIRST], last, Some(format!("{FIRST} {last}"))),
            (vec!["lattice field theory"], last, Some(format!("lattice field theory? {last}"))),
            (vec![FIRST, " "], last, Some(format!("{FIRST} {last}"))),
            (vec![FIRST], "What is MOND?", None),
            (vec![], last, None),
            (vec![FIRST], "  ", None),
        ] {
            assert_eq!(standing_alone(question, &turns(&earlier)), expected, "{earlier:?}, {question}");
        }
    }

    proptest! {
        #[test]
        fn it_ends_in_the_question_and_is_never_too_long(
            earlier in proptest::collection::vec("(And |How does )?[a-z]{1,9}( it)?.{0,900}", 0..6),
            question in "(And |What about )?[a-z ]{0,20}\\??",
        ) {
            let turns: Vec<Turn> = earlier.into_iter().map(|question| Turn { question, answer: String::new() }).collect();
            if let Some(whole) = standing_alone(&question, &turns) {
                prop_assert!(whole.ends_with(question.trim()) && whole.len() > question.trim().len());
                prop_assert!(whole.chars().count() <= QUESTION_MAX);
            }
        }
    }
}
