//! The Python client as its users have it: built from the checkout, and installed in an environment of its own.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::{paths, python};

/// Which versions the client finds of what it depends on. Both are pinned in `tests/tools`.
#[derive(Clone, Copy, Debug)]
pub enum Dependencies {
    /// The oldest that it admits.
    Oldest,
    /// The newest.
    Newest,
}

impl Dependencies {
    /// The interpreter beside which they are installed.
    fn python(self) -> PathBuf {
        paths::root().join(match self {
            Self::Oldest => ".tools/python-client/bin/python",
            Self::Newest => ".tools/bin/python",
        })
    }
}

/// The tools that build and check the client.
pub fn builder() -> PathBuf {
    Dependencies::Oldest.python()
}

/// Builds the source distribution, from that the wheel, and installs the wheel in a fresh virtual environment of this folder. Returns the
/// environment's interpreter. `None`, with one printed line, where the tools are absent or Python is too old for the client.
///
/// Nothing is fetched: the environment sees the pinned packages through a `.pth` file, and pip refuses the wheel when they aren't what it asks for.
pub fn installed(folder: &Path, dependencies: Dependencies) -> Option<PathBuf> {
    let builder = builder();
    if !builder.is_file() {
        eprintln!("SKIPPED: {} is absent: run tests/tools/install", builder.display());
        return None;
    }
    if run(&builder, &["-c", "import sys; print(sys.version_info >= (3, 11))"]) == "False" {
        eprintln!("SKIPPED: the Python client needs Python 3.11");
        return None;
    }
    let (dist, environment) = (folder.join("dist"), folder.join("environment"));
    let project = paths::root().join("proto/python");
    run(&builder, &["-B", "-m", "build", "--no-isolation", "--outdir", text(&dist), text(&project)]);
    let wheel = std::fs::read_dir(&dist).unwrap().map(|entry| entry.unwrap().path()).find(|path| path.extension().unwrap() == "whl");

    run(&builder, &["-m", "venv", "--without-pip", text(&environment)]);
    let python = environment.join("bin/python");
    let packages = |python: &Path| run(python, &["-c", "import sysconfig; print(sysconfig.get_path('purelib'))"]);
    let pinned = packages(&dependencies.python());
    std::fs::write(Path::new(&packages(&python)).join("pinned.pth"), pinned).unwrap();
    let wheel = wheel.unwrap();
    run(&builder, &["-m", "pip", "--disable-pip-version-check", "--python", text(&python), "install", "--no-index", text(&wheel)]);
    Some(python)
}

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

fn run(program: &Path, arguments: &[&str]) -> String {
    let mut command = Command::new(program);
    command.args(arguments).current_dir("/");
    python::run(command).trim().to_owned()
}
