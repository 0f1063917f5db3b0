//! Proto3 JSON, read strictly: a field that there isn't, or one that is given twice, is refused by its path, as is a value of the wrong type.
//!
//! The mapping itself is `antigravity_proto::json`'s. It would take the last of two values, and tells unknown fields without their path;
//! hence one pass over the keys before it.

use std::collections::HashSet;
use std::fmt;

use antigravity_chassis::status::{self, Problem};
use antigravity_proto::json::{JsonError, descriptor, from_json};
use antigravity_proto::types::Reason;
use prost::{Message, Name};
use prost_reflect::{FieldDescriptor, Kind, MessageDescriptor};
use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use tonic::Status;

/// Reads a message.
pub(crate) fn read<M: Message + Name + Default>(text: &str) -> Result<M, Status> {
    read_within("", text)
}

/// Reads a message that stands in a field of this name.
pub(crate) fn read_within<M: Message + Name + Default>(outer: &str, text: &str) -> Result<M, Status> {
    let kind = descriptor::<M>().map_err(status::internal)?;
    let mut fault = None;
    let keys = Keys { kind: &kind, path: outer.to_owned(), fault: &mut fault };
    let checked = keys.deserialize(&mut serde_json::Deserializer::from_str(text));
    if let Some(Fault { field, message }) = fault {
        return Err(Problem::new(Reason::ArgumentInvalid, message.clone()).field(&field, message).into());
    }
    checked.map_err(|error| Problem::new(Reason::ArgumentInvalid, format!("the body is not JSON: {error}")))?;
    from_json(text).map_err(|error| match error {
        JsonError::Field { path, source } => {
            let path = within(outer, &path);
            Problem::new(Reason::ArgumentInvalid, format!("`{path}`: {source}")).field(&path, source.to_string()).into()
        }
        JsonError::Json(source) => Problem::new(Reason::ArgumentInvalid, format!("the body doesn't fit: {source}")).into(),
        error => status::internal(error),
    })
}

fn within(outer: &str, field: &str) -> String {
    if outer.is_empty() { field.to_owned() } else { format!("{outer}.{field}") }
}

/// What is wrong with a key.
struct Fault {
    field: String,
    message: String,
}

/// Looks at the keys of a message and of those in it; values are none of its business.
struct Keys<'a> {
    kind: &'a MessageDescriptor,
    path: String,
    fault: &'a mut Option<Fault>,
}

impl Keys<'_> {
    fn of(&self, key: &str) -> String {
        within(&self.path, key)
    }

    fn refuse<E: serde::de::Error>(&mut self, key: &str, what: &str) -> E {
        let field = self.of(&antigravity_text::excerpt(key));
        let message = format!("`{field}` {what}");
        *self.fault = Some(Fault { field, message });
        E::custom(what)
    }
}

impl<'de> DeserializeSeed<'de> for Keys<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Keys<'_> {
    type Value = ();

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a value")
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut map: A) -> Result<(), A::Error> {
        let (mut seen, mut chosen) = (HashSet::new(), HashSet::new());
        while let Some(key) = map.next_key::<String>()? {
            let Some(field) = self.kind.get_field_by_json_name(&key).or_else(|| self.kind.get_field_by_name(&key)) else {
                let there_are = self.kind.fields().map(|field| field.json_name().to_owned()).collect::<Vec<_>>().join(", ");
                return Err(self.refuse(&key, &format!("is no field here; there are: {there_are}")));
            };
            // Both spellings of a name are the same field.
            if !seen.insert(field.number()) {
                return Err(self.refuse(&key, "is given twice"));
            }
            if let Some(ways) = field.containing_oneof().filter(|ways| !chosen.insert(ways.full_name().to_owned())) {
                let ways = ways.fields().map(|field| field.json_name().to_owned()).collect::<Vec<_>>().join(", ");
                return Err(self.refuse(&key, &format!("is given beside another way to say it; one is taken of: {ways}")));
            }
            match message(&field) {
                Some(kind) => map.next_value_seed(Keys { kind: &kind, path: self.of(&key), fault: &mut *self.fault })?,
                None => drop(map.next_value::<IgnoredAny>()?),
            }
        }
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        for index in 0.. {
            let element = Keys { kind: self.kind, path: format!("{}[{index}]", self.path), fault: &mut *self.fault };
            if list.next_element_seed(element)?.is_none() {
                break;
            }
        }
        Ok(())
    }

    fn visit_bool<E>(self, _: bool) -> Result<(), E> {
        Ok(())
    }

    fn visit_i64<E>(self, _: i64) -> Result<(), E> {
        Ok(())
    }

    fn visit_u64<E>(self, _: u64) -> Result<(), E> {
        Ok(())
    }

    fn visit_f64<E>(self, _: f64) -> Result<(), E> {
        Ok(())
    }

    fn visit_str<E>(self, _: &str) -> Result<(), E> {
        Ok(())
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }
}

/// The message of a field that is written as an object with the message's own keys.
fn message(field: &FieldDescriptor) -> Option<MessageDescriptor> {
    match field.kind() {
        Kind::Message(kind) if !field.is_map() && !kind.full_name().starts_with("google.protobuf.") => Some(kind),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use antigravity_proto::gateway::v1::{AskRequest, GetAnswerRequest};
    use tonic_types::StatusExt as _;

    use super::*;

    #[test]
    fn what_is_wrong_is_named_by_its_path() {
        for (text, field, says) in [
            (r#"{"qestion": "why?"}"#, "qestion", "previousTurns"),
            (r#"{"question": "why?", "question": "how?"}"#, "question", "twice"),
            (r#"{"filter": {"from_date": "2024", "fromDate": "2025"}}"#, "filter.fromDate", "twice"),
            (r#"{"filter": {"category": []}}"#, "filter.category", "categories"),
            (r#"{"previousTurns": [{"question": "a"}, {"query": "b"}]}"#, "previousTurns[1].query", "no field"),
            (r#"{"sources": "many"}"#, "sources", "invalid digit"),
            (r#"{"sources": -1}"#, "sources", "out of range"),
            (r#"{"length": "EPIC"}"#, "length", "EPIC"),
            (r#"{"filter": {"categories": "hep-ph"}}"#, "filter.categories", "list"),
        ] {
            let status = read::<AskRequest>(text).unwrap_err();
            let violations = status.get_details_bad_request().unwrap_or_else(|| panic!("{text}: {status}")).field_violations;
            assert_eq!(violations[0].field, field, "{text}");
            assert!(status.message().contains(says), "{text}: {}", status.message());
        }
    }

    #[test]
    fn of_several_ways_to_say_one_thing_one_is_taken() {
        let status = read::<GetAnswerRequest>(r#"{"id": "1", "share_token": "2"}"#).unwrap_err();
        assert_eq!(status.get_details_bad_request().unwrap().field_violations[0].field, "share_token");
        assert!(status.message().contains("id, shareToken"), "{status}");
    }

    #[test]
    fn what_is_no_json_says_where() {
        for text in ["", "{", "[1", "{\"question\": \"why?\"} x", "nul"] {
            let status = read::<AskRequest>(text).unwrap_err();
            assert!(status.code() == tonic::Code::InvalidArgument && status.message().contains("line 1"), "{text}: {status}");
        }
        for text in ["[]", "7", "\"why?\"", "null"] {
            assert_eq!(read::<AskRequest>(text).unwrap_err().code(), tonic::Code::InvalidArgument, "{text}");
        }
    }

    #[test]
    fn either_spelling_is_read() {
        let asked: AskRequest = read(r#"{"question": "why?", "filter": {"from_date": "2024", "toDate": "2025"}, "sources": 4}"#).unwrap();
        let filter = asked.filter.unwrap();
        assert_eq!((filter.from_date.as_str(), filter.to_date.as_str(), asked.sources), ("2024", "2025", 4));
    }
}
