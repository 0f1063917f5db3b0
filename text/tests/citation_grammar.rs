//! Every way of writing a citation is found, whatever stands around it.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::string_slice, reason = "a test fails by panicking")]

use antigravity_text::{PreprintId, citations, mentions};
use proptest::prelude::*;

fn written() -> impl Strategy<Value = (PreprintId, String)> {
    let dash = || proptest::sample::select(vec!["-", "–", "—", "−", "‐", "‑", " - ", "－"]);
    let point = proptest::sample::select(vec![".", " . ", "．"]);
    let parts = (1991u16..2100, 1u8..=12, "[0-9]{1,5}", dash(), point, dash(), any::<bool>());
    parts.prop_map(|(year, month, digits, one, point, two, lower)| {
        let id = format!("AG-{year}.{month:02}-{digits}").parse().unwrap();
        let letters = if lower { "ag" } else { "AG" };
        (id, format!("{letters}{one}{year}{point}{month:02}{two}{digits}"))
    })
}

proptest! {
    #[test]
    fn every_way_of_writing_is_found(
        ids in proptest::collection::vec(written(), 1..5),
        separator in proptest::sample::select(vec![", ", ";", " and ", " & ", ","]),
        brackets in proptest::sample::select(vec![("[", "]"), ("[[", "]]"), ("【", "】"), ("［", "］"), ("[ ", " ]")])
    ) {
        let inner = ids.iter().map(|(_, text)| text.as_str()).collect::<Vec<_>>().join(separator);
        let bracket = format!("{}{inner}{}", brackets.0, brackets.1);
        let text = format!("So weiß man α {bracket}, again.");
        let found = citations(&text);
        prop_assert_eq!(found.len(), 1);
        prop_assert_eq!(&text[found[0].span.clone()], &bracket);
        let expected: Vec<_> = ids.iter().map(|(id, _)| Some(id.clone())).collect();
        prop_assert_eq!(found[0].ids.iter().map(|id| id.id.clone()).collect::<Vec<_>>(), expected);
        for id in &found[0].ids {
            prop_assert_eq!(text.get(id.span.clone()), Some(id.raw.as_str()));
            prop_assert_eq!(PreprintId::normalise(&id.raw), id.id.clone());
        }
        prop_assert_eq!(mentions(&text), found.into_iter().flat_map(|citation| citation.ids).collect::<Vec<_>>());
    }

    #[test]
    fn any_text(text in r"([AaGg0-9. ,;&\[\]【】–-]|AG-2026|and|é|[\u{0}-\u{FFFF}]){0,60}") {
        let mut end = 0;
        for id in mentions(&text) {
            prop_assert!(id.span.start >= end && text.get(id.span.clone()) == Some(id.raw.as_str()));
            end = id.span.end;
        }
        for citation in citations(&text) {
            prop_assert!(text.get(citation.span).is_some() && !citation.ids.is_empty());
        }
    }
}
