//! Dates as they are written. Read by hand, not by jiff's own parser: that one also takes `20260301`, times and offsets, which would make
//! two spellings of one record.

use jiff::civil::Date;

/// A date as records and filters write it: `YYYY`, `YYYY-MM` or `YYYY-MM-DD`, nothing else.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct WrittenDate {
    /// The first day that is meant.
    pub(crate) first: Date,
    /// The last day that is meant; the same as `first` when a day was written.
    pub(crate) last: Date,
    /// How much was written.
    pub(crate) extent: Extent,
}

/// How much of a date was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Extent {
    /// `YYYY`
    Year,
    /// `YYYY-MM`
    Month,
    /// `YYYY-MM-DD`
    Day,
}

impl WrittenDate {
    /// `None` for any other form and for days that no calendar has.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let parts: Vec<&str> = text.split('-').collect();
        match parts.as_slice() {
            [year] => {
                let first = Date::new(number(year, 4)?, 1, 1).ok()?;
                Some(Self { first, last: first.last_of_year(), extent: Extent::Year })
            }
            [year, month] => {
                let first = Date::new(number(year, 4)?, number(month, 2)?, 1).ok()?;
                Some(Self { first, last: first.last_of_month(), extent: Extent::Month })
            }
            [year, month, day] => {
                let first = Date::new(number(year, 4)?, number(month, 2)?, number(day, 2)?).ok()?;
                Some(Self { first, last: first, extent: Extent::Day })
            }
            _ => None,
        }
    }
}

/// A date as an integer that sorts as dates do, `20260301`. Qdrant's integer index is ranged over it: as exact as its datetime index, and the
/// payload stays readable.
pub(crate) fn day_key(date: Date) -> i64 {
    i64::from(date.year()) * 10_000 + i64::from(date.month()) * 100 + i64::from(date.day())
}

/// The date of a [`day_key`] as `YYYY-MM-DD`.
pub(crate) fn day_text(key: i64) -> String {
    format!("{:04}-{:02}-{:02}", key / 10_000, key / 100 % 100, key % 100)
}

fn number<T: std::str::FromStr>(text: &str, width: usize) -> Option<T> {
    (text.len() == width && text.bytes().all(|byte| byte.is_ascii_digit())).then(|| text.parse().ok())?
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_month_means_all_of_it_and_a_year_too() {
        for (text, first, last, extent) in [
            ("2024", "2024-01-01", "2024-12-31", Extent::Year),
            ("2024-02", "2024-02-01", "2024-02-29", Extent::Month),
            ("2023-02", "2023-02-01", "2023-02-28", Extent::Month),
            ("2026-03-17", "2026-03-17", "2026-03-17", Extent::Day),
        ] {
            let date = WrittenDate::parse(text).unwrap();
            assert_eq!((date.first.to_string().as_str(), date.last.to_string().as_str(), date.extent), (first, last, extent), "{text}");
        }
    }

    #[test]
    fn other_forms_are_no_dates() {
        for text in [
            "",
            "24",
            "2024-",
            "2024-1",
            "2024-13",
            "2024-00",
            "2023-02-29",
            "2024-02-30",
            "20240201",
            "2024-02-01T00:00",
            "2024-02-01-01",
            "+024",
        ] {
            assert_eq!(WrittenDate::parse(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn never_panics(text in ".*") {
            let _ = WrittenDate::parse(&text);
        }

        #[test]
        fn keys_sort_as_dates_do(a in 0i32..40_000, b in 0i32..40_000) {
            let day = |n: i32| Date::new(1950, 1, 1).unwrap() + jiff::Span::new().days(n);
            prop_assert_eq!(a.cmp(&b), day_key(day(a)).cmp(&day_key(day(b))));
            prop_assert_eq!(day_text(day_key(day(a))), day(a).to_string());
        }
    }
}
