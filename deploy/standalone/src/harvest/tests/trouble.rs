//! What a harvest gets over.

use std::time::Duration;

use super::{
    memory::{Memory, harvested, plan},
    server::{Act, Server, busy, document, error, http, list, page, records},
};
use crate::harvest::{Limits, Plan};

/// The harvest of two pages with something in between; what had to be waited for it, in seconds.
async fn got_over(trouble: Vec<Act>) -> Vec<u64> {
    let script = [vec![page(&records([1]), Some("t"))], trouble, vec![page(&records([2]), None)]].concat();
    let (done, memory) = harvested(script).await;
    done.unwrap();
    assert_eq!((memory.numbers().as_str(), memory.day().as_deref()), ("1 2", Some("2026-11-24")));
    assert_eq!(memory.waits[..2], [3, 3]);
    memory.waits[2..].to_vec()
}

#[tokio::test]
async fn a_busy_server_is_waited_for_as_it_asks() {
    assert_eq!(got_over(vec![busy("20"), busy("Tue, 24 Nov 2026 10:01:00 GMT"), busy("soon")]).await, [20, 34, 20]);
    assert_eq!(got_over(vec![http("429 Too Many Requests", "retry-after: 30\r\n", "")]).await, [30]);
    assert_eq!(got_over(vec![busy("7"); 7]).await, [7; 7]);
}

#[tokio::test]
async fn what_breaks_on_the_way_is_asked_for_again() {
    let whole = document(&list(&records([2]), None, ""));
    let kind = "content-type: text/xml\r\n";
    let cut = |length: usize| http("200 OK", kind, &whole.as_bytes()[..length]);
    let short = format!("HTTP/1.1 200 OK\r\n{kind}content-length: 100000\r\n\r\n{whole}").into_bytes();
    let latin = http(
        "200 OK",
        kind,
        whole.replace("<title>T", "<title>\u{1}").bytes().map(|byte| if byte == 1 { 0xe9 } else { byte }).collect::<Vec<_>>(),
    );
    for trouble in [
        Act::Send(Vec::new()),
        Act::Send(b"HTTP/1.1 200 OK\r\n".to_vec()),
        Act::Send(short),
        cut(0),
        cut(whole.len() / 2),
        cut(whole.len() - 1),
        http("200 OK", kind, whole.replace("</title>", "</titel>")),
        http("200 OK", kind, whole.replace("UTF-8", "ISO-8859-1")),
        latin,
        http("200 OK", &format!("{kind}content-encoding: gzip\r\n"), &whole),
        http("502 Bad Gateway", "content-type: text/html\r\n", "<html/>"),
        http("500 Internal Server Error", "", ""),
    ] {
        assert_eq!(got_over(vec![trouble]).await, [5]);
    }
}

#[tokio::test]
async fn a_list_whose_token_ran_out_begins_anew() {
    for lost in ["badResumptionToken", "noRecordsMatch"] {
        let script = vec![page(&records([1]), Some("t")), error(lost), page(&records([1]), Some("t")), page(&records([2]), None)];
        let (done, memory) = harvested(script).await;
        done.unwrap();
        assert_eq!((memory.numbers().as_str(), memory.notes.len()), ("1 2", 1), "{lost}");
    }
}

#[tokio::test]
async fn a_body_that_stands_still_is_given_up_and_asked_for_again() {
    let begun = b"HTTP/1.1 200 OK\r\ncontent-type: text/xml\r\ncontent-length: 9000\r\n\r\n<?xml".to_vec();
    let server = Server::start(vec![Act::Stall(begun), Act::Stall(Vec::new()), page(&records([1]), None)]).await;
    let mut memory = Memory::default();
    let limits = Limits { idle: Duration::from_millis(200), ..Limits::default() };
    memory.harvest(&Plan { limits, ..plan(&server) }).await.unwrap();
    assert_eq!((memory.numbers().as_str(), memory.notes.len()), ("1", 2));
}

#[tokio::test]
async fn an_address_that_moved_is_followed() {
    let moved = |to: &str| http("302 Found", &format!("location: {to}\r\n"), "");
    let (done, memory) = harvested(vec![moved("/elsewhere?verb=ListRecords"), page(&records([1]), None)]).await;
    done.unwrap();
    assert_eq!(memory.numbers(), "1");
}
