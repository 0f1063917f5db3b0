//! What a server said when it refused. The shapes differ between servers, so it is read leniently.

use serde_json::Value;

/// A message is cut to so many characters: it goes into a notice that a reader sees.
const LENGTH: usize = 200;

/// The message of an error body; the start of the body when it has no such shape.
pub(super) fn message_of(body: &str) -> String {
    let parsed: Option<Value> = serde_json::from_str(body).ok();
    parsed.as_ref().and_then(|value| value.get("error")).map_or_else(|| cut(body), message)
}

/// The message of an error object: `{"type": …, "message": …}`, a bare text, or whatever it is.
pub(super) fn message(error: &Value) -> String {
    let text = |key: &str| error.get(key).and_then(Value::as_str);
    match (text("type"), text("message"), error.as_str()) {
        (Some(kind), Some(message), _) => cut(&format!("{kind}: {message}")),
        (None, Some(message), _) | (_, None, Some(message)) => cut(message),
        (Some(kind), None, None) => cut(kind),
        (None, None, None) => cut(&error.to_string()),
    }
}

fn cut(text: &str) -> String {
    let line: String = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut short: String = line.chars().take(LENGTH).collect();
    if short.len() < line.len() {
        short.push('…');
    }
    if short.is_empty() { "no reason given".to_owned() } else { short }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_shape_is_read() {
        for (body, expected) in [
            (r#"{"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}"#, "overloaded_error: Overloaded"),
            (r#"{"error":{"code":400,"type":"exceed_context_size_error","message":"too long"}}"#, "exceed_context_size_error: too long"),
            (r#"{"error":"no"}"#, "no"),
            ("<html>bad gateway</html>", "<html>bad gateway</html>"),
            ("", "no reason given"),
        ] {
            assert_eq!(message_of(body), expected);
        }
        assert!(message_of(&"x".repeat(1_000)).chars().count() == LENGTH + 1);
    }
}
