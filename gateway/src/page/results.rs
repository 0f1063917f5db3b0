//! A list of preprints.

use antigravity_proto::types::Source;

use super::html::{Html, html};
use super::source;

pub(super) fn list(sources: &[Source]) -> Html {
    html! {
        ol.sources {
            @for source in sources { li { (source::entry(source)) } }
        }
    }
}
