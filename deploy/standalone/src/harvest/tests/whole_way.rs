//! What a harvest brings home, and from where it goes on.

use super::{
    memory::{Memory, harvested, plan},
    server::{Act, Server, deleted, document, error, http, list, packed, page, record, records, xml},
};
use crate::harvest::{Format, Plan};

#[tokio::test]
async fn a_list_of_pages_is_harvested_politely_and_marked() {
    let server =
        Server::start(vec![page(&records(1..=2), Some("a|2&b")), page(&records([3]), Some("a|3")), page(&records([4]), None)]).await;
    let mut memory = Memory::default();
    let contact = Some("you@lab.example".to_owned());
    memory.harvest(&Plan { contact, ..plan(&server) }).await.unwrap();
    assert_eq!((memory.numbers().as_str(), memory.day().as_deref()), ("1 2 3 4", Some("2026-11-24")));
    assert_eq!(memory.marks.len(), 1, "the mark moves with the last page alone");
    assert_eq!(memory.waits, [3, 3, 3], "one pause before each request but the first");
    assert_eq!(
        server.queries(),
        ["set=physics%3Ahep-ph&from=2026-11-01&until=2026-11-24", "resumptionToken=a%7C2%26b", "resumptionToken=a%7C3"]
    );
    for head in server.heads() {
        assert!(head.contains("user-agent: antigravity-harvest/") && head.contains("(mailto:you@lab.example)"), "{head}");
        assert!(head.contains("from: you@lab.example"), "{head}");
    }
}

#[tokio::test]
async fn the_next_harvest_begins_on_the_day_of_the_mark() {
    let server = Server::start(vec![page(&records(1..=2), None)]).await;
    let mut memory = Memory::default();
    memory.harvest(&plan(&server)).await.unwrap();
    server.rewrite(vec![page(&[record(2, "T, second version", ""), record(3, "T", "")], None)]);
    memory.harvest(&Plan { from: None, ..plan(&server) }).await.unwrap();
    assert_eq!(server.queries().last().unwrap(), "set=physics%3Ahep-ph&from=2026-11-24&until=2026-11-24");
    assert_eq!((memory.numbers().as_str(), memory.titles["2611.00002"].as_str()), ("1 2 3", "T, second version"));
}

#[tokio::test]
async fn without_mark_and_date_it_begins_with_the_servers_first_day_in_windows() {
    let server = Server::start(vec![error("noRecordsMatch")]).await;
    let mut memory = Memory::default();
    memory.harvest(&Plan { from: None, sets: Vec::new(), ..plan(&server) }).await.unwrap();
    assert_eq!(server.queries(), ["from=2026-10-01&until=2026-11-01", "from=2026-11-02&until=2026-11-24"]);
    assert_eq!((memory.marks.len(), memory.day().as_deref()), (2, Some("2026-11-24")), "days without records are in, too");
}

#[tokio::test]
async fn several_sets_are_harvested_one_after_another_each_with_its_mark() {
    let server = Server::start(vec![page(&records([1]), None), page(&records([2]), None)]).await;
    let mut memory = Memory::default();
    memory.harvest(&Plan { sets: vec!["cs".into(), "math".into()], ..plan(&server) }).await.unwrap();
    let sets: Vec<_> = memory.marks.iter().map(|mark| mark.set.as_str()).collect();
    assert_eq!((memory.numbers().as_str(), sets), ("1 2", vec!["cs", "math"]));
}

#[tokio::test]
async fn deleted_and_withdrawn_preprints_go_and_new_versions_replace_old_ones() {
    let first = [record(1, "old", ""), record(2, "T", ""), record(3, "T", ""), record(5, "T", "")];
    let second = [record(1, "new", ""), deleted(2), record(3, "T", "This paper has been\n  withdrawn by the author"), record(4, "", "")];
    let (done, memory) = harvested(vec![page(&first, Some("t")), page(&second, None)]).await;
    done.unwrap();
    assert_eq!((memory.numbers().as_str(), memory.titles["2611.00001"].as_str()), ("1 5", "new"));
    assert_eq!(memory.refused, ["2611.00004: the title is missing"]);
}

#[tokio::test]
async fn dublin_core_is_harvested_as_well() {
    let dublin = "<record><header><identifier>oai:arXiv.org:2611.00007</identifier><setSpec>physics:hep-ph</setSpec></header><metadata>\
        <oai_dc:dc xmlns:oai_dc='x' xmlns:dc='y'><dc:title>D</dc:title><dc:date>2026-11-01</dc:date></oai_dc:dc></metadata></record>";
    let server = Server::start(vec![page(&[dublin.to_owned()], None)]).await;
    let mut memory = Memory::default();
    memory.harvest(&Plan { format: Format::OaiDc, ..plan(&server) }).await.unwrap();
    assert_eq!(memory.numbers(), "7");
    assert!(server.queries()[0].starts_with("metadataPrefix=oai_dc&"));
}

#[tokio::test]
async fn sizes_that_change_packed_pages_and_huge_ones_make_no_difference() {
    let huge = document(&list(&records(100..3_100), Some("c"), "completeListSize='9'"));
    let script: Vec<Act> = vec![
        xml(&list(&records([1]), Some("a"), "completeListSize='5' cursor='0'")),
        packed(&list(&records([2]), Some("b"), "completeListSize='7' cursor='1'")),
        http("200 OK", "content-type: application/xml\r\n", huge),
        xml(&list(&records([3]), Some(""), "completeListSize='4000'")),
    ];
    let (done, memory) = harvested(script).await;
    done.unwrap();
    assert_eq!(memory.titles.len(), 3_003);
    assert_eq!(memory.notes, ["the server announced 4000 records from 2026-11-01 on and sent 3003"]);
}

#[tokio::test]
async fn killed_at_any_page_it_goes_on_and_ends_in_the_same() {
    // Two windows of two pages each.
    let pages = || {
        vec![
            page(&records(1..=2), Some("a")),
            page(&[record(3, "T", ""), deleted(1)], None),
            page(&records([4]), Some("b")),
            page(&records([5]), None),
        ]
    };
    for killed in 0..4 {
        let server = Server::start(pages()).await;
        let whole = Plan { from: None, ..plan(&server) };
        let mut memory = Memory { pages_left: Some(killed), ..Memory::default() };
        assert_eq!(memory.harvest(&whole).await, Err("killed".to_owned()));
        assert_eq!(memory.day().as_deref(), (killed >= 2).then_some("2026-11-01"), "{killed}");
        memory.pages_left = None;
        server.rewrite(pages().split_off(if killed >= 2 { 2 } else { 0 }));
        memory.harvest(&whole).await.unwrap();
        assert_eq!((memory.numbers().as_str(), memory.day().as_deref()), ("2 3 4 5", Some("2026-11-24")), "{killed}");
    }
}
