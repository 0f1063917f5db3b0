//! A citation: a link to the preprint, with a card that says what it is and which of its sentences the text rests on.

use std::fmt::Write as _;

use antigravity_proto::types::{Claim, Evidence, Source, TextOrigin};
use antigravity_text::PreprintId;

use super::html::{Html, html};
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

/// The sentence of a preprint that each claim rests on most, each once. Those come first whose claim itself names the preprint; a lead-in above
/// it only inherits the citation.
fn evidence<'a>(id: &str, claims: &'a [Claim]) -> Vec<&'a Evidence> {
    let (naming, inheriting): (Vec<&Claim>, Vec<&Claim>) = claims.iter().partition(|claim| claim.text.contains(id));
    let mut found: Vec<&Evidence> = Vec::new();
    for claim in naming.into_iter().chain(inheriting) {
        let best = claim.evidence.iter().find(|evidence| evidence.preprint_id == id);
        found.extend(best.filter(|best| !found.iter().any(|known| known.span == best.span)));
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
        span.number { (number) }
        span.title dir="auto" { (math::text(&source.title)) }
        span.by {
            bdi { (written::authors(&source.authors)) }
            @if !source.authors.is_empty() { " · " }
            (written::date(&source.date, source.date_precision))
        }
        @if let Some(whose) = evidence.first().and_then(|evidence| whose(evidence.text_origin())) { span.whose { (whose) } }
        @for evidence in evidence.iter().take(SENTENCES) { span.evidence { (words(evidence)) } }
    }
}

/// A sentence of a source, and whose it is.
pub(super) fn sentence(evidence: &Evidence) -> Html {
    let whose = whose(evidence.text_origin());
    html! { span.evidence { @if let Some(whose) = whose { span.whose { (whose) ": " } } (words(evidence)) } }
}

/// The authors' own words are a quotation, others' are not.
fn words(evidence: &Evidence) -> Html {
    let said = math::text(&evidence.text);
    match evidence.text_origin() {
        TextOrigin::Summary | TextOrigin::TitleOnly => said,
        TextOrigin::Authors | TextOrigin::Unspecified => html! { "“" (said) "”" },
    }
}

fn whose(origin: TextOrigin) -> Option<&'static str> {
    match origin {
        TextOrigin::Summary => Some("From a summary, not in the authors’ words"),
        TextOrigin::TitleOnly => Some("The title"),
        TextOrigin::Authors | TextOrigin::Unspecified => None,
    }
}
