//! The frame of an answer: where its parts stand, in whatever order they are sent.
//!
//! The sources are known before the first sentence, and who wrote it is known after the last; a reader wants them beside the text and above it.
//! So the parts are slotted: the frame is a shadow tree that the server declares, and each part names its place. What is still to come has
//! something to say in its place meanwhile. All of it works without a script, what a screen reader reads and where the tabulator leads follow
//! the frame, and a browser that doesn't know such trees shows the parts in the order in which they came.

use crate::page::address::Asked;
use crate::page::assets;
use crate::page::document::{Document, SITE};
use crate::page::html::{Html, halves, html, shadow};
use crate::page::reader::Reader;

/// The document before and after what is sent in between.
pub(super) fn around(asked: &Asked, head: &Html, reader: Reader) -> (String, String) {
    let title = if asked.question.trim().is_empty() { format!("What is near {}", asked.near) } else { asked.question.trim().to_owned() };
    let head = html! {
        meta property="og:type" content="article";
        meta property="og:site_name" content=(SITE);
        meta property="og:title" content=(title);
        (head)
    };
    let (before, after) = halves(|gap| {
        let main = html! {
            article #answer .answer {
                (shadow(&places()))
                (question(asked, &title))
                (gap)
            }
        };
        Document { title: &title, description: None, head, section: "/", reader, main }.written()
    });
    (before, after)
}

/// The places, and what stands in them until something comes.
fn places() -> Html {
    html! {
        link rel="stylesheet" href=(assets::STYLE.href());
        div.places {
            div.text {
                slot name="question" {}
                slot name="byline" { p.waiting { "Being written" } }
                slot name="coverage" { p.waiting { "Reading what the archive has" } }
                slot name="body" { p.waiting.stage { "Writing, and checking each sentence before it is shown" } }
            }
            aside aria-label="Sources" { slot name="sources" {} }
            div.tail { slot name="tail" {} }
        }
    }
}

fn question(asked: &Asked, title: &str) -> Html {
    html! {
        header.question slot="question" {
            h1 dir="auto" { (title) }
            @if asked.is_narrowed() { p.narrowed { "Asked of " (narrowed(asked)) "." } }
        }
    }
}

fn narrowed(asked: &Asked) -> Html {
    let parts = [("", &asked.categories), ("by ", &asked.authors), ("from ", &asked.from), ("to ", &asked.to)];
    let given = parts.into_iter().filter(|(_, value)| !value.trim().is_empty());
    html! { @for (place, (word, value)) in given.enumerate() { @if place > 0 { ", " } (word) bdi { (value.trim()) } } }
}
