//! `antigravity key new`, a server that asks for keys, and the commands that show one.

use std::time::{Duration, Instant};

use antigravity_tests::process::Service;
use tempfile::TempDir;

use crate::run::{Printed, antigravity, over, run};

const USAGE: i32 = 64;

/// The file is read anew within a second; a busy machine needs longer to ask.
const SOON: Duration = Duration::from_secs(15);

struct Keys {
    folder: TempDir,
}

impl Keys {
    fn path(&self) -> String {
        self.folder.path().join("keys.toml").display().to_string()
    }

    /// Makes a key, and gives it back as it was printed.
    fn key(&self, arguments: &[&str]) -> String {
        let path = self.path();
        let printed = over(self.folder.path(), &[&["key", "new", "--access-keys", &path][..], arguments].concat());
        assert_eq!(printed.code, Some(0), "{}", printed.err);
        let key = printed.out.trim_end().to_owned();
        assert!(!printed.err.contains(&key) && printed.err.contains(&path), "{}", printed.err);
        key
    }
}

fn verify(server: &Service, key: &str) -> Printed {
    let address = server.address().to_string();
    let mut command = antigravity("/no/such/folder".as_ref(), &["archive", "verify", "--server", &address]);
    command.env("ANTIGRAVITY_API_KEY", key);
    run(command, None)
}

#[test]
fn a_key_opens_what_it_allows_until_it_is_revoked() {
    let keys = Keys { folder: TempDir::new().unwrap() };
    let (admin, reader) = (keys.key(&["--tenant", "lab-a", "--scope", "admin"]), keys.key(&["--tenant", "lab-a"]));
    let data = TempDir::new().unwrap();
    let arguments = ["serve", "--listen", "127.0.0.1:0", "--access", "keys", "--access-keys", &keys.path()];
    let server = Service::start(antigravity(data.path(), &arguments));

    for (key, says) in [("", "UNAUTHENTICATED"), (reader.as_str(), "PERMISSION_DENIED")] {
        let printed = verify(&server, key);
        assert!(printed.code == Some(1) && printed.err.contains(says), "{:?}: {}", printed.code, printed.err);
    }
    let opened = verify(&server, &admin);
    assert!(opened.code == Some(0) && opened.out.contains("0 preprints"), "{:?}: {}", opened.code, opened.err);
    assert!(verify(&server, "").err.contains("ANTIGRAVITY_API_KEY"));
    let wrong = verify(&server, "sk-1");
    assert!(wrong.code == Some(USAGE) && wrong.err.contains("`api_key`") && !wrong.err.contains("sk-1"), "{}", wrong.err);

    // A key that is made while the server runs opens it, and one that is taken out no longer does: both within a second of the next call.
    let text = std::fs::read_to_string(keys.path()).unwrap();
    let later = keys.key(&["--tenant", "lab-b", "--scope", "admin"]);
    let made = Instant::now();
    while verify(&server, &later).err.contains("UNAUTHENTICATED") {
        assert!(made.elapsed() < SOON, "the key that was made opens nothing");
    }
    std::fs::write(keys.path(), text).unwrap();
    let taken_out = Instant::now();
    while !verify(&server, &later).err.contains("UNAUTHENTICATED") {
        assert!(taken_out.elapsed() < SOON, "the key that was taken out opens still");
    }

    let log = server.terminate().log;
    assert!(log.contains("a call was refused") && log.contains("no key has this id") && log.contains("\"tenant\":\"lab-a\""), "{log}");
    for key in [&admin, &reader, &later] {
        let (_, secret) = key.rsplit_once('_').unwrap();
        assert!(!log.contains(secret), "a key stands in the log");
    }
}

#[test]
fn where_others_can_call_it_must_be_said_who_may() {
    let data = TempDir::new().unwrap();
    let keys = Keys { folder: TempDir::new().unwrap() };
    for (arguments, parts) in [
        (&["serve", "--listen", "0.0.0.0:0"][..], &["`access`", "0.0.0.0:0", "access_keys", "127.0.0.1"][..]),
        (&["serve", "--access", "keys"], &["`access_keys`", "not set"]),
        (&["serve", "--access", "open"], &["`access`", "--access", "none"]),
        (&["serve", "--access-keys", "/no/such/keys.toml"], &["`access`", "`keys`"]),
        (&["serve", "--access", "keys", "--access-keys", "/no/such/keys.toml"], &["`access_keys`", "/no/such/keys.toml"]),
        (&["key", "new", "--tenant", "lab"], &["`access_keys`"]),
        (&["key", "new", "--tenant", "two words", "--access-keys", &keys.path()], &["visible ASCII"]),
        (&["key", "new", "--tenant", "lab", "--access-keys", &keys.path(), "--scope", "write"], &["write", "ask"]),
        (&["key", "new", "--tenant", "lab", "--access-keys", &keys.path(), "--expires", "2020-01-01T00:00:00Z"], &["past"]),
    ] {
        let printed = over(data.path(), arguments);
        assert_eq!(printed.code, Some(USAGE), "{arguments:?}: {}", printed.err);
        for part in parts {
            assert!(printed.err.contains(part), "{arguments:?}: {:?} lacks {part:?}", printed.err);
        }
    }
    assert!(!std::path::Path::new(&keys.path()).exists(), "nothing was made");
}
