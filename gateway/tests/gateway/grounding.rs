//! A text from elsewhere: its ids are read, its preprints fetched, its claims judged.

use antigravity_proto::gateway::v1::CheckGroundingRequest;

use crate::fakes::*;

#[tokio::test]
async fn the_answerer_gets_the_preprints_that_the_text_cites() {
    let peers = Peers::new();
    let seen = peers.seen.clone();
    let markdown = "Spaces help [AG-2026.03-1712; AG-2025.05-1524], says AG-2026.03-1712.";
    let request = CheckGroundingRequest { archive: "papers".into(), markdown: markdown.into() };
    let checked = peers.client().check_grounding(request).await.unwrap().into_inner();
    assert_eq!(checked.claims[0].cited_ids, ["AG-2025.05-1524", "AG-2026.03-1712"]);
    assert_eq!((checked.claims.len(), checked.support), (1, 1.0));
    assert_eq!(seen.methods(), ["GetPreprints", "CheckGrounding"]);
}
