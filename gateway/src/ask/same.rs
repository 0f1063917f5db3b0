//! When two requests ask the same, and two answers to it were made with the same. Pure.

use antigravity_proto::gateway::v1::AskRequest;
use antigravity_proto::types::{Answer, AnswerLength, Archive, Filter, Model, ModelProvider, NoticeKind, UnsupportedPolicy};
use prost::Message as _;
use sha2::{Digest as _, Sha256};

use super::validate::Ask;

/// A request, as far as it decides what is asked.
pub(super) struct SameQuestion {
    /// In one form of the several that mean the same; archive and model are left to [`Made`].
    asked: AskRequest,
    /// The filter as it was given, which an answer repeats.
    filter_given: Filter,
    /// As it was searched for, which an answer repeats when it isn't as it was asked.
    standalone: String,
    /// The archive's name; empty when none was named.
    archive: String,
}

/// What else an answer depends on: what it was made from, and with.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Made {
    archive: String,
    revision: String,
    embedding_model: String,
    model: String,
    provider_model: String,
    prompt_version: String,
}

/// With one of these an answer is less than another attempt might give.
const LESS: [NoticeKind; 4] = [NoticeKind::ModelFailed, NoticeKind::ModelDeclined, NoticeKind::ReplyCut, NoticeKind::FollowUpsGivenUp];

impl SameQuestion {
    pub(super) fn of(ask: &Ask) -> Self {
        let length = if ask.length == AnswerLength::Unspecified { AnswerLength::Medium } else { ask.length };
        let policy = ask.unsupported_policy;
        let policy = if policy == UnsupportedPolicy::Unspecified { UnsupportedPolicy::Mark } else { policy };
        let asked = AskRequest {
            question: ask.question.clone(),
            filter: Some(sorted(ask.filter.as_ref())),
            sources: ask.sources,
            near: ask.near.as_ref().map(ToString::to_string).unwrap_or_default(),
            length: length.into(),
            unsupported_policy: policy.into(),
            previous_turns: ask.previous_turns.clone(),
            ..Default::default()
        };
        Self {
            asked,
            filter_given: sorted(ask.filter_given.as_ref()),
            standalone: ask.standalone.clone().unwrap_or_default(),
            archive: ask.archive.clone(),
        }
    }

    /// The key under which an answer to this question is kept that was made so. The version of this program is a part of it, since sentences
    /// are checked and sources are found by its rules.
    pub(super) fn key(&self, made: &Made) -> String {
        let Made { archive, revision, embedding_model, model, provider_model, prompt_version } = made;
        let asked = self.asked.encode_to_vec();
        let texts = [archive, revision, embedding_model, model, provider_model, prompt_version].map(String::as_bytes);
        let mut hash = Sha256::new();
        for part in texts.into_iter().chain([env!("CARGO_PKG_VERSION").as_bytes(), &asked]) {
            hash.update((part.len() as u64).to_be_bytes());
            hash.update(part);
        }
        hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
    }

    /// Whether a kept answer is one to this question, as far as an answer tells.
    pub(super) fn is_of(&self, answer: &Answer) -> bool {
        let provenance = answer.provenance.clone().unwrap_or_default();
        let retrieval = provenance.retrieval.unwrap_or_default();
        answer.question == self.asked.question
            && retrieval.standalone_question == self.standalone
            && (self.archive.is_empty() || self.archive == provenance.archive)
            && retrieval.near == self.asked.near
            && retrieval.sources == self.asked.sources
            && sorted(retrieval.filter.as_ref()) == self.filter_given
    }
}

impl Made {
    /// An answer that is made of this archive by this model.
    pub(super) fn now(archive: Archive, model: Model) -> Self {
        let Archive { name, revision, embedding_model, .. } = archive;
        let Model { name: model, provider_model, prompt_version, .. } = model;
        Self { archive: name, revision, embedding_model, model, provider_model, prompt_version }
    }

    /// How an answer was made. `None` for one that isn't to be given again.
    pub(super) fn of(answer: &Answer) -> Option<Self> {
        if answer.notices.iter().any(|notice| LESS.contains(&notice.kind())) {
            return None;
        }
        let provenance = answer.provenance.clone()?;
        // Written in the place of a model that was asked: who asks none must not be given it.
        if provenance.model_calls > 0 && provenance.model.as_ref().is_some_and(|model| model.provider() == ModelProvider::Extractive) {
            return None;
        }
        let model = Model { prompt_version: provenance.prompt_version, ..provenance.model? };
        let archive = Archive {
            name: provenance.archive,
            revision: provenance.archive_revision,
            embedding_model: provenance.embedding_model,
            ..Default::default()
        };
        Some(Self::now(archive, model))
    }
}

/// The order of a filter's conditions means nothing, and neither does one that is given twice.
fn sorted(filter: Option<&Filter>) -> Filter {
    let mut filter = filter.cloned().unwrap_or_default();
    for list in [&mut filter.categories, &mut filter.authors, &mut filter.exclude_ids] {
        list.sort_unstable();
        list.dedup();
    }
    filter
}

#[cfg(test)]
mod tests {
    use antigravity_proto::types::{Notice, Provenance, RetrievalParameters, Turn};

    use super::*;
    use crate::request::Fields;

    fn same(change: impl FnOnce(&mut AskRequest)) -> SameQuestion {
        let mut request = AskRequest { question: "Why?".into(), ..Default::default() };
        change(&mut request);
        SameQuestion::of(&Ask::validate(Fields::of_the_request(), request).unwrap())
    }

    fn filter(categories: &[&str], excluded: &str) -> Option<Filter> {
        let categories = categories.iter().map(|&name| name.to_owned()).collect();
        Some(Filter { categories, exclude_ids: vec![excluded.into()], ..Default::default() })
    }

    #[test]
    fn the_same_question_has_one_key_however_it_is_put() {
        let made = Made::default();
        let plain = same(|_| {}).key(&made);
        for (put, expected) in [
            (same(|ask| ask.sources = 8), true),
            (same(|ask| ask.length = AnswerLength::Medium.into()), true),
            (same(|ask| ask.unsupported_policy = UnsupportedPolicy::Mark.into()), true),
            (same(|ask| ask.request_id = "0190163d-8694-739b-aea5-966c26f8ad91".into()), true),
            (same(|ask| ask.reuse_kept_answer = true), true),
            (same(|ask| ask.filter = Some(Filter::default())), true),
            (same(|ask| ask.question = "why?".into()), false),
            (same(|ask| ask.sources = 9), false),
            (same(|ask| ask.length = AnswerLength::Short.into()), false),
            (same(|ask| ask.unsupported_policy = UnsupportedPolicy::Drop.into()), false),
            (same(|ask| ask.near = "AG-2026.03-1712".into()), false),
            (same(|ask| ask.previous_turns = vec![Turn { question: "What?".into(), answer: String::new() }]), false),
            (same(|ask| ask.filter = filter(&["hep-ph"], "AG-2026.03-1712")), false),
        ] {
            assert_eq!(put.key(&made) == plain, expected, "{:?}", put.asked);
        }
        let (a, b) = (filter(&["hep-ph", "hep-ex"], "AG-2026.03-1712"), filter(&["hep-ex", "hep-ph", "hep-ex"], "[ag-2026.03-1712]"));
        assert_eq!(same(|ask| ask.filter = a).key(&made), same(|ask| ask.filter = b).key(&made));
    }

    #[test]
    fn whatever_an_answer_is_made_with_makes_another_key() {
        let made = || Made { archive: "a".into(), ..Default::default() };
        let changes: [fn(&mut Made); 6] = [
            |made| made.archive = "b".into(),
            |made| made.revision = "2".into(),
            |made| made.embedding_model = "other".into(),
            |made| made.model = "haiku".into(),
            |made| made.provider_model = "claude-haiku-4-5".into(),
            |made| made.prompt_version = "answer-2".into(),
        ];
        let mut keys = vec![same(|_| {}).key(&made())];
        for change in changes {
            let mut other = made();
            change(&mut other);
            keys.push(same(|_| {}).key(&other));
        }
        keys.sort();
        keys.dedup();
        assert_eq!(keys.len(), changes.len() + 1);
    }

    #[test]
    fn an_answer_that_is_less_than_it_could_be_is_not_given_again() {
        let answer = |kinds: &[NoticeKind]| Answer {
            notices: kinds.iter().map(|&kind| Notice { kind: kind.into(), message: String::new() }).collect(),
            provenance: Some(Provenance { model: Some(Model::default()), archive: "a".into(), ..Default::default() }),
            ..Default::default()
        };
        let made = Made { archive: "a".into(), ..Default::default() };
        assert_eq!(Made::of(&answer(&[NoticeKind::SourcesDropped, NoticeKind::SentencesDropped])), Some(made));
        for kind in LESS {
            assert_eq!(Made::of(&answer(&[kind])), None);
        }
        let mut instead = answer(&[NoticeKind::SentencesDropped]);
        let provenance = instead.provenance.as_mut().unwrap();
        provenance.model_calls = 1;
        provenance.model = Some(Model { provider: ModelProvider::Extractive.into(), ..Default::default() });
        assert_eq!(Made::of(&instead), None);
    }

    #[test]
    fn an_id_names_one_question_of_one_archive() {
        let answer = |standalone: &str| Answer {
            question: "Why?".into(),
            provenance: Some(Provenance {
                archive: "a".into(),
                retrieval: Some(RetrievalParameters { sources: 8, standalone_question: standalone.into(), ..Default::default() }),
                ..Default::default()
            }),
            ..Default::default()
        };
        assert!(same(|_| {}).is_of(&answer("")) && same(|ask| ask.archive = "a".into()).is_of(&answer("")));
        assert!(!same(|ask| ask.archive = "b".into()).is_of(&answer("")));
        let after = |question: &str| same(|ask| ask.previous_turns = vec![Turn { question: question.into(), answer: String::new() }]);
        assert!(after("What do flavons do?").is_of(&answer("What do flavons do? Why?")));
        assert!(!after("What do axions do?").is_of(&answer("What do flavons do? Why?")));
    }
}
