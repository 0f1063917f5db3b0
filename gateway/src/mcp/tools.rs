//! What each tool is called, takes and gives, with schemas made from the contract.

use std::sync::{Arc, LazyLock};

use antigravity_proto::json::pool;
use rmcp::model::{Tool as Described, ToolAnnotations};
use serde_json::{Map, Value};

use crate::schema;

/// The tools.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Tool {
    Ask,
    SearchPreprints,
    GetPreprint,
    CheckGrounding,
    GetAnswer,
}

impl Tool {
    pub(super) const ALL: [Self; 5] = [Self::Ask, Self::SearchPreprints, Self::GetPreprint, Self::CheckGrounding, Self::GetAnswer];

    pub(super) fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|tool| tool.name() == name)
    }

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Ask => "ask",
            Self::SearchPreprints => "search_preprints",
            Self::GetPreprint => "get_preprint",
            Self::CheckGrounding => "check_grounding",
            Self::GetAnswer => "get_answer",
        }
    }

    /// The method of the contract that the tool calls.
    pub(super) fn method(self) -> &'static str {
        match self {
            Self::Ask => "AskStream",
            Self::SearchPreprints => "Search",
            Self::GetPreprint => "GetPreprint",
            Self::CheckGrounding => "CheckGrounding",
            Self::GetAnswer => "GetAnswer",
        }
    }

    /// The tools as a model reads them before it decides. Made once: a call over HTTP looks its tool up as well.
    pub(super) fn all_described() -> &'static [Described] {
        static DESCRIBED: LazyLock<Vec<Described>> = LazyLock::new(|| Tool::ALL.map(Tool::described).into());
        &DESCRIBED
    }

    fn described(self) -> Described {
        let (title, description) = match self {
            Self::Ask => (
                "Ask the archive",
                "Answers a scientific question only from an archive of preprints. Every sentence cites the preprints it rests on as [AG-YYYY.MM-N] and was \
                 checked against them; what the archive doesn't cover is said in `coverage`. Takes seconds to a minute.",
            ),
            Self::SearchPreprints => {
                ("Search preprints", "Finds the preprints of the archive that speak to a query, by falling similarity.")
            }
            Self::GetPreprint => (
                "Read a preprint",
                "Reads one preprint of the archive by its id, such as AG-2026.03-1712: title, abstract, authors, date, link.",
            ),
            Self::CheckGrounding => (
                "Check citations",
                "Checks a Markdown text with [AG-…] citations, claim by claim: whether the cited preprints of the archive say what the text says.",
            ),
            Self::GetAnswer => (
                "Read a kept answer",
                "Reads an answer of `ask` again by its `id`, or a shared one by the token of its link, where the archive's operator has answers kept.",
            ),
        };
        Described::new(self.name(), description, Arc::new(self.input()))
            .with_title(title)
            .with_raw_output_schema(Arc::new(self.output()))
            .with_annotations(ToolAnnotations::with_title(title).read_only(true).open_world(false))
    }

    fn input(self) -> Map<String, Value> {
        let message = match self {
            Self::Ask => "AskRequest",
            Self::SearchPreprints => "SearchRequest",
            Self::GetPreprint => "GetPreprintRequest",
            Self::CheckGrounding => "CheckGroundingRequest",
            Self::GetAnswer => "GetAnswerRequest",
        };
        schema_of("gateway", message)
    }

    fn output(self) -> Map<String, Value> {
        match self {
            Self::Ask | Self::GetAnswer => schema_of("type", "Answer"),
            Self::SearchPreprints => schema_of("gateway", "SearchResponse"),
            Self::GetPreprint => schema_of("type", "Preprint"),
            Self::CheckGrounding => schema_of("gateway", "CheckGroundingResponse"),
        }
    }
}

/// Empty only by a fault of the build, which a test excludes.
fn schema_of(package: &str, message: &str) -> Map<String, Value> {
    pool().and_then(|pool| schema::named(pool, package, message)).map(|message| schema::alone(&message)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_tool_says_what_it_takes_and_gives() {
        for tool in Tool::ALL {
            assert_eq!(Tool::named(tool.name()), Some(tool));
            for schema in [tool.input(), tool.output()] {
                assert_eq!(schema["type"], "object", "{tool:?}");
                assert!(schema["properties"].as_object().is_some_and(|properties| !properties.is_empty()), "{tool:?}");
            }
        }
        assert_eq!(Tool::GetPreprint.input()["required"], serde_json::json!(["id"]));
        assert_eq!(Tool::Ask.input()["additionalProperties"], false);
    }
}
