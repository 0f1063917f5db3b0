//! `antigravity mcp`: the protocol on standard output and nothing else, an end when standard input ends.

use std::io::{BufRead as _, BufReader, Write as _};
use std::process::Stdio;

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::run::{antigravity, file, over};

#[test]
fn it_speaks_the_protocol_until_its_input_ends() {
    let data = TempDir::new().unwrap();
    assert_eq!(over(data.path(), &["index", file("records.jsonl").to_str().unwrap()]).code, Some(0));
    let mut command = antigravity(data.path(), &["mcp", "--log", "debug"]);
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut log = child.stderr.take().unwrap();
    let log = std::thread::spawn(move || std::io::read_to_string(&mut log).unwrap());
    let mut input = child.stdin.take().unwrap();
    let mut output = BufReader::new(child.stdout.take().unwrap()).lines();
    let mut call = |message: Value| {
        writeln!(input, "{message}").unwrap();
        message.get("id").map(|_| output.next().unwrap().unwrap()).map_or(Value::Null, |line| serde_json::from_str(&line).unwrap())
    };
    let client = json!({"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "t", "version": "1"}});
    let begun = call(json!({"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": client}));
    assert_eq!(begun["result"]["serverInfo"]["name"], "antigravity", "{begun}");
    call(json!({"jsonrpc": "2.0", "method": "notifications/initialized"}));
    let found = json!({"name": "search_preprints", "arguments": {"query": "pendulum clocks"}});
    let found = call(json!({"jsonrpc": "2.0", "id": 2, "method": "tools/call", "params": found}));
    assert_eq!((&found["id"], &found["result"]["isError"]), (&json!(2), &json!(false)), "{found}");
    assert!(found["result"]["structuredContent"]["sources"].as_array().is_some_and(|sources| !sources.is_empty()), "{found}");
    drop(input);
    assert_eq!(child.wait().unwrap().code(), Some(0));
    assert!(output.next().is_none(), "nothing else was written");
    let log = log.join().unwrap();
    assert!(!log.is_empty() && !log.contains("pendulum clocks"), "what was asked stands in the log: {log}");
}

#[test]
fn a_signal_ends_it_though_its_input_stays_open() {
    let data = TempDir::new().unwrap();
    let mut command = antigravity(data.path(), &["mcp"]);
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    let mut input = child.stdin.take().unwrap();
    let client = json!({"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "t", "version": "1"}});
    writeln!(input, "{}", json!({"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": client})).unwrap();
    assert!(BufReader::new(child.stdout.as_mut().unwrap()).lines().next().unwrap().unwrap().contains("antigravity"));
    assert!(std::process::Command::new("kill").arg("-TERM").arg(child.id().to_string()).status().unwrap().success());
    assert_eq!(child.wait().unwrap().code(), Some(130));
    drop(input);
}
