//! An answer's events as pieces of its page.

use antigravity_proto::gateway::v1::Restarted;
use antigravity_proto::gateway::v1::ask_stream_response::Event;
use antigravity_proto::types::{Answer, Source};
use tonic::Status;

use super::paragraphs::{Paragraph, Paragraphs};
use super::permanent::Place;
use super::{coverage, frame, head, tail, verdict};
use crate::page::address::Asked;
use crate::page::html::{Html, html, joined};
use crate::page::markdown::{self, Anchors};
use crate::page::reader::Reader;
use crate::page::{citation, error, source, written};

/// A page that is being written.
pub(super) struct Writing {
    asked: Asked,
    sources: Vec<Source>,
    paragraphs: Paragraphs,
    ids: Anchors,
    place: Place,
    /// The end of the document.
    end: String,
}

impl Writing {
    /// The beginning of the document, and who writes the rest.
    pub(super) fn begin(asked: Asked, place: Place, reader: Reader) -> (String, Self) {
        Self::headed(asked, &Html::default(), place, reader)
    }

    /// The same for an answer that is known.
    pub(super) fn of(answer: &Answer, place: Place, reader: Reader) -> (String, Self) {
        Self::headed(Asked::by(answer), &head::of(answer), place, reader)
    }

    fn headed(asked: Asked, head: &Html, place: Place, reader: Reader) -> (String, Self) {
        let (before, end) = frame::around(&asked, head, reader);
        (before, Self { asked, sources: vec![], paragraphs: Paragraphs::default(), ids: Anchors::new("a"), place, end })
    }

    pub(super) fn event(&mut self, event: Event) -> Html {
        match event {
            Event::Sources(found) => {
                self.sources = found.sources;
                sources(&self.sources)
            }
            Event::Coverage(coverage) => coverage::line(&coverage, &self.asked),
            Event::Block(block) => {
                let whole = self.paragraphs.add(block);
                joined(whole.into_iter().map(|paragraph| self.paragraph(&paragraph)))
            }
            Event::Restarted(restarted) => self.restarted(&restarted),
            Event::Answer(answer) => self.answered(&answer),
        }
    }

    pub(super) fn broken_off(&mut self, status: &Status) -> Html {
        joined([self.rest(), error::broken_off(status)])
    }

    pub(super) fn end(&mut self) -> String {
        std::mem::take(&mut self.end)
    }

    fn answered(&mut self, answer: &Answer) -> Html {
        joined([self.rest(), byline(answer), tail::of(answer, &self.asked, &self.place)])
    }

    /// What was shown is void; the style takes away what stands before this.
    fn restarted(&mut self, restarted: &Restarted) -> Html {
        self.paragraphs = Paragraphs::default();
        html! { p.restarted slot="body" role="status" { "The answer starts again. " (restarted.reason) } }
    }

    fn rest(&mut self) -> Html {
        self.paragraphs.rest().map(|paragraph| self.paragraph(&paragraph)).unwrap_or_default()
    }

    fn paragraph(&mut self, Paragraph { markdown, claims }: &Paragraph) -> Html {
        let sources = &self.sources;
        let written = verdict::marked(markdown, claims);
        let shown = markdown::blocks(&written, &|id| citation::link(id, sources, claims), &mut self.ids);
        html! { div.block slot="body" dir="auto" { (shown) } }
    }
}

fn byline(answer: &Answer) -> Html {
    let day = answer.create_time.as_ref().and_then(written::day);
    html! { p.byline slot="byline" { "Answered by " (answer.answered_by) @if let Some(day) = day { " · " (day) } } }
}

fn sources(sources: &[Source]) -> Html {
    html! {
        section.beside slot="sources" aria-labelledby="sources" {
            h2 #sources { "Sources · " (sources.len()) }
            @if sources.is_empty() { p { "Nothing passed the filter." } }
            ol.sources { @for (place, source) in sources.iter().enumerate() { li id=(format!("source-{}", place + 1)) { (source::entry(source)) } } }
        }
    }
}
