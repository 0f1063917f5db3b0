//! A sentence of an abstract in reported speech, so that it reads as the answer's sentence and its words stay the source's; as a quotation where
//! that can't be had without a fault of grammar.

use antigravity_proto::types::TextOrigin;

use super::acronym::{Acronym, explained};
use super::candidate::is_background;
use super::display::displayed;
use super::lead_in::capitalised;
use super::orphan::OWN_MEANS;
use super::select::Quoted;
use super::tidy;
use crate::concept::Vocabulary;
use crate::rhetoric::{Spoken, is_adverb, is_research_verb};
use crate::sources::Source;

/// Verbs after which "that …" can have the preprint as its subject, with that form.
const REPORTING: &[(&str, &str)] = &[
    ("find", "finds"),
    ("found", "found"),
    ("show", "shows"),
    ("showed", "showed"),
    ("demonstrate", "demonstrates"),
    ("demonstrated", "demonstrated"),
    ("conclude", "concludes"),
    ("observe", "observes"),
    ("observed", "observed"),
    ("argue", "argues"),
    ("prove", "proves"),
    ("confirm", "confirms"),
    ("establish", "establishes"),
    ("report", "reports"),
    ("infer", "infers"),
    ("suggest", "suggests"),
    ("note", "notes"),
    ("reveal", "reveals"),
    ("indicate", "indicates"),
    ("imply", "implies"),
    ("highlight", "highlights"),
    ("see", "sees"),
    ("emphasize", "emphasizes"),
];

/// A preprint by which its authors speak of themselves.
pub(super) fn is_own_work(noun: &str) -> bool {
    ["work", "paper", "study", "letter", "article", "analysis", "research", "review", "thesis", "investigation"].contains(&noun)
}

/// What it brought, by which they speak of it.
pub(super) fn is_own_results(noun: &str) -> bool {
    ["results", "findings", "result"].contains(&noun)
}

/// Tells what one preprint says.
pub(super) struct Reporter<'a> {
    pub(super) source: &'a Source,
    pub(super) vocabulary: &'a Vocabulary,
    /// Those that the preprint explains.
    pub(super) acronyms: Vec<Acronym>,
    /// The paragraph's place on the page, by which set phrases alternate.
    pub(super) place: usize,
}

/// How one sentence is to be told.
struct Telling<'a> {
    contrast: Option<&'a str>,
    nth: usize,
    /// The text is the abstract's own, so that it may stand in quotation marks.
    verbatim: bool,
    is_background: bool,
}

/// How a sentence begins, with what follows.
enum Begins<'a> {
    /// "We find …"
    We(&'a str),
    /// "This work shows …"
    OwnWork(&'a str),
    /// "Our results show …"
    OwnResults(&'a str),
    /// "The authors find …", in summaries.
    Authors(&'a str),
    /// Anything else.
    Other(&'a str),
}

impl Reporter<'_> {
    /// The sentence as the `nth` statement of its paragraph, cited. Where the sentence before it is quoted too, a contrast keeps its connective. An
    /// acronym that the page didn't explain so far (`known`) is explained. `None` when it can be told neither way.
    pub(super) fn report(&self, quoted: &Quoted<'_>, nth: usize, known: &mut Vec<String>) -> Option<String> {
        let sentence = &quoted.text;
        let shown = displayed(sentence);
        let mut explained_now = known.clone();
        let text = explained(&tidy::untied(&shown), &self.acronyms, &mut explained_now);
        let told = Telling {
            contrast: tidy::contrast(sentence).filter(|_| quoted.follows && nth > 0),
            nth,
            verbatim: text == tidy::untied(sentence),
            is_background: is_background(self.source, quoted.at, quoted.sentence),
        };
        let told = if self.source.origin == TextOrigin::Summary {
            self.of_summary(&text, nth, told.contrast)
        } else {
            self.of_abstract(&text, &told, sentence)
        };
        if told.is_some() {
            // Only what stands on the page was explained.
            *known = explained_now;
        }
        told.or_else(|| self.quotation(sentence, nth).filter(|_| shown == *sentence))
    }

    fn of_abstract(&self, text: &str, telling: &Telling<'_>, sentence: &str) -> Option<String> {
        let id = &self.source.id;
        if telling.nth > 0 {
            if telling.contrast.is_none()
                && telling.verbatim
                && matches!(begins(text), Begins::Other(_))
                && !speaks_in_first_person(text)
                && let Some(quotation) = self.quotation(sentence, telling.nth)
            {
                return Some(quotation);
            }
            let statement = self.statement(text)?;
            return Some(match telling.contrast {
                Some(connective) => format!("{connective}, {statement} [{id}]."),
                None => format!("{} [{id}].", capitalised(&statement)),
            });
        }
        Some(match begins(text) {
            Begins::We(rest) | Begins::OwnResults(rest) if reporting(rest).is_some_and(|(_, clause)| !speaks_in_first_person(clause)) => {
                let (verb, clause) = reporting(rest)?;
                format!("[{id}] {verb} that {clause}.")
            }
            Begins::OwnWork(rest) => format!("[{id}] {}.", third_person(rest, false)?),
            Begins::Other(text) if !speaks_in_first_person(text) => {
                let verb = if telling.is_background { "recalls" } else { "reports" };
                format!("[{id}] {verb} that {}.", self.with_its_means(text))
            }
            _ => format!("In [{id}], {}.", self.statement(text)?),
        })
    }

    /// "The approach retains" as "its approach retains": the preprint was just named.
    fn with_its_means(&self, text: &str) -> String {
        let mut words = text.splitn(4, ' ');
        let (the, noun, next) = (words.next().unwrap_or(""), words.next().unwrap_or(""), words.next().unwrap_or(""));
        let is_own = ["the", "this"].contains(&the.to_lowercase().as_str()) && OWN_MEANS.contains(&noun);
        match text.get(the.len()..) {
            Some(rest) if is_own && !["of", "for", "in", "to", "based", "that", "by"].contains(&next) => format!("its{rest}"),
            _ => self.lowered(text),
        }
    }

    fn of_summary(&self, text: &str, nth: usize, contrast: Option<&str>) -> Option<String> {
        let id = &self.source.id;
        let statement = authors_named(&self.statement(text)?);
        Some(match (nth, contrast.is_some(), self.place % 2) {
            (0, _, 0) => format!("By its summary, [{id}] reports that {statement}."),
            (0, _, _) => format!("A summary of [{id}] says that {statement}."),
            (_, true, _) => format!("The same summary adds, however, that {statement} [{id}]."),
            (1, _, _) => format!("The same summary adds that {statement} [{id}]."),
            _ => format!("It also says that {statement} [{id}]."),
        })
    }

    /// The sentence as a clause that begins in lower case, in the third person.
    fn statement(&self, text: &str) -> Option<String> {
        match begins(text) {
            Begins::We(rest) | Begins::Authors(rest) => Some(format!("the authors {}", third_person(rest, true)?)),
            Begins::OwnWork(rest) => Some(format!("the work {}", third_person(rest, false)?)),
            Begins::OwnResults(rest) => Some(format!("the results {}", third_person(rest, false)?)),
            Begins::Other(text) => third_person(&self.lowered(text), false),
        }
    }

    /// Word for word. Of a summary it is the summary's.
    fn quotation(&self, sentence: &str, nth: usize) -> Option<String> {
        let words = tidy::without_enumerator(sentence.trim());
        if words.contains(['“', '”', '"', '«', '»']) {
            return None;
        }
        let id = &self.source.id;
        Some(match (self.source.origin == TextOrigin::Summary, nth) {
            (true, _) => format!("A summary of [{id}] puts it so: “{words}”"),
            (false, 0) => format!("[{id}] states: “{words}”"),
            (false, 1) if self.place.is_multiple_of(2) => format!("In its own words: “{words}” [{id}]."),
            (false, 1) => format!("Its abstract adds: “{words}” [{id}]."),
            (false, _) => format!("And further: “{words}” [{id}]."),
        })
    }

    /// The first word as it reads within a sentence.
    fn lowered(&self, text: &str) -> String {
        let (first, rest) = text.split_at_checked(text.find(char::is_whitespace).unwrap_or(text.len())).unwrap_or((text, ""));
        let core = first.trim_end_matches([',', ';']);
        let mark = first.strip_prefix(core).unwrap_or("");
        format!("{}{mark}{rest}", self.vocabulary.within_sentence(core))
    }
}

fn begins(text: &str) -> Begins<'_> {
    let mut words = text.splitn(3, ' ');
    let (first, second, rest) = (words.next().unwrap_or(""), words.next().unwrap_or(""), words.next().unwrap_or(""));
    let after_first = text.get(first.len()..).unwrap_or("").trim_start();
    match (first.to_lowercase().as_str(), second) {
        ("we", _) => Begins::We(after_first),
        ("this", noun) if is_own_work(noun) => Begins::OwnWork(rest),
        ("our" | "these" | "the", noun) if is_own_results(noun) => Begins::OwnResults(rest),
        ("the", "authors") => Begins::Authors(rest),
        _ => Begins::Other(text),
    }
}

/// "With 47 sirens, they obtain …", where nobody was named before: in a summary it is the authors who find and study.
fn authors_named(text: &str) -> String {
    let Some((before, after)) = text.split_once(", they ") else { return text.to_owned() };
    let verb = after.split(|c: char| !c.is_alphanumeric()).next().unwrap_or("");
    if before.contains("authors") || !is_research_verb(verb) {
        return text.to_owned();
    }
    format!("{before}, the authors {after}")
}

/// Of "also find that the gain is small" the verb for a singular subject and the clause.
fn reporting(rest: &str) -> Option<(String, &str)> {
    let (before, clause) = rest.split_once(" that ")?;
    let mut words: Vec<&str> = before.split(' ').collect();
    let verb = words.pop()?;
    let adverbs_only = words.iter().all(|word| is_adverb(word) || ["also", "further", "then", "thus", "therefore"].contains(word));
    let singular = REPORTING.iter().find(|(base, _)| *base == verb).map(|(_, singular)| *singular)?;
    // "We also find": besides what isn't quoted here.
    words.retain(|word| !["also", "further", "then", "thus", "therefore"].contains(word));
    words.push(singular);
    (adverbs_only && !clause.is_empty()).then(|| (words.join(" "), clause))
}

/// `we`, `our`, `us`, `I`, `my` anywhere outside mathematics.
fn speaks_in_first_person(text: &str) -> bool {
    let outside: String = text.split('$').step_by(2).collect();
    outside
        .split(|c: char| !c.is_alphanumeric())
        .any(|word| matches!(word, "we" | "We" | "our" | "Our" | "us" | "I" | "my" | "My" | "ours" | "ourselves"))
}

/// What "our" means everybody's of.
const OURS: &[&str] = &["galaxy", "knowledge", "own", "sun", "understanding", "universe", "view", "world"];

/// Whether some "our" is not the authors': "our understanding of the universe".
fn speaks_for_all(text: &str) -> bool {
    let spoken = Spoken::new(text);
    let words: Vec<&str> = spoken.words().collect();
    words.iter().enumerate().any(|(at, word)| *word == "our" && words.iter().skip(at + 1).take(2).any(|noun| OURS.contains(noun)))
}

/// `we` becomes `the authors`, and `they` once they are named; `our` and `us` likewise. `None` for a single author's `I` and `my`, whose verbs would
/// have to follow, and which may be the numeral of "type I".
fn third_person(text: &str, named: bool) -> Option<String> {
    if speaks_for_all(text) {
        return None;
    }
    let mut named = named;
    let mut result = String::with_capacity(text.len() + 16);
    let mut mathematics = false;
    for piece in text.split_inclusive(|c: char| !c.is_alphanumeric()) {
        let word = piece.trim_end_matches(|c: char| !c.is_alphanumeric());
        let mark = piece.get(word.len()..).unwrap_or("");
        let replaced = match word {
            _ if mathematics => word,
            "we" | "We" if named => "they",
            "we" | "We" => "the authors",
            "our" | "Our" if named => "their",
            "our" | "Our" => "the authors'",
            "us" => "them",
            "ours" => "theirs",
            "ourselves" => "themselves",
            "I" | "my" | "My" | "me" => return None,
            _ => word,
        };
        named |= replaced != word;
        result.push_str(replaced);
        result.push_str(mark);
        mathematics ^= mark.contains('$');
    }
    Some(result)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sources::fixture;

    #[test]
    fn summaries_name_the_authors() {
        for (text, expected) in [
            ("with 47 sirens, they obtain it", "with 47 sirens, the authors obtain it"),
            ("the authors add data, they obtain it", "the authors add data, they obtain it"),
            ("where flows fail, they diverge", "where flows fail, they diverge"),
        ] {
            assert_eq!(authors_named(text), expected);
        }
    }

    #[test]
    fn sentences_are_told_in_the_third_person() {
        let sources = fixture::anomaly();
        let vocabulary = Vocabulary::new(&sources);
        let source = &sources.list[0];
        let acronyms = vec![Acronym { short: "WL".to_owned(), long: "weak lensing".to_owned() }];
        let reporter = Reporter { source, vocabulary: &vocabulary, acronyms, place: 1 };
        let id = source.id.as_str();
        for (sentence, nth, follows, expected) in [
            ("We also find that latent spaces help.", 0, false, "[ID] finds that latent spaces help."),
            ("We find that our method helps us.", 0, false, "In [ID], the authors find that their method helps them."),
            ("Our results show that the gain is $g_{we}$.", 0, false, "[ID] shows that the gain is $g_{we}$."),
            ("In this paper, we study anomalies.", 0, false, "In [ID], the authors study anomalies."),
            ("This work explores autoencoders.", 0, false, "[ID] explores autoencoders."),
            ("Using our data, we set limits.", 0, false, "In [ID], using the authors' data, they set limits."),
            ("The gain is large.", 0, false, "[ID] reports that the gain is large."),
            ("It is found that the gain is large.", 0, false, "[ID] reports that the gain is large."),
            ("The method retains sensitivity.", 0, false, "[ID] reports that its method retains sensitivity."),
            ("The method of lines converges.", 0, false, "[ID] reports that the method of lines converges."),
            ("The WL maps to \\(z=2\\) are noisy.", 0, false, "[ID] reports that the weak lensing (WL) maps to $z=2$ are noisy."),
            ("The WL maps are noisy.", 1, false, "The weak lensing (WL) maps are noisy [ID]."),
            ("LHC data agree.", 0, false, "[ID] reports that LHC data agree."),
            ("I show that type I works.", 0, false, "[ID] states: “I show that type I works.”"),
            ("We advance our understanding of it.", 0, false, "[ID] states: “We advance our understanding of it.”"),
            ("The gain is large.", 1, false, "Its abstract adds: “The gain is large.” [ID]."),
            ("However, the gain is small.", 1, true, "However, the gain is small [ID]."),
            ("We release the code.", 1, false, "The authors release the code [ID]."),
        ] {
            let quoted = Quoted { at: 2, text: sentence.to_owned(), follows, sentence: &source.sentences[0] };
            let told = Quoted { sentence: &finding(), ..quoted };
            assert_eq!(reporter.report(&told, nth, &mut Vec::new()), Some(expected.replace("ID", id)), "{sentence}");
        }
    }

    fn finding() -> crate::sources::Sentence {
        crate::sources::Sentence::new("We find a gain.", 0..15, Default::default(), 0.0)
    }
}
