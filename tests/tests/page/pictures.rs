//! Pictures of every page, for people to look at. Nothing is asserted but that they can be taken.

use antigravity_tests::model_server::{End, ModelServer, Reply, reply};
use antigravity_tests::{archive, paths, seeds};
use tempfile::TempDir;

use crate::{keeping_for_keys, new_key, run, script, serve, serve_with};

#[tokio::test]
#[ignore = "takes pictures into target/…/screenshots: make screenshots"]
async fn every_page_light_dark_phone_and_print() {
    let Some(mut pictures) = script("pictures.py") else {
        return;
    };
    let folder = paths::programs().join("screenshots");
    std::fs::create_dir_all(&folder).unwrap();
    let data = archive::sample().await;
    let server = serve(data.path(), None);
    let empty = TempDir::new().unwrap();
    let without_records = serve(empty.path(), None);
    let (kept, folder_of_keys) = (archive::sample().await, TempDir::new().unwrap());
    let keys = folder_of_keys.path().join("keys.toml");
    let key = new_key(&keys);
    let locked = serve_with(kept.path(), keeping_for_keys(&keys));
    pictures.arg(&folder).arg(server.address().to_string()).arg(without_records.address().to_string());
    pictures.arg(locked.address().to_string()).arg(key);

    // The page that the shape of an answer was taken from, answered by the same words.
    let copy = archive::sample().await;
    let models = TempDir::new().unwrap();
    let mut scripted = None;
    if let Some([_, seed]) = seeds::both() {
        let model = ModelServer::start([Reply::Streams(reply(&as_markdown(&seed.answer), &seed.follow_ups), End::Stop("end_turn"))]).await;
        let replayed = serve(copy.path(), Some(&model.config(models.path(), "")));
        pictures.arg(replayed.address().to_string()).arg(&seed.question);
        scripted = Some((model, replayed));
    }
    run(pictures).await;
    println!("the pictures lie in {}", folder.display());
    drop(scripted);
}

/// The answer as its model may have written it: each line of the page a paragraph, and bold what opens one about a preprint.
fn as_markdown(answer: &str) -> String {
    let paragraph = |line: &str| match line.split_once(". ") {
        Some((lead, rest)) if rest.contains("[AG-") && !lead.contains("[AG-") => format!("**{lead}.** {rest}"),
        _ => line.to_owned(),
    };
    answer.lines().filter(|line| !line.is_empty()).map(paragraph).collect::<Vec<_>>().join("\n\n")
}
