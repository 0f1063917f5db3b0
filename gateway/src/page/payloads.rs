//! The collections of hostile strings that tests try on the page.

use std::path::Path;

/// Every string of `../shared/data/security`, whatever it is called there.
pub(super) fn all(folder: &Path) -> Vec<String> {
    let files = [
        "garak_strings",
        "h5sc",
        "naughty_strings",
        "prompt_injection_deepset",
        "prompt_injection_purplellama",
        "xss_payloads",
        "xss_payloads_payloadbox",
    ];
    let mut payloads = Vec::new();
    for file in files {
        let lines = std::fs::read_to_string(folder.join(file).with_extension("jsonl")).unwrap();
        for line in lines.lines().filter(|line| !line.is_empty()) {
            let record: serde_json::Value = serde_json::from_str(line).unwrap();
            let text = ["payload", "text", "user_input"].into_iter().find_map(|field| record[field].as_str());
            payloads.push(text.unwrap_or_else(|| panic!("{file}: no payload in {line}")).to_owned());
        }
    }
    assert!(payloads.len() > 9_000, "{} payloads", payloads.len());
    payloads
}
