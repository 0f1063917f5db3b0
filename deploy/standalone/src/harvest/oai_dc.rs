//! Metadata in Dublin Core, the format that every server has, as arXiv fills it in: authors as `Keyname, Forenames`, the abstract and the
//! comments both as descriptions, the subjects by their long names, and links, DOI and journal all as identifiers.

use super::{
    subject,
    xml::{Unreadable, Xml},
};
use crate::records::{Description, full_name};

/// Reads the content of `<oai_dc:dc>`.
pub(super) fn read(xml: &mut Xml<'_>) -> Result<Description, Unreadable> {
    let mut description = Description::default();
    while let Some(element) = xml.child()? {
        let text = xml.text()?;
        let text = text.trim();
        match element.name.as_str() {
            "title" => description.title = text.to_owned(),
            "creator" => description.authors.push(author(text)),
            "subject" => description.categories.extend(subject::category(text).map(str::to_owned)),
            "description" => match text.strip_prefix("Comment:") {
                Some(comment) => description.comments = comment.to_owned(),
                None => description.abstract_text = text.to_owned(),
            },
            // The first is the first version's, the next the last one's.
            "date" if description.date.is_empty() => description.date = text.to_owned(),
            "identifier" => identifier(&mut description, text),
            _ => {}
        }
    }
    Ok(description)
}

/// `Foot, R., Jr` as `R. Foot Jr`.
fn author(text: &str) -> String {
    let mut parts = text.split(", ");
    let (keyname, forenames) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
    full_name(forenames, keyname, &parts.collect::<Vec<_>>().join(" "))
}

fn identifier(description: &mut Description, text: &str) {
    if let Some((_, id)) = text.split_once("arxiv.org/abs/") {
        description.id = id.to_owned();
    } else if let Some(doi) = text.strip_prefix("doi:") {
        description.doi = doi.to_owned();
    } else if !text.contains("://") {
        description.journal_ref = text.to_owned();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_part_is_read() {
        let mut xml = Xml::new(
            "<oai_dc:dc><dc:title>Calculation</dc:title><dc:creator>Bal\u{e1}zs, C.</dc:creator><dc:creator>Foot, R., Jr</dc:creator>\
             <dc:creator>CMS Collaboration</dc:creator><dc:subject>High Energy Physics - Phenomenology</dc:subject>\
             <dc:subject>Computer Science - Machine Learning</dc:subject><dc:subject>68T05</dc:subject><dc:description>We compute.</dc:description>\
             <dc:description>Comment: 37 pages</dc:description><dc:date>2007-04-02</dc:date><dc:date>2007-07-24</dc:date><dc:type>text</dc:type>\
             <dc:identifier>http://arxiv.org/abs/0704.0001</dc:identifier><dc:identifier>Phys.Rev.D76:013009,2007</dc:identifier>\
             <dc:identifier>doi:10.1103/PhysRevD.76.013009</dc:identifier></oai_dc:dc>",
        );
        xml.child().unwrap();
        let read = read(&mut xml).unwrap();
        assert_eq!((read.id.as_str(), read.title.as_str(), read.date.as_str()), ("0704.0001", "Calculation", "2007-04-02"));
        assert_eq!(read.authors, ["C. Bal\u{e1}zs", "R. Foot Jr", "CMS Collaboration"]);
        assert_eq!(read.categories, ["hep-ph", "cs.LG"]);
        assert_eq!((read.abstract_text.as_str(), read.comments.as_str()), ("We compute.", " 37 pages"));
        assert_eq!((read.journal_ref.as_str(), read.doi.as_str()), ("Phys.Rev.D76:013009,2007", "10.1103/PhysRevD.76.013009"));
    }
}
