//! One answer from request to composition, with a scripted model server.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "a test fails by panicking")]

mod support;

use antigravity_answerer::ANSWERED_BY_ARCHIVE;
use antigravity_proto::types::{FollowUpKind, ModelProvider, NoticeKind, UnsupportedPolicy, Verdict};
use support::client::{ask, client, request, with_model};
use support::scripted::{Act, Scripted, begun, event, whole};
use tokio::sync::oneshot;

const QUESTION: &str = "Do autoencoders with spherical latent spaces improve anomaly separation?";

const REPLY: &str = "Your question asks whether spherical latent spaces help; the archive has direct research on this.\n\n**Topology matters.** \
                     [AG-2025.02-9001] showed that autoencoders with spherical latent spaces significantly improve anomaly separation, with an area under \
                     the curve of 0.87. This suggests that the topology of the latent space could matter for anomaly detection in general.\n\nSuch spaces \
                     always win [AG-2025.02-9999].\n\n@@FOLLOW-UPS@@\n- How does the latent space shape reconstruction errors?\n- Why do spherical spaces \
                     help but not projective ones?\n- Can autoencoders reliably predict anomalies?\n";

#[tokio::test]
async fn a_reply_is_released_checked() {
    let server = Scripted::start(vec![Act::Stream(whole(REPLY, 3, "end_turn"), 7)]).await;
    let answered = ask(&mut with_model(&server.base_url).await, request(QUESTION)).await;

    assert!(answered.markdown.contains("Such spaces always win [no such source]. [unsupported]"), "{}", answered.markdown);
    assert!(!answered.markdown.contains("FOLLOW-UPS") && !answered.markdown.ends_with('\n'));
    assert_eq!(answered.verdict("Topology matters"), Verdict::Supported);
    assert_eq!(answered.verdict("showed that autoencoders"), Verdict::Supported);
    assert_eq!(answered.verdict("This suggests"), Verdict::Inference);
    assert_eq!(answered.verdict("always win"), Verdict::Unsupported);
    assert_eq!(answered.verdict("Your question"), Verdict::NoCitationNeeded);

    let composition = &answered.composition;
    let kinds: Vec<FollowUpKind> = composition.follow_up_candidates.iter().take(3).map(antigravity_proto::types::FollowUp::kind).collect();
    assert_eq!(kinds, [FollowUpKind::Mechanism, FollowUpKind::Limit, FollowUpKind::Test]);
    assert!(composition.follow_up_candidates.len() >= 6);
    let usage = composition.usage.as_ref().unwrap();
    assert_eq!((usage.input_tokens, usage.cached_input_tokens, usage.output_tokens), (31, 30, 77));
    assert_eq!((composition.answered_by.as_str(), composition.model_calls), ("claude-haiku-4-5", 1));
    assert!(composition.first_token_time.is_some() && composition.compose_time.is_none() && composition.notices.is_empty());

    let seen = server.seen();
    assert_eq!((seen.len(), seen[0].key.as_str()), (1, "antigravity-answerer"));
    assert_eq!((&seen[0].body["stream"], &seen[0].body["model"]), (&serde_json::json!(true), &serde_json::json!("claude-haiku-4-5")));
}

#[tokio::test]
async fn the_answer_is_the_same_however_the_reply_is_split() {
    let mut answers = Vec::new();
    for (characters, bytes) in [(1, 1), (2, 3), (17, 64), (10_000, 100_000)] {
        let server = Scripted::start(vec![Act::Stream(whole(REPLY, characters, "end_turn"), bytes)]).await;
        answers.push(ask(&mut with_model(&server.base_url).await, request(QUESTION)).await);
    }
    for answered in &answers {
        assert_eq!((&answered.markdown, &answered.claims), (&answers[0].markdown, &answers[0].claims));
    }
}

#[tokio::test]
async fn an_unsupported_sentence_is_dropped_by_policy() {
    let server = Scripted::start(vec![Act::Stream(whole(REPLY, 9, "end_turn"), 50)]).await;
    let request =
        antigravity_proto::answerer::v1::ComposeRequest { unsupported_policy: UnsupportedPolicy::Drop.into(), ..request(QUESTION) };
    let answered = ask(&mut with_model(&server.base_url).await, request).await;
    assert!(!answered.markdown.contains("always win") && !answered.markdown.contains("[unsupported]"), "{}", answered.markdown);
    assert_eq!(answered.notices(), [NoticeKind::SentencesDropped]);
}

#[tokio::test]
async fn a_reply_of_which_nothing_is_left_is_told_as_that() {
    let reply = "All is known [AG-2020.01-1]. Cats purr at 50 Hz [AG-2025.02-9001].";
    let server = Scripted::start(vec![Act::Stream(whole(reply, 9, "end_turn"), 50)]).await;
    let request =
        antigravity_proto::answerer::v1::ComposeRequest { unsupported_policy: UnsupportedPolicy::Drop.into(), ..request(QUESTION) };
    let answered = ask(&mut with_model(&server.base_url).await, request).await;
    assert_eq!(answered.notices(), [NoticeKind::SentencesDropped]);
    let notice = &answered.composition.notices[0].message;
    assert!(notice.contains("support too little") && !notice.contains("no text"), "{notice}");
    assert!(answered.markdown.contains("[AG-2025.02-9001]") && !answered.markdown.contains("Cats"), "{}", answered.markdown);
}

#[tokio::test]
async fn a_servers_words_and_an_endless_reply_go_nowhere() {
    let endless = format!("data: {}", "x".repeat(9 << 20));
    let error = r#"{"error":{"type":"rate_limit_error","message":"SECRET words \u001b[2J"}}"#;
    for (act, told) in [
        (Act::Refuse(400, None, error), "answered 400 (rate_limit_error)"),
        (Act::Refuse(400, None, "SECRET words"), "answered 400 (no class given)"),
        (Act::Stream(format!("data: {error}\n\n"), 40), "broke off: rate_limit_error"),
        (Act::Stream(endless, 1 << 20), "the model's reply is too long"),
    ] {
        let server = Scripted::start(vec![act]).await;
        let answered = ask(&mut with_model(&server.base_url).await, request(QUESTION)).await;
        let notice = &answered.composition.notices[0].message;
        assert!(notice.contains(told) && !notice.contains("SECRET"), "{notice}");
    }
}

#[tokio::test]
async fn the_strict_policy_starts_again_when_most_of_it_fails() {
    let reply = "The archive has research on this.\n\nAll is known [AG-2020.01-1]. Cats purr at 50 Hz [AG-2025.02-9001].";
    let server = Scripted::start(vec![Act::Stream(whole(reply, 9, "end_turn"), 50)]).await;
    let request =
        antigravity_proto::answerer::v1::ComposeRequest { unsupported_policy: UnsupportedPolicy::Strict.into(), ..request(QUESTION) };
    let answered = ask(&mut with_model(&server.base_url).await, request).await;
    assert_eq!((answered.restarts.len(), answered.notices()), (1, vec![NoticeKind::SentencesDropped]));
    assert!(answered.markdown.contains("[AG-2025.02-9001]") && !answered.markdown.contains("Cats"));
}

#[tokio::test]
async fn a_failure_in_the_middle_starts_again_without_the_model() {
    let overloaded = event(r#"{"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}"#);
    let endings = [
        ("an error under HTTP 200", format!("{}{overloaded}", begun(REPLY, 9))),
        ("no message_stop", begun(REPLY, 9)),
        ("an error without a type", format!("{}data: {{\"error\": {{\"message\": \"gone\"}}}}\n\n", begun(REPLY, 9))),
        ("broken JSON", format!("{}event: content_block_delta\ndata: {{\"type\": \n\n", begun(REPLY, 9))),
    ];
    for (what, script) in endings {
        let server = Scripted::start(vec![Act::Stream(script, 40)]).await;
        let answered = ask(&mut with_model(&server.base_url).await, request(QUESTION)).await;
        assert_eq!((answered.restarts.len(), answered.notices()), (1, vec![NoticeKind::ModelFailed]), "{what}");
        assert!(answered.markdown.starts_with("Your question asks about *autoencoders*"), "{what}: {}", answered.markdown);
        assert_eq!(answered.composition.model.as_ref().unwrap().provider(), ModelProvider::Extractive, "{what}");
        assert!(!answered.composition.follow_up_candidates.is_empty(), "{what}");
        assert_eq!(server.seen().len(), 1, "{what}: a reply that has begun is paid for and never asked for again");
    }
}

#[tokio::test]
async fn a_failure_before_the_first_sentence_needs_no_restart() {
    let refused = Act::Refuse(401, None, r#"{"type":"error","error":{"type":"authentication_error","message":"invalid x-api-key"}}"#);
    for act in [
        refused,
        Act::Stream(event(r#"{"type":"error","error":{"type":"overloaded_error"}}"#), 9),
        Act::Stream(whole("", 1, "end_turn"), 9),
    ] {
        let server = Scripted::start(vec![act]).await;
        let answered = ask(&mut with_model(&server.base_url).await, request(QUESTION)).await;
        assert_eq!((answered.restarts.len(), answered.notices()), (0, vec![NoticeKind::ModelFailed]));
        assert_eq!(answered.composition.answered_by, ANSWERED_BY_ARCHIVE);
        assert!(!answered.composition.notices[0].message.contains("antigravity-answerer"), "the key is told to nobody");
    }
}

#[tokio::test]
async fn a_busy_server_is_asked_again() {
    let acts = vec![
        Act::Refuse(429, Some("0"), r#"{"type":"error","error":{"type":"rate_limit_error","message":"slow down"}}"#),
        Act::Refuse(529, Some("0"), ""),
        Act::Stream(whole(REPLY, 30, "end_turn"), 1_000),
    ];
    let server = Scripted::start(acts).await;
    let answered = ask(&mut with_model(&server.base_url).await, request(QUESTION)).await;
    assert_eq!((server.seen().len(), answered.notices().len()), (3, 0));
    assert_eq!(answered.composition.answered_by, "claude-haiku-4-5");
}

#[tokio::test]
async fn a_refusal_and_a_cut_are_told() {
    let server = Scripted::start(vec![Act::Stream(whole("I can't help with that. Sorry for", 9, "refusal"), 40)]).await;
    let answered = ask(&mut with_model(&server.base_url).await, request(QUESTION)).await;
    assert_eq!((answered.restarts.len(), answered.notices()), (1, vec![NoticeKind::ModelDeclined]));

    let server = Scripted::start(vec![Act::Stream(
        whole("The archive has research on this. The area under the curve rises but n", 9, "max_tokens"),
        40,
    )])
    .await;
    let answered = ask(&mut with_model(&server.base_url).await, request(QUESTION)).await;
    assert_eq!((answered.markdown.trim(), answered.notices()), ("The archive has research on this.", vec![NoticeKind::ReplyCut]));
}

#[tokio::test]
async fn silence_is_stated_even_when_the_model_does_not() {
    let reply = "This is easy. Autoencoders do it all. They always work. Tomatoes like them.";
    let server = Scripted::start(vec![Act::Stream(whole(reply, 9, "end_turn"), 40)]).await;
    let answered = ask(&mut with_model(&server.base_url).await, request("What is the best fertiliser for tomatoes?")).await;
    assert!(answered.markdown.starts_with("The provided preprints don't directly address"), "{}", answered.markdown);
}

#[tokio::test]
async fn who_leaves_closes_the_socket() {
    let (hung_up, gone) = oneshot::channel();
    let server = Scripted::start(vec![Act::Hang(begun(REPLY, 50), hung_up)]).await;
    let mut stream = with_model(&server.base_url).await.compose(request(QUESTION)).await.unwrap().into_inner();
    for _ in 0..2 {
        stream.message().await.unwrap().unwrap();
    }
    drop(stream);
    assert!(gone.await.is_err(), "the server's end of the stream is dropped");
}

#[tokio::test]
async fn without_a_model_the_archive_answers() {
    let answered = ask(&mut client(Default::default()).await, request(QUESTION)).await;
    let composition = &answered.composition;
    assert_eq!((composition.answered_by.as_str(), composition.model_calls, composition.usage), (ANSWERED_BY_ARCHIVE, 0, None));
    assert!(composition.model.as_ref().unwrap().default && composition.compose_time.is_some() && composition.model_time.is_none());
    assert!(answered.claims.iter().all(|claim| matches!(claim.verdict(), Verdict::Supported | Verdict::NoCitationNeeded)));
}
