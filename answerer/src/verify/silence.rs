//! Clauses that say what the archive does not hold.

use crate::rhetoric::{ARCHIVE_WORDS, NEGATIONS, SILENCE_VERBS, Spoken};

/// Who can be silent besides the archive: the writer, and what stands for the archive once it was named.
const WRITER: &[&str] = &["i", "we"];
const PRONOUNS: &[&str] = &["it", "they", "this", "these"];

/// Negations that are a subject of their own.
const NOBODY: &[&str] = &["none", "no", "nothing", "neither"];

/// Verbs that deny by their object: "contains no work on …". To report no excess is a finding.
const HOLDING: &[&str] = &["contain", "contains", "has", "have", "hold", "holds", "include", "includes", "offer", "offers", "say", "says"];

/// What leaves a question open, beside a clause on silence.
const OPEN: &[&str] = &["remains open", "remain open", "left open", "remains unanswered", "is silent", "are silent", "remains unclear"];

/// So many words may stand between a subject, its negation and its verb.
const REACH: usize = 10;

/// Whether a clause says what the archive, or its preprints, don't hold. `named`: an earlier clause of the sentence spoke of the archive.
pub(super) fn is_silence(clause: &Spoken, named: bool) -> bool {
    let words: Vec<&str> = clause.words().collect();
    let is_archive = |word: &&str| ARCHIVE_WORDS.contains(word);
    if named && clause.has_any(OPEN) {
        return true;
    }
    words.iter().enumerate().filter(|(_, word)| NEGATIONS.has(word)).any(|(at, negation)| {
        let (before, after) = (words.get(..at).unwrap_or(&[]), words.get(at + 1..).unwrap_or(&[]));
        let near = |words: &[&str]| words.iter().take(REACH).any(|word| SILENCE_VERBS.has(word));
        // Of what stands before the negation the last clause counts: "the literature agrees that axions do not …" speaks of axions.
        let begin = before.iter().rposition(|word| ["that", "because", "whether"].contains(word)).map_or(0, |that| that + 1);
        let subject = before.get(begin..).unwrap_or(&[]);
        let speaks = subject.iter().any(|word| is_archive(word) || WRITER.contains(word) || (named && PRONOUNS.contains(word)));
        let nobody = NOBODY.contains(negation) && subject.len() <= 2;
        let verb_before = before.last().is_some_and(|verb| HOLDING.contains(verb) || ["is", "are"].contains(verb) && *negation == "silent");
        let of_archive = named || words.iter().any(|word| is_archive(word) || *word == "question");
        (speaks && (near(after) || verb_before || ["lack", "lacks", "silent"].contains(negation)))
            || (nobody && of_archive && (near(after) || (named && at == 0)))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn silence_is_the_archives() {
        for (clause, named, expected) in [
            ("The provided preprints don't directly address adversarial training", false, true),
            ("The archive contains no work on tomatoes", false, true),
            ("None of the preprints nearest to it discusses tomatoes", false, true),
            ("I can't give you a definitive answer", false, true),
            ("none answers it as a whole", true, true),
            ("The literature reports no excess in diphotons", false, false),
            ("The literature agrees that axions do not hold charge", false, false),
            ("Axions do not hold charge", false, false),
            ("None of the axions holds charge", false, false),
        ] {
            assert_eq!(is_silence(&Spoken::new(clause), named), expected, "{clause}");
        }
    }
}
