//! What can go wrong between a model folder and a vector: the crate's one error.

use std::path::PathBuf;

/// What a user can do about a folder that can't be used; every message about the folder's content ends with it.
const REMEDY: &str = "run `make model`, or name another folder with --model-dir";

/// Why a model could not be loaded or a text not embedded.
#[derive(Debug, thiserror::Error)]
pub enum EmbedError {
    /// The model folder itself does not exist or is not a folder.
    #[error("there is no model folder {}: {REMEDY}", path.display())]
    FolderMissing {
        /// The folder that was asked for.
        path: PathBuf,
    },
    /// A file of the model is not in the folder.
    #[error("the model folder lacks {}: {REMEDY}", path.display())]
    FileMissing {
        /// The file that was looked for.
        path: PathBuf,
    },
    /// A file exists but holds other bytes than the manifest pins.
    #[error("{} is not the file of {model}: sha256 {found} ({found_bytes} bytes), expected {expected} ({expected_bytes} bytes): {REMEDY}", path.display())]
    WrongHash {
        /// The file that was read.
        path: PathBuf,
        /// The model that it should belong to.
        model: String,
        /// SHA-256 of the file as found, in hexadecimal.
        found: String,
        /// Size of the file as found.
        found_bytes: u64,
        /// SHA-256 that the manifest pins, in hexadecimal.
        expected: String,
        /// Size that the manifest pins.
        expected_bytes: u64,
    },
    /// A file of a model that no program pins is not what it was when the model was first used.
    #[error("{} has changed since this model was first used: sha256 {found}, recorded {recorded} in {}: bring the file back, or delete the record to accept it and index again", path.display(), record.display())]
    Changed {
        /// The file that changed.
        path: PathBuf,
        /// SHA-256 of the file as found, in hexadecimal.
        found: String,
        /// SHA-256 of the file at the first use.
        recorded: String,
        /// The file that records it.
        record: PathBuf,
    },
    /// A file of the model could not be read or written.
    #[error("could not read or write {}: {source}", path.display())]
    Read {
        /// The file that was read.
        path: PathBuf,
        /// What the operating system said.
        source: std::io::Error,
    },
    /// A file of the model was read and makes no sense, or describes a model that this encoder does not run.
    #[error("{} can't be used: {reason}", path.display())]
    Unusable {
        /// The file that was read.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// The tokenizer refused a text.
    #[error("could not tokenize the text: {0}")]
    Tokenize(String),
    /// The vector of a text is NaN, infinite or zero, so it has no direction.
    #[error("the model gave a vector without a direction (NaN, infinite or zero): its weights are damaged or do not belong together")]
    NoDirection,
    /// Two parts of the model do not fit together: a defect of this crate, since shapes are checked when weights are read.
    #[error("matrix shapes do not fit: {0}")]
    Shape(String),
    /// A precision was named that does not exist.
    #[error("{0:?} is no precision: int8 and f32 are accepted")]
    UnknownPrecision(String),
    /// A pool was asked to run on no thread at all.
    #[error("an embedding pool needs at least one worker")]
    NoWorkers,
    /// Worker threads could not be started.
    #[error("could not start the embedding workers: {0}")]
    Threads(String),
    /// A worker panicked on this text; the worker lives on.
    #[error("the encoder panicked on this text")]
    Panicked,
    /// The pool was shut down before this text was embedded.
    #[error("the embedding pool was shut down")]
    Stopped,
}
