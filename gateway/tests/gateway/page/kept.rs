//! Answers at addresses that stay, and links to them.

use super::{between, browse, browse_with, submit, words};
use crate::access::credentials::Keyring;
use crate::fakes::*;
use crate::kept::steady;

const ASK: &str = "/ask?q=How+do+neural+networks+find+rare+signals%3F";
const OWN: (&str, &str) = ("sec-fetch-site", "same-origin");

/// A gateway that keeps answers, and the address of one.
async fn one() -> (Served, String) {
    let served = steady().served_keeping(Default::default()).await;
    let page = browse(&served, ASK).await.body;
    let address = between(&page, "class=\"stays\" href=\"", "\"").to_owned();
    (served, address)
}

#[tokio::test]
async fn an_answer_stands_at_its_address_as_it_was_given() {
    let (served, address) = one().await;
    let given = browse(&served, ASK).await.body;
    let reply = browse(&served, &address).await;
    assert_eq!((reply.code, reply.headers["content-type"].as_str()), (200, "text/html; charset=utf-8"));
    for (from, to) in [("slot=\"question\">", "</header>"), ("class=\"block\"", "</div>"), ("slot=\"sources\"", "</section>")] {
        assert_eq!(between(&reply.body, from, to), between(&given, from, to));
    }
    for expected in [
        "<meta property=\"og:title\" content=\"How do neural networks find rare signals?\">",
        "<meta property=\"og:description\" content=\"Networks help",
        "<meta name=\"citation_title\" content=\"How do neural networks find rare signals?\">",
        "<meta name=\"citation_online_date\" content=\"20",
        "<meta name=\"robots\" content=\"noindex\">",
    ] {
        assert!(reply.body.contains(expected), "{expected}");
    }
    let list = browse(&served, "/answers").await.body;
    assert!(list.contains(&format!("href=\"{address}\"")) && words(&list).contains("How do neural networks find rare signals?"), "{list}");
}

#[tokio::test]
async fn whoever_loads_the_page_again_pays_for_no_second_answer() {
    let peers = steady();
    let seen = peers.seen.clone();
    let served = peers.served_keeping(Default::default()).await;
    let composed = || seen.methods().iter().filter(|method| **method == "Compose").count();
    browse(&served, ASK).await;
    let again = browse(&served, ASK).await.body;
    assert_eq!(composed(), 1);
    let anew = between(&again, "kept from an earlier request; its date says when it was made. <a href=\"", "\"").replace("&amp;", "&");
    browse(&served, &anew).await;
    assert_eq!(composed(), 2, "{anew}");
}

#[tokio::test]
async fn a_link_is_made_by_an_act_and_taken_back() {
    let keys = Keyring::new();
    let (mine, others) = (keys.bearer("lab-a"), keys.bearer("lab-b"));
    let served = steady().served_keeping(keys.access()).await;
    let as_me = [(mine.0, mine.1.as_str()), OWN];
    let page = browse_with(&served, ASK, &as_me).await.body;
    let address = between(&page, "class=\"stays\" href=\"", "\"").to_owned();
    assert_eq!(browse(&served, &address).await.code, 401);
    assert_eq!(browse_with(&served, &address, &[(others.0, &others.1)]).await.code, 404);

    let reply = submit(&served, &format!("{address}/share"), &[], &[as_me[0], ("sec-fetch-site", "cross-site")]).await;
    assert_eq!(reply.code, 403, "another site shares nothing");
    let reply = submit(&served, &format!("{address}/share"), &[], &as_me).await;
    assert_eq!(reply.code, 303, "{reply:?}");
    let page = browse_with(&served, &reply.headers["location"], &as_me).await.body;
    let link = between(&page, "class=\"link\" href=\"", "\"").to_owned();
    let later = browse_with(&served, &address, &as_me).await.body;
    assert!(later.contains(&link) && later.contains("/withdraw\"") && !later.contains("/share\""), "it is known to be shared: {later}");
    let reply = browse(&served, &link).await;
    assert!(reply.code == 200 && reply.body.contains("class=\"block\"") && !reply.body.contains("/share\""), "{reply:?}");
    assert!(reply.body.contains("noindex"), "the link is unlisted");

    submit(&served, &format!("{address}/withdraw"), &[], &as_me).await;
    let page = browse_with(&served, &address, &as_me).await.body;
    assert!(page.contains("/share\"") && !page.contains("/shared/"), "{page}");
    let reply = browse(&served, &link).await;
    assert!(reply.code == 404 && words(&reply.body).contains("There is no such answer"), "{reply:?}");
}

#[tokio::test]
async fn a_deleted_answer_is_gone() {
    let (served, address) = one().await;
    let reply = submit(&served, &format!("{address}/delete"), &[], &[OWN]).await;
    assert_eq!((reply.code, reply.headers["location"].as_str()), (303, "/answers"));
    assert_eq!(browse(&served, &address).await.code, 404);
}

#[tokio::test]
async fn where_nothing_is_kept_nothing_is_promised() {
    let served = Peers::new().served().await;
    let page = browse(&served, ASK).await.body;
    assert!(!page.contains("class=\"permanent\"") && !page.contains("href=\"/answers\""));
}
