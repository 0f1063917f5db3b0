//! One answer from request to composition, with a scripted model server in both dialects. How such a server fails is in `models.rs`.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "a test fails by panicking")]

mod support;

use antigravity_answerer::ANSWERED_BY_ARCHIVE;
use antigravity_proto::answerer::v1::ComposeRequest;
use antigravity_proto::types::{FollowUpKind, NoticeKind, UnsupportedPolicy, Verdict};
use support::client::{Answered, MODEL, ask, client, request, with_model};
use support::scripted::{Act, Scripted};
use support::wire::{DIALECTS, Dialect, Ends, TOKENS};

const QUESTION: &str = "Do autoencoders with spherical latent spaces improve anomaly separation?";

const REPLY: &str = "Your question asks whether spherical latent spaces help; the archive has direct research on this.\n\n**Topology matters.** \
                     [AG-2025.02-9001] showed that autoencoders with spherical latent spaces significantly improve anomaly separation, with an area under \
                     the curve of 0.87. This suggests that the topology of the latent space could matter for anomaly detection in general.\n\nSuch spaces \
                     always win [AG-2025.02-9999].\n\n@@FOLLOW-UPS@@\n- How does the latent space shape reconstruction errors?\n- Why do spherical spaces \
                     help but not projective ones?\n- Can autoencoders reliably predict anomalies?\n";

/// The answer to this request when the model streams this reply.
async fn answered(dialect: Dialect, reply: &str, request: ComposeRequest) -> Answered {
    let server = Scripted::start(vec![Act::Stream(dialect.whole(reply, 9, Ends::Done), 50)]).await;
    ask(&mut with_model(dialect, &server.base_url).await, request).await
}

fn by_policy(policy: UnsupportedPolicy) -> ComposeRequest {
    ComposeRequest { unsupported_policy: policy.into(), ..request(QUESTION) }
}

#[tokio::test]
async fn a_reply_is_released_checked() {
    for dialect in DIALECTS {
        let server = Scripted::start(vec![Act::Stream(dialect.whole(REPLY, 3, Ends::Done), 7)]).await;
        let answered = ask(&mut with_model(dialect, &server.base_url).await, request(QUESTION)).await;
        assert_checked(&answered);

        let seen = server.seen();
        let (header, key) = dialect.key("antigravity-answerer");
        assert_eq!((seen.len(), seen[0].headers[header].to_str().unwrap()), (1, key.as_str()));
        let body = &seen[0].body;
        assert_eq!((&body["stream"], &body["model"]), (&serde_json::json!(true), &serde_json::json!(MODEL)));
        assert!(dialect.system(body).contains("archive of preprints") && dialect.user(body).contains(QUESTION), "{body}");
    }
}

/// What holds of the answer that [`REPLY`] becomes.
fn assert_checked(answered: &Answered) {
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
    assert_eq!((usage.input_tokens, usage.cached_input_tokens, usage.output_tokens), TOKENS);
    assert_eq!((composition.answered_by.as_str(), composition.model_calls), (MODEL, 1));
    assert!(composition.first_token_time.is_some() && composition.compose_time.is_none() && composition.notices.is_empty());
}

#[tokio::test]
async fn the_answer_is_the_same_however_the_reply_comes() {
    let mut answers = Vec::new();
    for dialect in DIALECTS {
        let at_once = Act::AtOnce(dialect.at_once(REPLY, Ends::Done));
        let streams = [(1, 1), (2, 3), (17, 64), (10_000, 100_000)];
        let streams = streams.map(|(characters, bytes)| Act::Stream(dialect.whole(REPLY, characters, Ends::Done), bytes));
        let server = Scripted::start([at_once].into_iter().chain(streams).collect()).await;
        let mut client = with_model(dialect, &server.base_url).await;
        for _ in 0..5 {
            answers.push(ask(&mut client, request(QUESTION)).await);
        }
    }
    for answered in &answers {
        assert_checked(answered);
        assert_eq!((&answered.markdown, &answered.claims), (&answers[0].markdown, &answers[0].claims));
    }
}

#[tokio::test]
async fn a_refusal_and_a_cut_are_told() {
    for dialect in DIALECTS {
        let refusal = "I can't help with that. Sorry for";
        let cut = "The archive has research on this. The area under the curve rises but n";
        let acts = vec![
            Act::Stream(dialect.whole(refusal, 9, Ends::Declined), 40),
            Act::AtOnce(dialect.at_once(refusal, Ends::Declined)),
            Act::Stream(dialect.whole(cut, 9, Ends::Cut), 40),
            Act::AtOnce(dialect.at_once(cut, Ends::Cut)),
            Act::Stream(dialect.begun(cut, 9) + dialect.end(), 40),
        ];
        let server = Scripted::start(acts).await;
        let mut client = with_model(dialect, &server.base_url).await;
        for _ in 0..2 {
            let answered = ask(&mut client, request(QUESTION)).await;
            assert_eq!((answered.restarts.len(), answered.notices()), (1, vec![NoticeKind::ModelDeclined]), "{dialect:?}");
        }
        for _ in 2..5 {
            let answered = ask(&mut client, request(QUESTION)).await;
            let expected = ("The archive has research on this.", vec![NoticeKind::ReplyCut]);
            assert_eq!((answered.markdown.trim(), answered.notices()), expected, "{dialect:?}: half a sentence may say the opposite");
        }
    }
}

#[tokio::test]
async fn an_unsupported_sentence_is_dropped_by_policy() {
    let answered = answered(Dialect::OpenAi, REPLY, by_policy(UnsupportedPolicy::Drop)).await;
    assert!(!answered.markdown.contains("always win") && !answered.markdown.contains("[unsupported]"), "{}", answered.markdown);
    assert_eq!(answered.notices(), [NoticeKind::SentencesDropped]);
}

#[tokio::test]
async fn a_reply_of_which_nothing_is_left_is_told_as_that() {
    let reply = "All is known [AG-2020.01-1]. Cats purr at 50 Hz [AG-2025.02-9001].";
    let answered = answered(Dialect::OpenAi, reply, by_policy(UnsupportedPolicy::Drop)).await;
    assert_eq!(answered.notices(), [NoticeKind::SentencesDropped]);
    let notice = &answered.composition.notices[0].message;
    assert!(notice.contains("support too little") && !notice.contains("no text"), "{notice}");
    assert!(answered.markdown.contains("[AG-2025.02-9001]") && !answered.markdown.contains("Cats"), "{}", answered.markdown);
}

#[tokio::test]
async fn the_strict_policy_starts_again_when_most_of_it_fails() {
    let reply = "The archive has research on this.\n\nAll is known [AG-2020.01-1]. Cats purr at 50 Hz [AG-2025.02-9001].";
    let answered = answered(Dialect::OpenAi, reply, by_policy(UnsupportedPolicy::Strict)).await;
    assert_eq!((answered.restarts.len(), answered.notices()), (1, vec![NoticeKind::SentencesDropped]));
    assert!(answered.markdown.contains("[AG-2025.02-9001]") && !answered.markdown.contains("Cats"));
}

#[tokio::test]
async fn silence_is_stated_even_when_the_model_does_not() {
    let reply = "This is easy. Autoencoders do it all. They always work. Tomatoes like them.";
    let answered = answered(Dialect::Anthropic, reply, request("What is the best fertiliser for tomatoes?")).await;
    assert!(answered.markdown.starts_with("The provided preprints don't directly address"), "{}", answered.markdown);
}

#[tokio::test]
async fn without_a_model_the_archive_answers() {
    let answered = ask(&mut client(Default::default()).await, request(QUESTION)).await;
    let composition = &answered.composition;
    assert_eq!((composition.answered_by.as_str(), composition.model_calls, composition.usage), (ANSWERED_BY_ARCHIVE, 0, None));
    assert!(composition.model.as_ref().unwrap().default && composition.compose_time.is_some() && composition.model_time.is_none());
    assert!(answered.claims.iter().all(|claim| matches!(claim.verdict(), Verdict::Supported | Verdict::NoCitationNeeded)));
}
