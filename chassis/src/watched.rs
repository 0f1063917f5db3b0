//! What is made of files, and made again when they have changed.

use std::{
    fs, io,
    path::{Path, PathBuf},
    sync::{Arc, PoisonError, RwLock},
    time::Duration,
};

use sha2::{Digest as _, Sha256};
use tokio::{sync::Mutex, time::Instant};

use crate::options::Wrong;

/// How old what is known of files may be when it is needed: so soon a revoked key is refused, and a new certificate shown.
const FRESH: Duration = Duration::from_secs(1);

/// What some files hold at present, each of them named by a setting.
///
/// They are looked at when what they hold is needed, by the first who needs it in each second: no task has to be owned for it, and nothing is
/// read while nobody calls. Their whole text is compared, since times of files are coarse, and a mounted Secret is swapped by a link.
#[derive(Debug)]
pub(crate) struct Watched<T> {
    files: Vec<(&'static str, PathBuf)>,
    parse: fn(&Texts) -> Result<T, Wrong>,
    present: RwLock<Arc<T>>,
    read: Mutex<Read>,
    /// How old what is known may be.
    fresh: Duration,
}

/// What was read last, by its hash: a text may be somebody's key, and is kept no longer than it takes to understand it.
#[derive(Debug)]
struct Read {
    at: Instant,
    hash: Result<[u8; 32], Wrong>,
}

impl<T> Watched<T> {
    /// Reads the files for the first time, which must succeed.
    pub(crate) fn open(files: Vec<(&'static str, PathBuf)>, parse: fn(&Texts) -> Result<T, Wrong>) -> Result<Self, Wrong> {
        let texts = Texts::read(&files)?;
        let present = RwLock::new(Arc::new(parse(&texts)?));
        let read = Mutex::new(Read { at: Instant::now(), hash: Ok(texts.hash()) });
        Ok(Self { files, parse, present, read, fresh: FRESH })
    }

    /// The same, looked at anew after this time.
    #[cfg(test)]
    pub(crate) fn looked_at_every(self, fresh: Duration) -> Self {
        Self { fresh, ..self }
    }

    /// What the files hold now. While they can't be read or understood, what they held last: an editor that saves half a file must not lock
    /// everybody out.
    pub(crate) async fn present(&self) -> Arc<T> {
        // Whoever comes while another one reads takes what is there.
        if let Ok(mut read) = self.read.try_lock()
            && read.at.elapsed() >= self.fresh
        {
            let files = self.files.clone();
            let texts = tokio::task::spawn_blocking(move || Texts::read(&files)).await;
            read.at = Instant::now();
            // An error of the task says that the program ends.
            if let Ok(texts) = texts {
                let hash = texts.as_ref().map(Texts::hash).map_err(Clone::clone);
                if hash != read.hash {
                    self.take(texts);
                    read.hash = hash;
                }
            }
        }
        self.present.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn take(&self, texts: Result<Texts, Wrong>) {
        let settings = self.files.iter().map(|(setting, _)| *setting).collect::<Vec<_>>().join(", ");
        match texts.and_then(|texts| (self.parse)(&texts)) {
            Ok(new) => {
                tracing::info!(settings, "files have changed and were read again");
                *self.present.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(new);
            }
            Err(wrong) => {
                let Wrong { setting, wrong, .. } = wrong;
                tracing::error!(setting, wrong, "a file can't be used: what it held last stays valid");
            }
        }
    }
}

/// The texts of the files, each with the setting that names it.
#[derive(Debug)]
pub(crate) struct Texts(Vec<Text>);

/// The text of a file.
pub(crate) struct Text {
    setting: &'static str,
    path: PathBuf,
    pub(crate) text: String,
}

impl Texts {
    fn read(files: &[(&'static str, PathBuf)]) -> Result<Self, Wrong> {
        let read = |(setting, path): &(&'static str, PathBuf)| {
            let text = fs::read_to_string(path).map_err(|error| wrong(setting, path, told(&error)))?;
            Ok(Text { setting, path: path.clone(), text })
        };
        files.iter().map(read).collect::<Result<_, _>>().map(Self)
    }

    /// The text of the file that this setting names.
    pub(crate) fn of(&self, setting: &str) -> Option<&Text> {
        self.0.iter().find(|text| text.setting == setting)
    }

    fn hash(&self) -> [u8; 32] {
        let lengths_and_texts = self.0.iter().flat_map(|text| [text.text.len().to_le_bytes().to_vec(), text.text.clone().into_bytes()]);
        lengths_and_texts.fold(Sha256::new(), |hash, part| hash.chain_update(part)).finalize().into()
    }
}

impl Text {
    /// What is wrong with it.
    pub(crate) fn wrong(&self, what: impl std::fmt::Display) -> Wrong {
        wrong(self.setting, &self.path, what)
    }
}

/// Not the text: it may be a key.
impl std::fmt::Debug for Text {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{} = {}", self.setting, self.path.display())
    }
}

fn wrong(setting: &str, path: &Path, what: impl std::fmt::Display) -> Wrong {
    Wrong::new(setting, format!("{}: {what}", path.display()))
}

fn told(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::InvalidData => "it is no text".to_owned(),
        _ => error.to_string(),
    }
}
