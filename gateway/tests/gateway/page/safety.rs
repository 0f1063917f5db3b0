//! Whatever comes from outside stays text. A browser has the last word (`tests/tests/page`); here stands what can be told from the bytes.

use antigravity_proto::answerer::v1::Composition;
use antigravity_proto::answerer::v1::compose_response::Event as Composing;
use antigravity_proto::retriever::v1::{DescribeArchiveResponse, GetPreprintsResponse, SearchRequest};
use antigravity_proto::types::*;

use super::{between, browse, escaped, submit};
use crate::access::credentials::Keyring;
use crate::fakes::*;

const OWN: (&str, &str) = ("sec-fetch-site", "same-origin");

/// Closes what it stands in, opens what it shouldn't, and leads where nobody should go.
const HOSTILE: &str = "\"'></title></textarea></template><script src=//x.example/s.js></script><img src=x onerror=x()><a href=\"javascript:x()\" style=\"x\">\u{202e}";

fn hostile_peers() -> Peers {
    let mut peers = Peers::new();
    let preprint = |id: &str| Preprint {
        title: HOSTILE.into(),
        abstract_text: HOSTILE.into(),
        authors: vec![HOSTILE.into()],
        primary_category: HOSTILE.into(),
        categories: vec![HOSTILE.into()],
        date: HOSTILE.into(),
        url: "javascript:x()".into(),
        doi: HOSTILE.into(),
        journal_ref: HOSTILE.into(),
        comments: HOSTILE.into(),
        source_id: HOSTILE.into(),
        ..crate::fakes::preprint(id)
    };
    peers.retriever.get_preprints = replies(move |_| GetPreprintsResponse { preprints: vec![preprint("AG-2026.03-1712")] });
    peers.retriever.search = replies(move |request: SearchRequest| {
        let mut found = search_response(&request);
        for hit in found.results.iter_mut().flat_map(|result| &mut result.hits) {
            let id = hit.preprint.as_ref().map(|preprint| preprint.id.clone()).unwrap_or_default();
            hit.preprint = Some(preprint(&id));
        }
        found
    });
    peers.retriever.describe_archive = replies(|_| DescribeArchiveResponse {
        archive: Some(Archive {
            preprints: 1,
            categories: vec![CategoryCount { category: HOSTILE.into(), preprints: 1 }],
            earliest_date: HOSTILE.into(),
            ..Default::default()
        }),
    });
    let evidence = vec![Evidence { preprint_id: "AG-2026.03-1712".into(), text: HOSTILE.into(), ..Default::default() }];
    let claims = vec![Claim { text: HOSTILE.into(), cited_ids: vec!["AG-2026.03-1712".into()], evidence, ..Default::default() }];
    let markdown = format!(
        "{HOSTILE} [AG-2026.03-1712] [x](javascript:x) ![x](//x.example/i.png)\n\n<script>x</script>\n\n$\\href{{javascript:x}}{{x}}$"
    );
    peers.answerer.composes([
        Composing::Coverage(Coverage { missing_aspects: vec![HOSTILE.into()], ..coverage(CoverageLevel::Related) }),
        Composing::Block(Block { markdown, claims }),
        restarted(HOSTILE),
        Composing::Composition(Composition {
            answered_by: HOSTILE.into(),
            prompt_version: HOSTILE.into(),
            notices: vec![Notice { message: HOSTILE.into(), ..Default::default() }],
            follow_up_candidates: vec![follow_up(FollowUpKind::Limit, HOSTILE)],
            ..composition()
        }),
    ]);
    peers
}

#[tokio::test]
async fn no_page_has_an_element_or_an_attribute_of_a_strangers_making() {
    let query = escaped(HOSTILE);
    for path in [
        "/".to_owned(),
        format!("/?q={query}&category={query}&from={query}&model={query}&length={query}"),
        format!("/ask?q={query}"),
        format!("/ask?q=x&category={query}"),
        format!("/ask?near={query}"),
        format!("/search?q={query}"),
        format!("/search?near={query}"),
        format!("/preprints/{query}?mark={query}"),
        "/preprints/AG-2026.03-1712".to_owned(),
        format!("/{query}"),
    ] {
        let reply = browse(&hostile_peers().served().await, &path).await;
        assert_safe(&path, &reply);
    }
}

#[tokio::test]
async fn nor_has_an_answer_that_was_kept_or_shared_nor_the_list_of_them() {
    let served = hostile_peers().served_keeping(Default::default()).await;
    let query = escaped(HOSTILE);
    let given = browse(&served, &format!("/ask?q={query}")).await.body;
    let kept = between(&given, "class=\"stays\" href=\"", "\"").to_owned();
    submit(&served, &format!("{kept}/share"), &[], &[OWN]).await;
    let shared = between(&browse(&served, &kept).await.body, "class=\"link\" href=\"", "\"").to_owned();
    let others = ["/answers/", "/shared/", "/answers?page="].map(|path| format!("{path}{query}"));
    for path in [kept, shared, "/answers".to_owned()] {
        let reply = browse(&served, &path).await;
        assert!(reply.code == 200 && reply.body.contains("&lt;script"), "{path} shows what it is asked for: {reply:?}");
        assert_safe(&path, &reply);
    }
    for path in others {
        assert_safe(&path, &browse(&served, &path).await);
    }
}

#[tokio::test]
async fn nor_has_the_page_to_sign_in_on() {
    let keys = Keyring::new();
    keys.bearer("lab-a");
    let served = hostile_peers().served_to(keys.access()).await;
    let query = escaped(HOSTILE);
    for path in ["/sign-in".to_owned(), format!("/sign-in?to={query}"), format!("/ask?q={query}"), format!("/{query}")] {
        assert_safe(&path, &browse(&served, &path).await);
    }
    for fields in [[("to", HOSTILE), ("key", HOSTILE)], [("to", "/"), ("key", HOSTILE)]] {
        let reply = submit(&served, "/sign-in", &fields, &[OWN]).await;
        assert_eq!(reply.code, 400);
        assert_safe("/sign-in", &reply);
    }
}

/// Every tag of the page is looked at: scripts and styles come from this server's own files alone.
fn assert_safe(path: &str, reply: &Reply) {
    assert_eq!(reply.headers["x-content-type-options"], "nosniff", "{path}");
    let policy = &reply.headers["content-security-policy"];
    assert!(policy.starts_with("default-src 'none';") && !policy.contains("unsafe"), "{path}: {policy}");
    let (mut scripts, mut links) = (0, 0);
    for tag in reply.body.split('<').skip(1).map(|piece| piece.split('>').next().unwrap()) {
        let name = tag.split([' ', '/']).next().unwrap();
        assert!(!["img", "iframe", "object", "embed", "base", "style", "foreignObject"].contains(&name), "{path}: <{tag}>");
        // Values are quoted: what stands between quotes is none of the page's own.
        let own: String = tag.split('"').step_by(2).collect::<Vec<_>>().join("\"\"");
        for attribute in own.split_whitespace().skip(1).map(|attribute| attribute.split('=').next().unwrap()) {
            assert!(!attribute.starts_with("on") && attribute != "style" && attribute != "srcdoc", "{path}: <{tag}>");
        }
        for address in ["href=\"", "src=\"", "action=\""].iter().filter_map(|name| tag.split_once(name)).map(|(_, rest)| rest) {
            let allowed = address.starts_with(['/', '#', '"']) && !address.starts_with("//") || address.starts_with("https://doi.org/");
            assert!(allowed, "{path}: <{tag}>");
        }
        scripts += usize::from(name == "script");
        links += usize::from(tag.starts_with("link rel=\"stylesheet\""));
    }
    assert!(scripts == 1 && (1..=2).contains(&links), "{path}: {scripts} scripts, {links} styles");
    assert!(between(&reply.body, "<script src=\"", "\"").starts_with("/page.js?"), "{path}");
    assert!(!reply.body.contains('\u{202e}'), "{path}: text that turns what follows it");
}
