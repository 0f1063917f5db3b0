//! A preprint as arXiv describes it, whichever way the description came: in the metadata dump, or harvested in one of two formats.

use antigravity_proto::types::{DatePrecision, PreprintRecord, TextOrigin};

use super::{record::Reading, withdrawn::is_withdrawn};

/// The parts of a description as they were found, white space and all. Empty: there was none.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(crate) struct Description {
    /// The id, such as `2603.25794`.
    pub(crate) id: String,
    /// The title.
    pub(crate) title: String,
    /// The abstract.
    pub(crate) abstract_text: String,
    /// The authors' names, given name first.
    pub(crate) authors: Vec<String>,
    /// The categories, the primary one first.
    pub(crate) categories: Vec<String>,
    /// The day of the first version, `YYYY-MM-DD`.
    pub(crate) date: String,
    /// The DOI.
    pub(crate) doi: String,
    /// Where the paper was published.
    pub(crate) journal_ref: String,
    /// The authors' remarks.
    pub(crate) comments: String,
}

impl Description {
    /// The description as a record, or as the notice that the preprint was withdrawn. `Err` names the part that is missing.
    pub(crate) fn read(self) -> Result<Reading, String> {
        let id = fold(&self.id);
        if id.is_empty() {
            return Err("the id is missing".to_owned());
        }
        let (abstract_text, comments) = (fold(&self.abstract_text), fold(&self.comments));
        if is_withdrawn(&comments, &abstract_text) {
            return Ok(Reading::Withdrawn(id));
        }
        let title = fold(&self.title);
        for (part, missing) in [("title", title.is_empty()), ("date", self.date.is_empty()), ("category", self.categories.is_empty())] {
            if missing {
                return Err(format!("the {part} is missing"));
            }
        }
        let text_origin = if abstract_text.is_empty() { TextOrigin::TitleOnly } else { TextOrigin::Authors };
        Ok(Reading::Record(PreprintRecord {
            source_id: id,
            ag_id: String::new(),
            title,
            abstract_text,
            text_origin: text_origin.into(),
            authors: self.authors.iter().map(|name| fold(name)).filter(|name| !name.is_empty()).collect(),
            primary_category: self.categories.first().cloned().unwrap_or_default(),
            categories: self.categories,
            date: self.date,
            date_precision: DatePrecision::Day.into(),
            doi: fold(&self.doi),
            journal_ref: fold(&self.journal_ref),
            comments,
        }))
    }
}

/// A name in reading order; parts may be empty.
pub(crate) fn full_name(forenames: &str, keyname: &str, suffix: &str) -> String {
    fold(&format!("{forenames} {keyname} {suffix}"))
}

/// arXiv breaks lines at 80 characters and indents the next: every run of white space and control characters is one space.
fn fold(text: &str) -> String {
    text.split(|c: char| c.is_whitespace() || c.is_control()).filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn description() -> Description {
        Description {
            id: " 0704.0001\n".into(),
            title: "Calculation of prompt\n  diphoton production".into(),
            abstract_text: "  A fully differential\ncalculation.\n  New paragraph.\n".into(),
            authors: vec!["C. Bal\u{e1}zs".into(), " ".into()],
            categories: vec!["hep-ph".into(), "hep-ex".into()],
            date: "2007-04-02".into(),
            comments: "37 pages,\n15 figures".into(),
            ..Description::default()
        }
    }

    #[test]
    fn lines_are_unwrapped_and_the_first_category_is_the_primary_one() {
        let Ok(Reading::Record(record)) = description().read() else { panic!("no record") };
        assert_eq!((record.source_id.as_str(), record.title.as_str()), ("0704.0001", "Calculation of prompt diphoton production"));
        assert_eq!(record.abstract_text, "A fully differential calculation. New paragraph.");
        assert_eq!((record.authors, record.primary_category.as_str()), (vec!["C. Bal\u{e1}zs".to_owned()], "hep-ph"));
        assert_eq!((record.comments.as_str(), record.date.as_str()), ("37 pages, 15 figures", "2007-04-02"));
    }

    #[test]
    fn without_an_abstract_the_title_alone_is_taken() {
        let Ok(Reading::Record(record)) = (Description { abstract_text: " \n".into(), ..description() }).read() else {
            panic!("no record")
        };
        assert_eq!((record.text_origin(), record.abstract_text.as_str()), (TextOrigin::TitleOnly, ""));
    }

    #[test]
    fn what_is_missing_is_named_but_a_withdrawn_preprint_needs_only_its_id() {
        for (cut, reason) in [
            (Description { id: String::new(), ..description() }, "the id is missing"),
            (Description { title: " ".into(), ..description() }, "the title is missing"),
            (Description { date: String::new(), ..description() }, "the date is missing"),
            (Description { categories: Vec::new(), ..description() }, "the category is missing"),
        ] {
            assert_eq!(cut.read().unwrap_err(), reason);
        }
        let withdrawn =
            Description { id: "0704.0001".into(), comments: "This paper has been\n withdrawn".into(), ..Description::default() };
        assert_eq!(withdrawn.read(), Ok(Reading::Withdrawn("0704.0001".into())));
    }

    #[test]
    fn a_name_stands_in_reading_order() {
        for (parts, name) in [
            (["C.", "Bal\u{e1}zs", ""], "C. Bal\u{e1}zs"),
            (["Robert", "Foot", "Jr"], "Robert Foot Jr"),
            (["", "CMS Collaboration", ""], "CMS Collaboration"),
        ] {
            assert_eq!(full_name(parts[0], parts[1], parts[2]), name);
        }
    }
}
