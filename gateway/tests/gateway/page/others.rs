//! The start, the search, a preprint, and what they are made up with.

use antigravity_chassis::status::Problem;
use antigravity_proto::answerer::v1::Composition;
use antigravity_proto::answerer::v1::compose_response::Event as Composing;
use antigravity_proto::retriever::v1::{DescribeArchiveResponse, GetPreprintsResponse};
use antigravity_proto::types::*;
use futures_util::future;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use super::{between, browse, browse_with, words};
use crate::fakes::*;

/// An archive of two categories, and the model that examples are found with.
fn with_an_archive() -> Peers {
    let mut peers = Peers::new();
    let category = |name: &str, preprints| CategoryCount { category: name.into(), preprints };
    peers.retriever.describe_archive = replies(move |_| DescribeArchiveResponse {
        archive: Some(Archive {
            preprints: 1_234,
            categories: vec![category("hep-ph", 900), category("cs.LG", 400)],
            earliest_date: "2019-11-02".into(),
            latest_date: "2026-08-30".into(),
            revision: "r1".into(),
            ..Default::default()
        }),
    });
    peers.answerer.list_models = replies(|_| antigravity_proto::answerer::v1::ListModelsResponse {
        models: vec![Model { name: "extractive".into(), provider: ModelProvider::Extractive.into(), default: true, ..Default::default() }],
    });
    peers
}

#[tokio::test]
async fn the_start_says_what_the_archive_holds_and_asks_what_it_can_answer() {
    let page = browse(&with_an_archive().served().await, "/").await.body;
    assert!(words(&page).contains("1,234 preprints, from November 2019 to August 2026."), "{}", words(&page));
    let drawn = words(between(&page, "viewBox=\"0 0 440 44\">", "</svg>"));
    assert_eq!(drawn, "hep-ph 900 cs.LG 400");
    let examples = between(&page, "id=\"examples\">", "</ul>");
    assert!(examples.contains("href=\"/ask?q=Why+does+the+topology+of+the+data+matter%3F\""), "{examples}");
}

#[tokio::test]
async fn the_examples_of_a_revision_are_found_once_however_many_come_for_them() {
    let peers = with_an_archive();
    let seen = peers.seen.clone();
    let served = peers.served().await;
    let pages = future::join_all([(); 4].map(|()| browse(&served, "/"))).await;
    assert!(pages.iter().all(|page| page.body == pages[0].body && page.body.contains("id=\"examples\"")));
    assert_eq!(browse(&served, "/").await.body, pages[0].body);
    assert_eq!(seen.composes().len(), 2, "one for each category");
}

#[tokio::test]
async fn that_there_are_no_examples_is_known_and_that_a_call_failed_is_not() {
    let mut peers = with_an_archive();
    peers.answerer.composes([Composing::Composition(Composition { follow_up_candidates: vec![], ..composition() })]);
    let seen = peers.seen.clone();
    let served = peers.served().await;
    for _ in 0..2 {
        assert!(!browse(&served, "/").await.body.contains("id=\"examples\""));
    }
    assert_eq!(seen.composes().len(), 2);

    let mut peers = with_an_archive();
    peers.retriever.search = fails(Problem::new(Reason::IndexUnavailable, "Qdrant doesn't answer"));
    let seen = peers.seen.clone();
    let served = peers.served().await;
    let searches = async || {
        assert_eq!(browse(&served, "/").await.code, 200);
        seen.methods().iter().filter(|method| **method == "Search").count()
    };
    let first = searches().await;
    assert!(searches().await > first, "the next reader may fare better");
}

#[tokio::test]
async fn an_empty_archive_says_how_it_is_filled() {
    let mut peers = Peers::new();
    peers.retriever.describe_archive = replies(|_| DescribeArchiveResponse { archive: Some(Archive::default()) });
    let reply = browse(&peers.served().await, "/").await;
    assert!(reply.code == 200 && reply.body.contains("<code>antigravity index FILE</code>") && !reply.body.contains("<form"), "{reply:?}");
}

#[tokio::test]
async fn a_search_lists_and_keeps_what_narrows_it_down() {
    let peers = Peers::new();
    let seen = peers.seen.clone();
    let page = browse(&peers.served().await, "/search?q=rare+signals&category=hep-*,cs.LG&from=2024").await.body;
    assert_eq!(words(between(&page, "id=\"found\">", "</h2>")), "3 preprints, nearest first");
    assert!(page.contains("value=\"hep-*,cs.LG\"") && page.contains("href=\"/ask?q=rare+signals&amp;category=hep-*%2Ccs.LG&amp;from=2024"));
    let filter = seen.searches()[0].queries[0].filter.clone().unwrap();
    assert_eq!((filter.categories, filter.from_date), (vec!["hep-*".to_owned(), "cs.LG".to_owned()], "2024".to_owned()));
}

#[tokio::test]
async fn a_preprint_is_shown_with_the_sentences_that_an_answer_rests_on() {
    let mut peers = Peers::new();
    peers.retriever.get_preprints = replies(|_| GetPreprintsResponse {
        preprints: vec![Preprint {
            abstract_text: "We find $x^2$. We study more.".into(),
            url: "https://arxiv.org/abs/2603.01712".into(),
            authors: vec!["Emmy Noether".into()],
            date: "2026-03-02".into(),
            ..preprint("AG-2026.03-1712")
        }],
    });
    let page = browse(&peers.served().await, "/preprints/AG-2026.03-1712?mark=0-14,9-2,7-99999999999999999999,x").await.body;
    let shown = between(&page, "id=\"abstract\">Abstract</h2><p dir=\"auto\">", "</p>");
    assert!(shown.starts_with("<mark>We find <span class=\"unbroken\"><math") && shown.ends_with("</mark> We study more."), "{shown}");
    for expected in [
        "<meta name=\"citation_author\" content=\"Emmy Noether\">",
        "<meta name=\"citation_publication_date\" content=\"2026/03/02\">",
        "<a href=\"https://arxiv.org/abs/2603.01712\" rel=\"noreferrer\">",
        "More like this",
    ] {
        assert!(page.contains(expected), "{expected}");
    }
}

#[tokio::test]
async fn a_summary_is_never_shown_as_the_authors_words() {
    let mut peers = Peers::new();
    peers.retriever.get_preprints = replies(|_| GetPreprintsResponse {
        preprints: vec![Preprint {
            abstract_text: "They find it.".into(),
            text_origin: TextOrigin::Summary.into(),
            ..preprint("AG-2026.03-1712")
        }],
    });
    let page = browse(&peers.served().await, "/preprints/AG-2026.03-1712").await.body;
    assert!(page.contains(">Summary</h2>") && !page.contains(">Abstract</h2>"));
    assert!(page.contains("This is a summary of the abstract, not the authors’ words."));
}

#[tokio::test]
async fn a_first_visit_is_light() {
    let served = Peers::new().served().await;
    let start = browse(&served, "/").await.body;
    let answer = browse(&served, "/ask?q=Why%3F").await.body;
    let loaded = |kind: &str| {
        let at = start.find(kind).unwrap();
        between(&start[at..], "=\"", "\"").to_owned()
    };
    let mut size = answer.len();
    for (kind, limit) in [("href=\"/page.css", 20_000), ("src=\"/page.js", 15_000), ("href=\"/icon.svg", 1_000)] {
        let reply = served.get(&loaded(kind)).await;
        assert!(reply.code == 200 && reply.headers["cache-control"].contains("immutable"), "{kind}: {reply:?}");
        assert!(reply.body.len() < limit, "{kind}: {} bytes", reply.body.len());
        size += reply.body.len();
    }
    assert!(size < 60_000, "{size} bytes before they are compressed");
    let mut stream = served.connect().await;
    stream
        .write_all(
            b"GET /ask?q=Why%3F HTTP/1.1\r\nhost: localhost\r\naccept: text/html\r\naccept-encoding: gzip\r\nconnection: close\r\n\r\n",
        )
        .await
        .unwrap();
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes).await.unwrap();
    let head = String::from_utf8_lossy(&bytes);
    assert!(head.contains("content-encoding: gzip") && bytes.len() < answer.len() / 2, "{} of {} bytes", bytes.len(), answer.len());
}

#[tokio::test]
async fn another_site_can_ask_nothing_in_a_visitors_name() {
    let peers = Peers::new();
    let seen = peers.seen.clone();
    let served = peers.served().await;
    for headers in [
        [("sec-fetch-site", "cross-site"), ("sec-fetch-dest", "document")],
        [("sec-fetch-site", "same-origin"), ("sec-purpose", "prefetch")],
    ] {
        let reply = browse_with(&served, "/ask?q=Why%3F", &headers).await;
        assert!(reply.code == 200 && reply.body.contains("Nothing was asked yet.") && reply.body.contains(">Why?</textarea>"), "{reply:?}");
    }
    assert_eq!(seen.methods(), ["ListModels", "ListModels"]);
}
