//! Nothing is sent unasked: a key in the environment configures no model.

use std::io::{BufRead as _, BufReader};
use std::net::{TcpListener, TcpStream};
use std::path::Path;

use antigravity_proto::json::from_json;
use antigravity_proto::types::{Answer, ModelProvider, NoticeKind};
use tempfile::TempDir;

use crate::run::{Printed, antigravity, file, over, run};

const QUESTION: &str = "When do pendulum clocks on one shelf synchronise?";

/// Asks with both providers' keys in the environment, and with a proxy that all which leaves the machine would have to pass. Tells what came to the proxy.
fn asked(data: &Path, arguments: &[&str]) -> (Answer, Vec<String>) {
    let proxy = TcpListener::bind("127.0.0.1:0").unwrap();
    let mut command = antigravity(data, &[&["ask", "--json", QUESTION], arguments].concat());
    command.env("ANTHROPIC_API_KEY", "sk-ant-key").env("OPENAI_API_KEY", "sk-key");
    command.env("HTTPS_PROXY", format!("http://{}", proxy.local_addr().unwrap())).env_remove("NO_PROXY").env_remove("no_proxy");
    let Printed { out, err, code } = run(command, None);
    assert_eq!(code, Some(0), "{err}");
    assert!(!out.contains("sk-") && !err.contains("sk-"), "{out}{err}");
    // Whoever came waits in the listener's queue.
    proxy.set_nonblocking(true).unwrap();
    let came = std::iter::from_fn(|| proxy.accept().ok()).map(|(stream, _)| first_line(stream)).collect();
    (from_json(&out).unwrap(), came)
}

fn first_line(stream: TcpStream) -> String {
    stream.set_nonblocking(false).unwrap();
    let mut line = String::new();
    BufReader::new(stream).read_line(&mut line).unwrap();
    line.trim_end().to_owned()
}

#[test]
fn a_key_in_the_environment_alone_sends_nothing() {
    let data = TempDir::new().unwrap();
    over(data.path(), &["index", file("records.jsonl").to_str().unwrap()]).well();
    let (answer, came) = asked(data.path(), &[]);
    assert_eq!((came, answer.notices.len()), (vec![], 0));
    assert_eq!(answer.provenance.unwrap().model.unwrap().provider(), ModelProvider::Extractive);

    // The same with a model configured, which tells that the proxy would have seen it.
    let settings = TempDir::new().unwrap();
    let config = settings.path().join("models.toml");
    let table = "default_model = \"haiku\"\n[models.haiku]\nprovider = \"anthropic\"\nmodel = \"claude-haiku-4-5\"\ntotal_seconds = 1\n";
    std::fs::write(&config, table).unwrap();
    let (answer, came) = asked(data.path(), &["--config", config.to_str().unwrap()]);
    assert!(came[0].starts_with("CONNECT api.anthropic.com:443 "), "{came:?}");
    assert_eq!(answer.notices[0].kind(), NoticeKind::ModelFailed);
}
