//! Days as the index keeps them.

use jiff::civil::Date;

/// A date as an integer that sorts as dates do, `20260301`. Qdrant's integer index is ranged over it: as exact as its datetime index, and the
/// payload stays readable.
pub(crate) fn day_key(date: Date) -> i64 {
    i64::from(date.year()) * 10_000 + i64::from(date.month()) * 100 + i64::from(date.day())
}

/// The date of a [`day_key`] as `YYYY-MM-DD`.
pub(crate) fn day_text(key: i64) -> String {
    format!("{:04}-{:02}-{:02}", key / 10_000, key / 100 % 100, key % 100)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn keys_sort_as_dates_do(a in 0i32..40_000, b in 0i32..40_000) {
            let day = |n: i32| Date::new(1950, 1, 1).unwrap() + jiff::Span::new().days(n);
            prop_assert_eq!(a.cmp(&b), day_key(day(a)).cmp(&day_key(day(b))));
            prop_assert_eq!(day_text(day_key(day(a))), day(a).to_string());
        }
    }
}
