//! Hashes of a model that no program pins, recorded when it is first used: a later change of its files is noticed then, instead of filling
//! an archive with vectors that can't be compared.
//!
//! The record lies in the model's folder, since it must go where the model goes, and has the form of `sha256sum`, so that an operator can
//! write or check it (`sha256sum --check antigravity.sha256`). A folder that can't be written gets none; then only the digest in the
//! model's name, which archives record, tells of a change.

use std::io::ErrorKind;
use std::path::Path;

use crate::error::EmbedError;
use crate::folder::hash;
use crate::manifest::{CONFIG, FileDigest, Manifest, TOKENIZER, WEIGHTS};
use crate::settings::Settings;

/// The record's name in the model's folder.
pub(crate) const RECORD: &str = "antigravity.sha256";

/// Hashes the model of `folder`, compares it with the record of its first use or makes the record, and gives it a name.
pub(crate) fn open(folder: &Path) -> Result<Manifest, EmbedError> {
    let (settings, stated) = Settings::read(folder)?;
    let digest = |name: &str| {
        let path = folder.join(name);
        let (bytes, sha256) = hash(&path).map_err(|source| EmbedError::Read { path, source })?;
        Ok(FileDigest { bytes, sha256: sha256.into() })
    };
    let name = stated.model.unwrap_or_else(|| folder_name(folder));
    let mut manifest = Manifest {
        model: name.into(),
        revision: stated.revision.unwrap_or_default().into(),
        config: digest(CONFIG)?,
        tokenizer: digest(TOKENIZER)?,
        weights: digest(WEIGHTS)?,
        settings,
    };
    let lines: String = manifest.files().iter().map(|(name, digest)| format!("{}  {name}\n", digest.sha256)).collect();
    let path = folder.join(RECORD);
    match std::fs::read_to_string(&path) {
        Ok(recorded) => compare(folder, &manifest, &recorded)?,
        Err(error) if error.kind() == ErrorKind::NotFound => write(&path, &lines)?,
        Err(source) => return Err(EmbedError::Read { path, source }),
    }
    manifest.model = format!("{}@{}", manifest.model, identity(&manifest.settings, &lines)).into();
    Ok(manifest)
}

fn compare(folder: &Path, manifest: &Manifest, recorded: &str) -> Result<(), EmbedError> {
    for (name, digest) in manifest.files() {
        let expected = recorded.lines().find_map(|line| line.split_once("  ").filter(|(_, file)| *file == name)).map(|(hash, _)| hash);
        let Some(expected) = expected else {
            return Err(EmbedError::Unusable { path: folder.join(RECORD), reason: format!("it has no line for {name}") });
        };
        if expected != digest.sha256 {
            return Err(EmbedError::Changed {
                path: folder.join(name),
                found: digest.sha256.clone().into_owned(),
                recorded: expected.to_owned(),
                record: folder.join(RECORD),
            });
        }
    }
    Ok(())
}

/// Whole or not at all: beside, then renamed.
fn write(path: &Path, lines: &str) -> Result<(), EmbedError> {
    let beside = path.with_extension(format!("sha256.{}", std::process::id()));
    let written = std::fs::write(&beside, lines).and_then(|()| std::fs::rename(&beside, path));
    match written {
        Ok(()) => Ok(()),
        Err(error) if matches!(error.kind(), ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem) => Ok(()),
        Err(source) => Err(EmbedError::Read { path: path.to_owned(), source }),
    }
}

/// The first 12 hexadecimal digits of a SHA-256 over all that a vector depends on.
fn identity(settings: &Settings, hashes: &str) -> String {
    use sha2::{Digest, Sha256};
    let settings = serde_json::json!(settings);
    let digest = format!("{:x}", Sha256::digest(format!("{settings}\n{hashes}")));
    digest.chars().take(12).collect()
}

fn folder_name(folder: &Path) -> String {
    let whole = folder.canonicalize().unwrap_or_else(|_| folder.to_owned());
    whole.file_name().map_or_else(|| "model".to_owned(), |name| name.to_string_lossy().into_owned())
}
