//! The stem of an English word, in American spelling.

use std::cell::RefCell;

use foldhash::HashMap;
use rust_stemmers::{Algorithm, Stemmer};

use crate::spelling::american;

/// Words that a thread remembers (half a megabyte with the table and the heap's own), and bytes of the longest.
const REMEMBERED: usize = 4_096;
const LONGEST: usize = 24;

thread_local! {
    static KNOWN: RefCell<HashMap<Box<str>, Box<str>>> = RefCell::default();
}

/// The Snowball stem of a word in lower case. Texts repeat their words, and each is read several times: stemming anew was an eighth of the time
/// that the check of an answer takes.
pub(crate) fn english_stem(word: &str) -> String {
    KNOWN.with_borrow_mut(|known| {
        if let Some(stem) = known.get(word) {
            return stem.to_string();
        }
        let stem = Stemmer::create(Algorithm::English).stem(&american(word)).into_owned();
        if word.len() <= LONGEST {
            if known.len() >= REMEMBERED {
                known.clear();
            }
            known.insert(word.into(), stem.as_str().into());
        }
        stem
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn more_words_than_are_remembered_are_stemmed_alike() {
        for number in (0..REMEMBERED + 100).chain(0..100) {
            assert_eq!(english_stem(&format!("data{number}ing")), format!("data{number}"));
        }
        KNOWN.with_borrow(|known| assert!(known.len() <= REMEMBERED));
    }

    proptest! {
        #[test]
        fn what_is_remembered_is_the_stem(word in "[a-z]{1,40}") {
            let stem = Stemmer::create(Algorithm::English).stem(&american(&word)).into_owned();
            prop_assert_eq!(english_stem(&word), stem.clone());
            prop_assert_eq!(english_stem(&word), stem);
        }
    }
}
