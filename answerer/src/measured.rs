//! What is counted of the check.

use antigravity_chassis::metrics::Counters;

use crate::verify::{Checked, Citations};

static CITATIONS: Counters<1> = Counters::new("antigravity_citations_total", "Citations checked, by what the check said.", ["result"]);

/// Counts a checked unit's citations.
pub(crate) fn citations(checked: &Checked) {
    let (result, count) = match checked.citations() {
        Citations::Supported(count) => ("supported", count),
        Citations::Unsupported(count) => ("unsupported", count),
        // What was invented is gone from the unit; that there was one is known.
        Citations::Invented => ("no_such_source", 1),
    };
    CITATIONS.add([result], count as u64);
}

/// Shows what has not happened yet, so that its first time is seen as an increase.
pub(crate) fn nothing_yet() {
    for result in ["supported", "unsupported", "no_such_source"] {
        CITATIONS.add([result], 0);
    }
}
