//! A preprint in our own form, between the record that came and the point that is stored. Hashes are taken over it, not over the message:
//! protobuf promises no fixed bytes for equal messages.

use antigravity_proto::types::{DatePrecision, Preprint, PreprintRecord, TextOrigin};
use antigravity_text::{PreprintId, SourceId};
use jiff::civil::Date;
use sha2::{Digest, Sha256};

/// A preprint under the alias that the archive knows it by.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Record {
    /// The AG id.
    pub(crate) id: PreprintId,
    /// All else.
    pub(crate) content: Content,
}

/// What a record brought, read and found right, in the one form in which equal things are equal.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Content {
    /// The record's identity.
    pub(crate) source: SourceId,
    /// Never empty; no white space around it, single spaces inside.
    pub(crate) title: String,
    /// Empty exactly if `origin` is `TitleOnly`; no white space around it.
    pub(crate) abstract_text: String,
    /// Never unspecified.
    pub(crate) origin: TextOrigin,
    pub(crate) authors: Vec<String>,
    /// One of `categories`.
    pub(crate) primary_category: String,
    /// At least one, each once.
    pub(crate) categories: Vec<String>,
    /// The first of the month if `precision` is `Month`.
    pub(crate) date: Date,
    /// Never unspecified.
    pub(crate) precision: DatePrecision,
    pub(crate) doi: String,
    pub(crate) journal_ref: String,
    pub(crate) comments: String,
}

impl Content {
    /// What is embedded and indexed by its words: title, one space, abstract; the title of a title-only record.
    pub(crate) fn text(&self) -> String {
        embedded_text(&self.title, &self.abstract_text)
    }

    /// SHA-256 of [`text`](Self::text): while it stays, the vectors stay.
    pub(crate) fn text_hash(&self) -> String {
        format!("{:x}", Sha256::digest(self.text()))
    }
}

impl Record {
    /// SHA-256 over the canonical form: every field in a fixed order, each with its length before it, lists with their number of items.
    /// Names the form, so that a later one can't be taken for it.
    pub(crate) fn content_hash(&self) -> String {
        let content = &self.content;
        let mut hash = Sha256::new();
        let mut field = |bytes: &[u8]| {
            hash.update((bytes.len() as u64).to_le_bytes());
            hash.update(bytes);
        };
        field(b"antigravity preprint 1");
        field(self.id.as_str().as_bytes());
        field(content.source.as_str().as_bytes());
        field(content.title.as_bytes());
        field(content.abstract_text.as_bytes());
        field(&(content.origin as i32).to_le_bytes());
        for list in [&content.authors, &content.categories] {
            field(&(list.len() as u64).to_le_bytes());
            list.iter().for_each(|item| field(item.as_bytes()));
        }
        field(content.primary_category.as_bytes());
        field(content.date.to_string().as_bytes());
        field(&(content.precision as i32).to_le_bytes());
        field(content.doi.as_bytes());
        field(content.journal_ref.as_bytes());
        field(content.comments.as_bytes());
        format!("{:x}", hash.finalize())
    }

    /// The preprint as the contract shows it.
    pub(crate) fn into_preprint(self) -> Preprint {
        let Record { id, content } = self;
        Preprint {
            id: id.to_string(),
            url: content.source.url(),
            source_id: content.source.to_string(),
            title: content.title,
            abstract_text: content.abstract_text,
            text_origin: content.origin.into(),
            authors: content.authors,
            primary_category: content.primary_category,
            categories: content.categories,
            date: content.date.to_string(),
            date_precision: content.precision.into(),
            doi: content.doi,
            journal_ref: content.journal_ref,
            comments: content.comments,
        }
    }
}

/// The preprint as a record that is taken in as the same one: with its AG id, under which it is known.
impl From<Record> for PreprintRecord {
    fn from(record: Record) -> Self {
        let Record { id, content } = record;
        Self {
            source_id: content.source.to_string(),
            ag_id: id.to_string(),
            title: content.title,
            abstract_text: content.abstract_text,
            text_origin: content.origin.into(),
            authors: content.authors,
            primary_category: content.primary_category,
            categories: content.categories,
            date: content.date.to_string(),
            date_precision: content.precision.into(),
            doi: content.doi,
            journal_ref: content.journal_ref,
            comments: content.comments,
        }
    }
}

/// Title, one space, abstract; the title alone where there is no abstract.
pub(crate) fn embedded_text(title: &str, abstract_text: &str) -> String {
    if abstract_text.is_empty() { title.to_owned() } else { format!("{title} {abstract_text}") }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// A record for tests, of March 2026.
    pub(crate) fn record(source: &str, id: &str) -> Record {
        Record {
            id: id.parse().unwrap(),
            content: Content {
                source: source.parse().unwrap(),
                title: "Anomaly detection with $\\Lambda$CDM".into(),
                abstract_text: "We search. We find nothing.".into(),
                origin: TextOrigin::Authors,
                authors: vec!["Ada Lovelace".into()],
                primary_category: "hep-ph".into(),
                categories: vec!["hep-ph".into(), "astro-ph.CO".into()],
                date: Date::constant(2026, 3, 17),
                precision: DatePrecision::Day,
                doi: String::new(),
                journal_ref: String::new(),
                comments: String::new(),
            },
        }
    }

    /// Each change, one at a time, changes the content hash; what moves between neighbouring fields does too.
    #[test]
    fn every_field_counts() {
        let changes: [fn(&mut Record); 14] = [
            |_| (),
            |r| r.id = "AG-2026.03-1713".parse().unwrap(),
            |r| r.content.source = "2603.25795".parse().unwrap(),
            |r| r.content.title.push('.'),
            |r| r.content.abstract_text.push('.'),
            |r| r.content.origin = TextOrigin::Summary,
            |r| r.content.authors.push("Emmy Noether".into()),
            |r| r.content.authors = vec!["Ada".into(), "Lovelace".into()],
            |r| r.content.categories.reverse(),
            |r| r.content.primary_category = "astro-ph.CO".into(),
            |r| r.content.date = Date::constant(2026, 3, 18),
            |r| r.content.precision = DatePrecision::Listed,
            |r| r.content.doi.push('x'),
            |r| r.content.comments.push('x'),
        ];
        let hashes: std::collections::HashSet<String> = changes
            .iter()
            .map(|change| {
                let mut record = record("2603.25794", "AG-2026.03-1712");
                change(&mut record);
                record.content_hash()
            })
            .collect();
        assert_eq!(hashes.len(), changes.len());
    }

    #[test]
    fn only_title_and_abstract_make_the_text_hash() {
        let mut other = record("2603.25794", "AG-2026.03-1712");
        let before = other.content.text_hash();
        other.content.categories.reverse();
        other.content.comments = "12 pages".into();
        assert_eq!(other.content.text_hash(), before);
        other.content.abstract_text.push('.');
        assert_ne!(other.content.text_hash(), before);
    }

    #[test]
    fn one_space_between_title_and_abstract_and_none_without() {
        assert_eq!(embedded_text("A title", "An abstract."), "A title An abstract.");
        assert_eq!(embedded_text("A title", ""), "A title");
    }
}
