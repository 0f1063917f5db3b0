//! A line of arXiv's public metadata dump: categories in one string, authors taken apart, a list of versions.

use serde_json::Value;

use super::{
    description::{Description, full_name},
    fields::Fields,
    record::Reading,
};

/// Whether a line is of the dump, by two keys that our own records don't have. By line and not by file: files may be joined.
pub(super) fn is_dump(fields: &Fields) -> bool {
    fields.get("versions").is_some() || fields.get("authors_parsed").is_some()
}

/// Reads a line of the dump. The dump's `authors` is one string with affiliations in it, which can't be taken apart safely;
/// `authors_parsed` can. `update_date` is the day of the last change of any kind and says nothing about the paper: the date is the first
/// version's.
pub(super) fn read(fields: &Fields) -> Result<Reading, String> {
    let description = Description {
        id: fields.required("id", Fields::text)?,
        title: fields.text("title")?,
        abstract_text: fields.text("abstract")?,
        authors: fields.required("authors_parsed", authors)?,
        categories: fields.text("categories")?.split_whitespace().map(str::to_owned).collect(),
        date: fields.required("versions", first_version)?,
        doi: fields.text("doi")?,
        journal_ref: fields.text("journal-ref")?,
        comments: fields.text("comments")?,
    };
    description.read()
}

/// `[["Balázs", "C.", ""], …]`: key name, forenames, suffix, and affiliations that are left out.
fn authors(fields: &Fields, name: &str) -> Result<Vec<String>, String> {
    let wrong = || format!("`{name}` must be a list of names, each a list of strings");
    let people = fields.get(name).and_then(Value::as_array).ok_or_else(wrong)?;
    let full = |person: &Value| {
        let parts = person.as_array()?.iter().map(Value::as_str).collect::<Option<Vec<_>>>()?;
        let part = |at: usize| parts.get(at).copied().unwrap_or_default();
        Some(full_name(part(1), part(0), part(2)))
    };
    people.iter().map(|person| full(person).ok_or_else(wrong)).collect()
}

/// `[{"version": "v1", "created": "Mon, 2 Apr 2007 19:18:42 GMT"}, …]` as `2007-04-02`.
fn first_version(fields: &Fields, name: &str) -> Result<String, String> {
    let created = fields.get(name).and_then(|versions| versions.get(0)?.get("created")?.as_str());
    let created = created.ok_or_else(|| format!("`{name}` must be a list of versions, the first with `created`"))?;
    let moment = jiff::fmt::rfc2822::parse(created)
        .map_err(|_| format!("`{name}`: {created:?} is no date of the form \"Mon, 2 Apr 2007 19:18:42 GMT\""))?;
    Ok(moment.date().to_string())
}

#[cfg(test)]
mod tests {
    use super::super::record::parse;
    use super::*;

    const LINE: &str = r#"{"id":"0704.0001","submitter":"Pavel Nadolsky","authors":"C. Bal\\'azs, E. L. Berger (ANL), R. Foot Jr","title":"Calculation of prompt diphoton\n  production","comments":"37 pages","journal-ref":"Phys.Rev.D76:013009,2007","doi":"10.1103/PhysRevD.76.013009","report-no":null,"categories":"hep-ph hep-ex","license":null,"abstract":"  A fully differential\ncalculation.\n","versions":[{"version":"v1","created":"Mon, 2 Apr 2007 19:18:42 GMT"},{"version":"v2","created":"Tue, 24 Jul 2007 20:10:27 GMT"}],"update_date":"2008-11-26","authors_parsed":[["Balázs","C.",""],["Berger","E. L.","","ANL"],["Foot","R.","Jr"]]}"#;

    fn refused(from: &str, to: &str) -> String {
        assert!(LINE.contains(from), "{from}");
        parse(LINE.replace(from, to).as_bytes()).unwrap_err().reason
    }

    #[test]
    fn a_line_of_the_dump_is_recognised_and_read() {
        let Ok(Reading::Record(record)) = parse(LINE.as_bytes()) else { panic!("no record") };
        assert_eq!((record.source_id.as_str(), record.date.as_str()), ("0704.0001", "2007-04-02"));
        assert_eq!(record.title, "Calculation of prompt diphoton production");
        assert_eq!(record.authors, ["C. Balázs", "E. L. Berger", "R. Foot Jr"]);
        assert_eq!((record.primary_category.as_str(), record.categories.len()), ("hep-ph", 2));
        assert_eq!((record.doi.as_str(), record.journal_ref.as_str()), ("10.1103/PhysRevD.76.013009", "Phys.Rev.D76:013009,2007"));
    }

    #[test]
    fn a_withdrawn_paper_is_told_apart() {
        let line = LINE.replace("37 pages", "This paper has been withdrawn");
        assert_eq!(parse(line.as_bytes()), Ok(Reading::Withdrawn("0704.0001".into())));
    }

    #[test]
    fn what_is_wrong_is_named() {
        assert_eq!(
            refused("Mon, 2 Apr 2007", "2007-04-02 or so"),
            r#"`versions`: "2007-04-02 or so 19:18:42 GMT" is no date of the form "Mon, 2 Apr 2007 19:18:42 GMT""#
        );
        assert_eq!(
            refused(r#""versions":[{"version":"v1","#, r#""versions":["v1",{"#),
            "`versions` must be a list of versions, the first with `created`"
        );
        assert_eq!(refused("\"versions\"", "\"no_versions\""), "`versions` is missing");
        assert_eq!(refused("\"authors_parsed\"", "\"no_authors\""), "`authors_parsed` is missing");
        assert_eq!(refused(r#""E. L.","""#, r#""E. L.",7"#), "`authors_parsed` must be a list of names, each a list of strings");
        assert_eq!(refused("hep-ph hep-ex", " "), "the category is missing");
    }
}
