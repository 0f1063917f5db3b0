//! Questions to go on with: a mechanism, a limit, a test, each naming concepts of the answer. They are candidates; the gateway asks the archive
//! whether it can answer them before it offers three.

mod reply;
mod template;

use antigravity_proto::types::{FollowUp, FollowUpKind};
use antigravity_text::PreprintId;

use crate::concept::{Concept, Vocabulary, concepts};
use crate::sources::{Source, Sources, stem_set};

/// Longer ones are no questions to click on.
pub(crate) const MOST_WORDS: usize = 20;

/// Preprints that candidates are made from. With three kinds each, some are left when the archive turns others down.
const PREPRINTS: usize = 4;

/// The order in which candidates of a preprint come, and in which the page shows them.
const KINDS: [FollowUpKind; 3] = [FollowUpKind::Mechanism, FollowUpKind::Limit, FollowUpKind::Test];

/// Candidates, best first: the model's own, then ours from the preprints that the answer cited, then from the others.
pub(crate) fn candidates(question: &str, sources: &Sources, cited: &[PreprintId], reply: &str) -> Vec<FollowUp> {
    let mut found = reply::parsed(reply);
    for candidate in from_sources(question, sources, cited) {
        if !found.iter().any(|other| other.question.eq_ignore_ascii_case(&candidate.question)) {
            found.push(candidate);
        }
    }
    found.retain(|candidate| !candidate.question.eq_ignore_ascii_case(question.trim()));
    found
}

fn from_sources(question: &str, sources: &Sources, cited: &[PreprintId]) -> Vec<FollowUp> {
    let vocabulary = Vocabulary::new(sources);
    let asked = stem_set(question);
    let first = cited.iter().filter_map(|id| sources.get(id));
    let rest = sources.list.iter().filter(|source| !cited.contains(&source.id));
    let pairs: Vec<(Concept, Concept)> = first.chain(rest).filter_map(|source| pair(source, &asked, &vocabulary)).take(PREPRINTS).collect();
    // One kind of each preprint in turn, so that the first three are of three kinds and three preprints.
    (0..KINDS.len())
        .flat_map(|round| pairs.iter().enumerate().map(move |(at, pair)| (at + round, pair)))
        .filter_map(|(turn, (subject, object))| {
            KINDS.get(turn % KINDS.len()).and_then(|kind| template::question(*kind, turn, subject, object))
        })
        .collect()
}

/// Two concepts of a preprint that a question can join: what it is about, from its title, and what it speaks of besides.
fn pair(source: &Source, asked: &std::collections::HashSet<String>, vocabulary: &Vocabulary) -> Option<(Concept, Concept)> {
    let mut best: Vec<&crate::sources::Sentence> = source.sentences.iter().collect();
    best.sort_by(|a, b| b.similarity.total_cmp(&a.similarity));
    let found = concepts(source, best.iter().map(|sentence| sentence.text.as_str()), vocabulary);
    let in_title = |concept: &&Concept| concept.in_title;
    let heaviest = |a: &&Concept, b: &&Concept| a.weight().total_cmp(&b.weight());
    let subject = found.iter().filter(in_title).max_by(heaviest).or_else(|| found.iter().max_by(heaviest))?;
    // New to the question, so that the follow-up is none of its paraphrases.
    let is_new = |concept: &&Concept| concept.stems.iter().filter(|stem| !asked.contains(*stem)).count() * 2 >= concept.stems.len();
    let object = found.iter().filter(|concept| !concept.overlaps(subject)).filter(is_new).max_by(heaviest)?;
    Some((subject.clone(), object.clone()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sources::fixture;

    #[test]
    fn candidates_are_short_questions_of_three_kinds() {
        let sources = fixture::anomaly();
        let found = candidates("Do autoencoders help?", &sources, &[sources.list[1].id.clone()], "");
        assert!(found.len() >= 6, "{found:?}");
        let first: std::collections::HashSet<i32> = found.iter().take(3).map(|candidate| candidate.kind).collect();
        assert_eq!(first.len(), 3, "{found:?}");
        for candidate in &found {
            assert!(candidate.question.ends_with('?') && candidate.question.split_whitespace().count() <= MOST_WORDS, "{candidate:?}");
        }
    }

    #[test]
    fn the_models_own_come_first() {
        let found = candidates("x", &fixture::anomaly(), &[], "- Where does training fail?\n");
        assert_eq!((found[0].question.as_str(), found[0].kind()), ("Where does training fail?", FollowUpKind::Limit));
    }
}
