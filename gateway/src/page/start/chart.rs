//! The archive's categories as a drawing.

use antigravity_proto::types::CategoryCount;

use crate::page::address::Asked;
use crate::page::html::{Html, html};
use crate::page::written;

/// How many categories are drawn; the others are counted.
const DRAWN: usize = 8;

// In units of the drawing.
const ROW: usize = 22;
const WIDTH: u64 = 440;
const LABEL: u64 = 130;
const NUMBER: u64 = 50;

/// Bars as long as there are preprints, each a link to those. A preprint counts in every category it has.
pub(super) fn categories(categories: &[CategoryCount]) -> Html {
    let most = categories.iter().map(|count| count.preprints).max().unwrap_or_default().max(1);
    let drawn = categories.get(..DRAWN).unwrap_or(categories);
    let others = categories.len() - drawn.len();
    html! {
        figure.chart {
            svg role="group" aria-label="Preprints by category" viewBox=(format!("0 0 {WIDTH} {}", drawn.len() * ROW)) {
                @for (row, count) in drawn.iter().enumerate() { (bar(row * ROW, count, most)) }
            }
            @if others > 0 { figcaption { "and " (written::counted(others as u64, "category", "categories")) " more" } }
        }
    }
}

fn bar(top: usize, count: &CategoryCount, most: u64) -> Html {
    let length = ((WIDTH - LABEL - NUMBER) * count.preprints / most).max(2);
    let base = top + ROW - 7;
    html! {
        a href=(Asked { categories: count.category.clone(), ..Default::default() }.href("/")) {
            rect.hit x="0" y=(top) width=(WIDTH) height=(ROW) {}
            text x="0" y=(base) { (count.category) }
            rect.bar x=(LABEL) y=(top + 6) width=(length) height=(ROW - 12) {}
            text.number x=(LABEL + length + 8) y=(base) { (written::grouped(count.preprints)) }
        }
    }
}
