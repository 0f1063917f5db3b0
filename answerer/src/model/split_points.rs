//! A reply says the same wherever the network cuts it: every byte of a corpus of streams, in both dialects.

use futures_util::StreamExt as _;
use futures_util::stream;
use tokio::time::Instant;

use super::dialect::{self, Dialect};
use super::stream::{Limits, read};
use super::{ModelError, Reply, Stop};
use crate::options::Provider;
use crate::produced::produced;

/// Answers with what cuts hurt most: characters of several bytes, formulas, citations in all forms, tables, code, the marker.
const REPLIES: [&str; 4] = [
    "Ωₘ — “dark energy” — is 0.315 ± 0.007 [AG-2026.03-1712]. 😀\n\n@@FOLLOW-UPS@@\n- Why?\n",
    "# Title\n\n**Lead-in.** [AG-2025.02-9001] showed $H_0 = 72.1 \\pm 0.9$ km/s/Mpc; “so” it is.\r\n\r\n- a\n- b [AG-2025.02-9001, AG-2024.05-9002]\n",
    "| a | b |\n|---|---|\n| 1 | 【AG-2025.02-9001】 |\n\n```\n\"data: [DONE]\"\n```\n",
    "data: x\n\nevent: y\n: comment\n\u{2028}\u{feff}end",
];

/// The stream of a reply, with comments, pings, both ends of line, and events that nobody knows.
fn streamed(provider: Provider, text: &str) -> String {
    let characters: Vec<char> = text.chars().collect();
    let pieces = characters.chunks(11).map(|piece| serde_json::Value::String(piece.iter().collect()));
    match provider {
        Provider::Anthropic => {
            let mut script =
                "event: message_start\ndata: {\"type\":\"message_start\",\"message\":{\"usage\":{\"input_tokens\":3}}}\n\n".to_owned();
            for piece in pieces {
                script += "event: ping\r\ndata: {\"type\": \"ping\"}\r\n\r\n: comment\n\n";
                script += &format!(
                    "event: content_block_delta\ndata: {{\"type\":\"content_block_delta\",\"delta\":{{\"type\":\"text_delta\",\"text\":{piece}}}}}\n\n"
                );
            }
            script
                + "event: message_delta\ndata: {\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"end_turn\"},\"usage\":{\"output_tokens\":9}}\n\nevent: message_stop\ndata: {\"type\":\"message_stop\"}\n\n"
        }
        Provider::OpenAi => {
            let mut script = "data: {\"choices\":[{\"delta\":{\"role\":\"assistant\",\"content\":null}}]}\r\n\r\n".to_owned();
            for piece in pieces {
                script += &format!(": ping\n\ndata: {{\"choices\":[{{\"index\":0,\"delta\":{{\"content\":{piece}}}}}]}}\n\n");
            }
            script
                + "data: {\"choices\":[{\"delta\":{},\"finish_reason\":\"stop\"}]}\n\ndata: {\"choices\":[],\"usage\":{\"prompt_tokens\":3,\"completion_tokens\":9}}\n\ndata: [DONE]\n\n"
        }
    }
}

/// What a stream that arrives in these pieces says: its text, its counts, its end.
async fn said(dialect: &dyn Dialect, pieces: Vec<Vec<u8>>) -> Result<(String, u32, u32, Option<Stop>), ModelError> {
    let limits = Limits { first_token: Instant::now() + std::time::Duration::from_secs(60), gap: std::time::Duration::from_secs(60) };
    let replies = produced(|out| async move {
        let pieces = stream::iter(pieces.into_iter().map(Ok::<_, ModelError>));
        if let Err(error) = read(dialect, pieces, &limits, &out).await {
            let _ = out.send(Err(error)).await;
        }
    });
    let mut said = (String::new(), 0, 0, None);
    for reply in Box::pin(replies).collect::<Vec<_>>().await {
        match reply? {
            Reply::Text(text) => said.0.push_str(&text),
            Reply::Usage(usage) => (said.1, said.2) = (usage.input_tokens, usage.output_tokens),
            Reply::End(stop) => said.3 = Some(stop),
        }
    }
    Ok(said)
}

#[tokio::test]
async fn every_split_point_gives_the_same_reply() {
    for provider in [Provider::Anthropic, Provider::OpenAi] {
        let dialect = dialect::of(provider);
        for text in REPLIES {
            let bytes = streamed(provider, text).into_bytes();
            let expected = Ok((text.to_owned(), 3, 9, Some(Stop::Done)));
            for at in 0..=bytes.len() {
                let (begin, end) = bytes.split_at(at);
                assert_eq!(said(dialect, vec![begin.to_vec(), end.to_vec()]).await, expected, "{provider:?}, cut at {at}");
            }
            for size in [1, 2, 3, 7, 64] {
                let pieces = bytes.chunks(size).map(<[u8]>::to_vec).collect();
                assert_eq!(said(dialect, pieces).await, expected, "{provider:?}, in pieces of {size}");
            }
        }
    }
}

/// A stream that ends anywhere before its reply told why it ends is an error, never a whole answer.
#[tokio::test]
async fn a_stream_that_ends_early_is_no_answer() {
    for provider in [Provider::Anthropic, Provider::OpenAi] {
        let bytes = streamed(provider, REPLIES[0]).into_bytes();
        let reason = if provider == Provider::OpenAi { "finish_reason" } else { "stop_reason" };
        let told = String::from_utf8(bytes.clone()).unwrap().find(reason).unwrap();
        for at in 0..told {
            let cut = vec![bytes[..at].to_vec()];
            assert!(said(dialect::of(provider), cut).await.is_err(), "{provider:?}, cut at {at}");
        }
    }
}
