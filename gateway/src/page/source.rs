//! A preprint in a list: how near it is, what it is called, where it stands.

use antigravity_proto::types::{Source, TextOrigin};

use super::address::segment;
use super::html::{Html, html};
use super::{math, written};

/// The address of a preprint's page.
pub(super) fn href(id: &str) -> String {
    format!("/preprints/{}", segment(id))
}

/// What stands about a source in a list. Similarity is the cosine of the question and the preprint's title and abstract.
pub(super) fn entry(source: &Source) -> Html {
    html! {
        p.where {
            (similarity(source.similarity))
            span.category { (source.primary_category) }
            @if !source.date.is_empty() { time datetime=(source.date) { (written::date(&source.date, source.date_precision)) } }
        }
        p.title dir="auto" { a href=(href(&source.id)) { (math::text(&source.title)) } }
        @if !source.authors.is_empty() { p.by { bdi { (written::authors(&source.authors)) } } }
        p.by {
            span.id { (source.id) }
            @if let Some(origin) = origin(source.text_origin()) { span.origin { " · " (origin) } }
        }
    }
}

/// A percentage and a bar as long.
pub(super) fn similarity(similarity: f64) -> Html {
    let percent = written::percent(similarity);
    html! {
        span.similarity {
            span.unseen { "Similarity " }
            (percent) "%"
            svg width="36" height="4" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true" {
                rect.track width="100" height="10" {}
                rect.bar width=(percent.max(0)) height="10" {}
            }
        }
    }
}

/// Said wherever the archive's text is not the authors' own.
pub(super) fn origin(origin: TextOrigin) -> Option<&'static str> {
    match origin {
        TextOrigin::Summary => Some("known by a summary"),
        TextOrigin::TitleOnly => Some("known by its title"),
        TextOrigin::Authors | TextOrigin::Unspecified => None,
    }
}
