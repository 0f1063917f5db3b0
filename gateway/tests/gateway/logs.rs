//! What stands in the log of a call, and what doesn't.

use std::io;
use std::sync::{Arc, Mutex};

use serde_json::{Value, json};
use tracing_subscriber::fmt::MakeWriter;

use crate::access::credentials::Keyring;
use crate::fakes::*;

/// A log in memory.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl MakeWriter<'_> for Log {
    type Writer = Self;

    fn make_writer(&self) -> Self {
        self.clone()
    }
}

impl Log {
    fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }

    /// The lines of so many calls, once they are written.
    async fn ended(&self, calls: usize) -> Vec<Value> {
        loop {
            let lines = self.text().lines().map(|line| serde_json::from_str::<Value>(line).unwrap()).collect::<Vec<_>>();
            let ended: Vec<Value> = lines.into_iter().filter(|line| line["message"] == "a call has ended").collect();
            if ended.len() >= calls {
                return ended;
            }
            tokio::task::yield_now().await;
        }
    }
}

fn get(path: &str, header: &str) -> String {
    format!("GET {path} HTTP/1.1\r\nhost: localhost\r\n{header}connection: close\r\n\r\n")
}

#[tokio::test]
async fn each_call_has_one_line_that_says_who_called_what_and_how_it_ended() {
    let log = Log::default();
    let subscriber = tracing_subscriber::fmt().json().flatten_event(true).with_current_span(false).with_writer(log.clone()).finish();
    let _here = tracing::subscriber::set_default(subscriber);
    let keys = Keyring::new();
    let (name, key) = keys.bearer("lab-a");
    let peers = Peers::new();
    let seen = peers.seen.clone();
    let served = peers.served_keeping(keys.access()).await;

    let body = json!({"question": QUESTION}).to_string();
    let head = [("content-type", "application/json"), ("x-request-id", "run-7"), (name, key.as_str())];
    assert_eq!(served.raw(request("/v1/ask", &head, body.as_bytes())).await.code, 200);
    served.raw(get("/v1/models", "")).await;
    served.raw(get("/v1/shared-answers/SECRET-LINK", "")).await;
    served.raw(get("/somewhere/SECRET-PATH?question=SECRET-QUESTION", &format!("{name}: {key}\r\n"))).await;

    let told: Vec<_> =
        log.ended(4).await.iter().map(|line| (line["method"].clone(), line["code"].clone(), line["tenant"].clone())).collect();
    let method = |name: &str| json!(format!("antigravityqa.gateway.v1.GatewayService/{name}"));
    assert_eq!(
        told,
        [
            (method("Ask"), json!("OK"), json!("lab-a")),
            (method("ListModels"), json!("UNAUTHENTICATED"), Value::Null),
            (method("GetAnswer"), json!("NOT_FOUND"), Value::Null),
            (json!("/somewhere"), json!("UNIMPLEMENTED"), json!("lab-a")),
        ]
    );
    let ask = log.ended(4).await.swap_remove(0);
    assert_eq!(ask["request_id"], "run-7");
    assert!(ask["ms"].as_f64().is_some() && ask["trace_id"].as_str().is_some_and(|id| id.len() == 32), "{ask}");
    assert_eq!(seen.request_ids(), ["run-7"; 3], "all that the call led to goes by its name");
    let text = log.text();
    for secret in ["SECRET", QUESTION, &key] {
        assert!(!text.contains(secret), "{secret}: {text}");
    }
}
