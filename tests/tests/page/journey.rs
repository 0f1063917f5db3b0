//! The whole way of a reader, and what it must be: quick, calm, without a fault in the console, and open to everybody.

use antigravity_tests::archive;

use crate::{run, script, serve};

/// One that the sample archive answers in part, with eight sources.
const QUESTION: &str =
    "How does the model's latent space differ when trained on diverse BSM scenarios versus optimized against a single hardest case?";

#[tokio::test]
async fn a_reader_asks_follows_a_citation_goes_back_and_asks_on() {
    let Some(mut journey) = script("journey.py") else {
        return;
    };
    let data = archive::sample().await;
    let server = serve(data.path(), None);
    journey.arg(server.address().to_string()).arg(QUESTION);
    run(journey).await;
    let ended = server.stop().await;
    assert!(ended.status.success(), "{}", ended.log);
    assert!(!ended.log.contains("latent space"), "a question stands in the log: {}", ended.log);
}
