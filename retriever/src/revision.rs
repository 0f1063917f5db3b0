//! One number for the state of an archive, kept up with every write. A hash over the sorted pairs would need all of them for every change;
//! XOR in place of the sum would let a pair that is there twice vanish.

use std::fmt;

use sha2::{Digest, Sha256};

/// The state of an archive as a number: it changes exactly when an (id, content) pair comes, goes or changes, and doesn't depend on the
/// order or on how often the same record was brought.
///
/// It is the sum, modulo 2^256, of a SHA-256 of every pair (AdHash, Bellare and Micciancio 1997). A sum can be kept up by adding and
/// subtracting single pairs, and computed anew from what is stored: the content hashes are kept beside the preprints. It proves no origin:
/// who can choose millions of records can make two archives of one revision.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Revision {
    /// Little-endian: the lowest limb first.
    limbs: [u64; 4],
}

impl Revision {
    /// A preprint came.
    pub(crate) fn add(&mut self, id: &str, content_hash: &str) {
        let mut carry = false;
        for (limb, pair) in self.limbs.iter_mut().zip(hash(id, content_hash)) {
            let (sum, first) = limb.overflowing_add(pair);
            let (sum, second) = sum.overflowing_add(u64::from(carry));
            (*limb, carry) = (sum, first || second);
        }
    }

    /// A preprint went.
    pub(crate) fn remove(&mut self, id: &str, content_hash: &str) {
        let mut borrow = false;
        for (limb, pair) in self.limbs.iter_mut().zip(hash(id, content_hash)) {
            let (difference, first) = limb.overflowing_sub(pair);
            let (difference, second) = difference.overflowing_sub(u64::from(borrow));
            (*limb, borrow) = (difference, first || second);
        }
    }
}

/// 64 hexadecimal digits; all zero for an empty archive.
impl fmt::Display for Revision {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.limbs.iter().rev().try_for_each(|limb| write!(f, "{limb:016x}"))
    }
}

/// SHA-256 of one pair. The zero byte can't stand in an id, so the pair is told from every other.
fn hash(id: &str, content_hash: &str) -> [u64; 4] {
    let digest = Sha256::new().chain_update(id).chain_update([0]).chain_update(content_hash).finalize();
    let mut limbs = [0; 4];
    for (limb, bytes) in limbs.iter_mut().zip(digest.chunks_exact(8)) {
        *limb = bytes.first_chunk().map_or(0, |bytes| u64::from_le_bytes(*bytes));
    }
    limbs
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn revision<'a>(pairs: impl IntoIterator<Item = &'a (String, String)>) -> Revision {
        let mut revision = Revision::default();
        pairs.into_iter().for_each(|(id, content)| revision.add(id, content));
        revision
    }

    #[test]
    fn an_empty_archive_has_the_revision_zero() {
        assert_eq!(Revision::default().to_string(), "0".repeat(64));
    }

    proptest! {
        #[test]
        fn order_does_not_matter(pairs in proptest::collection::vec(("[a-c]{1,2}", "[x-z]{1,2}"), 0..8)) {
            prop_assert_eq!(revision(&pairs), revision(pairs.iter().rev()));
        }

        #[test]
        fn removing_undoes_adding(pairs in proptest::collection::vec(("[a-c]{1,2}", "[x-z]{1,2}"), 1..8), at in any::<proptest::sample::Index>()) {
            let (id, content) = at.get(&pairs);
            let mut left = revision(&pairs);
            left.remove(id, content);
            let mut rest = pairs.clone();
            rest.remove(at.index(pairs.len()));
            prop_assert_eq!(left, revision(&rest));
            prop_assert_ne!(left, revision(&pairs));
        }

        #[test]
        fn any_change_of_id_or_content_shows(a in ("[a-c]{1,2}", "[x-z]{1,2}"), b in ("[a-c]{1,2}", "[x-z]{1,2}")) {
            prop_assert_eq!(a == b, revision([&a]) == revision([&b]));
        }
    }
}
