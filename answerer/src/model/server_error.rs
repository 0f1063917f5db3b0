//! What class of error a server answered with. Its own words go nowhere: they may repeat the prompt, the key, or anything that somebody who sits
//! between wants a reader or a log to see.

use reqwest::Response;
use serde_json::Value;

/// No error body needs more bytes to say its class.
const BODY_BYTES: usize = 16 << 10;

/// Longer ones are no names of a class.
const CLASS_CHARACTERS: usize = 40;

/// The class in a refusal's body, read no further than [`BODY_BYTES`].
pub(super) async fn class_of_response(mut response: Response) -> String {
    let mut body = Vec::new();
    while let Ok(Some(piece)) = response.chunk().await {
        let room = BODY_BYTES.saturating_sub(body.len());
        body.extend(piece.iter().take(room));
        if body.len() >= BODY_BYTES {
            break;
        }
    }
    class_of(&String::from_utf8_lossy(&body))
}

/// The class that an error body names.
pub(super) fn class_of(body: &str) -> String {
    let parsed: Option<Value> = serde_json::from_str(body).ok();
    // vLLM's older errors are objects of their own.
    parsed.as_ref().map_or_else(unnamed, |value| class(value.get("error").unwrap_or(value)))
}

/// The class of an error object: `{"type": "overloaded_error", …}`, or OpenAI's `code` beside it, which says more. Only what looks like the name of one is
/// repeated: letters and underscores, since keys have digits.
pub(super) fn class(error: &Value) -> String {
    let is_name =
        |name: &&str| !name.is_empty() && name.len() <= CLASS_CHARACTERS && name.bytes().all(|b| b.is_ascii_alphabetic() || b == b'_');
    let named = |field: &str| error.get(field).and_then(Value::as_str).filter(is_name);
    named("code").or_else(|| named("type")).map_or_else(unnamed, ToOwned::to_owned)
}

/// For an error that names no class.
pub(super) fn unnamed() -> String {
    "no class given".to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_class_is_repeated() {
        for (body, expected) in [
            (r#"{"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}"#, "overloaded_error"),
            (r#"{"error":{"code":400,"type":"exceed_context_size_error","message":"too long"}}"#, "exceed_context_size_error"),
            (r#"{"error":{"type":"invalid_request_error","code":"context_length_exceeded","message":"x"}}"#, "context_length_exceeded"),
            (r#"{"error":{"type":"authentication_error","code":401}}"#, "authentication_error"),
            (r#"{"object":"error","type":"BadRequestError","code":400}"#, "BadRequestError"),
            (r#"{"error":{"type":"3f9ab0c7"}}"#, "no class given"),
            (r#"{"error":{"type":"Bearer sk-ant-secret"}}"#, "no class given"),
            (r#"{"error":{"type":"\u001b[2J"}}"#, "no class given"),
            (r#"{"error":"your key sk-1 is wrong"}"#, "no class given"),
            ("<html>bad gateway</html>", "no class given"),
            ("", "no class given"),
        ] {
            assert_eq!(class_of(body), expected);
        }
        assert_eq!(class_of(&format!(r#"{{"error":{{"type":"{}"}}}}"#, "x".repeat(41))), "no class given");
    }
}
