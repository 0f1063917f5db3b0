//! `antigravity serve` over the bundled sample.

use std::path::PathBuf;

use antigravity_tests::process::{self, Service};
use antigravity_tests::{archive, paths};
use tempfile::TempDir;

/// The running program, until it is dropped.
pub(crate) struct Program {
    service: Service,
    _data: TempDir,
}

impl Program {
    pub(crate) async fn serve() -> Self {
        let data = archive::sample().await;
        let mut command = process::program("antigravity");
        command.args(["serve", "--listen", "127.0.0.1:0", "--keep-answers-days", "1"]);
        command.arg("--model-dir").arg(paths::weights()).arg("--data-dir").arg(data.path());
        Self { service: Service::start(command), _data: data }
    }

    /// Host and port.
    pub(crate) fn address(&self) -> String {
        self.service.address().uri().authority().unwrap().to_string()
    }
}

/// The program's own file.
pub(crate) fn executable() -> PathBuf {
    paths::programs().join("antigravity")
}

/// The folder of the tests' own tools.
pub(crate) fn tools() -> PathBuf {
    paths::root().join(".tools/bin")
}
