//! The answer in forms to take along: as Markdown, its sources as BibTeX, and all of it as JSON.
//!
//! They stand in the page, folded, so that they can be had without a script and without asking again; the script adds a button that copies.

use antigravity_proto::json::to_json;
use antigravity_proto::types::Answer;

use crate::page::bibtex;
use crate::page::html::{Html, html};

pub(super) fn fold(answer: &Answer) -> Html {
    let json = to_json(answer).map(|json| json.to_string()).unwrap_or_default();
    let forms = [("Markdown", answer.markdown.clone()), ("BibTeX", bibtex::entries(&answer.sources)), ("JSON", json)];
    html! {
        details.copies {
            summary { "Take it along as Markdown, BibTeX or JSON" }
            @for (name, text) in forms.into_iter().filter(|(_, text)| !text.is_empty()) {
                section.copy aria-label=(name) {
                    h3 { (name) }
                    pre tabindex="0" { (text) }
                }
            }
        }
    }
}
