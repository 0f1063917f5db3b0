//! Which preprints a request may draw on.

use antigravity_chassis::status::Problem;
use antigravity_proto::types::{Filter, Reason};
use antigravity_text::PreprintId;
use jiff::civil::Date;

use super::{Fields, excerpt, not_an_id};

/// Most values in one list of a filter. Far more than a person writes; a bound, since each costs the index a condition.
const VALUES_MAX: usize = 1_000;

/// Longest category or author, in characters.
const VALUE_LENGTH_MAX: usize = 200;

const DATE_FORMS: &str = "YYYY, YYYY-MM or YYYY-MM-DD";

impl Fields {
    /// Checks every condition of a filter, and writes the ids in it in their canonical form. The rest passes on as it was given.
    pub(crate) fn filter(self, mut filter: Filter) -> Result<Filter, Problem> {
        self.values("filter.categories", &filter.categories, |category| {
            (!is_category(category)).then(|| {
                format!("`{}` is no category: accepted are names such as hep-ph, or a prefix and * such as hep-*", excerpt(category))
            })
        })?;
        self.values("filter.authors", &filter.authors, |author| {
            (author.trim().is_empty() || author.chars().count() > VALUE_LENGTH_MAX)
                .then(|| format!("an author is 1 to {VALUE_LENGTH_MAX} characters of a name"))
        })?;
        self.values("filter.exclude_ids", &filter.exclude_ids, |id| PreprintId::normalise(id).is_none().then(|| not_an_id(id)))?;
        filter.exclude_ids = filter.exclude_ids.iter().filter_map(|id| PreprintId::normalise(id)).map(|id| id.to_string()).collect();

        let from = self.date("filter.from_date", &filter.from_date)?;
        let to = self.date("filter.to_date", &filter.to_date)?;
        if let (Some((from, _)), Some((_, to))) = (from, to)
            && from > to
        {
            let message = format!("the filter admits no date: from_date {} is after to_date {}", filter.from_date, filter.to_date);
            return Err(self.refuse(Reason::FilterInvalid, "filter.from_date", message));
        }
        Ok(filter)
    }

    /// Checks each value of a list with `fault`, which says what is wrong with it.
    fn values(self, field: &str, values: &[String], fault: impl Fn(&str) -> Option<String>) -> Result<(), Problem> {
        if values.len() > VALUES_MAX {
            let message = format!("{} values are too many: at most {VALUES_MAX} are accepted", values.len());
            return Err(self.refuse(Reason::FilterInvalid, field, message));
        }
        let wrong = values.iter().enumerate().find_map(|(index, value)| fault(value).map(|fault| (index, fault)));
        wrong.map_or(Ok(()), |(index, fault)| Err(self.refuse(Reason::FilterInvalid, &format!("{field}[{index}]"), fault)))
    }

    /// The first and last day that a date of a filter means.
    fn date(self, field: &str, text: &str) -> Result<Option<(Date, Date)>, Problem> {
        if text.is_empty() {
            return Ok(None);
        }
        let refused = || self.refuse(Reason::FilterInvalid, field, format!("`{}` is no date: accepted are {DATE_FORMS}", excerpt(text)));
        days(text).map(Some).ok_or_else(refused)
    }
}

/// A category such as `hep-ph` or `astro-ph.CO`, or a prefix of one and `*`. The names are open, since a lab's archive has its own; the
/// characters are arXiv's.
fn is_category(text: &str) -> bool {
    let name = text.strip_suffix('*').unwrap_or(text);
    let permitted = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | '_');
    !name.is_empty() && name.len() <= VALUE_LENGTH_MAX && name.chars().all(permitted)
}

/// The first and the last day of a year, a month or a day, if the text is one of the accepted forms and such a day exists.
fn days(text: &str) -> Option<(Date, Date)> {
    let number = |part: &str, digits: usize| {
        let written = part.len() == digits && part.bytes().all(|byte| byte.is_ascii_digit());
        written.then(|| part.parse::<i16>().ok()).flatten()
    };
    let mut parts = text.split('-');
    let year = number(parts.next()?, 4)?;
    let month = parts.next().map(|part| number(part, 2).and_then(|month| i8::try_from(month).ok()));
    let day = parts.next().map(|part| number(part, 2).and_then(|day| i8::try_from(day).ok()));
    match (month, day, parts.next()) {
        (None, None, None) => Date::new(year, 1, 1).ok().map(|first| (first, first.last_of_year())),
        (Some(month), None, None) => Date::new(year, month?, 1).ok().map(|first| (first, first.last_of_month())),
        (Some(month), Some(day), None) => Date::new(year, month?, day?).ok().map(|date| (date, date)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn dates_mean_all_of_their_period() {
        for (text, expected) in [
            ("2026", Some(("2026-01-01", "2026-12-31"))),
            ("2024-02", Some(("2024-02-01", "2024-02-29"))),
            ("2023-02", Some(("2023-02-01", "2023-02-28"))),
            ("2024-02-29", Some(("2024-02-29", "2024-02-29"))),
            ("2023-02-29", None),
            ("2024-13", None),
            ("2024-00", None),
            ("2024-1", None),
            ("24", None),
            ("2024-01-01-01", None),
            ("2024-", None),
            ("-2024", None),
            ("+024", None),
            ("2024-01-01T00:00:00Z", None),
            (" 2024", None),
            ("last year", None),
            ("２０２４", None),
        ] {
            let found = days(text).map(|(first, last)| (first.to_string(), last.to_string()));
            assert_eq!(found, expected.map(|(first, last)| (first.to_owned(), last.to_owned())), "{text:?}");
        }
    }

    #[test]
    fn categories_are_names_or_prefixes() {
        for (text, accepted) in [
            ("hep-ph", true),
            ("astro-ph.CO", true),
            ("q-bio.NC", true),
            ("hep-*", true),
            ("astro-ph*", true),
            ("*", false),
            ("", false),
            ("hep-*ph", false),
            ("hep-**", false),
            ("hep ph", false),
            ("hep-ph,hep-th", false),
            ("hep-ph\n", false),
            ("гep-ph", false),
        ] {
            assert_eq!(is_category(text), accepted, "{text:?}");
        }
    }

    #[test]
    fn ids_to_exclude_are_written_canonically_and_the_rest_is_kept() {
        let given = Filter {
            categories: vec!["hep-*".into()],
            from_date: "2024".into(),
            authors: vec!["  Noether, Emmy ".into()],
            exclude_ids: vec!["[ag-2026.03-1712]".into()],
            ..Default::default()
        };
        let checked = Fields::of_the_request().filter(given.clone()).unwrap();
        assert_eq!(checked, Filter { exclude_ids: vec!["AG-2026.03-1712".into()], ..given });
    }

    proptest! {
        #[test]
        fn every_day_is_within_its_month_and_its_year(year in 1..=9999i16, month in 1..=12i8, day in 1..=31i8) {
            let written = format!("{year:04}-{month:02}-{day:02}");
            let Some((date, same)) = days(&written) else {
                prop_assert!(Date::new(year, month, day).is_err(), "{written} exists");
                return Ok(());
            };
            prop_assert_eq!(date, same);
            let (month_first, month_last) = days(&written[..7]).unwrap();
            let (year_first, year_last) = days(&written[..4]).unwrap();
            prop_assert!(year_first <= month_first && month_first <= date && date <= month_last && month_last <= year_last);
            prop_assert_eq!(month_first.day(), 1);
            prop_assert_ne!(month_last.tomorrow().map(|next| next.month()).unwrap_or(1), month_last.month());
        }

        #[test]
        fn no_text_makes_the_check_fail_otherwise_than_by_refusing(text in ".{0,40}") {
            let filter = Filter {
                categories: vec![text.clone()],
                from_date: text.clone(),
                to_date: text.clone(),
                authors: vec![text.clone()],
                exclude_ids: vec![text],
            };
            let _ = Fields::of_the_request().filter(filter);
        }

        #[test]
        fn a_category_passes_exactly_with_its_prefixes(name in "[a-z]{2,6}(-[a-z]{2,4})?(\\.[A-Z]{2})?", cut in 1..4usize) {
            prop_assert!(is_category(&name));
            let prefix = format!("{}*", &name[..cut.min(name.len())]);
            prop_assert!(is_category(&prefix));
            let inverted = format!("*{}", name);
            prop_assert!(!is_category(&inverted));
        }

        #[test]
        fn a_filter_is_empty_of_dates_exactly_when_it_ends_before_it_begins(a in (2000..2030i16, 1..=12i8), b in (2000..2030i16, 1..=12i8)) {
            let filter = Filter { from_date: format!("{:04}-{:02}", a.0, a.1), to_date: format!("{:04}-{:02}", b.0, b.1), ..Default::default() };
            prop_assert_eq!(Fields::of_the_request().filter(filter).is_err(), a > b);
        }
    }
}
