//! What ends a harvest, and what it says then. Whatever it is, the mark stays where it was and what came before is kept.

use std::time::Duration;

use super::{
    memory::{Memory, harvested, plan},
    server::{Act, Server, busy, error, http, page, records},
};
use crate::harvest::{Limits, Plan};

#[tokio::test]
async fn a_harvest_that_ends_says_why_and_leaves_the_mark() {
    let html = http("200 OK", "content-type: text/html\r\n", "<html><body>Please wait</body></html>");
    let circle = http("302 Found", "location: /oai\r\n", "");
    let with_status =
        http("400 Bad Request", "content-type: text/xml\r\n", super::server::document("<error code='badArgument'>no</error>"));
    let endless = page(&records([1]), Some("t"));
    for (trouble, parts) in [
        (vec![busy("5")], &["8 requests", "503", "in the archive", "again"][..]),
        (vec![busy("86400")], &["86400 seconds", "in the archive"]),
        (vec![Act::Send(Vec::new())], &["8 requests for the same page failed"]),
        (vec![html], &["text/html", "--endpoint"]),
        (vec![circle], &["address to address", "--endpoint"]),
        (vec![http("404 Not Found", "", "")], &["404", "--endpoint"]),
        (vec![http("403 Forbidden", "", "")], &["403", "--contact"]),
        (vec![error("badArgument")], &["badArgument (because)", "--set"]),
        (vec![with_status], &["badArgument (no)"]),
        (vec![error("cannotDisseminateFormat")], &["oai_dc"]),
        (vec![error("noSetHierarchy")], &["leave out --set"]),
        (vec![error("badVerb")], &["badVerb"]),
        (vec![endless], &["circles", "second time"]),
        (vec![error("badResumptionToken"), page(&records([1]), Some("t")), error("badResumptionToken")], &["badResumptionToken"]),
    ] {
        let script = [vec![page(&records([1]), Some("first"))], trouble].concat();
        let (done, memory) = harvested(script).await;
        let told = done.unwrap_err();
        assert!(parts.iter().all(|part| told.contains(part)), "{told:?} lacks one of {parts:?}");
        assert_eq!((memory.numbers().as_str(), memory.marks.len()), ("1", 0), "{told}");
    }
}

#[tokio::test]
async fn pages_without_records_and_without_end_are_given_up() {
    let script = (0..200).map(|number| page(&[], Some(&format!("t{number}")))).collect();
    let (done, memory) = harvested(script).await;
    assert!(done.unwrap_err().contains("without a record"));
    assert!(memory.marks.is_empty());
}

#[tokio::test]
async fn a_page_beyond_the_limit_is_refused_packed_or_not() {
    let content = super::server::list(&records(0..20_000), None, "");
    for act in [super::server::xml(&content), super::server::packed(&content)] {
        let server = Server::start(vec![act]).await;
        let limits = Limits { bytes: 1024 * 1024, ..Limits::default() };
        let told = Memory::default().harvest(&Plan { limits, ..plan(&server) }).await.unwrap_err();
        assert!(told.contains("1 MiB"), "{told}");
    }
}

#[tokio::test]
async fn a_wrong_plan_is_refused_before_anything_is_asked() {
    let server = Server::start(vec![page(&[], None)]).await;
    let right = plan(&server);
    for (wrong, part) in [
        (Plan { endpoint: "nowhere".into(), ..right.clone() }, "--endpoint"),
        (Plan { until: Some("2026-10-31".parse().unwrap()), ..right.clone() }, "--from: 2026-11-01 is after --until 2026-10-31"),
        (Plan { contact: Some("me".into()), ..right.clone() }, "--contact"),
        (Plan { contact: Some("a@b\r\nx: y".into()), ..right.clone() }, "--contact"),
    ] {
        let told = Memory::default().harvest(&wrong).await.unwrap_err();
        assert!(told.contains(part), "{told}");
    }
    assert!(server.heads().is_empty());
}

#[tokio::test]
async fn a_server_that_is_not_there_is_told_soon() {
    let server = Server::start(vec![page(&[], None)]).await;
    let gone = plan(&server);
    drop(server);
    let mut memory = Memory::default();
    let told = memory.harvest(&Plan { limits: Limits { connect: Duration::from_secs(5), ..gone.limits }, ..gone }).await.unwrap_err();
    assert!(told.contains("3 requests"), "{told}");
    assert_eq!(memory.waits, [5, 10]);
}
