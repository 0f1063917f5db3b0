//! Dates as they are written. Read by hand, not by jiff's own parser: that one also takes `20260301`, times and offsets, which would make
//! two spellings of one record.

use jiff::civil::Date;

/// A date as records and filters write it: `YYYY`, `YYYY-MM` or `YYYY-MM-DD`, nothing else.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WrittenDate {
    /// The first day that is meant.
    pub first: Date,
    /// The last day that is meant; the same as `first` when a day was written.
    pub last: Date,
    /// How much was written.
    pub extent: Extent,
}

/// How much of a date was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Extent {
    /// `YYYY`
    Year,
    /// `YYYY-MM`
    Month,
    /// `YYYY-MM-DD`
    Day,
}

impl WrittenDate {
    /// `None` for any other form and for days that no calendar has.
    pub fn parse(text: &str) -> Option<Self> {
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
            " 2024",
            "last year",
            "２０２４",
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
        fn a_day_lies_in_its_month_and_its_year(year in 1..=9999i16, month in 1..=12i8, day in 1..=31i8) {
            let written = format!("{year:04}-{month:02}-{day:02}");
            let Some(date) = WrittenDate::parse(&written) else {
                prop_assert!(Date::new(year, month, day).is_err(), "{written} exists");
                return Ok(());
            };
            let (month, year) = (WrittenDate::parse(&written[..7]).unwrap(), WrittenDate::parse(&written[..4]).unwrap());
            prop_assert_eq!(date.first, date.last);
            prop_assert!(year.first <= month.first && month.first <= date.first && date.last <= month.last && month.last <= year.last);
            prop_assert_eq!(month.first.day(), 1);
        }
    }
}
