//! What a model makes of an id, written down: each form either is a source without loss, or is replaced.

use super::ids::settle;

/// The sources of the answer.
const SOURCES: [&str; 2] = ["AG-2026.03-1712", "AG-2025.03-220"];

/// Form by form: the text, what becomes of it, whether an id was invented.
const TABLE: &[(&str, &str, bool)] = &[
    // Another month, year or number: a preprint that exists elsewhere, or nowhere, but is no source.
    ("[AG-2026.04-1712]", "[no such source]", true),
    ("[AG-2025.03-1712]", "[no such source]", true),
    ("[AG-2026.03-1713]", "[no such source]", true),
    ("[AG-2026.13-1712]", "[no such source]", true),
    // Digits dropped, added or parted.
    ("[AG-2026.03-171]", "[no such source]", true),
    ("[AG-2026.3-1712]", "[no such source]", true),
    ("[AG-26.03-1712]", "[no such source]", true),
    ("[AG-2026.03-01712]", "[no such source]", true),
    ("[AG-2026.03-17120]", "[no such source]", true),
    ("[AG-2026.03-17 12]", "[no such source]", true),
    ("[AG-2026.03-0220]", "[no such source]", true),
    ("[AG-2026.03]", "[no such source]", true),
    ("[AG-2026.03-1712v2]", "[no such source]", true),
    // Separators lost: not without loss, since other digits could be meant.
    ("[AG-202603-1712]", "[no such source]", true),
    ("[AG-2026-03-1712]", "[no such source]", true),
    // Case, dashes, spaces, brackets, width: the same id.
    ("[ag-2026.03-1712]", "[AG-2026.03-1712]", false),
    ("[AG\u{2010}2026.03\u{2011}1712]", "[AG-2026.03-1712]", false),
    ("[AG–2026.03—1712]", "[AG-2026.03-1712]", false),
    ("[AG−2026.03-1712]", "[AG-2026.03-1712]", false),
    ("[ AG - 2026.03 - 1712 ]", "[AG-2026.03-1712]", false),
    ("[AG-2026.03-\u{a0}1712]", "[AG-2026.03-1712]", false),
    ("[[AG-2026.03-1712]]", "[AG-2026.03-1712]", false),
    ("【AG-2026.03-1712】", "[AG-2026.03-1712]", false),
    ("［ＡＧ－２０２６．０３－１７１２］", "[AG-2026.03-1712]", false),
    ("[**AG-2026.03-1712**]", "[AG-2026.03-1712]", false),
    ("AG-2026.03-1712", "[AG-2026.03-1712]", false),
    ("(AG-2026.03-1712)", "([AG-2026.03-1712])", false),
    ("[AG-2026.03-1712](https://example.org)", "[AG-2026.03-1712]", false),
    // Lists: each id for itself.
    ("[AG-2026.03-1712, AG-2025.03-220]", "[AG-2026.03-1712, AG-2025.03-220]", false),
    ("[AG-2026.03-1712; AG-2025.03-220]", "[AG-2026.03-1712, AG-2025.03-220]", false),
    ("[AG-2026.03-1712 and AG-2025.03-220]", "[AG-2026.03-1712, AG-2025.03-220]", false),
    ("[AG-2026.03-1712, AG-2025.03-221]", "[AG-2026.03-1712] [no such source]", true),
    ("[AG-2026.03-1712][AG-2025.03-220]", "[AG-2026.03-1712][AG-2025.03-220]", false),
    // Ranges: of two whole ids both ends, never what may lie between; of shortened ones nothing.
    ("[AG-2026.03-1712–AG-2025.03-220]", "[AG-2026.03-1712, AG-2025.03-220]", false),
    ("[AG-2026.03-1712–1715]", "[no such source]", true),
    ("[AG-2026.03-1712-1715]", "[no such source]", true),
    ("[AG-2026.03-1712/13]", "[no such source]", true),
    // Ids of another kind are none of ours.
    ("[1]", "[1]", false),
    ("arXiv:2603.01712", "arXiv:2603.01712", false),
];

#[test]
fn every_form_is_a_source_or_is_replaced() {
    for (text, expected, invented) in TABLE {
        let settled = settle(&format!("It holds {text}."), |id| SOURCES.contains(&id.as_str()));
        assert_eq!((settled.text.as_str(), settled.invented), (format!("It holds {expected}.").as_str(), *invented), "{text}");
    }
}

#[test]
fn a_form_that_names_no_source_leaves_none_of_its_digits() {
    for (text, _, _) in TABLE.iter().filter(|(text, expected, _)| *expected == "[no such source]" && text.starts_with('[')) {
        let settled = settle(text, |id| SOURCES.contains(&id.as_str()));
        assert!(!settled.text.contains(char::is_numeric) && settled.cited.is_empty(), "{text}: {}", settled.text);
    }
}
