//! What was named on the command line as files: a directory stands for the files in it that hold records.

use std::{
    ffi::OsStr,
    io,
    path::{Path, PathBuf},
};

/// What names of files with records end in, before a suffix of compression.
const SUFFIXES: &[&str] = &["jsonl", "ndjson", "json"];
const COMPRESSED: &[&str] = &["gz", "zst"];

/// The files to read, in the order named, those of a directory by name. Only files directly in it: a folder of folders is more likely a
/// mistake than a wish. `Err` names the path that can't be read.
pub(crate) fn expand(named: &[PathBuf]) -> Result<Vec<PathBuf>, (PathBuf, io::Error)> {
    let mut files = Vec::new();
    for path in named {
        if path.as_os_str() != "-" && path.is_dir() {
            files.extend(directory(path).map_err(|error| (path.clone(), error))?);
        } else {
            files.push(path.clone());
        }
    }
    Ok(files)
}

fn directory(path: &Path) -> io::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in path.read_dir()? {
        let file = entry?.path();
        if file.is_file() && holds_records(&file) {
            files.push(file);
        }
    }
    if files.is_empty() {
        let wrong = "the directory holds no file that ends in .jsonl, .ndjson or .json, with or without .gz or .zst";
        return Err(io::Error::new(io::ErrorKind::NotFound, wrong));
    }
    files.sort();
    Ok(files)
}

/// By name: what lies beside the records (a README, a checksum, half a download) shall not be read. Hidden files are somebody else's.
fn holds_records(file: &Path) -> bool {
    let Some(name) = file.file_name().and_then(OsStr::to_str) else { return false };
    let bare = match name.rsplit_once('.') {
        Some((bare, suffix)) if COMPRESSED.contains(&suffix) => bare,
        _ => name,
    };
    !name.starts_with('.') && bare.rsplit_once('.').is_some_and(|(_, suffix)| SUFFIXES.contains(&suffix))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_directory_stands_for_its_files_with_records() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["b.jsonl.gz", "a.jsonl", "c.ndjson.zst", "dump.json", "README.md", "x.gz", ".hidden.jsonl", "d.jsonl.part"] {
            std::fs::write(folder.path().join(name), "").unwrap();
        }
        std::fs::create_dir(folder.path().join("deeper.jsonl")).unwrap();
        let named = [PathBuf::from("-"), folder.path().to_owned(), folder.path().join("README.md")];
        let files = expand(&named).unwrap();
        let names: Vec<_> = files.iter().map(|file| file.file_name().unwrap().to_str().unwrap()).collect();
        assert_eq!(names, ["-", "a.jsonl", "b.jsonl.gz", "c.ndjson.zst", "dump.json", "README.md"]);
    }

    #[test]
    fn a_directory_without_records_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let (path, error) = expand(&[folder.path().to_owned()]).unwrap_err();
        assert_eq!(path, folder.path());
        assert!(error.to_string().contains("directory holds no file that ends in .jsonl"), "{error}");
    }
}
