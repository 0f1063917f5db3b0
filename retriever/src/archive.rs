//! Archives' collections, each from its archive's name and back: nothing else says which collections are archives.

use antigravity_text::ArchiveName;

/// What stands before an archive's name in the name of its collection, so that archives are told from the other collections of a server.
const PREFIX: &str = "antigravity-archive-";

/// The name of the collection that holds the archive.
pub(crate) fn collection(archive: &ArchiveName) -> String {
    format!("{PREFIX}{archive}")
}

/// The archive that a collection holds, if it is one of ours.
pub(crate) fn of_collection(collection: &str) -> Option<ArchiveName> {
    collection.strip_prefix(PREFIX)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_collection_tells_its_archive() {
        let name: ArchiveName = "A-1_b".parse().unwrap();
        assert_eq!(of_collection(&collection(&name)), Some(name));
        assert_eq!(of_collection("somebody-elses"), None);
        assert_eq!(of_collection(PREFIX), None);
    }
}
