//! A long stretch of days as windows, harvested one after another: a list of records has no order, so that only a whole list makes the mark
//! move. Windows let it move early and often. Keeping resumption tokens instead would tie a harvest's state to tokens that expire.

use jiff::{ToSpan as _, civil::Date};

/// Days, both included.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Window {
    /// The first.
    pub(super) from: Date,
    /// The last.
    pub(super) until: Date,
}

/// Days of the first window: at arXiv, a page or two of a busy set.
const FIRST_DAYS: i32 = 32;
/// Days of the longest one.
const MOST_DAYS: i32 = 512;
/// From so many pages on the next window is shorter: about a minute of requests, which is what an interruption may cost.
const MANY_PAGES: u32 = 10;
/// arXiv's first year. Servers that don't know when a record changed name dates long before, and walking there in windows would take hours.
const ARXIV_BEGAN: Date = Date::constant(1991, 1, 1);

/// The windows that are left.
#[derive(Debug)]
pub(super) struct Windows {
    next: Option<Date>,
    end: Date,
    days: i32,
}

impl Windows {
    /// From one day to another, both included; none when the end comes first.
    pub(super) fn new(from: Date, end: Date) -> Self {
        Self { next: Some(from), end, days: FIRST_DAYS }
    }

    /// The next window.
    pub(super) fn next(&mut self) -> Option<Window> {
        let from = self.next.filter(|from| *from <= self.end)?;
        let last = if from < ARXIV_BEGAN { ARXIV_BEGAN.yesterday().ok()? } else { from.saturating_add((self.days - 1).days()) };
        let until = last.min(self.end);
        self.next = until.tomorrow().ok();
        Some(Window { from, until })
    }

    /// The window before took so many pages: the next one is longer or shorter.
    pub(super) fn took(&mut self, pages: u32) {
        if pages <= 1 {
            self.days = (self.days * 2).min(MOST_DAYS);
        } else if pages >= MANY_PAGES {
            self.days = (self.days / 2).max(1);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn walk(from: &str, end: &str, pages: u32) -> Vec<String> {
        let mut windows = Windows::new(from.parse().unwrap(), end.parse().unwrap());
        let step = || windows.next().inspect(|_| windows.took(pages));
        std::iter::from_fn(step).map(|window| format!("{}/{}", window.from, window.until)).collect()
    }

    #[test]
    fn windows_follow_each_other_without_gap_and_overlap() {
        assert_eq!(walk("2026-01-01", "2026-03-31", 3), ["2026-01-01/2026-02-01", "2026-02-02/2026-03-05", "2026-03-06/2026-03-31"]);
        assert_eq!(walk("2026-01-01", "2026-01-01", 1), ["2026-01-01/2026-01-01"]);
        assert_eq!(walk("2026-01-02", "2026-01-01", 1), [""; 0]);
    }

    #[test]
    fn they_grow_over_quiet_times_and_shrink_in_busy_ones() {
        assert_eq!(
            walk("2025-01-01", "2025-12-31", 1),
            ["2025-01-01/2025-02-01", "2025-02-02/2025-04-06", "2025-04-07/2025-08-12", "2025-08-13/2025-12-31"]
        );
        assert_eq!(walk("2026-01-01", "2026-02-20", 40), ["2026-01-01/2026-02-01", "2026-02-02/2026-02-17", "2026-02-18/2026-02-20"]);
    }

    #[test]
    fn what_lies_before_arxiv_is_one_window() {
        assert_eq!(walk("0001-01-01", "1991-01-03", 1), ["0001-01-01/1990-12-31", "1991-01-01/1991-01-03"]);
    }
}
