//! An answer's page: its parts, their places, and the order in which they are sent.

use antigravity_chassis::status::Problem;
use antigravity_proto::answerer::v1::compose_response::Event as Composing;
use antigravity_proto::types::*;
use futures_util::{StreamExt, stream};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use super::{between, browse, words};
use crate::fakes::*;

const ASK: &str = "/ask?q=How+do+neural+networks+find+rare+signals%3F";

#[tokio::test]
async fn an_answer_has_all_that_a_reader_wants() {
    let served = Peers::new().served().await;
    let reply = browse(&served, ASK).await;
    assert_eq!((reply.code, reply.headers["content-type"].as_str()), (200, "text/html; charset=utf-8"));
    let page = &reply.body;
    assert_eq!(between(page, "<title>", "</title>"), "How do neural networks find rare signals? · Antigravity Q&amp;A");
    let day = words(between(page, "slot=\"byline\">Answered by claude-haiku-4-5", "</p>"));
    assert!(day.contains(" 20"), "the date: {day}");
    assert_eq!(words(between(page, "slot=\"coverage\">", "</p>")), "The archive answers this .");
    assert_eq!(words(between(page, "id=\"sources\">", "</h2>")), "Sources · 3");
    let cited = between(page, "<span class=\"citation\"><a href=\"", "\"");
    assert_eq!(cited, "/preprints/AG-2026.03-1712");
    assert!(words(between(page, "class=\"card\"", "</p>")).contains("The title of AG-2026.03-1712"));
    let follow_up = between(page, "id=\"follow-ups\"", "</ul>");
    assert!(follow_up.contains("href=\"/ask?q=Why+does+the+topology+of+the+data+matter%3F\""), "{follow_up}");
    for said in
        ["This is a research aid — not a peer review. Verify sources before citing.", "The reply was cut off.", "@misc{AG-2026.03-1712,"]
    {
        assert!(page.contains(said), "{said}");
    }
    let order = ["id=\"main\"", "slot=\"sources\"", "slot=\"coverage\"", "class=\"block\"", "slot=\"tail\"", "</html>"];
    let places: Vec<usize> = order.iter().map(|part| page.find(part).unwrap_or_else(|| panic!("no {part}"))).collect();
    assert!(places.is_sorted(), "{places:?}");
}

#[tokio::test]
async fn what_is_checked_is_shown_before_the_rest_is_written() {
    let mut peers = Peers::new();
    peers.answerer.compose = replies(|_| {
        let begun = [said(Composing::Coverage(coverage(CoverageLevel::Related))), said(Composing::Block(block("One paragraph.\n\n")))];
        stream::iter(begun).chain(stream::pending()).boxed()
    });
    let served = peers.served().await;
    let mut stream = served.connect().await;
    stream.write_all(format!("GET {ASK} HTTP/1.1\r\nhost: localhost\r\naccept: text/html\r\n\r\n").as_bytes()).await.unwrap();
    let mut seen = String::new();
    while !seen.contains("<p>One paragraph.</p>") {
        let mut piece = [0; 4096];
        let read = stream.read(&mut piece).await.unwrap();
        assert_ne!(read, 0, "the page ended: {seen}");
        seen.push_str(&String::from_utf8_lossy(&piece[..read]));
    }
    assert!(seen.contains("Sources · 3") && seen.contains("only related work") && !seen.contains("</html>"));
}

#[tokio::test]
async fn verdicts_are_told_where_the_sentence_stands() {
    let mut peers = Peers::new();
    let claim = |start, end, verdict: Verdict| Claim { span: Some(ByteSpan { start, end }), verdict: verdict.into(), ..Default::default() };
    let claims = vec![claim(0, 6, Verdict::Inference), claim(7, 13, Verdict::Supported), claim(14, 20, Verdict::Unsupported)];
    let text = "Ideas. Facts. Guess. [unsupported]";
    peers.answerer.composes([Composing::Block(Block { markdown: text.into(), claims }), Composing::Composition(composition())]);
    let page = browse(&peers.served().await, ASK).await.body;
    let block = between(&page, "class=\"block\" slot=\"body\" dir=\"auto\">", "</div>");
    let expected = "<p>Ideas. <strong class=\"aside\">inference</strong> Facts. Guess. <strong class=\"mark\">unsupported</strong></p>";
    assert_eq!(block, expected);
    assert!(page.contains("1 supported, 1 inference, 1 unsupported"));
}

#[tokio::test]
async fn an_answer_that_starts_again_says_so() {
    let mut peers = Peers::new();
    let again = restarted("Too little of it was supported.");
    let (void, valid) = (Composing::Block(block("Void.\n\n")), Composing::Block(block("Valid.")));
    peers.answerer.composes([void, again, valid, Composing::Composition(composition())]);
    let page = browse(&peers.served().await, ASK).await.body;
    let order = ["Void.", "class=\"restarted\"", "Too little of it was supported.", "Valid."];
    let places: Vec<usize> = order.iter().map(|part| page.find(part).unwrap()).collect();
    assert!(places.is_sorted(), "what stands before the restart is hidden by the style: {places:?}");
}

#[tokio::test]
async fn an_answer_that_breaks_off_keeps_what_was_checked_and_says_what_to_do() {
    let mut peers = Peers::new();
    peers.answerer.compose = replies(|_| {
        let begun = said(Composing::Block(block("Half an answer.")));
        stream::iter([begun, Err(Problem::new(Reason::AnswererUnavailable, "the answerer is gone").into())]).boxed()
    });
    let page = browse(&peers.served().await, ASK).await.body;
    assert!(page.contains("<p>Half an answer.</p>") && page.ends_with("</html>"));
    let told = words(between(&page, "<section class=\"failure\"", "</section>"));
    assert!(
        told.contains("The answer broke off") && told.contains("The answerer is gone.") && told.contains("ANSWERER_UNAVAILABLE"),
        "{told}"
    );
}
