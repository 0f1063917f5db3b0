//! Questions to go on with: a mechanism, a limit, a test, each naming concepts of the answer. They are candidates; the gateway asks the archive
//! whether it can answer them before it offers three.

mod reply;
mod template;

use std::collections::HashSet;

use antigravity_proto::types::{FollowUp, FollowUpKind};
use antigravity_text::PreprintId;

use crate::concept::{Concept, Relation, Vocabulary, read};
use crate::coverage::relevant;
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
    let near = relevant(sources);
    // A preprint that has nothing to do with the question, though it was listed, leads nowhere that the asker would go.
    let first = cited.iter().filter_map(|id| near.iter().find(|source| source.id == *id));
    let rest = near.iter().filter(|source| !cited.contains(&source.id));
    let all = first.map(|source| (true, source)).chain(rest.map(|source| (false, source)));
    let mut named: Vec<String> = Vec::new();
    let mut grounds: Vec<(bool, Ground)> = Vec::new();
    for (is_cited, ground) in all.filter_map(|(is_cited, source)| Some((is_cited, ground(source, &asked, &vocabulary)?))) {
        // Two preprints may name the same.
        if !named.contains(&ground.name().text) {
            named.push(ground.name().text.clone());
            grounds.push((is_cited, ground));
        }
    }
    // The answer's own come first. What two concepts are joined in a title asks more than one concept does.
    grounds.sort_by_key(|(is_cited, ground)| (!is_cited, matches!(ground, Ground::Concept(_))));
    grounds.truncate(PREPRINTS);
    // One kind of each preprint in turn, so that the first three are of three kinds, and of three preprints where there are as many.
    let mut found: Vec<FollowUp> = Vec::new();
    for round in 0..grounds.len() {
        for (at, kind) in KINDS.iter().enumerate() {
            found.extend(grounds.get((at + round) % grounds.len()).and_then(|(_, ground)| ground.question(*kind)));
        }
    }
    found
}

/// What a question about a preprint is made from.
enum Ground {
    /// Two concepts that its title joins.
    Relation(Relation),
    /// What it is about.
    Concept(Concept),
}

impl Ground {
    fn name(&self) -> &Concept {
        match self {
            Self::Relation(relation) => &relation.subject,
            Self::Concept(concept) => concept,
        }
    }

    fn question(&self, kind: FollowUpKind) -> Option<FollowUp> {
        match self {
            Self::Relation(relation) => template::of_two(kind, relation),
            Self::Concept(concept) => template::of_one(kind, concept),
        }
    }
}

/// From the title: what it joins, else what it names first. Nothing that the question says already, or the follow-up would repeat it.
fn ground(source: &Source, asked: &HashSet<String>, vocabulary: &Vocabulary) -> Option<Ground> {
    let is_new = |concept: &Concept| concept.stems.iter().any(|stem| !asked.contains(stem));
    let title = read(source, vocabulary);
    if let Some(relation) = title.relation
        && (is_new(&relation.subject) || is_new(&relation.object))
    {
        return Some(Ground::Relation(relation));
    }
    title.concepts.into_iter().find(|concept| is_new(concept) && !concept.text.contains('$')).map(Ground::Concept)
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
    fn nothing_near_gives_no_candidates() {
        let sources = fixture::sources("What is the best fertiliser for tomatoes?");
        assert_eq!(candidates("What is the best fertiliser for tomatoes?", &sources, &[sources.list[0].id.clone()], ""), []);
    }

    #[test]
    fn the_models_own_come_first() {
        let found = candidates("x", &fixture::anomaly(), &[], "- Where does training fail?\n");
        assert_eq!((found[0].question.as_str(), found[0].kind()), ("Where does training fail?", FollowUpKind::Limit));
    }
}
