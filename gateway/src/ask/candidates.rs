//! Which follow-ups are worth checking, and which of those that passed are offered. Pure.

use std::collections::BTreeSet;

use antigravity_proto::types::FollowUp;
use antigravity_text::stems;

/// How many follow-ups an answer offers.
pub(super) const OFFERED: usize = 3;

/// How many candidates are checked at most: each costs an embedding and a search. Twice and a half as many as are offered.
const CHECKED: usize = 8;

/// How many are checked in one call: one more than are offered, since some fail.
pub(super) const CHECKED_AT_ONCE: usize = 4;

/// Two questions are the same to a reader when they share this much of their content words (stems in both / stems in either): of six words
/// all but one. Cosines, which also see paraphrases in other words, don't come with a search's reply.
const SAME: f64 = 0.75;

/// The candidates worth checking, best first: none that says again what was asked, or what a better candidate says.
pub(super) fn distinct<'a>(candidates: &[FollowUp], asked: impl Iterator<Item = &'a str>) -> Vec<FollowUp> {
    let mut seen: Vec<BTreeSet<String>> = asked.map(content).collect();
    let mut distinct = Vec::new();
    for candidate in candidates {
        let content = content(&candidate.question);
        if candidate.question.trim().is_empty() || seen.iter().any(|other| same(other, &content)) {
            continue;
        }
        seen.push(content);
        distinct.push(candidate.clone());
        if distinct.len() == CHECKED {
            break;
        }
    }
    distinct
}

/// Up to three of the candidates that passed: the best of each kind first, then the best of the rest. In the order of the candidates.
pub(super) fn chosen(passed: Vec<FollowUp>) -> Vec<FollowUp> {
    let mut kinds = BTreeSet::new();
    let (firsts, rest): (Vec<_>, Vec<_>) = passed.into_iter().enumerate().partition(|(_, follow_up)| kinds.insert(follow_up.kind));
    let mut chosen: Vec<(usize, FollowUp)> = firsts.into_iter().chain(rest).take(OFFERED).collect();
    chosen.sort_by_key(|(place, _)| *place);
    chosen.into_iter().map(|(_, follow_up)| follow_up).collect()
}

/// Whether no further candidate could change what is chosen: there is one of each kind.
pub(super) fn is_best(passed: &[FollowUp]) -> bool {
    passed.iter().map(|follow_up| follow_up.kind).collect::<BTreeSet<_>>().len() >= OFFERED
}

fn content(question: &str) -> BTreeSet<String> {
    stems(question).into_iter().collect()
}

fn same(a: &BTreeSet<String>, b: &BTreeSet<String>) -> bool {
    let shared = a.intersection(b).count() as f64;
    let either = a.union(b).count() as f64;
    either > 0.0 && shared / either >= SAME
}

#[cfg(test)]
mod tests {
    use super::*;
    use antigravity_proto::types::FollowUpKind::{self, Limit, Mechanism, Test};
    use proptest::prelude::*;

    fn follow_up(kind: FollowUpKind, question: &str) -> FollowUp {
        FollowUp { question: question.into(), kind: kind.into() }
    }

    fn questions(follow_ups: &[FollowUp]) -> Vec<&str> {
        follow_ups.iter().map(|follow_up| follow_up.question.as_str()).collect()
    }

    #[test]
    fn three_different_kinds_go_before_more_of_one() {
        for (passed, expected) in [
            (vec![], vec![]),
            (vec![(Limit, "a")], vec!["a"]),
            (vec![(Limit, "a"), (Limit, "b")], vec!["a", "b"]),
            (vec![(Limit, "a"), (Limit, "b"), (Limit, "c"), (Limit, "d")], vec!["a", "b", "c"]),
            (vec![(Limit, "a"), (Limit, "b"), (Limit, "c"), (Test, "d")], vec!["a", "b", "d"]),
            (vec![(Limit, "a"), (Limit, "b"), (Mechanism, "c"), (Test, "d")], vec!["a", "c", "d"]),
            (vec![(Test, "a"), (Mechanism, "b"), (Limit, "c"), (Limit, "d")], vec!["a", "b", "c"]),
        ] {
            let passed = passed.into_iter().map(|(kind, question)| follow_up(kind, question)).collect();
            assert_eq!(questions(&chosen(passed)), expected);
        }
    }

    proptest! {
        /// So that to stop there loses nothing.
        #[test]
        fn once_there_is_one_of_each_kind_the_rest_changes_nothing(kinds in proptest::collection::vec(1..=3_i32, 3..9)) {
            let passed: Vec<FollowUp> =
                kinds.iter().enumerate().map(|(n, kind)| FollowUp { question: n.to_string(), kind: *kind }).collect();
            for first in (0..=passed.len()).map(|stop| passed[..stop].to_vec()).filter(|first| is_best(first)) {
                prop_assert_eq!(chosen(first), chosen(passed.clone()));
            }
        }
    }

    #[test]
    fn what_was_asked_or_is_asked_twice_is_not_checked() {
        let asked = ["How do neural networks find rare signals in collider data?"];
        let candidates = [
            follow_up(Mechanism, "How can a neural network find a rare signal in data of colliders?"),
            follow_up(Mechanism, "Why does the topology of a detector matter?"),
            follow_up(Limit, "Does the topology of detectors matter, and why?"),
            follow_up(Test, "Can normalising flows calibrate the background reliably?"),
            follow_up(Test, "  "),
        ];
        let distinct = distinct(&candidates, asked.into_iter());
        assert_eq!(
            questions(&distinct),
            ["Why does the topology of a detector matter?", "Can normalising flows calibrate the background reliably?"]
        );
    }

    proptest! {
        #[test]
        fn never_more_than_can_be_checked_and_always_in_order(words in proptest::collection::vec("[bcdfg]{5,9}", 0..30)) {
            let candidates: Vec<FollowUp> = words.iter().map(|word| follow_up(Limit, word)).collect();
            let distinct = distinct(&candidates, std::iter::empty());
            prop_assert!(distinct.len() <= CHECKED);
            let mut rest = candidates.iter();
            prop_assert!(distinct.iter().all(|kept| rest.any(|candidate| candidate == kept)));
        }
    }
}
