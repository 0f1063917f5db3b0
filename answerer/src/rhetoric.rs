//! What a sentence does: report a finding, announce a study, give background, conclude with caution, state silence. Judged by the set phrases of
//! English scientific prose (facts/answering.md, section 3); a parser would see more, and cost more than it tells here.

/// Adverbs and the like that stand between a subject and its verb.
const BETWEEN: &[&str] = &["also", "further", "then", "thus", "hence", "first", "here", "furthermore", "therefore", "have", "has", "then", "in", "addition"];
const SUBJECTS: &[&str] = &["we", "i", "authors", "they", "paper", "work", "study", "letter", "article", "analysis", "thesis", "it", "researchers"];
const FINDING_VERBS: &[&str] = &[
    "find", "finds", "found", "show", "shows", "showed", "shown", "demonstrate", "demonstrates", "demonstrated", "conclude", "concludes", "concluded",
    "obtain", "obtains", "obtained", "derive", "derives", "derived", "prove", "proves", "proved", "report", "reports", "reported", "detect",
    "detects", "detected", "measure", "measures", "measured", "observe", "observes", "observed", "establish", "establishes", "established",
    "identify", "identifies", "identified", "constrain", "constrains", "constrained", "confirm", "confirms", "confirmed", "uncover", "uncovers",
    "uncovered", "infer", "infers", "inferred", "estimate", "estimates", "estimated", "determine", "determines", "determined", "discover",
    "discovers", "discovered", "reveal", "reveals", "revealed", "rule", "rules",
];
const PURPOSE_VERBS: &[&str] = &[
    "study", "studies", "studied", "investigate", "investigates", "investigated", "consider", "considers", "considered", "explore", "explores",
    "explored", "propose", "proposes", "proposed", "present", "presents", "presented", "develop", "develops", "developed", "introduce",
    "introduces", "introduced", "discuss", "discusses", "discussed", "review", "reviews", "reviewed", "examine", "examines", "examined", "analyse",
    "analyses", "analysed", "analyze", "analyzes", "analyzed", "aim", "aims", "aimed", "describe", "describes", "described", "revisit", "revisits",
    "revisited", "extend", "extends", "extended", "apply", "applies", "applied", "employ", "employs", "employed", "use", "uses", "used", "perform",
    "performs", "performed", "address", "addresses", "addressed", "compare", "compares", "compared", "evaluate", "evaluates", "evaluated",
];
const RESULT_PHRASES: &[&str] = &[
    "results show", "results indicate", "results suggest", "results imply", "results demonstrate", "results reveal", "results confirm",
    "results highlight", "findings show", "findings suggest", "findings indicate", "findings highlight", "findings reveal", "our results",
    "our findings", "our analysis", "our constraints", "is found", "are found", "was found", "were found", "is shown", "are shown",
    "is consistent", "are consistent", "is inconsistent", "are inconsistent", "is excluded", "are excluded", "is favored", "are favored",
    "is favoured", "are favoured", "is disfavored", "are disfavored", "is disfavoured", "are disfavoured", "is preferred", "are preferred",
    "suggests that", "indicates that", "implies that", "implying", "constrains", "evidence for", "evidence of", "evidence that", "outperforms",
    "outperform", "leads to", "lead to", "resulting in", "improves", "can significantly", "reduces", "enhances", "enhance",
];
const BACKGROUND_STARTS: &[&str] = &[
    "in recent years", "recently", "over the past", "the study of", "the search for", "searches for", "the field of", "the problem of", "the nature of", "the origin of", "it is known",
    "it is well known", "with the", "despite the", "motivated by", "most of the",
];
const BACKGROUND_PHRASES: &[&str] = &[
    "has been", "have been", "has become", "have become", "has long", "have long", "has attracted", "have attracted", "has emerged", "have emerged",
    "has remained", "have remained", "is one of", "is a key", "is a major", "is a promising", "is a vital", "is crucial", "is essential",
    "are crucial", "are essential", "plays a", "play a", "remains a", "is a powerful",
];
const ANAPHORS: &[&str] = &[
    "this", "these", "those", "it", "they", "such", "that", "their", "its", "both", "former", "latter", "here", "he", "she", "another", "similarly",
    "likewise", "second", "secondly", "third", "thirdly", "it's", "there", "first", "firstly",
];
const ANAPHORS_AFTER_THE: &[&str] = &["former", "latter", "same", "above", "resulting", "corresponding", "proposed", "second", "third", "other", "two"];
const CONTRASTS: &[&str] = &["in contrast", "however", "on the other hand", "by contrast", "conversely", "nevertheless", "but", "instead", "only", "yet"];
const HEDGES: &[&str] = &[
    "suggesting", "suggests", "suggest", "implying", "implies", "imply", "the implication being", "hints", "hinting", "hint", "might", "may", "could",
    "plausibly", "would", "presumably", "possibly", "perhaps", "likely", "potentially", "seems", "appears", "indicating",
];
const ARCHIVE_WORDS: &[&str] = &["archive", "preprint", "preprints", "source", "sources", "literature", "abstract", "abstracts"];
const NEGATIONS: &[&str] = &[
    "not", "no", "none", "nor", "neither", "never", "cannot", "can't", "don't", "doesn't", "didn't", "isn't", "aren't", "without", "nothing", "silent",
    "fails", "fail", "failed", "lack", "lacks", "unable", "won't", "couldn't",
];
const SILENCE_VERBS: &[&str] = &[
    "address", "addresses", "discuss", "discusses", "mention", "mentions", "contain", "contains", "cover", "covers", "report", "reports", "compare",
    "compares", "speak", "speaks", "test", "tests", "study", "studies", "settle", "settles", "answer", "answers", "include", "includes", "treat",
    "say", "says", "provide", "provides", "hold", "holds", "give", "describe", "examine", "examines", "consider", "considers", "investigate", "bears",
    "silent", "explore", "explores", "have", "has", "support", "evaluate",
];

/// A sentence as its words in lower case, with one space before, between and after them, so that phrases can be looked for.
pub(crate) struct Spoken {
    text: String,
}

impl Spoken {
    pub(crate) fn new(sentence: &str) -> Self {
        let mut text = String::from(" ");
        for word in sentence.split(|c: char| !(c.is_alphanumeric() || matches!(c, '\'' | '’' | '-'))) {
            let word = word.trim_matches(['-', '\'', '’']);
            if !word.is_empty() {
                text.push_str(&word.to_lowercase().replace('’', "'"));
                text.push(' ');
            }
        }
        Self { text }
    }

    pub(crate) fn words(&self) -> impl Iterator<Item = &str> {
        self.text.split(' ').filter(|word| !word.is_empty())
    }

    pub(crate) fn has(&self, phrase: &str) -> bool {
        self.text.contains(&format!(" {phrase} "))
    }

    pub(crate) fn has_any(&self, phrases: &[&str]) -> bool {
        phrases.iter().any(|phrase| self.has(phrase))
    }

    pub(crate) fn starts_with_any(&self, phrases: &[&str]) -> bool {
        phrases.iter().any(|phrase| self.text.starts_with(&format!(" {phrase} ")))
    }

    /// It reports a finding.
    pub(crate) fn finds(&self) -> bool {
        self.subject_does(FINDING_VERBS) || self.has_any(RESULT_PHRASES)
    }

    /// It says what is studied, not what was found.
    pub(crate) fn announces(&self) -> bool {
        !self.finds() && (self.subject_does(PURPOSE_VERBS) || self.has_any(&["in this paper", "in this work", "in this letter", "in this study", "is to"]))
    }

    /// It tells as found, in whatever voice: for claims about a source, whose subject is an id.
    pub(crate) fn tells_as_found(&self) -> bool {
        let told = |verbs: &[&str]| self.words().any(|word| verbs.contains(&word));
        told(&["found", "finds", "showed", "shows", "demonstrated", "demonstrates", "proved", "proves", "established", "revealed", "reveals"])
            || told(&["confirmed", "confirms", "concluded", "concludes", "discovered", "discovers", "establishes", "observed", "observes"])
    }

    /// It tells what everybody knows.
    pub(crate) fn is_background(&self) -> bool {
        self.starts_with_any(BACKGROUND_STARTS) || BACKGROUND_PHRASES.iter().any(|phrase| self.text.find(&format!(" {phrase} ")).is_some_and(|at| at < 70))
    }

    /// It leans on the sentence before it.
    pub(crate) fn is_anaphoric(&self) -> bool {
        let mut words = self.words();
        let first = words.next().unwrap_or("");
        ANAPHORS.contains(&first) || (first == "the" && words.next().is_some_and(|second| ANAPHORS_AFTER_THE.contains(&second)))
    }

    /// It sets itself against the sentence before it.
    pub(crate) fn is_contrast(&self) -> bool {
        self.starts_with_any(CONTRASTS)
    }

    /// It concludes with caution.
    pub(crate) fn is_hedged(&self) -> bool {
        self.has_any(HEDGES)
    }

    /// It denies something.
    pub(crate) fn is_negative(&self) -> bool {
        self.has_any(NEGATIONS)
    }

    /// It speaks of the archive or its preprints as such.
    pub(crate) fn is_about_the_archive(&self) -> bool {
        self.has_any(ARCHIVE_WORDS)
    }

    /// It says that something is not in the archive, or not in a preprint.
    pub(crate) fn states_silence(&self) -> bool {
        self.is_negative() && self.words().any(|word| SILENCE_VERBS.contains(&word))
    }

    /// A subject of the paper's own, then one of these verbs, adverbs between them passed over.
    fn subject_does(&self, verbs: &[&str]) -> bool {
        let words: Vec<&str> = self.words().collect();
        words.iter().enumerate().filter(|(_, word)| SUBJECTS.contains(word)).any(|(at, _)| {
            words
                .iter()
                .skip(at + 1)
                .take(5)
                .find(|word| !(BETWEEN.contains(word) || is_adverb(word)))
                .is_some_and(|verb| verbs.contains(verb))
        })
    }
}

/// Whether a word is a verb of finding or studying.
pub(crate) fn is_research_verb(word: &str) -> bool {
    let lower = word.to_lowercase();
    FINDING_VERBS.contains(&lower.as_str()) || PURPOSE_VERBS.contains(&lower.as_str())
}

/// Whether a word is an adverb by its ending.
pub(crate) fn is_adverb(word: &str) -> bool {
    let lower = word.to_lowercase();
    lower.ends_with("ly") && !["anomaly", "family", "assembly", "supply", "early", "monopoly", "only", "poly", "fly", "july"].contains(&lower.as_str())
}

/// Where the cautious part of a sentence begins: at the first hedging word after its first clause, or at its start.
pub(crate) fn hedge_at(sentence: &str) -> Option<usize> {
    let lower = sentence.to_ascii_lowercase();
    HEDGES.iter().filter_map(|hedge| find_word(&lower, hedge)).min()
}

/// The first place of a whole word or phrase.
fn find_word(text: &str, wanted: &str) -> Option<usize> {
    text.match_indices(wanted).map(|(at, _)| at).find(|at| {
        let before = text.get(..*at).and_then(|before| before.chars().next_back());
        let after = text.get(at + wanted.len()..).and_then(|after| after.chars().next());
        !before.is_some_and(char::is_alphanumeric) && !after.is_some_and(char::is_alphanumeric)
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
        for sentence in
            ["The provided preprints don't directly address adversarial training.", "None of the preprints discusses it.", "The archive doesn’t contain work on this."]
        {
            let spoken = Spoken::new(sentence);
            assert!(spoken.states_silence() && spoken.is_about_the_archive(), "{sentence}");
        }
        assert!(!Spoken::new("The preprints discuss it.").states_silence());
    }

    #[test]
    fn the_hedge_is_found() {
        let sentence = "It reduces errors, suggesting that smoothing may hurt.";
        assert_eq!(hedge_at(sentence).map(|at| &sentence[at..at + 10]), Some("suggesting"));
        assert_eq!(hedge_at("The mayor reduces errors."), None);
    }
}
