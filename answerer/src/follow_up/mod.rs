//! Questions to go on with: a mechanism, a limit, a test, each naming concepts of the answer. They are candidates; the gateway asks the archive
//! whether it can answer them before it offers three.

mod nature;
mod reply;
mod statement;
mod template;
mod verb;

use antigravity_proto::types::{FollowUp, FollowUpKind};
use antigravity_text::{PreprintId, stems};
use foldhash::HashSet;

use crate::concept::{Concept, Relation, Vocabulary, read};
use crate::coverage::on_subject;
use crate::extractive::acronyms;
use crate::sources::{Source, Sources, stem_set};
use statement::{Statement, statements};

/// Longer ones are no questions to click on.
pub(crate) const MOST_WORDS: usize = 20;

/// Preprints that candidates are made from. With three kinds each, some are left when the archive turns others down.
const PREPRINTS: usize = 5;

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
    let near = on_subject(sources);
    // A preprint that has nothing to do with the question, though it was listed, leads nowhere that the asker would go.
    let first = cited.iter().filter_map(|id| near.iter().find(|source| source.id == *id));
    let rest = near.iter().filter(|source| !cited.contains(&source.id));
    let mut preprints: Vec<Preprint> = first
        .chain(rest)
        .map(|source| Preprint::new(source, &asked, &vocabulary))
        .filter(|preprint| !preprint.grounds.is_empty())
        .take(PREPRINTS)
        .collect();
    let mut found: Vec<FollowUp> = Vec::new();
    while found.len() < CANDIDATES {
        let kind = KINDS.get(found.len() % KINDS.len()).copied().unwrap_or(FollowUpKind::Mechanism);
        let Some(next) = next(&mut preprints, kind, &found).or_else(|| KINDS.iter().find_map(|kind| next(&mut preprints, *kind, &found)))
        else {
            break;
        };
        found.push(next);
    }
    found
}

/// The best question of a kind that isn't there yet: from what asks most, of the preprint that comes first, rather of one that wasn't asked about yet, and
/// of what no question was made from.
fn next(preprints: &mut [Preprint], kind: FollowUpKind, found: &[FollowUp]) -> Option<FollowUp> {
    let is_new = |question: &FollowUp| !found.iter().any(|other| other.question == question.question);
    let mut best: Option<(f64, usize, usize, FollowUp)> = None;
    for (place, preprint) in preprints.iter().enumerate() {
        let asked: u32 = preprint.grounds.iter().map(|ground| ground.used).sum();
        for (at, ground) in preprint.grounds.iter().enumerate() {
            let far = f64::from(u32::try_from(place).unwrap_or(u32::MAX)) * FURTHER;
            let cost = ground.rank + far + f64::from(asked) * ASKED_ABOUT + f64::from(ground.used) * USED;
            if best.as_ref().is_none_or(|(least, ..)| cost < *least)
                && let Some(question) = ground.ground.question(kind).filter(is_new)
            {
                best = Some((cost, place, at, question));
            }
        }
    }
    let (_, place, at, question) = best?;
    if let Some(ground) = preprints.get_mut(place).and_then(|preprint| preprint.grounds.get_mut(at)) {
        ground.used += 1;
    }
    Some(question)
}

/// More than the gateway checks: some are alike.
const CANDIDATES: usize = 12;

/// What speaks against a question: its preprint comes further down, was asked about already, or the very ground of the question was. Beside the ranks of
/// [`Preprint::new`]; by reading.
const FURTHER: f64 = 0.5;
/// See [`FURTHER`].
const ASKED_ABOUT: f64 = 1.0;
/// See [`FURTHER`].
const USED: f64 = 2.0;

/// What questions about a preprint are made from.
struct Preprint {
    grounds: Vec<Ranked>,
}

/// A ground, with what speaks against it.
struct Ranked {
    ground: Ground,
    rank: f64,
    /// The questions made from it.
    used: u32,
}

/// What one question is made from.
enum Ground {
    /// What the abstract says that one thing does to another.
    Statement(Statement),
    /// Two concepts that the title joins.
    Relation(Relation),
    /// What the title names.
    Concept(Concept),
}

impl Preprint {
    /// Nothing that the question says already, or the follow-up would repeat it.
    fn new(source: &Source, asked: &HashSet<String>, vocabulary: &Vocabulary) -> Self {
        let title = read(source, vocabulary);
        let acronyms = acronyms(source, vocabulary);
        let told = statements(source, vocabulary, &acronyms).into_iter().map(Ground::Statement);
        let joined = title.relation.into_iter().map(Ground::Relation);
        // What an abstract gives a short form it goes on to speak about.
        let explained = acronyms.iter().filter_map(|acronym| Concept::of_abstract(&acronym.long, source));
        let named = title.concepts.into_iter().chain(explained).map(Ground::Concept);
        let is_new = |ground: &Ground| ground.stems().iter().any(|stem| !asked.contains(stem));
        // A statement on what was asked goes on with it; one on something else leads away.
        let ranked = |ground: Ground| {
            let on_subject = ground.stems().iter().any(|stem| asked.contains(stem));
            let rank = match ground {
                Ground::Statement(_) if on_subject => 0.0,
                Ground::Relation(_) => 1.0,
                Ground::Statement(_) | Ground::Concept(_) if on_subject => 2.0,
                Ground::Statement(_) => 2.5,
                Ground::Concept(_) => 3.5,
            };
            Ranked { ground, rank, used: 0 }
        };
        Self { grounds: told.chain(joined).chain(named).filter(is_new).map(ranked).collect() }
    }
}

impl Ground {
    fn stems(&self) -> Vec<String> {
        match self {
            Self::Statement(statement) => stems(&format!("{} {} {}", statement.subject, statement.verb.base, statement.object)),
            Self::Relation(relation) => relation.subject.stems.iter().chain(&relation.object.stems).cloned().collect(),
            Self::Concept(concept) => concept.stems.clone(),
        }
    }

    fn question(&self, kind: FollowUpKind) -> Option<FollowUp> {
        match self {
            Self::Statement(statement) => template::of_statement(kind, statement),
            Self::Relation(relation) => template::of_two(kind, relation),
            Self::Concept(concept) => template::of_one(kind, concept),
        }
    }
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
        let first: HashSet<i32> = found.iter().take(3).map(|candidate| candidate.kind).collect();
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
