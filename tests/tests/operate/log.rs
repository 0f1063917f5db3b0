//! What is logged, changed while the service runs.

use antigravity_tests::http::{get, put};
use antigravity_tests::stack::{Placement, Setup};
use tempfile::TempDir;

#[tokio::test]
async fn what_is_logged_is_changed_without_a_restart() {
    let data = TempDir::new().unwrap();
    let stack = Setup::over(data.path()).start(Placement::ThreeProcesses).await;
    let [gateway, ..] = stack.admin_ports();
    let (status, shown) = get(gateway, "/log").await;
    assert!(status == 200 && shown.contains("info"), "{shown}");

    let (status, changed) = put(gateway, "/log", "warn,antigravity_gateway=debug").await;
    assert!(status == 200 && changed.contains("antigravity_gateway=debug"), "{changed}");
    assert_eq!(get(gateway, "/log").await.1, changed);

    // Not even the admin port has questions logged.
    let (_, changed) = put(gateway, "/log", "trace,rmcp=trace").await;
    assert!(changed.contains("rmcp=warn") && !changed.contains("rmcp=trace"), "{changed}");

    for wrong in ["", "antigravity=loud"] {
        let (status, told) = put(gateway, "/log", wrong).await;
        assert!(status == 400 && told.contains("debug"), "{told}");
    }
    stack.stop().await;
}
