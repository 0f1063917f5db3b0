//! A disk that takes nothing more: told from other failures, and before the engine meets it where that can be.

use std::fs::{self, File};
use std::io::{self, ErrorKind, Write};
use std::path::Path;

use tonic::Status;

/// Why a disk takes nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// No room, or no more of the user's quota.
    Full,
    /// Mounted read-only, or not this user's.
    ReadOnly,
}

impl Refusal {
    /// What an error of the file system says of the disk; `None` if it is about something else.
    pub(crate) fn of(error: &io::Error) -> Option<Self> {
        match error.kind() {
            ErrorKind::StorageFull | ErrorKind::QuotaExceeded => Some(Self::Full),
            ErrorKind::ReadOnlyFilesystem | ErrorKind::PermissionDenied => Some(Self::ReadOnly),
            _ => None,
        }
    }

    /// As a call is told of it. The path is for the log: a caller can't use it.
    pub(crate) fn status(self, path: &Path) -> Status {
        tracing::error!(path = %path.display(), refusal = ?self, "the disk takes nothing");
        Status::resource_exhausted(match self {
            Self::Full => "the disk of the data directory is full: make room, then send it again",
            Self::ReadOnly => "the data directory can't be written: make it writable, then send it again",
        })
    }
}

/// Refuses a write when less than `reserve` bytes are free for it.
///
/// The engine writes through memory maps of files that have their length already but no blocks: on a full disk it would not get an error
/// but SIGBUS, which ends the process.
pub(crate) fn check_room(path: &Path, reserve: u64) -> Result<(), Status> {
    match fs4::available_space(path) {
        Ok(free) if free < reserve => Err(Refusal::Full.status(path)),
        // Where it can't be asked, the write will tell.
        Ok(_) | Err(_) => Ok(()),
    }
}

/// Why a write into `dir` failed, if it was the disk: the engine's own errors don't say.
pub(crate) fn refusal(dir: &Path) -> Option<Refusal> {
    let probe = dir.join("probe");
    let written = File::create(&probe).and_then(|mut file| {
        file.write_all(&[0; 4096])?;
        file.sync_all()
    });
    // Nothing to do if it fails: the next probe replaces it.
    let _ = fs::remove_file(&probe);
    Refusal::of(&written.err()?)
}

#[cfg(test)]
mod tests {
    use tonic::Code;

    use super::*;

    #[test]
    fn only_errors_of_the_disk_are_refusals() {
        for (kind, refusal) in [
            (ErrorKind::StorageFull, Some(Refusal::Full)),
            (ErrorKind::QuotaExceeded, Some(Refusal::Full)),
            (ErrorKind::ReadOnlyFilesystem, Some(Refusal::ReadOnly)),
            (ErrorKind::PermissionDenied, Some(Refusal::ReadOnly)),
            (ErrorKind::NotFound, None),
            (ErrorKind::Other, None),
        ] {
            assert_eq!(Refusal::of(&kind.into()), refusal);
        }
    }

    #[test]
    fn a_disk_with_room_refuses_nothing_and_the_probe_leaves_nothing() {
        let dir = tempfile::tempdir().unwrap();
        assert_eq!(refusal(dir.path()), None);
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 0);
        assert!(check_room(dir.path(), 1).is_ok());
        let status = check_room(dir.path(), u64::MAX).unwrap_err();
        assert_eq!(status.code(), Code::ResourceExhausted);
        assert!(!status.message().contains(&dir.path().display().to_string()));
    }
}
