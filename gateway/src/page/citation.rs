//! A citation: a link to the preprint, with a card that says what it is and which of its sentences the text rests on.

use std::fmt::Write as _;

use antigravity_proto::types::{Claim, Evidence, Source, TextOrigin};
use antigravity_text::PreprintId;

use super::html::{Html, html};
use super::legible::legible;
use super::markdown::CitationLink;
use super::{math, source, written};

/// How many sentences a card shows.
const SENTENCES: usize = 2;

/// The link of a cited preprint, with the evidence of `claims`. `None` when it is none of the sources.
pub(super) fn link(id: &PreprintId, sources: &[Source], claims: &[Claim]) -> Option<CitationLink> {
    let (place, source) = sources.iter().enumerate().find(|(_, source)| source.id == id.as_str())?;
    let evidence = evidence(id.as_str(), claims);
    let href = format!("{}{}", source::href(&source.id), marks(&evidence));
    Some(CitationLink { href, card: Some(card(place + 1, source, &evidence)) })
}

/// The sentences of a preprint that the claims rest on, each once.
fn evidence<'a>(id: &str, claims: &'a [Claim]) -> Vec<&'a Evidence> {
    let mut found: Vec<&Evidence> = Vec::new();
    for evidence in claims.iter().flat_map(|claim| &claim.evidence).filter(|evidence| evidence.preprint_id == id) {
        if !found.iter().any(|known| known.span == evidence.span) {
            found.push(evidence);
        }
    }
    found
}

/// The evidence's place in the abstract, for the preprint's page to mark: `?mark=0-110,111-280`.
fn marks(evidence: &[&Evidence]) -> String {
    let spans = evidence.iter().filter(|evidence| evidence.text_origin() != TextOrigin::TitleOnly).filter_map(|evidence| evidence.span);
    spans.enumerate().fold(String::new(), |mut marks, (place, span)| {
        // Writing to a string can't fail.
        let _ = write!(marks, "{}{}-{}", if place == 0 { "?mark=" } else { "," }, span.start, span.end);
        marks
    })
}

fn card(number: usize, source: &Source, evidence: &[&Evidence]) -> Html {
    html! {
        span.number { "[" (number) "]" }
        span.title dir="auto" { (math::text(&source.title)) }
        span.by {
            bdi { (legible(&written::authors(&source.authors))) }
            @if !source.authors.is_empty() { " · " }
            (written::date(&source.date, source.date_precision))
        }
        @for evidence in evidence.iter().take(SENTENCES) { (sentence(evidence)) }
    }
}

/// A sentence of a source. The authors' own words are a quotation, others' are not.
pub(super) fn sentence(evidence: &Evidence) -> Html {
    let said = math::text(&evidence.text);
    match evidence.text_origin() {
        TextOrigin::Summary => html! { span.evidence.summary { span.whose { "A summary, not the authors’ words: " } (said) } },
        TextOrigin::TitleOnly => html! { span.evidence { span.whose { "The title: " } (said) } },
        TextOrigin::Authors | TextOrigin::Unspecified => html! { span.evidence { "“" (said) "”" } },
    }
}
