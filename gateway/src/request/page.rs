//! Pages of a list, by AIP-158.

use antigravity_chassis::status::Problem;
use antigravity_proto::types::Reason;

use super::Fields;

const SIZE_DEFAULT: usize = 20;
const SIZE_MAX: usize = 100;

/// Marks a page token as ours, so that another text is refused instead of read as a place in the list.
const TOKEN_MARK: &str = "after/";

/// Which page of a list of names is wanted.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Page {
    size: usize,
    after: Option<String>,
}

impl Page {
    /// Reads `page_size` (0 is the default, too large is cut to the largest) and `page_token`.
    pub(crate) fn read(page_size: i32, page_token: &str) -> Result<Self, Problem> {
        let refuse = |field, message: &str| Fields::of_the_request().refuse(Reason::ArgumentInvalid, field, message);
        let size = match usize::try_from(page_size) {
            Ok(0) => SIZE_DEFAULT,
            Ok(size) => size.min(SIZE_MAX),
            Err(_) => return Err(refuse("page_size", "a page can't have fewer than 0 entries")),
        };
        let after = match page_token {
            "" => None,
            token => Some(token.strip_prefix(TOKEN_MARK).ok_or_else(|| refuse("page_token", "no page has this token"))?.to_owned()),
        };
        Ok(Self { size, after })
    }

    /// The page of a list in alphabetical order, and the token of the next one.
    pub(crate) fn cut(self, names: Vec<String>) -> (Vec<String>, String) {
        let mut rest = names.into_iter().filter(|name| self.after.as_ref().is_none_or(|after| name > after)).peekable();
        let page: Vec<String> = rest.by_ref().take(self.size).collect();
        let more = rest.peek().is_some();
        let token = page.last().filter(|_| more).map(|last| format!("{TOKEN_MARK}{last}")).unwrap_or_default();
        (page, token)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn sizes() {
        for (given, expected) in [(0, Some(20)), (1, Some(1)), (100, Some(100)), (5_000, Some(100)), (-1, None)] {
            assert_eq!(Page::read(given, "").ok().map(|page| page.size), expected, "{given}");
        }
        assert!(Page::read(0, "3").is_err(), "a token that no page gave");
    }

    proptest! {
        #[test]
        fn the_pages_joined_are_the_list(names in proptest::collection::btree_set("[a-z]{1,3}", 0..40), size in 1..7i32) {
            let names: Vec<String> = names.into_iter().collect();
            let mut joined = Vec::new();
            let mut token = String::new();
            loop {
                let (page, next) = Page::read(size, &token).unwrap().cut(names.clone());
                joined.extend(page);
                token = next;
                if token.is_empty() { break; }
            }
            prop_assert_eq!(joined, names);
        }
    }
}
