//! Claims whose support is known, one a line.

use std::path::Path;

use serde::Deserialize;

use super::line::{SetError, for_each_line};

/// The kind of a claim whose line names none.
const UNNAMED: &str = "claims";

/// A file of claims.
#[derive(Debug)]
pub(crate) struct ClaimSet {
    /// The file's name without its ending.
    pub(crate) name: String,
    /// In the order of the file; never empty.
    pub(crate) claims: Vec<LabelledClaim>,
}

/// A claim with what it cites, and whether that supports it.
#[derive(Debug, PartialEq)]
pub(crate) struct LabelledClaim {
    /// What the line calls it, or its number.
    pub(crate) id: String,
    /// What kind of claim or of error it is.
    pub(crate) kind: String,
    /// Its text.
    pub(crate) text: String,
    /// The texts that it cites.
    pub(crate) evidence: Vec<String>,
    /// Texts that it might have cited instead.
    pub(crate) others: Vec<String>,
    /// Whether what it cites supports it.
    pub(crate) supported: bool,
}

/// A line. Other keys are ignored.
#[derive(Deserialize)]
struct Line {
    id: Option<serde_json::Value>,
    claim: String,
    evidence: Vec<String>,
    #[serde(default)]
    others: Vec<String>,
    label: String,
    #[serde(alias = "dataset")]
    kind: Option<String>,
}

impl ClaimSet {
    /// Reads the file; `-` is standard input.
    pub(crate) fn read(path: &Path) -> Result<Self, SetError> {
        let mut claims = Vec::new();
        for_each_line(path, |number, line| {
            claims.push(claim(number, line)?);
            Ok(())
        })?;
        for (supported, what) in [(true, "attributable"), (false, "not attributable")] {
            if !claims.iter().any(|claim| claim.supported == supported) {
                return Err(SetError::NoClaims { path: path.display().to_string(), what });
            }
        }
        let name = path.file_stem().map_or_else(String::new, |name| name.to_string_lossy().into_owned());
        Ok(Self { name, claims })
    }
}

fn claim(number: u64, line: &str) -> Result<LabelledClaim, String> {
    let line: Line =
        serde_json::from_str(line).map_err(|error| format!("no claim with `claim`, `evidence` (a list of texts) and `label`: {error}"))?;
    if line.claim.trim().is_empty() {
        return Err("the claim is empty".to_owned());
    }
    let supported = match line.label.as_str() {
        "attributable" => true,
        "not attributable" => false,
        other => return Err(format!("`{other}` is no label: `attributable` and `not attributable` are")),
    };
    let id = match line.id {
        Some(serde_json::Value::String(id)) => id,
        Some(id) => id.to_string(),
        None => number.to_string(),
    };
    let kind = line.kind.unwrap_or_else(|| UNNAMED.to_owned());
    Ok(LabelledClaim { id, kind, text: line.claim, evidence: line.evidence, others: line.others, supported })
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::*;

    fn read(text: &str) -> Result<ClaimSet, String> {
        let mut file = tempfile::Builder::new().prefix("set").suffix(".jsonl").tempfile().unwrap();
        file.write_all(text.as_bytes()).unwrap();
        ClaimSet::read(file.path()).map_err(|error| error.to_string())
    }

    #[test]
    fn claims_are_read() {
        let set = read(
            "{\"claim\": \"A\", \"evidence\": [\"a\"], \"label\": \"attributable\", \"dataset\": \"D\", \"more\": 1}\n\n{\"id\": 7, \"claim\": \"B\", \
             \"evidence\": [], \"others\": [\"b\"], \"label\": \"not attributable\"}\n",
        )
        .unwrap();
        let [first, second] = &set.claims[..] else { panic!("two claims") };
        assert_eq!((first.id.as_str(), first.kind.as_str(), first.supported), ("1", "D", true));
        assert_eq!((second.id.as_str(), second.kind.as_str(), second.supported, second.others.len()), ("7", "claims", false, 1));
    }

    #[test]
    fn what_is_wrong_is_named_with_its_line() {
        let good = "{\"claim\": \"A\", \"evidence\": [\"a\"], \"label\": \"attributable\"}\n";
        for (text, part) in [
            ("{}", "`claim`"),
            (&format!("{good}{{\"claim\": \"A\", \"evidence\": [], \"label\": \"maybe\"}}"), ":2: `maybe`"),
            ("{\"claim\": \" \", \"evidence\": [], \"label\": \"attributable\"}", "empty"),
            (good, "not attributable"),
        ] {
            let error = read(text).unwrap_err();
            assert!(error.contains(part), "{error}");
        }
    }
}
