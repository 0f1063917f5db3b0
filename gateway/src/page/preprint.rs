//! `/preprints/AG-…`: a source as the archive has it.

use std::ops::Range;

use antigravity_proto::gateway::v1::gateway_service_server::GatewayService as _;
use antigravity_proto::gateway::v1::{GetPreprintRequest, SearchRequest};
use antigravity_proto::types::{Preprint, Reason, Source, TextOrigin};
use axum::extract::{Path, Request, State};
use axum::response::Response;
use http::{StatusCode, Uri};

use super::address::{Asked, field};
use super::document::Document;
use super::html::{Html, html};
use super::markdown::is_web;
use super::reader::Reader;
use super::{call, math, response, results, source, written};
use crate::Gateway;
use crate::http::Refusal;

/// How many neighbours are listed.
const NEIGHBOURS: u32 = 5;
/// How many stretches an address may mark.
const MARKS: usize = 16;

pub(super) async fn page(State(gateway): State<Gateway>, Path(id): Path<String>, request: Request) -> Result<Response, Refusal> {
    let marks = marks(request.uri());
    let reader = Reader::of(&gateway, &request);
    let (parts, _) = request.into_parts();
    let again = || Request::from_parts(parts.clone(), axum::body::Body::empty());
    let read = gateway.get_preprint(call(again(), GetPreprintRequest { id: id.clone(), ..Default::default() }));
    let near = gateway.search(call(again(), SearchRequest { near: id, limit: NEIGHBOURS, ..Default::default() }));
    let (read, near) = tokio::join!(read, near);
    let preprint = read?
        .into_inner()
        .preprint
        .ok_or_else(|| antigravity_chassis::status::Problem::new(Reason::Internal, "there is no preprint in the reply"))?;
    // A page without neighbours is still the page that was asked for.
    let near = near.map(|found| found.into_inner().sources).unwrap_or_default();
    Ok(response::page(StatusCode::OK, document(&preprint, &near, &marks, reader)))
}

/// The stretches that an address marks: `?mark=0-110,111-280`. They only colour what is there: whatever is no stretch of the abstract is
/// passed over.
fn marks(uri: &Uri) -> Vec<Range<usize>> {
    let span = |span: &str| {
        let (start, end) = span.split_once('-')?;
        Some(start.parse().ok()?..end.parse().ok()?)
    };
    field(uri, "mark").split(',').take(MARKS).filter_map(span).collect()
}

fn document(preprint: &Preprint, near: &[Source], marks: &[Range<usize>], reader: Reader) -> Html {
    let title = antigravity_text::plain(&preprint.title);
    let main = html! {
        div.places {
        article.preprint {
            h1 dir="auto" { (math::text(&preprint.title)) }
            p.authors dir="auto" { (preprint.authors.join(", ")) }
            p.where {
                span.id { (preprint.id) }
                @if !preprint.date.is_empty() { time datetime=(preprint.date) { (written::date(&preprint.date, preprint.date_precision)) } }
                @for category in &preprint.categories {
                    a.category href=(Asked { categories: category.clone(), ..Default::default() }.href("/")) { (category) }
                }
            }
            (text(preprint, marks))
            @if is_web(&preprint.url) { p.original { a href=(preprint.url) rel="noreferrer" { "Read the original at " (host(&preprint.url)) } } }
            (facts(preprint))
        }
        @if !near.is_empty() {
            aside.beside aria-labelledby="near" {
                h2 #near { "More like this" }
                (results::list(near))
            }
        }
        }
    };
    let description = written::beginning(&antigravity_text::plain(&preprint.abstract_text));
    Document { title: &title, description: Some(&description), head: head(preprint, &title, &description), section: "", reader, main }
        .written()
}

fn text(preprint: &Preprint, marks: &[Range<usize>]) -> Html {
    let heading = match preprint.text_origin() {
        TextOrigin::Summary => "Summary",
        TextOrigin::TitleOnly => return html! { p.note { "The archive knows this preprint by its title alone." } },
        TextOrigin::Authors | TextOrigin::Unspecified => "Abstract",
    };
    html! {
        section.abstract aria-labelledby="abstract" {
            h2 #abstract { (heading) }
            @if preprint.text_origin() == TextOrigin::Summary {
                p.note { "This is a summary of the abstract, not the authors’ words. Quote the original." }
            }
            p dir="auto" { (math::highlighted(&preprint.abstract_text, &whole_words(&preprint.abstract_text, marks))) }
            @if !marks.is_empty() { p.note { "Marked: the sentences that the answer rests on." } }
        }
    }
}

/// Stretches that an address made up may begin or end within a word; what is marked doesn't.
fn whole_words(text: &str, marks: &[Range<usize>]) -> Vec<Range<usize>> {
    let letters_before = |at: usize| text.get(..at).map_or(0, |before| at - before.trim_end_matches(char::is_alphanumeric).len());
    let letters_after = |at: usize| text.get(at..).map_or(0, |after| after.len() - after.trim_start_matches(char::is_alphanumeric).len());
    let is_within_word = |at: usize| letters_before(at) > 0 && letters_after(at) > 0;
    let start = |at: usize| if is_within_word(at) { at - letters_before(at) } else { at };
    let end = |at: usize| if is_within_word(at) { at + letters_after(at) } else { at };
    marks.iter().map(|mark| start(mark.start)..end(mark.end)).collect()
}

fn facts(preprint: &Preprint) -> Html {
    let doi = (!preprint.doi.is_empty()).then(|| format!("https://doi.org/{}", preprint.doi));
    html! {
        dl.facts {
            dt { "Record" } dd { (preprint.source_id) }
            @if let Some(doi) = &doi { dt { "DOI" } dd { a href=(doi) rel="noreferrer" { (preprint.doi) } } }
            @if !preprint.journal_ref.is_empty() { dt { "Published in" } dd { (preprint.journal_ref) } }
            @if !preprint.comments.is_empty() { dt { "Remarks" } dd { (math::text(&preprint.comments)) } }
        }
    }
}

/// What citation managers and other sites' previews read.
fn head(preprint: &Preprint, title: &str, description: &str) -> Html {
    html! {
        meta property="og:type" content="article";
        meta property="og:site_name" content=(super::document::SITE);
        meta property="og:title" content=(title);
        meta property="og:description" content=(description);
        meta name="citation_title" content=(title);
        @for author in &preprint.authors { meta name="citation_author" content=(author); }
        meta name="citation_publication_date" content=(preprint.date.replace('-', "/"));
        @if let Some(arxiv) = preprint.source_id.strip_prefix("arXiv:") { meta name="citation_arxiv_id" content=(arxiv); }
        @if !preprint.doi.is_empty() { meta name="citation_doi" content=(preprint.doi); }
        link rel="canonical" href=(source::href(&preprint.id));
    }
}

fn host(url: &str) -> String {
    url.parse::<Uri>().ok().and_then(|uri| uri.host().map(str::to_owned)).unwrap_or_else(|| "its site".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mark_takes_words_whole() {
        let text = "Wé find more.";
        for (mark, whole) in [(0..3, 0..3), (1..6, 0..8), (2..99, 2..99), (4..8, 4..8), (9..11, 9..13)] {
            assert_eq!(whole_words(text, std::slice::from_ref(&mark)), [whole], "{mark:?}");
        }
    }
}
