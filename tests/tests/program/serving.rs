//! `antigravity serve`, the commands that talk to it, and a data directory that is in use.

use antigravity_proto::json::from_json;
use antigravity_proto::types::{Answer, Archive};
use antigravity_tests::answer::{assert_same, comparable};
use antigravity_tests::process::Service;
use tempfile::TempDir;

use crate::run::{antigravity, file, over};

const QUESTION: &str = "When do pendulum clocks on one shelf synchronise?";

fn serve(data: &TempDir) -> Service {
    Service::start(antigravity(data.path(), &["serve", "--listen", "127.0.0.1:0"]))
}

#[test]
fn the_commands_say_the_same_over_a_server_and_sigterm_ends_it_in_order() {
    let data = TempDir::new().unwrap();
    let server = serve(&data);
    let address = server.address().to_string();
    // Nothing is opened here: a folder that can't be made would be complained of.
    let ask = |arguments: &[&str]| over("/no/such/folder".as_ref(), &[arguments, &["--server", &address]].concat()).well();
    let report = ask(&["index", file("records.jsonl").to_str().unwrap()]);
    assert!(report.contains("6 records"), "{report}");
    let remote: Answer = from_json(&ask(&["ask", "--json", QUESTION])).unwrap();
    let found = ask(&["search", QUESTION]);
    let archive: Archive = from_json(&ask(&["archive", "--json"])).unwrap();
    assert_eq!(archive.preprints, 6);

    let ended = server.terminate();
    assert_eq!(ended.status.code(), Some(0), "{}", ended.log);
    let local: Answer = from_json(&over(data.path(), &["ask", "--json", QUESTION]).well()).unwrap();
    assert_same("without a server and with one", &comparable(local), &comparable(remote));
    assert_eq!(over(data.path(), &["search", QUESTION]).well(), found);
}

#[test]
fn a_data_directory_in_use_is_named_and_the_way_out_too() {
    let data = TempDir::new().unwrap();
    let server = serve(&data);
    for arguments in [&["archive"][..], &["ask", "Why?"], &["search", "Why?"], &["index", file("records.jsonl").to_str().unwrap()]] {
        let printed = over(data.path(), arguments);
        assert_eq!(printed.code, Some(1), "{}", printed.err);
        assert_eq!(printed.err.lines().count(), 1, "{}", printed.err);
        assert!(printed.err.contains(data.path().to_str().unwrap()) && printed.err.contains("--server"), "{}", printed.err);
    }
    let second = over(data.path(), &["serve", "--listen", "127.0.0.1:0"]);
    assert_eq!(second.code, Some(1), "{}", second.err);
    assert!(second.err.contains("in use"), "{}", second.err);
    server.kill();
    // Not closed, and yet the directory is free.
    assert_eq!(over(data.path(), &["search", "Why?"]).code, Some(1));
    let printed = over(data.path(), &["index", file("records.jsonl").to_str().unwrap()]);
    assert_eq!(printed.code, Some(0), "{}", printed.err);
}

#[test]
fn ctrl_c_ends_it_in_order_too() {
    let data = TempDir::new().unwrap();
    let ended = serve(&data).interrupt();
    assert_eq!(ended.status.code(), Some(0), "{}", ended.log);
    assert!(ended.log.contains("stopped"), "{}", ended.log);
}

#[test]
fn a_port_in_use_is_told_before_anything_is_opened() {
    let held = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = held.local_addr().unwrap().to_string();
    let data = TempDir::new().unwrap();
    let unmade = data.path().join("unmade");
    let printed = over(&unmade, &["serve", "--listen", &address]);
    assert_eq!(printed.code, Some(1), "{}", printed.err);
    assert!(printed.err.contains(&address) && printed.err.contains("--listen"), "{}", printed.err);
    assert!(!unmade.exists());
}
