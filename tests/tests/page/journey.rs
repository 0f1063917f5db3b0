//! The whole way of a reader, and what it must be: quick, calm, without a fault in the console, and open to everybody.

use antigravity_tests::archive;
use tempfile::TempDir;

use crate::{keeping_for_keys, new_key, run, script, serve, serve_with};

/// One that the sample archive answers in part, with eight sources.
const QUESTION: &str =
    "How does the model's latent space differ when trained on diverse BSM scenarios versus optimized against a single hardest case?";

/// What a reader waits for the first block after the click, in ms: the project's figure, for programs as users have them. Unoptimised ones, as tests
/// build them, come to about that in the best of cases; twice as long is a fault in them too.
const FIRST_BLOCK_MS: u32 = if cfg!(debug_assertions) { 400 } else { 200 };

#[tokio::test]
async fn a_reader_asks_follows_a_citation_goes_back_and_asks_on() {
    let Some(mut journey) = script("journey.py") else {
        return;
    };
    let data = archive::sample().await;
    let server = serve(data.path(), None);
    let (copy, folder) = (archive::sample().await, TempDir::new().unwrap());
    let keys = folder.path().join("keys.toml");
    let key = new_key(&keys);
    let locked = serve_with(copy.path(), keeping_for_keys(&keys));
    journey.arg(server.address().to_string()).arg(QUESTION).arg(FIRST_BLOCK_MS.to_string());
    journey.arg(locked.address().to_string()).arg(key);
    run(journey).await;
    let ended = server.stop().await;
    assert!(ended.status.success(), "{}", ended.log);
    assert!(!ended.log.contains("latent space"), "a question stands in the log: {}", ended.log);
}
