//! The model's server: gone and back. Slow, silent, garbage and without end are held in `answerer/tests/models.rs`, where more of them fit.

use antigravity_proto::types::NoticeKind;
use antigravity_tests::http::get;
use antigravity_tests::line::Line;
use antigravity_tests::model_server::{End, MODEL, ModelServer, Reply};
use tempfile::TempDir;

use crate::chain::{Chain, notices};

#[tokio::test]
async fn gone_and_back() {
    let models = TempDir::new().unwrap();
    let text = "The archive speaks to this. Contrastive training keeps the latent space sensitive to unseen signals [AG-2026.03-1712].";
    let server = ModelServer::start([Reply::Streams(text.into(), End::Stop("end_turn"))]).await;
    let line = Line::to(server.address()).await;
    let config = server.config(models.path(), "");
    let configured = std::fs::read_to_string(&config).unwrap().replace(&server.address().to_string(), &line.socket().to_string());
    std::fs::write(&config, configured).unwrap();
    let chain = Chain::with(&[], Some(&config)).await;
    assert_eq!(chain.answer().await.answered_by, MODEL);

    line.cut();
    let answer = chain.answer().await;
    assert_ne!(answer.answered_by, MODEL, "the archive answers itself");
    assert_eq!(notices(&answer), [NoticeKind::ModelFailed]);
    let (_, scrape) = get(chain.answerer.admin_port(), "/metrics").await;
    let failures = |line: &&str| line.starts_with("gen_ai_client_operation_duration_seconds_count{") && !line.contains("error_type=\"\"");
    assert!(scrape.lines().any(|line| failures(&line)), "{scrape}");

    line.open(server.address());
    let answer = chain.answer().await;
    assert_eq!((answer.answered_by.as_str(), notices(&answer)), (MODEL, vec![]));
    chain.stop().await;
}
