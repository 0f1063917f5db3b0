//! Sentences that point at something outside themselves: "this limit", "their results", "it". Out of their abstract nobody knows what is meant.

use super::reported::{is_own_results, is_own_work};
use crate::concept::{is_noun, is_plural};
use crate::rhetoric::{Spoken, is_adverb, is_research_verb};
use antigravity_text::is_stop_word;

/// Words that put something before the subject.
const LEADING_IN: &[&str] = &["at", "by", "for", "from", "in", "on", "to", "using", "with"];

/// So many words are the beginning of a sentence.
const EARLY: usize = 8;

/// What may follow a pointing word that points at nothing outside: "those of", "such as", "this is because".
const AFTER_POINTING: &[&str] = &["of", "that", "which", "who", "with", "as", "from", "in", "for", "obtained"];

/// What the authors made, by which they go on to call it: the preprint is named, so it is known whose it is.
pub(super) const OWN_MEANS: &[&str] =
    &["algorithm", "approach", "architecture", "formalism", "framework", "method", "methodology", "pipeline", "procedure", "technique"];

/// Whether a sentence leans on what was said before it. Of "this work shows" and "these results indicate" the preprint is the antecedent. A "they" needs
/// a plural before it, or "the authors"; an "its" needs anything.
pub(super) fn leans(spoken: &Spoken) -> bool {
    let words: Vec<&str> = spoken.words().collect();
    let own_at_start = match words.as_slice() {
        ["this" | "these" | "the" | "our", noun, ..] => is_own_work(noun) || is_own_results(noun),
        _ => false,
    };
    let likened = matches!(words.as_slice(), ["similar" | "analogous" | "comparable", noun, ..] if is_own_results(noun) || is_plural(noun));
    (spoken.is_anaphoric() && !own_at_start)
        || likened
        || they_are_unnamed(&words)
        || words.iter().enumerate().any(|(at, word)| points_out(&words, at, word))
}

/// Whether the word at a place points out of the sentence.
fn points_out(words: &[&str], at: usize, word: &str) -> bool {
    let before = words.get(..at).unwrap_or_default();
    let next = words.get(at + 1).copied().unwrap_or("");
    match word {
        "this" | "these" | "those" | "such" => {
            let own = is_own_work(next) || is_own_results(next);
            let is_bare = next.is_empty() || is_stop_word(next);
            // "… and this is why": its own clause is before it.
            let bare_is_clear = is_bare && at >= EARLY && word == "this";
            let continues = AFTER_POINTING.contains(&next) && (word == "those" || word == "such");
            let a_kind = word == "such" && ["a", "an"].contains(&next) && at >= EARLY;
            !(own || continues || bare_is_clear || a_kind || was_told(before, words.get(at + 1..).unwrap_or_default()))
        }
        "they" | "their" | "them" => at < EARLY && !before.iter().any(|word| ["authors", "we", "our"].contains(word) || is_plural(word)),
        "its" | "itself" => !before.iter().any(|word| names_something(word)),
        // "It is found that": no pointing.
        "it" => {
            !before.iter().any(|word| names_something(word))
                && !["is", "was", "has", "can", "becomes", "may", "possible", "remains"].contains(&next)
        }
        "former" | "latter" | "similarly" | "likewise" => at < EARLY,
        _ => false,
    }
}

/// Whether one of the nouns behind a pointing word stood before it: "histograms … these histograms".
fn was_told(before: &[&str], after: &[&str]) -> bool {
    let core = |word: &str| word.trim_end_matches('s').trim_end_matches('e').to_owned();
    after
        .iter()
        .take(3)
        .take_while(|word| !is_stop_word(word))
        .any(|noun| before.iter().any(|word| word.len() > 3 && core(word) == core(noun)))
}

/// Whether a word can be what a later "its" means: a noun, and none of those who write.
fn names_something(word: &str) -> bool {
    word.len() > 2 && is_noun(word) && !is_research_verb(word) && !["authors", "we", "our", "here", "then", "thus", "also"].contains(&word)
}

/// "With 47 sirens, they …": whom the reporter can't name, unless they do what authors do.
fn they_are_unnamed(words: &[&str]) -> bool {
    let led = words.first().is_some_and(|word| LEADING_IN.contains(word) || is_adverb(word));
    let they = words.iter().position(|word| *word == "they").filter(|at| led && !words.iter().take(*at).any(|word| *word == "authors"));
    they.is_some_and(|at| !words.get(at + 1).is_some_and(|verb| is_research_verb(verb)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_points_back_leans() {
        for (sentence, expected) in [
            ("They give a larger value.", true),
            ("Jointly, at 68% confidence, they give a larger value.", true),
            ("With 47 sirens of the third catalog and supernovae, they give a larger value.", true),
            ("With 47 sirens of the third catalog and supernovae, they obtain a larger value.", false),
            ("The authors demonstrate that normalizing flows can take the place of these histograms.", true),
            ("Histograms are slow in many dimensions, and normalizing flows replace these histograms.", false),
            ("These results indicate that the gain is large.", false),
            ("When the authors add the data, they see a larger value.", false),
            ("Autoencoders fail since they reconstruct anomalies.", false),
            ("Plasma haloscopes serve as a promising approach to reach the sensitivities in this mass range.", true),
            ("We demonstrate how this limit can be used in cosmology.", true),
            ("We demonstrate its ability to provide source classification.", true),
            ("The network finds sources and shows its ability to classify them.", false),
            ("We demonstrate that it enables efficient estimation.", true),
            ("It is found that the gain is large.", true),
            ("We find that it is possible to see the gain.", false),
            ("Similar results are obtained for other compactifications.", true),
            ("For the B-mode, we similarly recover the signal.", true),
            ("Similar to flows, networks fail.", false),
            ("Limits of the coupling are those of the laboratory.", false),
            ("Methods such as autoencoders fail.", false),
            ("In this mass range the bound is weak.", true),
        ] {
            assert_eq!(leans(&Spoken::new(sentence)), expected, "{sentence}");
        }
    }
}
