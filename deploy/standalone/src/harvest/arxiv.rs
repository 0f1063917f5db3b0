//! Metadata in arXiv's own format, as its server describes it under the prefix `arXiv`.

use super::xml::{Unreadable, Xml};
use crate::records::{Description, full_name};

/// Reads the content of `<arXiv>`. Day of the first version, report numbers and licence: the first is the date, the others have no place in
/// an archive.
pub(super) fn read(xml: &mut Xml<'_>) -> Result<Description, Unreadable> {
    let mut description = Description::default();
    while let Some(element) = xml.child()? {
        match element.name.as_str() {
            "id" => description.id = xml.text()?,
            "created" => description.date = xml.text()?.trim().to_owned(),
            "authors" => description.authors = authors(xml)?,
            "title" => description.title = xml.text()?,
            "categories" => description.categories = xml.text()?.split_whitespace().map(str::to_owned).collect(),
            "comments" => description.comments = xml.text()?,
            "journal-ref" => description.journal_ref = xml.text()?,
            "doi" => description.doi = xml.text()?,
            "abstract" => description.abstract_text = xml.text()?,
            _ => xml.skip()?,
        }
    }
    Ok(description)
}

fn authors(xml: &mut Xml<'_>) -> Result<Vec<String>, Unreadable> {
    let mut names = Vec::new();
    while xml.child()?.is_some() {
        let (mut forenames, mut keyname, mut suffix) = (String::new(), String::new(), String::new());
        while let Some(part) = xml.child()? {
            match part.name.as_str() {
                "forenames" => forenames = xml.text()?,
                "keyname" => keyname = xml.text()?,
                "suffix" => suffix = xml.text()?,
                // An affiliation.
                _ => xml.skip()?,
            }
        }
        names.push(full_name(&forenames, &keyname, &suffix));
    }
    Ok(names)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_part_is_read() {
        let mut xml = Xml::new(
            "<arXiv xmlns='http://arxiv.org/OAI/arXiv/'><id>0804.2273</id><created>2008-04-14</created><updated>2009-01-02</updated><authors>\
             <author><keyname>Lagoze</keyname><forenames>Carl</forenames><affiliation>Cornell</affiliation></author>\
             <author><keyname>Foot</keyname><forenames>R.</forenames><suffix>Jr</suffix></author><author><keyname>CMS Collaboration</keyname></author>\
             </authors><title>A Web of\n  Things &amp; $p &lt; 0.05$</title><categories>cs.DL cs.NI</categories><comments>8 pages</comments>\
             <report-no>X-1</report-no><journal-ref>J. 1</journal-ref><doi>10.1/x</doi><license>http://arxiv.org/licenses/x/</license>\
             <abstract>  We\n  show.</abstract></arXiv>",
        );
        xml.child().unwrap();
        let read = read(&mut xml).unwrap();
        assert_eq!((read.id.as_str(), read.date.as_str(), read.doi.as_str()), ("0804.2273", "2008-04-14", "10.1/x"));
        assert_eq!(read.authors, ["Carl Lagoze", "R. Foot Jr", "CMS Collaboration"]);
        assert_eq!((read.title.as_str(), read.abstract_text.as_str()), ("A Web of\n  Things & $p < 0.05$", "  We\n  show."));
        assert_eq!(
            (read.categories, read.comments.as_str(), read.journal_ref.as_str()),
            (vec!["cs.DL".to_owned(), "cs.NI".into()], "8 pages", "J. 1")
        );
    }
}
