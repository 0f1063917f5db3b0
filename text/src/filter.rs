//! What a filter's conditions mean: the one place that knows, so that who answers a caller and who asks the index agree.

use jiff::civil::Date;

use crate::{PreprintId, WrittenDate, excerpt, name_words};

/// Most values in one list of a filter. Far more than a person writes; a bound, since each costs the index a condition.
const MAX_VALUES: usize = 1_000;
/// Longest category or prefix, in bytes; arXiv's longest has 18.
const MAX_CATEGORY: usize = 40;
/// Longest author, in characters; twice the longest name among 100,000 arXiv records.
const MAX_AUTHOR: usize = 200;

/// The conditions of a filter as a request has them.
#[derive(Debug, Clone, Copy, Default)]
pub struct WrittenConditions<'a> {
    /// Names (`hep-ph`) or prefixes (`hep-*`).
    pub categories: &'a [String],
    /// The earliest date: `YYYY`, `YYYY-MM` or `YYYY-MM-DD`. Empty: none.
    pub from_date: &'a str,
    /// The latest date, in the same forms. Empty: none.
    pub to_date: &'a str,
    /// Names of authors, whole or in part.
    pub authors: &'a [String],
    /// AG ids to leave out.
    pub exclude_ids: &'a [String],
}

/// The conditions of a filter, read. All must hold; an empty list and `None` admit everything.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Conditions {
    /// Any of a preprint's categories matches any of these.
    pub categories: Vec<CategoryPattern>,
    /// The first day that is admitted.
    pub from: Option<Date>,
    /// The last day that is admitted.
    pub to: Option<Date>,
    /// For each author asked for, the words that must all be in one of the preprint's names. Any of the authors is enough.
    pub authors: Vec<Vec<String>>,
    /// Preprints that are left out.
    pub excluded: Vec<PreprintId>,
}

/// Which categories are meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CategoryPattern {
    /// This one.
    Exact(String),
    /// All that begin so.
    Prefix(String),
}

/// A condition that can't be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{field}: {message}")]
pub struct ConditionError {
    /// The field's path below the filter, such as `categories[1]`.
    pub field: String,
    /// What is wrong and what is accepted.
    pub message: String,
}

impl Conditions {
    /// Reads all conditions.
    ///
    /// # Errors
    /// The first condition that can't be read. White space around a value is no fault.
    pub fn read(written: &WrittenConditions<'_>) -> Result<Self, ConditionError> {
        let from = date("from_date", written.from_date)?.map(|date| date.first);
        let to = date("to_date", written.to_date)?.map(|date| date.last);
        if let (Some(from), Some(to)) = (from, to)
            && from > to
        {
            let message = format!("no date is admitted: {} lies after to_date, {}", written.from_date.trim(), written.to_date.trim());
            return Err(ConditionError { field: "from_date".to_owned(), message });
        }
        Ok(Self {
            categories: each("categories", written.categories, category)?,
            from,
            to,
            authors: each("authors", written.authors, author)?,
            excluded: each("exclude_ids", written.exclude_ids, excluded)?,
        })
    }
}

fn date(field: &str, text: &str) -> Result<Option<WrittenDate>, ConditionError> {
    match text.trim() {
        "" => Ok(None),
        text => WrittenDate::parse(text).map(Some).ok_or_else(|| ConditionError {
            field: field.to_owned(),
            message: format!("`{}` is no date: write it as YYYY, YYYY-MM or YYYY-MM-DD", excerpt(text)),
        }),
    }
}

/// Reads each value of a list; the first that can't be read is named with its place.
fn each<T>(field: &str, values: &[String], read: impl Fn(&str) -> Result<T, String>) -> Result<Vec<T>, ConditionError> {
    if values.len() > MAX_VALUES {
        let message = format!("{} values are too many: at most {MAX_VALUES} are accepted", values.len());
        return Err(ConditionError { field: field.to_owned(), message });
    }
    let read = values
        .iter()
        .enumerate()
        .map(|(place, value)| read(value.trim()).map_err(|message| ConditionError { field: format!("{field}[{place}]"), message }));
    read.collect()
}

/// Names are open, since a lab's archive has its own; the characters are arXiv's. `*` alone would be no condition: leave the list empty.
fn category(text: &str) -> Result<CategoryPattern, String> {
    let (name, is_prefix) = text.strip_suffix('*').map_or((text, false), |name| (name, true));
    let readable = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-'));
    if name.is_empty() || name.len() > MAX_CATEGORY || !readable {
        let accepted = "write one such as hep-ph, or a prefix that ends in *, such as hep-*";
        return Err(format!("`{}` is no category: {accepted}", excerpt(text)));
    }
    let name = name.to_owned();
    Ok(if is_prefix { CategoryPattern::Prefix(name) } else { CategoryPattern::Exact(name) })
}

fn author(text: &str) -> Result<Vec<String>, String> {
    let words = name_words(text);
    if words.is_empty() || text.chars().count() > MAX_AUTHOR {
        return Err(format!("`{}` is no name: 1 to {MAX_AUTHOR} characters with a word in them are accepted", excerpt(text)));
    }
    Ok(words)
}

fn excluded(text: &str) -> Result<PreprintId, String> {
    PreprintId::normalise(text).ok_or_else(|| format!("`{}` is no preprint id: write it as AG-2026.03-1712", excerpt(text)))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn categories(values: &[&str]) -> Result<Vec<CategoryPattern>, ConditionError> {
        let categories: Vec<String> = values.iter().map(|&value| value.to_owned()).collect();
        Conditions::read(&WrittenConditions { categories: &categories, ..Default::default() }).map(|read| read.categories)
    }

    fn dates(from_date: &str, to_date: &str) -> Result<(Option<String>, Option<String>), ConditionError> {
        let read = Conditions::read(&WrittenConditions { from_date, to_date, ..Default::default() })?;
        Ok((read.from.map(|date| date.to_string()), read.to.map(|date| date.to_string())))
    }

    #[test]
    fn an_empty_filter_has_no_conditions() {
        assert_eq!(Conditions::read(&WrittenConditions::default()), Ok(Conditions::default()));
    }

    #[test]
    fn categories_are_names_or_prefixes() {
        use CategoryPattern::{Exact, Prefix};
        for (text, pattern) in [
            ("hep-ph", Exact("hep-ph".into())),
            (" q-bio.NC ", Exact("q-bio.NC".into())),
            ("hep-*", Prefix("hep-".into())),
            ("astro-ph*", Prefix("astro-ph".into())),
        ] {
            assert_eq!(categories(&[text]), Ok(vec![pattern]), "{text:?}");
        }
        for text in ["*", "", " ", "hep-*ph", "hep-**", "hep ph", "hep-ph,hep-th", "h\nep", "гep-ph", &"x".repeat(41)] {
            let error = categories(&["hep-ph", text]).unwrap_err();
            assert_eq!(error.field, "categories[1]", "{text:?}");
            assert!(error.message.contains("hep-*"), "{error}");
        }
    }

    #[test]
    fn a_month_means_all_of_it_at_both_ends() {
        for (from, to, first, last) in [
            ("2024-02", "2024-02", Some("2024-02-01"), Some("2024-02-29")),
            ("2024", "", Some("2024-01-01"), None),
            ("", " 2025 ", None, Some("2025-12-31")),
            ("2024-03-17", "2024-03-17", Some("2024-03-17"), Some("2024-03-17")),
        ] {
            assert_eq!(dates(from, to), Ok((first.map(str::to_owned), last.map(str::to_owned))), "{from} to {to}");
        }
    }

    #[test]
    fn what_cannot_be_read_is_named() {
        let many = vec!["AG-2026.03-1712".to_owned(); 1_001];
        let (dots, long, foreign) = (["...".to_owned()], ["x".repeat(201)], ["2603.25794".to_owned()]);
        let none = WrittenConditions::default();
        for (written, field, part) in [
            (WrittenConditions { from_date: "yesterday", ..none }, "from_date", "`yesterday`"),
            (WrittenConditions { to_date: "2024-02-30", ..none }, "to_date", "YYYY-MM-DD"),
            (WrittenConditions { from_date: "2025", to_date: "2024", ..none }, "from_date", "after to_date, 2024"),
            (WrittenConditions { authors: &dots, ..none }, "authors[0]", "`...`"),
            (WrittenConditions { authors: &long, ..none }, "authors[0]", "200"),
            (WrittenConditions { exclude_ids: &foreign, ..none }, "exclude_ids[0]", "AG-2026.03-1712"),
            (WrittenConditions { exclude_ids: &many, ..none }, "exclude_ids", "1000"),
        ] {
            let error = Conditions::read(&written).unwrap_err();
            assert_eq!(error.field, field);
            assert!(error.message.contains(part), "{error} lacks {part}");
        }
    }

    #[test]
    fn authors_become_words_and_ids_canonical() {
        let (authors, exclude_ids) = (["  Noether, EMMY ".to_owned()], ["[ag-2026.03-1712]".to_owned()]);
        let read = Conditions::read(&WrittenConditions { authors: &authors, exclude_ids: &exclude_ids, ..Default::default() }).unwrap();
        assert_eq!(read.authors, [["noether", "emmy"]]);
        assert_eq!(read.excluded.first().unwrap().as_str(), "AG-2026.03-1712");
    }

    proptest! {
        #[test]
        fn no_text_makes_it_fail_otherwise_than_by_refusing(text in ".{0,60}") {
            let list = [text.clone()];
            let _ = Conditions::read(&WrittenConditions {
                categories: &list, from_date: &text, to_date: &text, authors: &list, exclude_ids: &list,
            });
        }

        #[test]
        fn a_category_passes_exactly_with_its_prefixes(name in "[a-z]{2,6}(-[a-z]{2,4})?(\\.[A-Z]{2})?", cut in 1..4usize) {
            let prefix = format!("{}*", &name[..cut.min(name.len())]);
            prop_assert!(categories(&[&name, &prefix]).is_ok());
            let inverted = format!("*{name}");
            prop_assert!(categories(&[&inverted]).is_err());
        }

        #[test]
        fn dates_are_refused_exactly_when_the_end_comes_before_the_beginning(a in (2000..2030i16, 1..=12i8), b in (2000..2030i16, 1..=12i8)) {
            let text = |(year, month)| format!("{year:04}-{month:02}");
            prop_assert_eq!(dates(&text(a), &text(b)).is_err(), a > b);
        }
    }
}
