//! A record as it was brought, read into our own form. Everything that is wrong with it is found here, before anything is looked up.

use std::fmt;

use antigravity_proto::types::{DatePrecision, PreprintRecord, TextOrigin};
use antigravity_text::{Extent, PreprintId, SourceId, WrittenDate, excerpt};
use jiff::civil::Date;

use crate::record::Content;

/// Longest texts, in bytes: several times the longest among 100,000 arXiv records (titles 371, abstracts 2,800, names 99, remarks 807;
/// 3,000 authors). They bound what one record can cost.
const MAX_TITLE: usize = 2_000;
const MAX_ABSTRACT: usize = 20_000;
const MAX_NAME: usize = 500;
const MAX_AUTHORS: usize = 10_000;
const MAX_REMARK: usize = 5_000;
/// Most categories, and the longest one in bytes; arXiv's longest has 18.
const MAX_CATEGORIES: usize = 50;
const MAX_CATEGORY: usize = 40;
/// The earliest date that is believed. arXiv began in 1991 and took in some older papers.
const EARLIEST: Date = Date::constant(1900, 1, 1);

/// A record that was found right, and the AG id that it brings.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Brought {
    pub(crate) ag_id: Option<PreprintId>,
    pub(crate) content: Content,
}

/// Why a record is not taken in: the field, what is wrong with it, what to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Refusal {
    field: &'static str,
    message: String,
}

impl Refusal {
    pub(crate) fn new(field: &'static str, message: impl Into<String>) -> Self {
        Self { field, message: message.into() }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.field, self.message)
    }
}

/// Reads a record. `today` bounds its date.
pub(crate) fn read(record: PreprintRecord, today: Date) -> Result<Brought, Refusal> {
    let origin = record.text_origin();
    let precision = record.date_precision();
    let source: SourceId = record.source_id.parse().map_err(|error| Refusal::new("source_id", format!("{error}")))?;
    let ag_id = ag_id(&record.ag_id, &source)?;
    let title = one_line(&record.title);
    if title.is_empty() {
        return Err(Refusal::new("title", "is empty: a preprint needs a title"));
    }
    bounded("title", &title, MAX_TITLE)?;
    let abstract_text = record.abstract_text.trim().to_owned();
    bounded("abstract_text", &abstract_text, MAX_ABSTRACT)?;
    let origin = text_origin(origin, &abstract_text)?;
    let (primary_category, categories) = categories(&record.primary_category, &record.categories)?;
    let (date, precision) = date(&record.date, precision, today)?;
    for (field, text) in [("doi", &record.doi), ("journal_ref", &record.journal_ref), ("comments", &record.comments)] {
        bounded(field, text, MAX_REMARK)?;
    }
    let content = Content {
        source,
        title,
        abstract_text,
        origin,
        authors: authors(&record.authors)?,
        primary_category,
        categories,
        date,
        precision,
        doi: record.doi.trim().to_owned(),
        journal_ref: one_line(&record.journal_ref),
        comments: one_line(&record.comments),
    };
    Ok(Brought { ag_id, content })
}

/// Given ids have three or four digits; the derived one is accepted too, as an export brings it.
fn ag_id(text: &str, source: &SourceId) -> Result<Option<PreprintId>, Refusal> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(None);
    }
    match PreprintId::given(text) {
        Ok(id) => Ok(Some(id)),
        Err(error) => match (text.parse::<PreprintId>(), PreprintId::derive(source)) {
            (Ok(id), Ok(derived)) if id == derived => Ok(Some(id)),
            _ => Err(Refusal::new("ag_id", format!("{error}, or be left out"))),
        },
    }
}

fn text_origin(origin: TextOrigin, abstract_text: &str) -> Result<TextOrigin, Refusal> {
    match (origin, abstract_text.is_empty()) {
        (TextOrigin::Unspecified | TextOrigin::TitleOnly, true) => Ok(TextOrigin::TitleOnly),
        (TextOrigin::Unspecified | TextOrigin::Authors, false) => Ok(TextOrigin::Authors),
        (TextOrigin::Summary, false) => Ok(TextOrigin::Summary),
        (TextOrigin::TitleOnly, false) => {
            Err(Refusal::new("text_origin", "says title only, but there is an abstract: leave one of them out"))
        }
        (TextOrigin::Authors | TextOrigin::Summary, true) => {
            Err(Refusal::new("text_origin", "says whose words the abstract is, but there is none: add it or leave text_origin out"))
        }
    }
}

/// The primary one and all of them, each once, in the order of the record; a primary one that isn't listed comes first.
fn categories(primary: &str, listed: &[String]) -> Result<(String, Vec<String>), Refusal> {
    let primary = primary.trim();
    let mut all: Vec<String> = Vec::new();
    let missing = (!primary.is_empty() && !listed.iter().any(|category| category.trim() == primary)).then_some(primary);
    for category in missing.into_iter().chain(listed.iter().map(|category| category.trim())) {
        let readable = category.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-'));
        if category.is_empty() || category.len() > MAX_CATEGORY || !readable {
            return Err(Refusal::new("categories", format!("`{}` is no category: write one such as hep-ph", excerpt(category))));
        }
        if !all.iter().any(|known| known == category) {
            all.push(category.to_owned());
        }
    }
    if all.len() > MAX_CATEGORIES {
        return Err(Refusal::new("categories", format!("{} of them: at most {MAX_CATEGORIES} are accepted", all.len())));
    }
    match (primary, all.first()) {
        (_, None) => Err(Refusal::new("categories", "are empty: a preprint needs at least one, such as hep-ph")),
        ("", Some(first)) => Ok((first.clone(), all)),
        (primary, Some(_)) => Ok((primary.to_owned(), all)),
    }
}

fn date(text: &str, precision: DatePrecision, today: Date) -> Result<(Date, DatePrecision), Refusal> {
    let text = text.trim();
    let wrong = |message: String| Err(Refusal::new("date", message));
    if text.is_empty() {
        return wrong("is empty: write it as YYYY-MM-DD or YYYY-MM".to_owned());
    }
    let Some(written) = WrittenDate::parse(text).filter(|date| date.extent != Extent::Year) else {
        return wrong(format!("`{}` is no date: write it as YYYY-MM-DD or YYYY-MM", excerpt(text)));
    };
    if written.first < EARLIEST {
        return wrong(format!("{} is before {EARLIEST}: correct the year", written.first));
    }
    // A day's grace: the caller may be east of us.
    if written.first > today.tomorrow().unwrap_or(today) {
        return wrong(format!("{} lies in the future (today is {today}): correct it", written.first));
    }
    match (precision, written.extent) {
        (DatePrecision::Unspecified | DatePrecision::Month, Extent::Month) => Ok((written.first, DatePrecision::Month)),
        (DatePrecision::Month, _) => Ok((written.first.first_of_month(), DatePrecision::Month)),
        (DatePrecision::Day | DatePrecision::Listed, Extent::Month) => {
            Err(Refusal::new("date_precision", format!("says that the day is known, but the date is {text}: write the day too")))
        }
        (DatePrecision::Unspecified | DatePrecision::Day, _) => Ok((written.first, DatePrecision::Day)),
        (DatePrecision::Listed, _) => Ok((written.first, DatePrecision::Listed)),
    }
}

/// The names in order, empty ones left out.
fn authors(names: &[String]) -> Result<Vec<String>, Refusal> {
    if names.len() > MAX_AUTHORS {
        return Err(Refusal::new("authors", format!("{} of them: at most {MAX_AUTHORS} are accepted", names.len())));
    }
    let names: Vec<String> = names.iter().map(|name| one_line(name)).filter(|name| !name.is_empty()).collect();
    names.iter().try_for_each(|name| bounded("authors", name, MAX_NAME))?;
    Ok(names)
}

fn bounded(field: &'static str, text: &str, most: usize) -> Result<(), Refusal> {
    if text.len() > most {
        return Err(Refusal::new(field, format!("has {} bytes: at most {most} are accepted", text.len())));
    }
    Ok(())
}

/// White space at the ends away, line breaks and runs of it as one space: mail-wrapped titles equal unwrapped ones.
fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
#[path = "read_tests.rs"]
mod tests;
