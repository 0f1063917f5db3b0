//! What a sentence does: report a finding, announce a study, give background, conclude with caution, state silence. Judged by the set phrases of
//! English scientific prose; a parser would see more, and cost more than it tells here.

use crate::words::WordList;

/// Adverbs and the like that stand between a subject and its verb.
const BETWEEN: &[&str] =
    &["also", "further", "then", "thus", "hence", "first", "here", "furthermore", "therefore", "have", "has", "then", "in", "addition"];
const SUBJECTS: &[&str] =
    &["we", "i", "authors", "they", "paper", "work", "study", "letter", "article", "analysis", "thesis", "it", "researchers"];
/// What is done so was found …
const FOUND: &[&str] = &["demonstrated", "found", "revealed", "shown"];
/// … and what is done so was studied.
const TREATED: &[&str] = &[
    "addressed",
    "discussed",
    "examined",
    "explored",
    "extended",
    "introduced",
    "investigated",
    "outlined",
    "presented",
    "proposed",
    "reviewed",
    "studied",
];
static FINDING_VERBS: WordList = WordList::new(include_str!("words/finding_verbs.txt"));
static PURPOSE_VERBS: WordList = WordList::new(include_str!("words/purpose_verbs.txt"));
static RESULT_PHRASES: WordList = WordList::new(include_str!("words/result_phrases.txt"));
static BACKGROUND_STARTS: WordList = WordList::new(include_str!("words/background_starts.txt"));
static BACKGROUND_PHRASES: WordList = WordList::new(include_str!("words/background_phrases.txt"));
static ANAPHORS: WordList = WordList::new(include_str!("words/anaphors.txt"));
const ANAPHORS_AFTER_THE: &[&str] =
    &["former", "latter", "same", "above", "resulting", "corresponding", "proposed", "second", "third", "other", "two"];
static LEADING: WordList = WordList::new(include_str!("words/leading.txt"));
const CONTRASTS: &[&str] =
    &["in contrast", "however", "on the other hand", "by contrast", "conversely", "nevertheless", "but", "instead", "only", "yet"];
static OUTLOOK: WordList = WordList::new(include_str!("words/outlook.txt"));
static HEDGES: WordList = WordList::new(include_str!("words/hedges.txt"));
/// What speaks of the archive or of its preprints as such.
pub(crate) const ARCHIVE_WORDS: &[&str] = &["archive", "preprint", "preprints", "source", "sources", "literature", "abstract", "abstracts"];
pub(crate) static NEGATIONS: WordList = WordList::new(include_str!("words/negations.txt"));
pub(crate) static SILENCE_VERBS: WordList = WordList::new(include_str!("words/silence_verbs.txt"));

/// What makes a sentence background stands within so many bytes of its start.
const SOON: usize = 70;

/// What a sentence does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Deeds {
    /// It reports a finding.
    pub(crate) finds: bool,
    /// It says what is studied, not what was found.
    pub(crate) announces: bool,
    /// It tells what everybody knows.
    pub(crate) is_background: bool,
    /// It denies something.
    pub(crate) is_negative: bool,
}

/// A sentence as its words in lower case, with one space before, between and after them, so that phrases can be looked for.
pub(crate) struct Spoken {
    text: String,
}

impl Spoken {
    pub(crate) fn new(sentence: &str) -> Self {
        let mut text = String::with_capacity(sentence.len() + 2);
        text.push(' ');
        for word in sentence.split(|c: char| !(c.is_alphanumeric() || matches!(c, '\'' | '’' | '-'))) {
            let word = word.trim_matches(['-', '\'', '’']);
            if !word.is_empty() {
                text.extend(word.chars().map(|c| if c == '’' { '\'' } else { c }).flat_map(char::to_lowercase));
                text.push(' ');
            }
        }
        Self { text }
    }

    pub(crate) fn words(&self) -> impl Iterator<Item = &str> {
        self.text.split(' ').filter(|word| !word.is_empty())
    }

    pub(crate) fn has(&self, phrase: &str) -> bool {
        self.place_of(phrase).is_some()
    }

    pub(crate) fn has_any(&self, phrases: &[&str]) -> bool {
        phrases.iter().any(|phrase| self.has(phrase))
    }

    pub(crate) fn starts_with_any(&self, phrases: &[&str]) -> bool {
        phrases.iter().any(|phrase| self.starts_with(phrase))
    }

    fn has_one_of(&self, list: &WordList) -> bool {
        self.has_one_before(list, self.text.len())
    }

    /// Whether an entry of the list begins before this byte.
    fn has_one_before(&self, list: &WordList, end: usize) -> bool {
        let begins = self.text.match_indices(' ').map(|(space, _)| space + 1).take_while(|at| *at < end);
        begins.filter_map(|at| self.text.get(at..)).any(|text| list.begins(text, |rest| rest.starts_with(' ')))
    }

    fn starts_with(&self, phrase: &str) -> bool {
        self.text.get(1..).and_then(|text| text.strip_prefix(phrase)).is_some_and(|rest| rest.starts_with(' '))
    }

    /// Where a phrase of whole words begins.
    fn place_of(&self, phrase: &str) -> Option<usize> {
        let bytes = self.text.as_bytes();
        let is_space = |at: Option<usize>| at.and_then(|at| bytes.get(at)) == Some(&b' ');
        self.text.match_indices(phrase).map(|(at, _)| at).find(|at| is_space(at.checked_sub(1)) && is_space(Some(at + phrase.len())))
    }

    /// All that it does.
    pub(crate) fn deeds(&self) -> Deeds {
        let finds = self.finds();
        let announces = !finds && self.treats();
        Deeds { finds, announces, is_background: self.is_background(), is_negative: self.is_negative() }
    }

    /// It reports a finding.
    pub(crate) fn finds(&self) -> bool {
        self.subject_does(&FINDING_VERBS) || self.has_one_of(&RESULT_PHRASES) || self.is_done(|participle| FOUND.contains(&participle))
    }

    /// It says what is studied, not what was found.
    pub(crate) fn announces(&self) -> bool {
        !self.finds() && self.treats()
    }

    fn treats(&self) -> bool {
        self.subject_does(&PURPOSE_VERBS)
            || self.is_done(|participle| TREATED.contains(&participle))
            || self.has_any(&["in this paper", "in this work", "in this letter", "in this study", "is to"])
    }

    /// It tells as found, in whatever voice: for claims about a source, whose subject is an id.
    pub(crate) fn tells_as_found(&self) -> bool {
        let told = |verbs: &[&str]| self.words().any(|word| verbs.contains(&word));
        told(&[
            "found",
            "finds",
            "showed",
            "shows",
            "demonstrated",
            "demonstrates",
            "proved",
            "proves",
            "established",
            "revealed",
            "reveals",
        ]) || told(&["confirmed", "confirms", "concluded", "concludes", "discovered", "discovers", "establishes", "observed", "observes"])
    }

    /// It tells what everybody knows.
    pub(crate) fn is_background(&self) -> bool {
        self.has_one_before(&BACKGROUND_STARTS, 2) || self.has_one_before(&BACKGROUND_PHRASES, SOON)
    }

    /// It says what the work may be good for, and nothing of what came out.
    pub(crate) fn is_outlook(&self) -> bool {
        self.has_one_of(&OUTLOOK)
    }

    /// It leans on the sentence before it.
    pub(crate) fn is_anaphoric(&self) -> bool {
        let words: Vec<&str> = self.words().take(3).collect();
        match words.as_slice() {
            [first, ..] if ANAPHORS.has(first) => true,
            ["the", second, ..] => ANAPHORS_AFTER_THE.contains(second),
            // "While these approaches …", "To address this, …"
            [first, rest @ ..] if LEADING.has(first) => {
                rest.iter().any(|word| ["this", "these", "those", "such", "its", "their"].contains(word))
            }
            _ => false,
        }
    }

    /// It sets itself against the sentence before it.
    pub(crate) fn is_contrast(&self) -> bool {
        self.starts_with_any(CONTRASTS)
    }

    /// It concludes with caution.
    pub(crate) fn is_hedged(&self) -> bool {
        self.has_one_of(&HEDGES)
    }

    /// It denies something.
    pub(crate) fn is_negative(&self) -> bool {
        self.has_one_of(&NEGATIONS)
    }

    /// It says that something is not in the archive, or not in a preprint.
    pub(crate) fn states_silence(&self) -> bool {
        self.is_negative() && self.words().any(|word| SILENCE_VERBS.has(word))
    }

    /// "It is further shown", "the discussion is then extended": such a participle after "is" or "are", adverbs between them passed over.
    fn is_done(&self, participle: impl Fn(&str) -> bool) -> bool {
        let words: Vec<&str> = self.words().collect();
        words.iter().enumerate().filter(|(_, word)| ["is", "are"].contains(word)).any(|(at, _)| {
            let mut behind = words.iter().skip(at + 1).take(3);
            behind.find(|word| !(BETWEEN.contains(word) || is_adverb(word))).is_some_and(|word| participle(word))
        })
    }

    /// A subject of the paper's own, then one of these verbs, adverbs between them passed over.
    fn subject_does(&self, verbs: &WordList) -> bool {
        let words: Vec<&str> = self.words().collect();
        words.iter().enumerate().filter(|(_, word)| SUBJECTS.contains(word)).any(|(at, _)| {
            words.iter().skip(at + 1).take(5).find(|word| !(BETWEEN.contains(word) || is_adverb(word))).is_some_and(|verb| verbs.has(verb))
        })
    }
}

/// Whether a word is a verb of finding or studying.
pub(crate) fn is_research_verb(word: &str) -> bool {
    let lower = word.to_lowercase();
    FINDING_VERBS.has(&lower) || PURPOSE_VERBS.has(&lower)
}

/// Whether a word is an adverb by its ending.
pub(crate) fn is_adverb(word: &str) -> bool {
    let lower = word.to_lowercase();
    lower.ends_with("ly")
        && !["anomaly", "family", "assembly", "supply", "early", "monopoly", "only", "poly", "fly", "july"].contains(&lower.as_str())
}

/// Where the cautious part of a sentence begins: at the first hedging word after its first clause, or at its start.
pub(crate) fn hedge_at(sentence: &str) -> Option<usize> {
    let lower = sentence.to_ascii_lowercase();
    let mut before = None;
    lower.char_indices().map(|(at, c)| (at, before.replace(c))).find_map(|(at, before)| {
        let begins_word = !before.is_some_and(char::is_alphanumeric);
        let is_hedge = || lower.get(at..).is_some_and(|text| HEDGES.begins(text, |rest| !rest.starts_with(char::is_alphanumeric)));
        (begins_word && is_hedge()).then_some(at)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn findings_studies_and_background_are_told_apart() {
        for (sentence, finds, announces, background) in [
            ("We also find that dark energy evolves.", true, false, false),
            ("Our results show that autoencoders improve.", true, false, false),
            ("In this paper, we study the sensitivity of these methods.", false, true, false),
            ("This study addresses it by investigating four methods.", false, true, false),
            ("The authors demonstrate a gain.", true, false, false),
            ("Anomaly detection is a vital technique.", false, false, true),
            ("The tension has been extensively studied.", false, false, true),
            ("Latent spaces are mapped.", false, false, false),
        ] {
            let spoken = Spoken::new(sentence);
            assert_eq!((spoken.finds(), spoken.announces(), spoken.is_background()), (finds, announces, background), "{sentence}");
        }
    }

    #[test]
    fn silence_is_recognised() {
        for (sentence, expected) in [
            ("The provided preprints don't directly address adversarial training.", true),
            ("None of the preprints discusses it.", true),
            ("The archive doesn’t contain work on this.", true),
            ("The preprints discuss it.", false),
        ] {
            assert_eq!(Spoken::new(sentence).states_silence(), expected, "{sentence}");
        }
    }

    #[test]
    fn the_hedge_is_found() {
        let sentence = "It reduces errors, suggesting that smoothing may hurt.";
        assert_eq!(hedge_at(sentence).map(|at| &sentence[at..at + 10]), Some("suggesting"));
        assert_eq!(hedge_at("The mayor reduces errors."), None);
    }
}
