//! Archives' names and their collections' names, each from the other: nothing else says which collections are archives.

use antigravity_text::ArchiveName;

/// What stands before an archive's name in the name of its collection, so that archives are told from the other collections of a server.
const PREFIX: &str = "antigravity-archive-";

/// The collection that holds an archive.
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
    fn each_name_gives_the_other_and_a_strangers_gives_none() {
        let name: ArchiveName = "A-1_b".parse().unwrap();
        assert_eq!(of_collection(&collection(&name)), Some(name));
        for text in ["somebody-elses", PREFIX, "antigravity-archive-a b"] {
            assert_eq!(of_collection(text), None);
        }
    }
}
