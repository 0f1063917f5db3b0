//! How far a harvest has come: where it starts from, and when its mark may move.

use antigravity_proto::types::HarvestMark;
use jiff::{Timestamp, civil::Date, tz::TimeZone};

/// The mark of one set of one endpoint.
#[derive(Debug)]
pub(super) struct Mark {
    endpoint: String,
    set: String,
    /// The day up to which all records are in.
    day: Option<Date>,
}

impl Mark {
    /// The mark among those of an archive.
    pub(super) fn find(marks: &[HarvestMark], endpoint: &str, set: &str) -> Self {
        let mine = marks.iter().find(|mark| mark.endpoint == endpoint && mark.set == set);
        Self { endpoint: endpoint.to_owned(), set: set.to_owned(), day: mine.and_then(day) }
    }

    /// The first day to harvest: the one asked for, else the mark's own (records may still have come in later that day), else the server's
    /// first.
    pub(super) fn start(&self, asked: Option<Date>, earliest: Date) -> Date {
        asked.or(self.day).unwrap_or(earliest)
    }

    /// Whether a harvest from this day on leaves days out behind the mark. It never moves then: it would hide the gap for good.
    pub(super) fn gap_before(&self, from: Date) -> Option<Date> {
        self.day.filter(|day| *day < from)
    }

    /// The mark once everything from one day to another is in; `None` when it stays.
    pub(super) fn after(&mut self, from: Date, until: Date) -> Option<HarvestMark> {
        if self.gap_before(from).is_some() || self.day.is_some_and(|day| day >= until) {
            return None;
        }
        self.day = Some(until);
        let datestamp = until.to_zoned(TimeZone::UTC).ok()?.timestamp();
        let datestamp = prost_types::Timestamp { seconds: datestamp.as_second(), nanos: 0 };
        Some(HarvestMark { endpoint: self.endpoint.clone(), set: self.set.clone(), datestamp: Some(datestamp) })
    }
}

/// The day up to which all records are in, by a mark.
pub(crate) fn day(mark: &HarvestMark) -> Option<Date> {
    let stamp = Timestamp::from_second(mark.datestamp.as_ref()?.seconds).ok()?;
    Some(stamp.to_zoned(TimeZone::UTC).date())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn on(text: &str) -> Date {
        text.parse().unwrap()
    }

    fn at(text: Option<&str>) -> Mark {
        let mut fresh = Mark::find(&[], "http://h/oai", "cs");
        let marks: Vec<_> = text.and_then(|text| fresh.after(on(text), on(text))).into_iter().collect();
        Mark::find(&marks, "http://h/oai", "cs")
    }

    #[test]
    fn a_harvest_starts_where_it_is_told_else_at_the_mark_else_at_the_beginning() {
        let earliest = on("2005-09-16");
        assert_eq!(at(Some("2026-01-31")).start(Some(on("2024-01-01")), earliest), on("2024-01-01"));
        assert_eq!(at(Some("2026-01-31")).start(None, earliest), on("2026-01-31"));
        assert_eq!(at(None).start(None, earliest), earliest);
    }

    #[test]
    fn a_mark_moves_forwards_and_over_no_gap() {
        for (mark, from, until, moved) in [
            (None, "2026-01-01", "2026-01-31", true),
            (Some("2026-01-15"), "2026-01-15", "2026-01-31", true),
            (Some("2026-01-15"), "2025-12-01", "2026-01-31", true),
            (Some("2026-01-15"), "2025-12-01", "2026-01-10", false),
            (Some("2026-01-15"), "2026-01-15", "2026-01-15", false),
            (Some("2026-01-15"), "2026-01-16", "2026-01-31", false),
        ] {
            assert_eq!(at(mark).after(on(from), on(until)).is_some(), moved, "{mark:?} {from} {until}");
        }
    }

    #[test]
    fn another_endpoint_or_set_has_another_mark() {
        let mark = at(None).after(on("2026-01-01"), on("2026-01-31")).unwrap();
        assert_eq!(Mark::find(std::slice::from_ref(&mark), "http://h/oai", "cs").day, Some(on("2026-01-31")));
        assert_eq!(Mark::find(std::slice::from_ref(&mark), "http://h/oai", "").day, None);
        assert_eq!(Mark::find(&[mark], "http://other/oai", "cs").day, None);
    }
}
