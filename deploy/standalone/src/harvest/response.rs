//! Replies (OAI-PMH 2.0, section 3.2): who the server is, a page of records, or an error.

use antigravity_text::SourceId;
use jiff::civil::Date;

use super::{
    arxiv,
    error::OaiError,
    oai_dc,
    xml::{Unreadable, Xml},
};
use crate::records::{Description, Reading};

/// A reply.
#[derive(Debug, PartialEq)]
pub(super) enum Reply {
    /// To `Identify`.
    Identity(Identity),
    /// To `ListRecords`.
    Page(Page),
    /// To anything.
    Error(OaiError),
}

/// Who the server is.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Identity {
    /// The server's today, in UTC.
    pub(super) today: Date,
    /// The first day on which anything changed.
    pub(super) earliest: Date,
}

/// A page of a list.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Page {
    /// Its records.
    pub(super) records: Vec<Record>,
    /// What the next page is asked for with; `None` when this is the last.
    pub(super) token: Option<String>,
    /// How many records the whole list has, in the server's estimate.
    pub(super) list_size: Option<u64>,
}

/// What a record says.
#[derive(Debug, PartialEq)]
pub(super) struct Record {
    /// The preprint's id as far as it is known; otherwise the record's.
    pub(super) id: String,
    /// A preprint, or that there is none any more, or why it can't be read.
    pub(super) reading: Result<Reading, String>,
}

/// Reads a reply.
pub(super) fn parse(document: &str) -> Result<Reply, Unreadable> {
    let mut xml = Xml::new(document);
    let root = xml.child()?.map(|root| root.name).unwrap_or_default();
    if root != "OAI-PMH" {
        return Err(Unreadable(format!("its root is <{root}>, not <OAI-PMH>")));
    }
    let (mut date, mut reply) = (String::new(), None);
    while let Some(element) = xml.child()? {
        match element.name.as_str() {
            "responseDate" => date = xml.text()?,
            "error" => {
                let code = element.attribute("code").unwrap_or("an error without a code").to_owned();
                let message = xml.text()?.trim().to_owned();
                // Several errors may come together: the first stands for all.
                reply.get_or_insert(Reply::Error(OaiError { code, message }));
            }
            "Identify" => reply = Some(Reply::Identity(identity(&mut xml, &date)?)),
            "ListRecords" => reply = Some(Reply::Page(page(&mut xml)?)),
            _ => xml.skip()?,
        }
    }
    reply.ok_or_else(|| Unreadable("it holds neither an answer nor an error".to_owned()))
}

fn identity(xml: &mut Xml<'_>, response_date: &str) -> Result<Identity, Unreadable> {
    let (mut earliest, mut version) = (String::new(), String::new());
    while let Some(element) = xml.child()? {
        match element.name.as_str() {
            "earliestDatestamp" => earliest = xml.text()?,
            "protocolVersion" => version = xml.text()?,
            _ => xml.skip()?,
        }
    }
    if version.trim() != "2.0" {
        return Err(Unreadable(format!("it speaks version {:?} of the protocol, not 2.0", version.trim())));
    }
    Ok(Identity { today: day("responseDate", response_date)?, earliest: day("earliestDatestamp", &earliest)? })
}

/// The day of a datestamp of either granularity.
fn day(name: &str, text: &str) -> Result<Date, Unreadable> {
    let wrong = || Unreadable(format!("its {name} {text:?} is no date"));
    text.trim().get(..10).and_then(|day| day.parse().ok()).ok_or_else(wrong)
}

fn page(xml: &mut Xml<'_>) -> Result<Page, Unreadable> {
    let mut page = Page::default();
    while let Some(element) = xml.child()? {
        match element.name.as_str() {
            "record" => page.records.push(record(xml)?),
            "resumptionToken" => {
                page.list_size = element.attribute("completeListSize").and_then(|size| size.parse().ok());
                page.token = Some(xml.text()?.trim().to_owned()).filter(|token| !token.is_empty());
            }
            _ => xml.skip()?,
        }
    }
    Ok(page)
}

fn record(xml: &mut Xml<'_>) -> Result<Record, Unreadable> {
    let mut header = Header::default();
    let mut description = None;
    while let Some(element) = xml.child()? {
        match element.name.as_str() {
            "header" => {
                header.deleted = element.attribute("status") == Some("deleted");
                header.read(xml)?;
            }
            "metadata" => description = metadata(xml)?,
            _ => xml.skip()?,
        }
    }
    let own = header.id();
    if header.deleted {
        return Ok(Record { id: own.clone(), reading: Ok(Reading::Withdrawn(own)) });
    }
    let Some(mut description) = description else {
        return Ok(Record { id: own, reading: Err("the record has no metadata that can be read".to_owned()) });
    };
    if description.id.trim().is_empty() {
        description.id = own;
    }
    if description.categories.is_empty() {
        description.categories = header.categories();
    }
    Ok(Record { id: description.id.trim().to_owned(), reading: description.read() })
}

fn metadata(xml: &mut Xml<'_>) -> Result<Option<Description>, Unreadable> {
    let mut description = None;
    while let Some(element) = xml.child()? {
        match element.name.as_str() {
            "arXiv" => description = Some(arxiv::read(xml)?),
            "dc" => description = Some(oai_dc::read(xml)?),
            _ => xml.skip()?,
        }
    }
    Ok(description)
}

#[derive(Default)]
struct Header {
    identifier: String,
    sets: Vec<String>,
    deleted: bool,
}

impl Header {
    fn read(&mut self, xml: &mut Xml<'_>) -> Result<(), Unreadable> {
        while let Some(element) = xml.child()? {
            match element.name.as_str() {
                "identifier" => self.identifier = xml.text()?,
                "setSpec" => self.sets.push(xml.text()?),
                _ => xml.skip()?,
            }
        }
        Ok(())
    }

    /// `oai:arXiv.org:hep-th/9901001` as `hep-th/9901001`; what is no id of arXiv's stays as it is.
    fn id(&self) -> String {
        let identifier = self.identifier.trim();
        let local = identifier.rsplit(':').next().unwrap_or_default();
        if local.parse::<SourceId>().is_ok() { local.to_owned() } else { identifier.to_owned() }
    }

    /// `physics:hep-ph` as `hep-ph`, `cs:cs:LG` as `cs.LG`. A set of one part is a group of archives.
    fn categories(&self) -> Vec<String> {
        let category = |set: &String| match set.trim().split(':').collect::<Vec<_>>().as_slice() {
            [_, archive] => Some((*archive).to_owned()),
            [_, archive, class] => Some(format!("{archive}.{class}")),
            _ => None,
        };
        self.sets.iter().filter_map(category).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reply(content: &str) -> Result<Reply, Unreadable> {
        parse(&format!(
            "<?xml version='1.0' encoding='UTF-8'?><OAI-PMH xmlns='http://www.openarchives.org/OAI/2.0/'><responseDate>2026-11-24T10:00:00Z</responseDate>{content}</OAI-PMH>"
        ))
    }

    fn record(content: &str) -> Record {
        match reply(&format!("<ListRecords><record>{content}</record></ListRecords>")) {
            Ok(Reply::Page(mut page)) => page.records.remove(0),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn an_identity_is_read_at_either_granularity() {
        for earliest in ["2005-09-16", "2005-09-16T00:00:00Z"] {
            let told =
                format!("<Identify><protocolVersion>2.0</protocolVersion><earliestDatestamp>{earliest}</earliestDatestamp></Identify>");
            let identity = Identity { today: "2026-11-24".parse().unwrap(), earliest: "2005-09-16".parse().unwrap() };
            assert_eq!(reply(&told), Ok(Reply::Identity(identity)));
        }
        assert!(reply("<Identify><protocolVersion>1.1</protocolVersion></Identify>").unwrap_err().0.contains("version"));
        assert!(reply("<Identify><protocolVersion>2.0</protocolVersion></Identify>").unwrap_err().0.contains("earliestDatestamp"));
    }

    #[test]
    fn a_token_and_its_absence() {
        for (token, expected) in [
            ("<resumptionToken cursor='0' completeListSize='12'> a|1001 </resumptionToken>", Some("a|1001")),
            ("<resumptionToken completeListSize='12'/>", None),
            ("", None),
        ] {
            let Ok(Reply::Page(page)) = reply(&format!("<ListRecords>{token}</ListRecords>")) else { panic!("no page") };
            assert_eq!(page.token.as_deref(), expected);
            assert_eq!(page.list_size, (!token.is_empty()).then_some(12));
        }
    }

    #[test]
    fn a_deleted_record_is_known_by_its_header() {
        for (identifier, id) in
            [("oai:arXiv.org:0704.0001", "0704.0001"), ("oai:arXiv.org:hep-th/9901001", "hep-th/9901001"), ("oai:x:1", "oai:x:1")]
        {
            let read = record(&format!("<header status='deleted'><identifier>{identifier}</identifier></header>"));
            assert_eq!(read, Record { id: id.into(), reading: Ok(Reading::Withdrawn(id.into())) });
        }
    }

    #[test]
    fn a_record_that_lacks_something_is_one_refusal() {
        let header = "<header><identifier>oai:arXiv.org:0704.0001</identifier></header>";
        let no_title = format!("{header}<metadata><arXiv><id>0704.0001</id></arXiv></metadata>");
        for (content, reason) in [
            (header.to_owned(), "the record has no metadata that can be read"),
            (format!("{header}<metadata><marc/></metadata>"), "the record has no metadata that can be read"),
            (no_title, "the title is missing"),
        ] {
            assert_eq!(record(&content), Record { id: "0704.0001".into(), reading: Err(reason.into()) });
        }
    }

    #[test]
    fn an_error_keeps_its_code_and_words() {
        let error = OaiError { code: "noRecordsMatch".into(), message: "nothing".into() };
        assert_eq!(reply("<request verb='ListRecords'>x</request><error code='noRecordsMatch'> nothing </error>"), Ok(Reply::Error(error)));
        assert!(reply("").unwrap_err().0.contains("neither"));
        assert!(parse("<html><body/></html>").unwrap_err().0.contains("<html>"));
    }
}
