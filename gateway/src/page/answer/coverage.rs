//! How far the archive reaches, in one quiet line.

use antigravity_proto::types::{Coverage, CoverageLevel, CoverageReason};

use crate::page::address::Asked;
use crate::page::html::{Html, html};
use crate::page::written;

pub(super) fn line(coverage: &Coverage, asked: &Asked) -> Html {
    let (class, level) = match coverage.level() {
        CoverageLevel::Full => ("full", "The archive answers this"),
        CoverageLevel::Partial => ("partial", "The archive answers a part of this"),
        CoverageLevel::Related => ("related", "The archive has only related work on this"),
        CoverageLevel::None => ("none", "This lies outside the archive"),
        CoverageLevel::Unspecified => return html! { p.coverage slot="coverage" { "How far the archive reaches was not judged." } },
    };
    html! {
        p class={"coverage " (class)} slot="coverage" {
            svg width="10" height="10" viewBox="0 0 10 10" aria-hidden="true" {
                circle.rim cx="5" cy="5" r="4.25" {}
                path.filled d=(filled(coverage.level())) {}
            }
            strong { (level) }
            @if !coverage.missing_aspects.is_empty() { "; it is silent on " bdi { (written::listed(&coverage.missing_aspects, "and")) } }
            "."
            (why(coverage.reason(), asked))
        }
    }
}

/// A disc that is full, half full, a quarter full or empty.
fn filled(level: CoverageLevel) -> &'static str {
    match level {
        CoverageLevel::Full => "M5 .75a4.25 4.25 0 0 1 0 8.5a4.25 4.25 0 0 1 0-8.5",
        CoverageLevel::Partial => "M5 .75a4.25 4.25 0 0 1 0 8.5Z",
        CoverageLevel::Related => "M5 .75a4.25 4.25 0 0 1 4.25 4.25H5Z",
        CoverageLevel::None | CoverageLevel::Unspecified => "",
    }
}

fn why(reason: CoverageReason, asked: &Asked) -> Html {
    match reason {
        CoverageReason::NoSources => {
            let everywhere = Asked { question: asked.question.clone(), near: asked.near.clone(), ..Default::default() };
            html! { " No preprint passes the filter. " a href=(everywhere.href("/ask")) { "Ask without it" } "." }
        }
        CoverageReason::OutsideArchive => html! { " The nearest preprints are listed all the same." },
        CoverageReason::LanguageNotRead => html! { " The question’s language is not one that the search reads: ask in English." },
        CoverageReason::LoweredByModel => html! { " The model found that the sources reach less far than the search suggests." },
        _ => Html::default(),
    }
}
