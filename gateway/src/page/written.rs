//! How dates, names and numbers are written for a reader.

use antigravity_proto::types::DatePrecision;
use jiff::Timestamp;
use jiff::civil::Date;
use prost_types::Duration;

/// The day of a point in time, in UTC: `3 May 2026`.
pub(super) fn day(time: &prost_types::Timestamp) -> Option<String> {
    Some(Timestamp::from_second(time.seconds).ok()?.strftime("%-d %B %Y").to_string())
}

/// The same as records have it: `2026-05-03`.
pub(super) fn day_of_record(time: &prost_types::Timestamp) -> Option<String> {
    Some(Timestamp::from_second(time.seconds).ok()?.strftime("%Y-%m-%d").to_string())
}

/// The date of a record as exactly as it is known: `3 May 2026`, `May 2026`. What is no date stays as it is.
pub(super) fn date(date: &str, precision: i32) -> String {
    let form = if precision == i32::from(DatePrecision::Month) { "%B %Y" } else { "%-d %B %Y" };
    date.parse::<Date>().map_or_else(|_| date.to_owned(), |date| date.strftime(form).to_string())
}

/// Authors in one line: all of up to three, otherwise the first and how many more.
pub(super) fn authors(authors: &[String]) -> String {
    match authors {
        [] => String::new(),
        [one] => one.clone(),
        [one, two] => format!("{one} and {two}"),
        [one, two, three] => format!("{one}, {two} and {three}"),
        [first, rest @ ..] => format!("{first} and {} others", rest.len()),
    }
}

/// A cosine as a whole percentage. The contract bounds it; what lies outside is cut.
pub(super) fn percent(similarity: f64) -> i64 {
    // A cast saturates, and what isn't a number is 0.
    (similarity.clamp(-1.0, 1.0) * 100.0).round() as i64
}

/// A duration in the unit that suits it: `18 ms`, `2.4 s`.
pub(super) fn duration(duration: &Duration) -> String {
    let seconds = duration.seconds as f64 + f64::from(duration.nanos) / 1e9;
    match seconds {
        ..0.001 => "under 1 ms".to_owned(),
        ..1.0 => format!("{:.0} ms", seconds * 1e3),
        _ => format!("{seconds:.1} s"),
    }
}

/// `1 preprint`, `8 preprints`, `12,345 preprints`.
pub(super) fn counted(number: u64, one: &str, many: &str) -> String {
    format!("{} {}", grouped(number), if number == 1 { one } else { many })
}

/// A number with its thousands apart.
pub(super) fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut written = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            written.push(',');
        }
        written.push(digit);
    }
    written
}

/// As much of a text as a search engine or a preview shows: 200 characters.
pub(super) fn beginning(text: &str) -> String {
    const SHOWN: usize = 200;
    let mut characters = text.chars();
    let beginning: String = characters.by_ref().take(SHOWN).collect();
    if characters.next().is_some() { format!("{beginning}…") } else { beginning }
}

/// Phrases in one sentence: `a, b and c`.
pub(super) fn listed(phrases: &[String], last: &str) -> String {
    match phrases {
        [] => String::new(),
        [one] => one.clone(),
        [before @ .., end] => format!("{} {last} {end}", before.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_a_reader_would_write_it() {
        assert_eq!(day(&prost_types::Timestamp { seconds: 1_777_852_799, nanos: 0 }).unwrap(), "3 May 2026");
        assert_eq!(date("2026-05-01", DatePrecision::Month.into()), "May 2026");
        assert_eq!(date("2026-05-01", DatePrecision::Day.into()), "1 May 2026");
        assert_eq!(date("soon", 0), "soon");
        let names = ["A", "B", "C", "D"].map(str::to_owned);
        assert_eq!([1, 2, 3, 4].map(|n| authors(&names[..n])), ["A", "A and B", "A, B and C", "A and 3 others"]);
        assert_eq!([0.514, -0.2, f64::NAN, 9.0].map(percent), [51, -20, 0, 100]);
        assert_eq!([1, 999, 1_000, 1_234_567].map(grouped), ["1", "999", "1,000", "1,234,567"]);
        assert_eq!(listed(&names, "or"), "A, B, C or D");
        let spans = [(0, 500), (0, 18_654_077), (2, 400_000_000)].map(|(seconds, nanos)| duration(&Duration { seconds, nanos }));
        assert_eq!(spans, ["under 1 ms", "19 ms", "2.4 s"]);
    }
}
