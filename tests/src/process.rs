//! The compiled programs as processes.

use std::io::{BufRead as _, BufReader};
use std::net::SocketAddr;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc;
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::Duration;

use antigravity_chassis::options::Address;

use crate::paths;

/// How long a service may take to say where it listens: a debug build reads the weights in a few seconds on a busy core.
const START: Duration = Duration::from_secs(60);

/// A command for a program of this workspace, without any option that the surrounding shell happens to set.
pub fn program(name: &str) -> Command {
    let path = paths::programs().join(name);
    assert!(path.is_file(), "{} is missing: run cargo build --workspace --bins before the tests", path.display());
    let mut command = Command::new(path);
    for (variable, _) in std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("ANTIGRAVITY_")) {
        command.env_remove(variable);
    }
    command.current_dir(paths::root()).stdin(Stdio::null());
    command
}

/// A service that runs as a process of its own. Killed when it is dropped.
pub struct Service {
    child: Child,
    address: SocketAddr,
    log: Arc<Mutex<String>>,
    reader: Option<JoinHandle<()>>,
}

/// How a process ended.
pub struct Ended {
    /// Its exit status.
    pub status: ExitStatus,
    /// All that it wrote to standard error.
    pub log: String,
}

impl Service {
    /// Starts a service and waits until its log, which is JSON where there is no terminal, tells the address that it listens on.
    pub fn start(mut command: Command) -> Self {
        let mut child = command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
        let lines = BufReader::new(child.stderr.take().unwrap()).lines();
        let log = Arc::new(Mutex::new(String::new()));
        let (found, address) = mpsc::channel();
        let written = log.clone();
        let reader = std::thread::spawn(move || {
            for line in lines.map_while(Result::ok) {
                if let Some(address) = told(&line, "address") {
                    // Only the first is waited for.
                    let _ = found.send(address);
                }
                let mut log = written.lock().unwrap();
                log.push_str(&line);
                log.push('\n');
            }
        });
        match address.recv_timeout(START) {
            Ok(address) => Self { child, address, log, reader: Some(reader) },
            Err(_) => {
                let _ = child.kill();
                let status = child.wait();
                reader.join().unwrap();
                panic!("{command:?} did not say where it listens; it ended with {status:?} and wrote:\n{}", log.lock().unwrap());
            }
        }
    }

    /// Where the service is.
    pub fn address(&self) -> Address {
        self.address.to_string().parse().unwrap()
    }

    /// The same as a socket's address.
    pub fn socket(&self) -> SocketAddr {
        self.address
    }

    /// The memory that it holds, in KiB, as Linux counts it (`VmRSS`).
    pub fn resident_kib(&self) -> u32 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap();
        let resident = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
        resident.trim().trim_end_matches(" kB").parse().unwrap()
    }

    /// Where its metrics and probes are, if it was started with `--admin-listen`.
    pub fn admin_port(&self) -> SocketAddr {
        let log = self.log();
        log.lines().find_map(|line| told(line, "admin")).expect("the log tells no admin port")
    }

    /// What the service has written to standard error so far.
    pub fn log(&self) -> String {
        self.log.lock().unwrap().clone()
    }

    /// Kills the process, as a power cut or the kernel's memory killer would.
    pub fn kill(mut self) -> Ended {
        self.child.kill().unwrap();
        self.ended()
    }

    /// Asks the process to stop, and waits until it has, while this process's own connections to it can end as well.
    pub async fn stop(self) -> Ended {
        tokio::task::spawn_blocking(|| self.terminate()).await.unwrap()
    }

    /// Asks the process to stop, and waits until it has. Blocks: for a test without connections of its own.
    pub fn terminate(self) -> Ended {
        self.signal("-TERM")
    }

    /// The same, as Ctrl-C does it.
    pub fn interrupt(self) -> Ended {
        self.signal("-INT")
    }

    /// Asks the process to stop, and doesn't wait.
    pub fn drain(&self) {
        self.send("-TERM");
    }

    fn signal(mut self, signal: &str) -> Ended {
        self.send(signal);
        self.ended()
    }

    fn send(&self, signal: &str) {
        let sent = Command::new("kill").arg(signal).arg(self.child.id().to_string()).status().unwrap();
        assert!(sent.success());
    }

    fn ended(&mut self) -> Ended {
        let status = self.child.wait().unwrap();
        if let Some(reader) = self.reader.take() {
            reader.join().unwrap();
        }
        Ended { status, log: self.log() }
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The address in a line of the log that tells one under this name.
fn told(line: &str, name: &str) -> Option<SocketAddr> {
    let line: serde_json::Value = serde_json::from_str(line).ok()?;
    line.get(name)?.as_str()?.parse().ok()
}
