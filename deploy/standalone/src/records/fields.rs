//! The fields of a JSON object, each read as the type that it must have.

use serde_json::{Map, Value};

/// The fields of an object. One that is absent or `null` is empty.
pub(super) struct Fields(Map<String, Value>);

impl Fields {
    /// Reads a line that holds one object.
    pub(super) fn read(line: &[u8]) -> Result<Self, String> {
        let text = std::str::from_utf8(line)
            .map_err(|error| format!("not UTF-8 (at byte {}): convert the file, for instance with iconv", error.valid_up_to() + 1))?;
        match serde_json::from_str(text).map_err(|error| not_json(&error))? {
            Value::Object(fields) => Ok(Self(fields)),
            other => Err(format!("a record is an object, not {}", kind(&other))),
        }
    }

    /// The field, unless it is absent or `null`.
    pub(super) fn get(&self, name: &str) -> Option<&Value> {
        self.0.get(name).filter(|value| !value.is_null())
    }

    /// The same as `read`, for a field that must be there.
    pub(super) fn required<T>(&self, name: &str, read: impl Fn(&Self, &str) -> Result<T, String>) -> Result<T, String> {
        if self.get(name).is_none() { Err(format!("`{name}` is missing")) } else { read(self, name) }
    }

    /// A string.
    pub(super) fn text(&self, name: &str) -> Result<String, String> {
        match self.get(name) {
            None => Ok(String::new()),
            Some(Value::String(text)) => Ok(text.clone()),
            Some(other) => Err(format!("`{name}` must be a string, not {}", kind(other))),
        }
    }

    /// A list of strings.
    pub(super) fn list(&self, name: &str) -> Result<Vec<String>, String> {
        let text = |item: &Value| {
            item.as_str().map(str::to_owned).ok_or_else(|| format!("`{name}` must be a list of strings, but holds {}", kind(item)))
        };
        match self.get(name) {
            None => Ok(Vec::new()),
            Some(Value::Array(items)) => items.iter().map(text).collect(),
            Some(other) => Err(format!("`{name}` must be a list of strings, not {}", kind(other))),
        }
    }

    /// A string that is one of these.
    pub(super) fn one_of<T: Copy>(&self, name: &str, accepted: &[(&str, T)]) -> Result<Option<T>, String> {
        let text = self.text(name)?;
        if text.is_empty() {
            return Ok(None);
        }
        let found = accepted.iter().find(|(value, _)| *value == text).map(|(_, meaning)| *meaning);
        let values = || accepted.iter().map(|(value, _)| *value).collect::<Vec<_>>().join(", ");
        found.map(Some).ok_or_else(|| format!("`{name}` is {text:?}; accepted: {}", values()))
    }
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a string",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}

/// serde_json counts lines within the text that it was given, which is one line of the file: only the column helps.
fn not_json(error: &serde_json::Error) -> String {
    let text = error.to_string();
    let message = text.rsplit_once(" at line ").map_or(text.as_str(), |(message, _)| message);
    format!("not JSON: {message} (column {})", error.column())
}
