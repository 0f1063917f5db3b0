//! Proof that a folder holds the model that is expected. Every start hashes the files again, 0.06 s for the 90 MB of the default model on a
//! CPU with SHA instructions. A note of "already checked" beside the weights would save that, but would have to be trusted, and the folder
//! is often read-only.

use std::fs::File;
use std::io::{ErrorKind, Read};
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use crate::error::EmbedError;
use crate::manifest::{self, FileDigest, Manifest};
use crate::{record, settings};

/// A folder whose model files were read and found to be exactly those of a [`Manifest`].
#[derive(Clone, Debug)]
pub struct ModelFolder {
    path: PathBuf,
    manifest: Manifest,
}

impl ModelFolder {
    /// Opens a folder that holds the default model, [`Manifest::ALL_MINILM_L6_V2`], or another BERT-family model that says how to use it:
    /// by an `antigravity.json` (`{"model", "revision", "pooling": "mean" | "cls", "query_prefix", "passage_prefix", "max_tokens"}`, each
    /// optional), or by the files of sentence-transformers, `1_Pooling/config.json` first of all.
    ///
    /// A folder without `antigravity.json` whose configuration or weights look like the default model's must be the default model as a whole. The hashes of
    /// another model are recorded in its folder, in `antigravity.sha256`, when it is first opened.
    ///
    /// Blocks while it reads every byte.
    ///
    /// # Errors
    /// A missing folder or file, and a file with another SHA-256 than is pinned or was recorded, are named with what to do about it.
    pub fn open(path: &Path) -> Result<ModelFolder, EmbedError> {
        let default = Manifest::ALL_MINILM_L6_V2;
        present(path, &default)?;
        if !path.join(settings::FILE).is_file() {
            let other = path.join(settings::POOLING).is_file() && !any_file_of(path, &default)?;
            if !other {
                return ModelFolder::open_as(path, default);
            }
        }
        Ok(ModelFolder { path: path.to_owned(), manifest: record::open(path)? })
    }

    /// Opens a folder that must hold the model of `manifest`.
    ///
    /// # Errors
    /// As [`ModelFolder::open`].
    pub fn open_as(path: &Path, manifest: Manifest) -> Result<ModelFolder, EmbedError> {
        present(path, &manifest)?;
        for (name, digest) in manifest.files() {
            check(path.join(name), digest, &manifest.model)?;
        }
        Ok(ModelFolder { path: path.to_owned(), manifest })
    }

    /// What the folder was found to hold.
    pub fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    pub(crate) fn weights(&self) -> PathBuf {
        self.path.join(manifest::WEIGHTS)
    }

    pub(crate) fn tokenizer(&self) -> PathBuf {
        self.path.join(manifest::TOKENIZER)
    }

    pub(crate) fn config(&self) -> PathBuf {
        self.path.join(manifest::CONFIG)
    }
}

/// All names first: a folder that lacks the weights is refused before anything is hashed.
fn present(path: &Path, manifest: &Manifest) -> Result<(), EmbedError> {
    if !path.is_dir() {
        return Err(EmbedError::FolderMissing { path: path.to_owned() });
    }
    for (name, _) in manifest.files() {
        let file = path.join(name);
        if !file.is_file() {
            return Err(EmbedError::FileMissing { path: file });
        }
    }
    Ok(())
}

/// Whether a small file is the manifest's, or the weights are as long: so the default model is not taken for another when one of its files
/// is damaged.
fn any_file_of(path: &Path, manifest: &Manifest) -> Result<bool, EmbedError> {
    let read = |path: PathBuf| move |source| EmbedError::Read { path, source };
    let weights = path.join(manifest::WEIGHTS);
    let length = std::fs::metadata(&weights).map_err(read(weights))?.len();
    let config = path.join(manifest::CONFIG);
    let (_, found) = hash(&config).map_err(read(config))?;
    Ok(length == manifest.weights.bytes || found == manifest.config.sha256)
}

fn check(path: PathBuf, digest: &FileDigest, model: &str) -> Result<(), EmbedError> {
    let (found_bytes, found) = match hash(&path) {
        Ok(found) => found,
        Err(source) => return Err(EmbedError::Read { path, source }),
    };
    if (found_bytes, found.as_str()) == (digest.bytes, digest.sha256.as_ref()) {
        return Ok(());
    }
    Err(EmbedError::WrongHash {
        path,
        model: model.to_owned(),
        found,
        found_bytes,
        expected: digest.sha256.clone().into_owned(),
        expected_bytes: digest.bytes,
    })
}

/// Size and SHA-256 of a file, read in blocks so that the weights are never held whole.
pub(crate) fn hash(path: &Path) -> std::io::Result<(u64, String)> {
    let mut file = File::open(path)?;
    let mut hasher = Sha256::new();
    let mut block = vec![0; 1 << 18];
    let mut bytes = 0;
    loop {
        let read = match file.read(&mut block) {
            Ok(0) => break,
            Ok(read) => read,
            Err(error) if error.kind() == ErrorKind::Interrupted => continue,
            Err(error) => return Err(error),
        };
        hasher.update(block.get(..read).unwrap_or_default());
        bytes += read as u64;
    }
    Ok((bytes, format!("{:x}", hasher.finalize())))
}
