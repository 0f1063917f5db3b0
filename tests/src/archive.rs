//! The bundled sample, indexed once for all tests of a suite.

use std::fs::{self, File};
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use crate::indexing::{Tally, index};
use crate::stack::{Placement, Setup};
use crate::{paths, records};

/// A data directory with the sample in it, for this test alone.
///
/// Embedding takes seconds in a debug build, so the first test of a suite's executable indexes and the others copy what it made. A newer
/// executable, which may index otherwise, indexes again.
pub async fn sample() -> TempDir {
    let suite = std::env::current_exe().unwrap();
    let folder = paths::programs().join("sample-archives").join(suite.file_stem().unwrap());
    fs::create_dir_all(&folder).unwrap();
    let lock = File::create(folder.join("lock")).unwrap();
    lock.lock().unwrap();
    let (archive, stamp) = (folder.join("archive"), folder.join("stamp"));
    let wanted = stamp_of(&suite);
    if fs::read_to_string(&stamp).unwrap_or_default() != wanted {
        build(&archive).await;
        fs::write(&stamp, wanted).unwrap();
    }
    let own = TempDir::new().unwrap();
    copy(&archive, own.path());
    own
}

/// What the indexed sample depends on: the code that indexes, and the records.
fn stamp_of(suite: &PathBuf) -> String {
    let mut hash = DefaultHasher::new();
    fs::metadata(suite).unwrap().modified().unwrap().hash(&mut hash);
    fs::read(paths::sample()).unwrap().hash(&mut hash);
    format!("{:016x}", hash.finish())
}

async fn build(archive: &Path) {
    if archive.exists() {
        fs::remove_dir_all(archive).unwrap();
    }
    let stack = Setup::over(archive).start(Placement::OneProcess).await;
    let records = records::sample();
    let tally = index(&mut stack.gateway(), &records).await;
    assert_eq!(tally, Tally::new(records.len()));
    stack.stop().await;
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}
