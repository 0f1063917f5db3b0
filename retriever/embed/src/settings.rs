//! How a model wants its texts: what `model.safetensors` and `config.json` don't say and vectors depend on all the same.

use std::borrow::Cow;
use std::io::ErrorKind;
use std::path::Path;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::error::EmbedError;
use crate::pooling::Pooling;

/// Pooling, prefixes and longest text of a model.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Settings {
    /// Which of the tokens' vectors make the text's.
    pub pooling: Pooling,
    /// Put before every query.
    pub query_prefix: Cow<'static, str>,
    /// Put before every text that is to be found.
    pub passage_prefix: Cow<'static, str>,
    /// Longest text in tokens, `[CLS]`, prefix and `[SEP]` included; the model's number of positions limits it too.
    pub max_tokens: usize,
}

/// The operator's own statement of a model's settings, in its folder. A key that is left out is taken from the files of
/// sentence-transformers.
pub(crate) const FILE: &str = "antigravity.json";
/// Where sentence-transformers keeps a model's pooling.
pub(crate) const POOLING: &str = "1_Pooling/config.json";
const LENGTH: &str = "sentence_bert_config.json";
const PROMPTS: &str = "config_sentence_transformers.json";

impl Settings {
    /// Those of all-MiniLM-L6-v2. Its own `max_seq_length` is 256; 512 was measured as a wash in retrieval quality and costs half as much
    /// again.
    pub const DEFAULT: Settings =
        Settings { pooling: Pooling::Mean, query_prefix: Cow::Borrowed(""), passage_prefix: Cow::Borrowed(""), max_tokens: 256 };

    /// What the folder says, with the model's name and revision if `antigravity.json` gives them.
    pub(crate) fn read(folder: &Path) -> Result<(Settings, Stated), EmbedError> {
        let mut stated: Stated = read(&folder.join(FILE))?.unwrap_or_default();
        let pooling = match stated.pooling {
            Some(pooling) => pooling,
            None => pooling(&folder.join(POOLING))?,
        };
        let length: Option<Length> = read(&folder.join(LENGTH))?;
        let max_tokens = stated.max_tokens.or(length.and_then(|length| length.max_seq_length)).unwrap_or(Settings::DEFAULT.max_tokens);
        // [CLS], one token, [SEP]
        if max_tokens < 3 {
            let file = if stated.max_tokens.is_some() { FILE } else { LENGTH };
            return Err(EmbedError::Unusable { path: folder.join(file), reason: format!("{max_tokens} tokens are no text: at least 3") });
        }
        let prompts = read::<Prompts>(&folder.join(PROMPTS))?.unwrap_or_default().prompts;
        let query_prefix = stated.query_prefix.take().or(prompts.query).unwrap_or_default();
        let passage_prefix = stated.passage_prefix.take().or(prompts.passage).or(prompts.document).unwrap_or_default();
        Ok((Settings { pooling, query_prefix: query_prefix.into(), passage_prefix: passage_prefix.into(), max_tokens }, stated))
    }
}

/// `antigravity.json`.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Stated {
    pub(crate) model: Option<String>,
    pub(crate) revision: Option<String>,
    pooling: Option<Pooling>,
    query_prefix: Option<String>,
    passage_prefix: Option<String>,
    max_tokens: Option<usize>,
}

/// `1_Pooling/config.json`: the modes that are not named are off.
#[derive(Deserialize)]
struct Modes {
    #[serde(default)]
    pooling_mode_cls_token: bool,
    #[serde(default)]
    pooling_mode_mean_tokens: bool,
    #[serde(flatten)]
    others: serde_json::Map<String, serde_json::Value>,
}

#[derive(Deserialize)]
struct Length {
    max_seq_length: Option<usize>,
}

#[derive(Default, Deserialize)]
struct Prompts {
    #[serde(default)]
    prompts: Prefixes,
}

#[derive(Default, Deserialize)]
struct Prefixes {
    query: Option<String>,
    passage: Option<String>,
    document: Option<String>,
}

fn pooling(path: &Path) -> Result<Pooling, EmbedError> {
    let unusable = |reason: &str| EmbedError::Unusable { path: path.to_owned(), reason: reason.to_owned() };
    let modes: Modes = read(path)?.ok_or_else(|| unusable("it is missing, and antigravity.json does not say \"pooling\": mean or cls"))?;
    let other = modes.others.iter().any(|(key, value)| key.starts_with("pooling_mode_") && value == true);
    match (modes.pooling_mode_mean_tokens, modes.pooling_mode_cls_token, other) {
        (true, false, false) => Ok(Pooling::Mean),
        (false, true, false) => Ok(Pooling::Cls),
        _ => Err(unusable("this encoder pools by the mean of the tokens or by [CLS] alone")),
    }
}

/// A JSON file that may be absent.
fn read<T: DeserializeOwned>(path: &Path) -> Result<Option<T>, EmbedError> {
    let text = match std::fs::read(path) {
        Ok(text) => text,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(source) => return Err(EmbedError::Read { path: path.to_owned(), source }),
    };
    serde_json::from_slice(&text).map(Some).map_err(|error| EmbedError::Unusable { path: path.to_owned(), reason: error.to_string() })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(files: &[(&str, &str)]) -> Result<Settings, String> {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("1_Pooling")).unwrap();
        for (name, text) in files {
            std::fs::write(folder.path().join(name), text).unwrap();
        }
        Settings::read(folder.path()).map(|(settings, _)| settings).map_err(|error| error.to_string())
    }

    const MEAN: (&str, &str) =
        (POOLING, r#"{"word_embedding_dimension": 384, "pooling_mode_mean_tokens": true, "pooling_mode_cls_token": false}"#);

    #[test]
    fn from_the_files_of_sentence_transformers() {
        assert_eq!(settings(&[MEAN]).unwrap(), Settings::DEFAULT);
        let found = settings(&[
            (POOLING, r#"{"pooling_mode_cls_token": true, "pooling_mode_max_tokens": false}"#),
            (LENGTH, r#"{"max_seq_length": 512, "do_lower_case": false}"#),
            (PROMPTS, r#"{"prompts": {"query": "query: ", "document": "passage: "}, "__version__": {}}"#),
        ]);
        let expected =
            Settings { pooling: Pooling::Cls, query_prefix: "query: ".into(), passage_prefix: "passage: ".into(), max_tokens: 512 };
        assert_eq!(found.unwrap(), expected);
    }

    #[test]
    fn the_operators_file_goes_first() {
        let stated = r#"{"model": "lab/model", "pooling": "cls", "query_prefix": "", "max_tokens": 128}"#;
        let prompts = (PROMPTS, r#"{"prompts": {"query": "query: ", "passage": "passage: "}}"#);
        let expected = Settings { pooling: Pooling::Cls, passage_prefix: "passage: ".into(), max_tokens: 128, ..Settings::DEFAULT };
        assert_eq!(settings(&[(FILE, stated), MEAN, prompts]).unwrap(), expected);
        assert_eq!(settings(&[(FILE, r#"{"pooling": "mean"}"#)]).unwrap(), Settings::DEFAULT);
    }

    #[test]
    fn refuses_what_it_would_run_wrongly() {
        for (files, named) in [
            (&[][..], "antigravity.json does not say"),
            (&[(POOLING, r#"{"pooling_mode_max_tokens": true}"#)], "mean of the tokens or by [CLS]"),
            (&[(POOLING, r#"{"pooling_mode_mean_tokens": true, "pooling_mode_cls_token": true}"#)], "mean of the tokens or by [CLS]"),
            (&[(POOLING, r#"{"pooling_mode_mean_tokens": true, "pooling_mode_lasttoken": true}"#)], "mean of the tokens or by [CLS]"),
            (&[(FILE, r#"{"pooling": "max"}"#)], "antigravity.json can't be used"),
            (&[(FILE, r#"{"poolng": "mean"}"#)], "unknown field `poolng`"),
            (&[(FILE, r#"{"pooling": "mean", "max_tokens": 2}"#)], "2 tokens are no text"),
            (&[MEAN, (LENGTH, "[")], "sentence_bert_config.json can't be used"),
        ] {
            let message = settings(files).unwrap_err();
            assert!(message.contains(named), "{message}");
        }
    }
}
