//! From the messages of a chat to a question and the turns before it. Pure.
//!
//! A system message says how to behave, which here follows from the archive alone: it is read and set aside. So is everything that would
//! steer a model's sampling.

use antigravity_chassis::status::Problem;
use antigravity_proto::gateway::v1::AskRequest;
use antigravity_proto::types::{Reason, Turn};
use serde::Deserialize;
use serde_json::Value;
use tonic::Status;

use crate::ask::TURNS_MAX;
use crate::http::json;

/// A request for a completion, as far as it means anything here. What else clients send is ignored, as other servers of this API do.
#[derive(Debug, Deserialize)]
pub(super) struct Request {
    pub(super) model: String,
    messages: Vec<Message>,
    #[serde(default)]
    pub(super) stream: bool,
    #[serde(default)]
    stream_options: Option<StreamOptions>,
    #[serde(default)]
    n: Option<u32>,
    /// The rest of an `AskRequest`: filter, sources, archive, length and so on.
    #[serde(default)]
    antigravity: Option<Value>,
}

#[derive(Debug, Deserialize)]
struct StreamOptions {
    #[serde(default)]
    include_usage: bool,
}

#[derive(Debug, Deserialize)]
struct Message {
    role: String,
    #[serde(default)]
    content: Option<Content>,
}

/// Text, or a list of parts of which only text means anything.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Content {
    Text(String),
    Parts(Vec<Part>),
}

#[derive(Debug, Deserialize)]
struct Part {
    #[serde(rename = "type")]
    kind: String,
    #[serde(default)]
    text: String,
}

impl Request {
    pub(super) fn read(text: &str) -> Result<Self, Problem> {
        let request: Self = serde_json::from_str(text)
            .map_err(|error| Problem::new(Reason::ArgumentInvalid, format!("the body is no request for a chat completion: {error}")))?;
        if request.n.is_some_and(|n| n != 1) {
            return Err(refuse("n", "one answer is given to a question: leave `n` out"));
        }
        Ok(request)
    }

    /// Whether a stream shall end with the tokens that were used.
    pub(super) fn include_usage(&self) -> bool {
        self.stream_options.as_ref().is_some_and(|options| options.include_usage)
    }

    /// The question that is asked, with the conversation before it, of the model of this name; and where in the chat each part of it stood.
    pub(super) fn asked(self, model: String) -> Result<(AskRequest, Places), Status> {
        let mut asked = match &self.antigravity {
            Some(rest) => json::read_within::<AskRequest>(EXTENSION, &rest.to_string())?,
            None => AskRequest::default(),
        };
        if !asked.question.is_empty() || !asked.model.is_empty() || !asked.previous_turns.is_empty() {
            return Err(refuse(EXTENSION, "question, model and previous turns are those of the chat: leave them out here").into());
        }
        let Conversation { question, turns } = conversation(&self.messages)?;
        let places = Places { question: question.place, turns: turns.iter().map(|turn| (turn.asked.place, turn.answered)).collect() };
        asked.question = question.text;
        asked.previous_turns = turns.into_iter().map(|turn| Turn { question: turn.asked.text, answer: turn.answer }).collect();
        asked.model = model;
        Ok((asked, places))
    }
}

/// Where the rest of an `AskRequest` stands.
const EXTENSION: &str = "antigravity";

/// Which messages became which parts of an `AskRequest`, by their numbers.
pub(super) struct Places {
    question: usize,
    /// Of each turn its question, and its answer if there was one.
    turns: Vec<(usize, Option<usize>)>,
}

impl Places {
    /// What the caller knows a field of the `AskRequest` as.
    pub(super) fn of(&self, field: &str) -> String {
        let message = match field.strip_prefix("previous_turns[").and_then(|rest| rest.split_once("].")) {
            Some((turn, part)) => turn.parse().ok().and_then(|turn: usize| self.turns.get(turn)).and_then(|(asked, answered)| match part {
                "question" => Some(*asked),
                _ => *answered,
            }),
            None => (field == "question").then_some(self.question),
        };
        message.map_or_else(|| format!("{EXTENSION}.{field}"), |message| format!("messages[{message}].content"))
    }
}

/// What was asked, in which message.
struct Asked {
    text: String,
    place: usize,
}

/// A question and what was answered, in which message, if it was.
struct Exchange {
    asked: Asked,
    answer: String,
    answered: Option<usize>,
}

/// What was asked last, and the exchanges before it.
struct Conversation {
    question: Asked,
    turns: Vec<Exchange>,
}

/// A question that got no answer, because the call failed or the reader stopped it, is a turn of its own: it is no part of the next one.
fn conversation(messages: &[Message]) -> Result<Conversation, Problem> {
    let mut turns: Vec<Exchange> = Vec::new();
    let mut open: Option<Asked> = None;
    for (place, message) in messages.iter().enumerate() {
        let text = message.text(place)?;
        match (message.role.as_str(), open.take()) {
            ("user", unanswered) => {
                let unanswered = unanswered.filter(|asked| !asked.text.trim().is_empty());
                turns.extend(unanswered.map(|asked| Exchange { asked, answer: String::new(), answered: None }));
                open = Some(Asked { text, place });
            }
            ("assistant", Some(asked)) => turns.push(Exchange { asked, answer: text, answered: Some(place) }),
            // A greeting before any question, or an answer in several messages.
            ("assistant", None) => turns.last_mut().into_iter().for_each(|turn| turn.answer = format!("{}\n\n{text}", turn.answer)),
            ("system" | "developer", before) => open = before,
            (role, _) => {
                return Err(refuse(
                    &format!("messages[{place}].role"),
                    &format!("`{}` is no role here: user, assistant and system are", antigravity_text::excerpt(role)),
                ));
            }
        }
    }
    let question = open.filter(|asked| !asked.text.trim().is_empty()).ok_or_else(|| {
        Problem::new(Reason::QuestionEmpty, "the last message is the question; it must be the user's, and not empty")
            .field("messages", "the last message must be the user's")
    })?;
    let latest = turns.len().saturating_sub(TURNS_MAX);
    Ok(Conversation { question, turns: turns.split_off(latest) })
}

impl Message {
    fn text(&self, index: usize) -> Result<String, Problem> {
        match &self.content {
            None => Ok(String::new()),
            Some(Content::Text(text)) => Ok(text.clone()),
            Some(Content::Parts(parts)) => match parts.iter().position(|part| part.kind != "text") {
                Some(place) => Err(refuse(&format!("messages[{index}].content[{place}]"), "only text can be asked")),
                None => Ok(parts.iter().map(|part| part.text.as_str()).collect::<Vec<_>>().join("\n")),
            },
        }
    }
}

fn refuse(field: &str, message: &str) -> Problem {
    Problem::new(Reason::ArgumentInvalid, message).field(field, message)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn asked(body: &Value) -> Result<AskRequest, Status> {
        Ok(Request::read(&body.to_string())?.asked("m".into())?.0)
    }

    fn chat(messages: &Value) -> Value {
        json!({"model": "antigravity", "messages": messages, "temperature": 0.2, "tools": []})
    }

    #[test]
    fn earlier_messages_become_turns() {
        let turn = |question: &str, answer: &str| Turn { question: question.into(), answer: answer.into() };
        for (messages, question, turns) in [
            (json!([{"role": "user", "content": "a"}]), "a", vec![]),
            (
                json!([{"role": "system", "content": "s"}, {"role": "user", "content": [{"type": "text", "text": "a"}, {"type": "text", "text": "b"}]}]),
                "a\nb",
                vec![],
            ),
            (
                json!([{"role": "user", "content": "a"}, {"role": "assistant", "content": "A"}, {"role": "user", "content": "b"}]),
                "b",
                vec![turn("a", "A")],
            ),
            (
                json!([{"role": "assistant", "content": "hello"}, {"role": "user", "content": "a"},
                    {"role": "assistant", "content": "A"}, {"role": "assistant", "content": "A2"}, {"role": "user", "content": "b"}]),
                "b",
                vec![turn("a", "A\n\nA2")],
            ),
            (
                json!([{"role": "user", "content": "failed"}, {"role": "user", "content": " "}, {"role": "system", "content": "s"},
                    {"role": "user", "content": "a"}, {"role": "system", "content": "s"}, {"role": "assistant", "content": null},
                    {"role": "user", "content": "stopped"}, {"role": "user", "content": "b"}]),
                "b",
                vec![turn("failed", ""), turn("a", ""), turn("stopped", "")],
            ),
        ] {
            let request = asked(&chat(&messages)).unwrap();
            assert_eq!((request.question.as_str(), request.previous_turns, request.model.as_str()), (question, turns, "m"), "{messages}");
        }
    }

    #[test]
    fn the_latest_turns_are_kept() {
        let pair = |number: usize| [json!({"role": "user", "content": number.to_string()}), json!({"role": "assistant", "content": "A"})];
        let mut messages: Vec<Value> = (0..30).flat_map(pair).collect();
        messages.push(json!({"role": "user", "content": "last"}));
        let turns = asked(&chat(&messages.into())).unwrap().previous_turns;
        assert_eq!((turns.len(), turns[0].question.as_str()), (TURNS_MAX, "10"));
    }

    #[test]
    fn fields_are_named_as_they_were_sent() {
        let messages = json!([{"role": "system", "content": "s"}, {"role": "user", "content": "failed"}, {"role": "user", "content": "a"},
            {"role": "assistant", "content": "A"}, {"role": "user", "content": "b"}]);
        let (_, places) = Request::read(&chat(&messages).to_string()).unwrap().asked("m".into()).unwrap();
        for (field, expected) in [
            ("question", "messages[4].content"),
            ("previous_turns[0].question", "messages[1].content"),
            ("previous_turns[1].question", "messages[2].content"),
            ("previous_turns[1].answer", "messages[3].content"),
            ("filter.from_date", "antigravity.filter.from_date"),
            ("sources", "antigravity.sources"),
        ] {
            assert_eq!(places.of(field), expected);
        }
    }

    #[test]
    fn the_extension_narrows_the_question_and_nothing_else() {
        let mut body = chat(&json!([{"role": "user", "content": "a"}]));
        body["antigravity"] = json!({"filter": {"categories": ["hep-*"]}, "sources": 4});
        let request = asked(&body).unwrap();
        assert_eq!((request.sources, request.filter.unwrap().categories), (4, vec!["hep-*".to_owned()]));
        for wrong in [json!({"question": "b"}), json!({"model": "x"}), json!({"unknown": 1}), json!(7)] {
            body["antigravity"] = wrong.clone();
            assert_eq!(asked(&body).unwrap_err().code(), tonic::Code::InvalidArgument, "{wrong}");
        }
    }

    #[test]
    fn what_cannot_be_asked_is_refused() {
        for messages in [
            json!([]),
            json!([{"role": "system", "content": "s"}]),
            json!([{"role": "user", "content": "a"}, {"role": "assistant", "content": "A"}]),
            json!([{"role": "user", "content": " "}]),
            json!([{"role": "user", "content": [{"type": "image_url"}]}]),
            json!([{"role": "tool", "content": "t"}, {"role": "user", "content": "a"}]),
            json!("a"),
        ] {
            assert_eq!(asked(&chat(&messages)).unwrap_err().code(), tonic::Code::InvalidArgument, "{messages}");
        }
        assert!(asked(&json!({"model": "m", "n": 2, "messages": [{"role": "user", "content": "a"}]})).is_err());
    }
}
