//! Every example of `docs/integrate.md`, run as it stands there but for the address.
//!
//! A fenced block in `sh`, `python`, `js` or `go` is run; a comment above it says what its output must contain, `<!-- prints: … -->`, or why
//! it isn't run, `<!-- not run: … -->`. A block without either comment fails the test: what is never looked at goes stale.

use std::path::Path;
use std::process::Command;

use antigravity_tests::paths;
use antigravity_tests::wheel::{Dependencies, installed};
use tempfile::TempDir;

use crate::server::{Program, executable, tools};

/// The address that the page uses.
const ADDRESS: &str = "localhost:7400";

/// A fenced block.
struct Example {
    line: usize,
    language: String,
    prints: Result<String, String>,
    code: String,
}

impl Example {
    fn is_for_go(&self) -> bool {
        self.language == "go" || self.code.contains("protoc-gen-go")
    }
}

#[tokio::test]
async fn every_example_of_the_page_runs() {
    run(|example| !example.is_for_go()).await;
}

/// On its own, since it compiles gRPC for minutes where it has never run before.
#[tokio::test]
async fn every_example_for_go_runs() {
    run(Example::is_for_go).await;
}

async fn run(chosen: fn(&Example) -> bool) {
    if !tools().join("python").is_file() {
        eprintln!("SKIPPED: {} is absent: run tests/tools/install", tools().display());
        return;
    }
    let page = std::fs::read_to_string(paths::root().join("docs/integrate.md")).unwrap();
    let mut examples = examples(&page);
    assert!(examples.len() >= 10, "only {} examples were found", examples.len());
    examples.retain(chosen);
    assert!(!examples.is_empty());
    let program = Program::serve().await;
    let (address, folder) = (program.address(), TempDir::new().unwrap());
    // The page speaks from a checkout.
    std::os::unix::fs::symlink(paths::root().join("proto"), folder.path().join("proto")).unwrap();
    let ran = tokio::task::spawn_blocking(move || {
        let needs_client = examples.iter().any(|example| example.language == "python");
        let client = needs_client.then(|| installed(folder.path(), Dependencies::Newest)).flatten();
        let python = client.unwrap_or_else(|| tools().join("python"));
        let outcomes = examples.iter().map(|example| (example.line, outcome(example, &address, folder.path(), &python)));
        outcomes.collect::<Vec<_>>()
    });
    let mut failed = Vec::new();
    for (line, outcome) in ran.await.unwrap() {
        match outcome {
            Outcome::Printed => {}
            Outcome::Skipped(why) => println!("SKIPPED docs/integrate.md:{line}: {why}"),
            Outcome::Failed(what) => failed.push(format!("docs/integrate.md:{line}: {what}")),
        }
    }
    assert!(failed.is_empty(), "{}", failed.join("\n\n"));
}

#[test]
fn a_block_without_a_comment_and_one_that_prints_something_else_are_found() {
    let page = "text\n\n```sh\nA\n```\n<!-- prints: x -->\n\n```python\nB\n```\n<!-- not run: no -->\n```sh\nC\n```\n```json\nD\n```\n";
    let found = examples(page);
    let seen: Vec<_> = found.iter().map(|example| (example.line, example.language.as_str(), example.code.as_str())).collect();
    assert_eq!(seen, [(3, "sh", "A\n"), (8, "python", "B\n"), (12, "sh", "C\n")]);
    assert!(matches!(outcome(&found[0], "", Path::new("/"), Path::new("/")), Outcome::Failed(_)));
    assert_eq!(found[1].prints.as_deref(), Ok("x"));
    assert!(matches!(outcome(&found[2], "", Path::new("/"), Path::new("/")), Outcome::Skipped(_)));
}

fn examples(page: &str) -> Vec<Example> {
    let mut found = Vec::new();
    let mut comment = Err("no comment above says what it prints, or why it isn't run".to_owned());
    let mut lines = page.lines().enumerate();
    while let Some((number, line)) = lines.next() {
        if let Some(language) = line.strip_prefix("```") {
            let code: String =
                lines.by_ref().map(|(_, line)| line).take_while(|line| *line != "```").map(|line| format!("{line}\n")).collect();
            if ["sh", "python", "js", "go"].contains(&language) {
                let prints = comment.clone();
                found.push(Example { line: number + 1, language: language.to_owned(), prints, code });
            }
        }
        match line
            .strip_prefix("<!-- ")
            .and_then(|rest| rest.strip_suffix("-->"))
            .and_then(|rest| rest.trim_end().split_once(':'))
            .map(|(kind, rest)| (kind, rest.trim_start()))
        {
            Some(("prints", text)) => comment = Ok(text.to_owned()),
            Some(("not run", why)) => comment = Err(format!("not run: {why}")),
            // Blank lines may stand between a comment and its block.
            _ if line.trim().is_empty() => {}
            _ => comment = Err("no comment above says what it prints, or why it isn't run".to_owned()),
        }
    }
    found
}

enum Outcome {
    Printed,
    Skipped(String),
    Failed(String),
}

fn outcome(example: &Example, address: &str, folder: &Path, python: &Path) -> Outcome {
    let expected = match &example.prints {
        Ok(expected) => expected,
        Err(why) if why.starts_with("not run: ") => return Outcome::Skipped(why.clone()),
        Err(why) => return Outcome::Failed(why.clone()),
    };
    if example.is_for_go() && !go_is_here() {
        return Outcome::Skipped("no Go with gRPC here: as root, tests/tools/install-go".into());
    }
    let Some(mut command) = interpreter(example, address, folder, python) else {
        return Outcome::Skipped(format!("nothing here runs {}", example.language));
    };
    let path = format!("{}:{}:{}", executable().parent().unwrap().display(), tools().display(), std::env::var("PATH").unwrap());
    command.env("PATH", path).env("OPENAI_API_KEY", "unused").env("no_proxy", "localhost,127.0.0.1").current_dir(folder);
    // gRPC's C core reads a proxy from the environment, and would send it what is meant for this machine.
    for variable in ["http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY", "grpc_proxy"] {
        command.env_remove(variable);
    }
    let output = command.output().unwrap();
    let text = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    if output.status.success() && text.contains(expected) {
        return Outcome::Printed;
    }
    if example.code.contains("grpcurl") && !tools().join("grpcurl").is_file() {
        return Outcome::Skipped("no grpcurl here".into());
    }
    Outcome::Failed(format!("{}, and {expected:?} expected, printed\n{text}", output.status))
}

/// The example as a command, written to a file of this folder.
fn interpreter(example: &Example, address: &str, folder: &Path, python: &Path) -> Option<Command> {
    let (program, file): (std::path::PathBuf, _) = match example.language.as_str() {
        "sh" => ("bash".into(), "example.sh"),
        "python" => (python.to_path_buf(), "example.py"),
        "js" => (node()?, "example.mjs"),
        "go" => ("go".into(), "example.go"),
        _ => return None,
    };
    let file = if example.language == "js" { paths::root().join(".tools/node").join(file) } else { folder.join(file) };
    std::fs::write(&file, example.code.replace(ADDRESS, address)).unwrap();
    let mut command = Command::new(program);
    match example.language.as_str() {
        "sh" => drop(command.args(["-euo", "pipefail"])),
        "go" => go(&mut command, folder),
        _ => {}
    }
    command.arg(file);
    Some(command)
}

/// node, where the packages that the examples import are installed.
fn node() -> Option<std::path::PathBuf> {
    let installed = paths::root().join(".tools/node/node_modules/@connectrpc").is_dir();
    installed.then(|| "node".into())
}

/// Whether Debian's packages of Go, of gRPC and of the generators are here.
fn go_is_here() -> bool {
    let on_path = |program: &str| std::env::split_paths(&std::env::var_os("PATH").unwrap()).any(|folder| folder.join(program).is_file());
    ["go", "protoc-gen-go", "protoc-gen-go-grpc"].into_iter().all(on_path)
        && Path::new(DEBIAN_GO).join("src/google.golang.org/grpc").is_dir()
}

/// Where Debian puts the sources of Go's packages.
const DEBIAN_GO: &str = "/usr/share/gocode";

/// Runs the module `example.org/lab` of this folder over Debian's packages, which are no modules; what is compiled is kept for the next time.
fn go(command: &mut Command, folder: &Path) {
    let (path, cache) = (folder.join("go"), paths::programs().join("go-cache"));
    let module = path.join("src/example.org/lab");
    std::fs::create_dir_all(module.parent().unwrap()).unwrap();
    std::os::unix::fs::symlink(folder, module).unwrap();
    command.arg("run").env("GOPATH", format!("{}:{DEBIAN_GO}", path.display()));
    command.env("GO111MODULE", "off").env("GOFLAGS", "").env("GOTOOLCHAIN", "local").env("GOCACHE", cache);
}
