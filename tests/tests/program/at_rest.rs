//! What a service holds while nobody asks.

use antigravity_tests::process::{Service, program};
use tempfile::TempDir;

/// The bar of the design. The programs of the tests are not optimised, so what is deployed holds less.
const ANSWERER_KIB: u32 = 48 << 10;

/// A model in each dialect and a second judge: a client for each, and what TLS needs.
const CONFIG: &str = r#"
default_model = "one"
[models.one]
provider = "anthropic"
model = "m"
api_key_env = ""
[models.two]
provider = "openai"
model = "m"
api_key_env = ""
[second_judge]
url = "https://judge.invalid"
"#;

#[test]
fn an_answerer_with_models_holds_little_at_rest() {
    let folder = TempDir::new().unwrap();
    let config = folder.path().join("antigravity.toml");
    std::fs::write(&config, CONFIG).unwrap();
    let mut command = program("antigravity-answerer");
    command.args(["--listen", "127.0.0.1:0", "--config"]).arg(&config);
    let service = Service::start(command);
    let held = service.resident_kib();
    println!("an answerer at rest holds {held} KiB");
    assert!(held <= ANSWERER_KIB, "{held} KiB");
}
