//! The only truth about what a data directory holds. A collection exists from the moment the catalog names it: a directory that it doesn't
//! name is a half-made or a deleted one. (The alternative, to look for directories, needs a rename at creation and deletion, under a shard
//! that is open and knows its own path; and aliases, which must change several at once, need a file anyway.)

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::durable::write_atomically;
use crate::error::EmbeddedError;

/// Name of the catalog's file in the data directory.
const FILE: &str = "catalog.json";

/// Which collections exist, in which directory each lies, and which aliases name them: one small file, replaced as a whole.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Catalog {
    /// Collection → its directory's name.
    pub(crate) collections: BTreeMap<String, String>,
    /// Alias → collection.
    pub(crate) aliases: BTreeMap<String, String>,
}

impl Catalog {
    /// Reads the catalog of `dir`. A directory without one is new if it has no collections either.
    pub(crate) fn load(dir: &Path) -> Result<Self, EmbeddedError> {
        let path = dir.join(FILE);
        match std::fs::read(&path) {
            Ok(bytes) => serde_json::from_slice(&bytes).map_err(|error| EmbeddedError::Damaged { path, reason: error.to_string() }),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                if collections_dir(dir).exists() {
                    return Err(EmbeddedError::Damaged { path, reason: "missing, though there are collections".into() });
                }
                Ok(Self::default())
            }
            Err(source) => Err(EmbeddedError::Io { action: "read", path, source }),
        }
    }

    /// Replaces the catalog of `dir`; on disk when it returns.
    pub(crate) fn save(&self, dir: &Path) -> io::Result<()> {
        write_atomically(&dir.join(FILE), &serde_json::to_vec_pretty(self)?)
    }

    /// The collection that `name`, a collection's name or an alias, stands for. An alias of a collection that is gone stands for nothing.
    pub(crate) fn resolve<'a>(&'a self, name: &'a str) -> Option<&'a str> {
        let name = self.aliases.get(name).map_or(name, String::as_str);
        self.collections.contains_key(name).then_some(name)
    }
}

/// Where the collections of a data directory lie.
pub(crate) fn collections_dir(dir: &Path) -> PathBuf {
    dir.join("collections")
}
