//! The file of keys: read again when it has changed, and added to.

use std::{
    fs::{self, OpenOptions},
    io::{self, Write as _},
    path::{Path, PathBuf},
};

use jiff::Timestamp;

use super::{
    key::Key,
    keys::{Document, Keys, NewKey},
};
use crate::{
    options::Wrong,
    watched::{Texts, Watched},
};

const SETTING: &str = "access_keys";

/// A file that keys are looked up in, read again when it has changed. An empty file is understood, and holds none.
pub(super) type KeysFile = Watched<Keys>;

/// Reads the file for the first time.
pub(super) fn open(path: &Path) -> Result<KeysFile, Wrong> {
    Watched::open(vec![(SETTING, path.to_owned())], parse)
}

fn parse(texts: &Texts) -> Result<Keys, Wrong> {
    let Some(file) = texts.of(SETTING) else { return Ok(Keys::default()) };
    let keys = Keys::parse(&file.text).map_err(|what| file.wrong(what))?;
    tracing::info!(keys = keys.len(), "keys are looked up in a file");
    Ok(keys)
}

/// Makes a key and adds it to the file, which is made where there is none. The key itself is kept nowhere.
pub fn add_key(path: &Path, new: NewKey) -> Result<Key, NewKeyError> {
    let failed = |source| NewKeyError::File { path: path.to_owned(), source };
    let text = match fs::read_to_string(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => String::new(),
        read => read.map_err(failed)?,
    };
    Keys::parse(&text).map_err(|wrong| NewKeyError::Wrong { path: path.to_owned(), wrong })?;
    let key = Key::generate().map_err(NewKeyError::Random)?;
    let document = Document { keys: [(key.id().to_owned(), new.entry(&key, Timestamp::now()))].into(), ..Default::default() };
    let table = toml::to_string(&document).map_err(|error| NewKeyError::Table(error.to_string()))?;
    // Added in one write rather than written anew: comments, owner and mode stay, and two who add at the same time don't lose a key.
    let begin = if text.is_empty() { "" } else { "\n" };
    let begin = if text.is_empty() || text.ends_with('\n') { begin } else { "\n\n" };
    let mut file = private(OpenOptions::new().create(true).append(true)).open(path).map_err(failed)?;
    file.write_all(format!("{begin}{table}").as_bytes()).and_then(|()| file.sync_all()).map_err(failed)?;
    Ok(key)
}

/// Readable by its owner alone when it is made.
fn private(options: &mut OpenOptions) -> &mut OpenOptions {
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(options, 0o600);
    options
}

/// Why a key wasn't made.
#[derive(Debug, thiserror::Error)]
pub enum NewKeyError {
    /// The file can't be read or written.
    #[error("{}: {source}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
    /// The file holds what no file of keys may hold.
    #[error("{}: {wrong}; mend it first, nothing was added", path.display())]
    Wrong {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        wrong: String,
    },
    /// The system gives no randomness.
    #[error("the system gives no random bytes: {0}")]
    Random(getrandom::Error),
    /// The key's table can't be written down.
    #[error("the key can't be written down: {0}")]
    Table(String),
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::access::{Scope, Tenant};

    fn new(tenant: &str) -> NewKey {
        let tenant: Tenant = tenant.parse().unwrap();
        NewKey { tenant, scopes: vec![Scope::Search, Scope::Ask, Scope::Ask], expires: None, note: "a \"note\"\nof two lines".into() }
    }

    async fn knows(file: &KeysFile, key: &Key) -> bool {
        file.present().await.caller(key, Timestamp::now()).is_ok()
    }

    #[tokio::test]
    async fn a_change_is_seen_and_a_broken_file_is_not_taken() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("keys.toml");
        let first = add_key(&path, new("lab-a")).unwrap();
        let seldom = open(&path).unwrap().looked_at_every(Duration::from_secs(3600));
        let file = open(&path).unwrap().looked_at_every(Duration::ZERO);
        assert!(knows(&file, &first).await);

        let second = add_key(&path, new("lab-b")).unwrap();
        assert!(!knows(&seldom, &second).await, "it isn't looked at with every call");
        assert!(knows(&file, &second).await && knows(&file, &first).await);

        let text = fs::read_to_string(&path).unwrap();
        let revoked = text.replacen("tenant = \"lab-a\"", "tenant = \"lab-a\"\nrevoked = true", 1);
        for (now_holds, first_is_valid) in
            [("[keys.", true), (revoked.as_str(), false), ("[keys.", false), (text.as_str(), true), ("", false)]
        {
            fs::write(&path, now_holds).unwrap();
            assert_eq!(knows(&file, &first).await, first_is_valid, "{now_holds:?}");
        }
        fs::write(&path, &text).unwrap();
        assert!(knows(&file, &first).await);
        fs::write(&path, &revoked).unwrap();
        let at_once = tokio::join!(knows(&file, &first), knows(&file, &first));
        assert_eq!(at_once, (false, false), "nobody is let in while another one reads");
        fs::write(&path, &text).unwrap();
        assert!(knows(&file, &first).await);
        fs::remove_file(&path).unwrap();
        assert!(knows(&file, &first).await, "a file that is gone says nothing");
    }

    #[test]
    fn what_stands_in_a_file_stays() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("keys.toml");
        fs::write(&path, "# ours").unwrap();
        let keys = [add_key(&path, new("lab-a")).unwrap(), add_key(&path, new("lab-b")).unwrap()];
        let text = fs::read_to_string(&path).unwrap();
        assert!(text.starts_with("# ours\n\n[keys."), "{text}");
        assert!(keys.iter().all(|key| text.contains(key.id()) && !text.contains(key.reveal())), "{text}");
        assert_eq!(Keys::parse(&text).unwrap().len(), 2);
    }

    #[cfg(unix)]
    #[test]
    fn a_new_file_is_its_owners() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("keys.toml");
        add_key(&path, new("lab-a")).unwrap();
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        fs::write(&path, "[keys.").unwrap();
        let refused = add_key(&path, new("lab-a")).unwrap_err().to_string();
        assert!(refused.contains("nothing was added"), "{refused}");
        assert_eq!(fs::read_to_string(&path).unwrap(), "[keys.");
    }
}
