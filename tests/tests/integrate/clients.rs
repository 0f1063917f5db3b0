//! Clients of other making, each asking, streaming and being refused, in one table.

use std::io::Write as _;

use antigravity_tests::python;
use antigravity_tests::wheel::{Dependencies, installed};
use tempfile::TempDir;

use crate::server::{Program, executable, tools};

#[tokio::test]
async fn every_client_asks_streams_and_is_refused() {
    let Some(mut table) = python::script("integrate/clients.py") else {
        return;
    };
    let folder = TempDir::new().unwrap();
    if let Some(interpreter) = installed(folder.path(), Dependencies::Newest) {
        table = python::script_of(&interpreter, "integrate/clients.py");
    }
    let program = Program::serve().await;
    let mut descriptors = tempfile::NamedTempFile::new().unwrap();
    descriptors.write_all(antigravity_proto::FILE_DESCRIPTOR_SET).unwrap();
    table.arg(program.address()).arg(executable()).arg(tools()).arg(descriptors.path());
    // Some clients would send what is meant for this machine to a proxy of the environment.
    table.env("no_proxy", "localhost,127.0.0.1").env("NO_PROXY", "localhost,127.0.0.1");
    let printed = tokio::task::spawn_blocking(|| python::run(table)).await.unwrap();
    println!("{printed}");
    assert!(printed.contains("all clients are served"), "{printed}");
}
