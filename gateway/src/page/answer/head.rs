//! What citation managers and other sites' previews read about an answer at an address that stays.

use antigravity_proto::types::{Answer, Source};

use crate::page::document::SITE;
use crate::page::html::{Html, html};
use crate::page::written;

/// Its fields are parted by semicolons.
fn reference(source: &Source) -> String {
    let title = format!("citation_title={}", source.title.replace(';', ","));
    source.source_id.strip_prefix("arXiv:").map_or(title.clone(), |arxiv| format!("{title}; citation_arxiv_id={arxiv}"))
}

pub(super) fn of(answer: &Answer) -> Html {
    let beginning = written::beginning(&antigravity_text::plain(answer.markdown.trim()));
    let day = answer.create_time.as_ref().and_then(written::day_of_record);
    html! {
        meta property="og:description" content=(beginning);
        @if let Some(day) = &day { meta property="article:published_time" content=(day); }
        meta name="citation_title" content=(answer.question);
        meta name="citation_author" content=(answer.answered_by);
        meta name="citation_publisher" content=(SITE);
        @if let Some(day) = &day { meta name="citation_online_date" content=(day.replace('-', "/")); }
        @for source in &answer.sources {
            meta name="citation_reference" content=(reference(source));
        }
    }
}
