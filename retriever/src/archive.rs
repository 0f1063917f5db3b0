//! Archives' collections, each from its archive's name and back: nothing else says which collections are archives.
//!
//! An archive is an alias, `antigravity-archive-NAME`, so that a rebuilt collection takes the place of the old one at once. The collection
//! behind it is called `antigravity-preprints-NAME` at first, and `antigravity-rebuild-UUID-NAME` after a rebuild.

use antigravity_text::ArchiveName;
use uuid::Uuid;

/// What stands before an archive's name in its alias, so that archives are told from what else a server holds.
const ALIAS: &str = "antigravity-archive-";
const FIRST: &str = "antigravity-preprints-";
const REBUILT: &str = "antigravity-rebuild-";
/// Length of a UUID in its simple form, and a hyphen.
const UUID_LENGTH: usize = 33;

/// The name that calls to the archive use.
pub(crate) fn alias(archive: &ArchiveName) -> String {
    format!("{ALIAS}{archive}")
}

/// The archive that an alias stands for, if it is one of ours.
pub(crate) fn of_alias(alias: &str) -> Option<ArchiveName> {
    alias.strip_prefix(ALIAS)?.parse().ok()
}

/// The archive's first collection. Always the same, so that of two retrievers that make it, the second finds it made.
pub(crate) fn first_collection(archive: &ArchiveName) -> String {
    format!("{FIRST}{archive}")
}

/// A new collection to rebuild the archive in.
pub(crate) fn rebuilt_collection(archive: &ArchiveName) -> String {
    format!("{REBUILT}{}-{archive}", Uuid::now_v7().simple())
}

/// Whether a collection was made for the archive, in use or left over.
pub(crate) fn is_of(archive: &ArchiveName, collection: &str) -> bool {
    let rebuilt = || collection.strip_prefix(REBUILT)?.get(UUID_LENGTH..);
    collection == first_collection(archive) || rebuilt() == Some(archive.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_alias_tells_its_archive_and_a_collection_too() {
        let (name, other): (ArchiveName, ArchiveName) = ("A-1_b".parse().unwrap(), "b".parse().unwrap());
        assert_eq!(of_alias(&alias(&name)), Some(name.clone()));
        assert_eq!((of_alias("somebody-elses"), of_alias(ALIAS)), (None, None));
        for collection in [first_collection(&name), rebuilt_collection(&name)] {
            assert!(is_of(&name, &collection) && !is_of(&other, &collection), "{collection}");
            assert_eq!(of_alias(&collection), None);
        }
        assert!(!is_of(&name, &alias(&name)));
        assert_ne!(rebuilt_collection(&name), rebuilt_collection(&name));
    }
}
