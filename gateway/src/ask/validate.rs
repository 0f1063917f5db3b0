//! From what a caller sent to a question that can be answered. Pure.

use antigravity_chassis::status::Problem;
use antigravity_proto::QUESTION_MAX;
use antigravity_proto::gateway::v1::AskRequest;
use antigravity_proto::types::{AnswerLength, Filter, Reason, Turn, UnsupportedPolicy};
use antigravity_text::{PreprintId, excerpt};
use uuid::Uuid;

use super::conversation::standing_alone;
use crate::request::Fields;

/// How many sources may be asked for.
const SOURCES: std::ops::RangeInclusive<u32> = 1..=32;

/// Longest conversation, in turns.
pub(crate) const TURNS_MAX: usize = 20;

/// Longest earlier answer, in characters: as long as a text that `CheckGrounding` takes.
const TURN_ANSWER_MAX: usize = crate::grounding::TEXT_MAX;

/// A question whose every field was checked. What comes after takes it as it is.
#[derive(Debug)]
pub(super) struct Ask {
    /// The archive's name. Empty: the retriever's default.
    pub(super) archive: String,
    /// The question as it was asked. Empty only when `near` is given.
    pub(super) question: String,
    /// The question with the earlier ones that it leans on before it. `None` when it stands alone.
    pub(super) standalone: Option<String>,
    /// The filter with its ids in canonical form.
    pub(super) filter: Option<Filter>,
    /// The filter as it was given, for the provenance.
    pub(super) filter_given: Option<Filter>,
    /// How many sources.
    pub(super) sources: u32,
    /// The preprint to stay near to.
    pub(super) near: Option<PreprintId>,
    /// The model's name, not yet looked up. Empty: the answerer's default.
    pub(super) model: String,
    pub(super) length: AnswerLength,
    pub(super) unsupported_policy: UnsupportedPolicy,
    pub(super) previous_turns: Vec<Turn>,
    /// Whether a kept answer to the same question will do.
    pub(super) reuse_kept_answer: bool,
    /// The caller's own name for this question; a UUID in its usual form. `None` when it gave none.
    pub(super) request_id: Option<String>,
}

impl Ask {
    pub(super) fn validate(fields: Fields, request: AskRequest) -> Result<Self, Problem> {
        fields.archive(&request.archive)?;
        let near = fields.optional_preprint_id("near", &request.near)?;
        fields.question("question", &request.question, near.is_some())?;
        let filter = request.filter.clone().map(|filter| fields.filter(filter)).transpose()?;
        let sources = fields.count("sources", request.sources, SOURCES)?;
        let length = enum_value(fields, "length", request.length)?;
        let unsupported_policy = enum_value(fields, "unsupported_policy", request.unsupported_policy)?;
        previous_turns(fields, &request.previous_turns)?;
        let request_id = request_id(fields, &request.request_id)?;
        Ok(Self {
            archive: request.archive,
            standalone: standing_alone(&request.question, &request.previous_turns),
            question: request.question,
            filter,
            filter_given: request.filter,
            sources,
            near,
            model: request.model,
            length,
            unsupported_policy,
            previous_turns: request.previous_turns,
            reuse_kept_answer: request.reuse_kept_answer,
            request_id,
        })
    }

    /// The same question of the archive that the request means.
    pub(super) fn of_archive(self, meant: impl FnOnce(String) -> String) -> Self {
        Self { archive: meant(self.archive), ..self }
    }
}

fn enum_value<T: TryFrom<i32>>(fields: Fields, field: &str, value: i32) -> Result<T, Problem> {
    T::try_from(value).map_err(|_| fields.refuse(Reason::ArgumentInvalid, field, format!("{value} is no value of `{field}`")))
}

fn previous_turns(fields: Fields, turns: &[Turn]) -> Result<(), Problem> {
    if turns.len() > TURNS_MAX {
        let message = format!("{} earlier turns are too many: at most {TURNS_MAX} are accepted; send the latest ones", turns.len());
        return Err(fields.refuse(Reason::ArgumentInvalid, "previous_turns", message));
    }
    for (index, turn) in turns.iter().enumerate() {
        for (part, text, limit) in [("question", &turn.question, QUESTION_MAX), ("answer", &turn.answer, TURN_ANSWER_MAX)] {
            let characters = text.chars().count();
            if characters > limit {
                let message = format!("the {part} has {characters} characters; at most {limit} are accepted");
                return Err(fields.refuse(Reason::ArgumentInvalid, &format!("previous_turns[{index}].{part}"), message));
            }
        }
    }
    Ok(())
}

/// However it is written, it is one id.
fn request_id(fields: Fields, id: &str) -> Result<Option<String>, Problem> {
    if id.is_empty() {
        return Ok(None);
    }
    Uuid::try_parse(id).map(|id| Some(id.to_string())).map_err(|_| {
        let message = format!("`{}` is no UUID: write it as 0190163d-8694-739b-aea5-966c26f8ad91", excerpt(id));
        fields.refuse(Reason::ArgumentInvalid, "request_id", message)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn asking(question: &str) -> AskRequest {
        AskRequest { question: question.into(), ..Default::default() }
    }

    fn validated(request: AskRequest) -> Result<Ask, Problem> {
        Ask::validate(Fields::of_the_request(), request)
    }

    #[test]
    fn what_is_left_out_gets_its_default() {
        let ask = validated(asking(" Why? ")).unwrap();
        assert_eq!((ask.question.as_str(), ask.sources, ask.near), (" Why? ", 8, None), "the question stays as it was asked");
        assert_eq!((ask.length, ask.unsupported_policy), (AnswerLength::Unspecified, UnsupportedPolicy::Unspecified));
    }

    #[test]
    fn near_makes_the_question_optional_and_is_read_without_loss() {
        let ask = validated(AskRequest { near: "[ag–2026.03–1712]".into(), ..Default::default() }).unwrap();
        assert_eq!(ask.near.unwrap().as_str(), "AG-2026.03-1712");
    }

    #[test]
    fn the_filter_is_kept_as_it_was_given_too() {
        let filter = Filter { exclude_ids: vec!["ag-2026.03-1712".into()], ..Default::default() };
        let ask = validated(AskRequest { filter: Some(filter.clone()), ..asking("Why?") }).unwrap();
        assert_eq!(ask.filter_given, Some(filter));
        assert_eq!(ask.filter.unwrap().exclude_ids, ["AG-2026.03-1712"]);
    }

    proptest! {
        #[test]
        fn length_is_counted_in_characters(character in any::<char>(), count in 1_990..2_010usize) {
            prop_assume!(!character.is_whitespace());
            let question: String = std::iter::repeat_n(character, count).collect();
            prop_assert_eq!(validated(asking(&question)).is_ok(), count <= 2_000);
        }

        #[test]
        fn only_white_space_is_empty(question in "\\PC{0,20}") {
            let refused = validated(asking(&question)).err().map(|problem| problem.reason());
            prop_assert_eq!(refused, question.trim().is_empty().then_some(Reason::QuestionEmpty));
        }

        #[test]
        fn sources_are_1_to_32(sources in any::<u32>()) {
            let ask = validated(AskRequest { sources, ..asking("Why?") });
            match sources {
                0 => prop_assert_eq!(ask.unwrap().sources, 8),
                1..=32 => prop_assert_eq!(ask.unwrap().sources, sources),
                _ => prop_assert_eq!(ask.unwrap_err().reason(), Reason::ArgumentInvalid),
            }
        }

        #[test]
        fn every_uuid_is_a_request_id(bits in any::<u128>()) {
            let id = Uuid::from_u128(bits);
            for request_id in [id.hyphenated().to_string(), id.simple().to_string(), id.urn().to_string()] {
                let ask = validated(AskRequest { request_id, ..asking("Why?") });
                prop_assert_eq!(ask.unwrap().request_id, Some(id.to_string()));
            }
        }
    }
}
