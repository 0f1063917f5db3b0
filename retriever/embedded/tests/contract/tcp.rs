//! The services behind a socket, in one test: all others ask in process.

use qdrant_client::qdrant::points_client::PointsClient;
use qdrant_client::qdrant::{self as pb};
use tonic::transport::server::TcpIncoming;
use tonic::transport::{Channel, Server};

use crate::support::{Fixture, NAME, dense, ids, nearest_dense, point};

/// The routes over a socket are the service in process: what the retriever's own contract tests run against.
#[tokio::test]
async fn the_same_services_answer_over_tcp() {
    let mut fixture = Fixture::with_papers().await;
    fixture.upsert(vec![point(1, [("dense", dense(&[1.0, 0.0, 0.0]))], serde_json::json!({}))]).await.unwrap();
    let incoming = TcpIncoming::bind("127.0.0.1:0".parse().unwrap()).unwrap().with_nodelay(Some(true));
    let address = incoming.local_addr().unwrap();
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let server = Server::builder().add_routes(fixture.engine.routes()).serve_with_incoming_shutdown(incoming, async {
        stopped.await.unwrap_or_default();
    });
    let client = async {
        let channel = Channel::from_shared(format!("http://{address}")).unwrap().connect().await.unwrap();
        let queries = vec![nearest_dense(&[1.0, 0.0, 0.0])];
        let request = pb::QueryBatchPoints { collection_name: NAME.into(), query_points: queries, ..Default::default() };
        let results = PointsClient::new(channel).query_batch(request).await.unwrap().into_inner().result;
        stop.send(()).unwrap();
        ids(&results[0].result)
    };
    let (served, found) = tokio::join!(server, client);
    served.unwrap();
    assert_eq!(found, [1]);
}
