//! The name by which a preprint is cited: `AG-2026.03-1712`.

use std::fmt;
use std::str::FromStr;

use crate::excerpt;
use crate::fold::{fold, is_close_bracket, is_open_bracket, is_space};
use crate::id_scan;
use crate::old_archives;
use crate::source_id::SourceId;

/// A preprint's AG id, `AG-YYYY.MM-N`.
///
/// `N` is text: `AG-2026.03-01712` and `AG-2026.03-1712` are two preprints. Records bring three or four digits ([`PreprintId::given`]),
/// the archive derives exactly five ([`PreprintId::derive`]), so the two can never meet. The order is that of the text: by year, then month,
/// then digits.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct PreprintId {
    text: Box<str>,
}

impl PreprintId {
    /// Longest run of digits that is still read as an id. No issuer gives more than five; the room is for archives to come.
    pub const MAX_DIGITS: usize = 9;

    /// The canonical form, `AG-2026.03-1712`.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Year and month (1 to 12) of the id.
    pub fn year_month(&self) -> (u16, u8) {
        let year = self.text.get(3..7).and_then(|y| y.parse().ok()).unwrap_or(0);
        let month = self.text.get(8..10).and_then(|m| m.parse().ok()).unwrap_or(0);
        (year, month)
    }

    /// The digits after the last hyphen, as text.
    pub fn number(&self) -> &str {
        self.text.get(11..).unwrap_or("")
    }

    /// Reads an id however it was typed, without guessing: case, dash variants, spaces around the parts, full-width forms and surrounding
    /// brackets are normalised; anything else is `None`. Never the nearest id that exists: sequential ids make that a wrong citation.
    pub fn normalise(text: &str) -> Option<Self> {
        let strip = |c: char| is_space(c) || is_open_bracket(c) || is_close_bracket(c) || matches!(fold(c), '(' | ')');
        let inner = text.trim_matches(strip);
        let (id, end) = id_scan::well_formed(inner, 0)?;
        (end == inner.len()).then_some(id)
    }

    /// Reads the id that a record brings along: the strict form with three or four digits, the first of them not zero.
    ///
    /// # Errors
    /// [`PreprintIdError::Form`] or [`PreprintIdError::Month`] as for [`FromStr`], [`PreprintIdError::Given`] for other digits.
    pub fn given(text: &str) -> Result<Self, PreprintIdError> {
        let id: Self = text.parse()?;
        let digits = id.number();
        if (3..=4).contains(&digits.len()) && !digits.starts_with('0') {
            Ok(id)
        } else {
            Err(PreprintIdError::Given { text: excerpt(text) })
        }
    }

    /// The id of a record that brings none, from its arXiv id, always with five digits.
    ///
    /// New style: the number, filled with zeros on the left (`0704.0090` gives `AG-2007.04-00090`). Old style: the archive's two-digit place
    /// in [`OLD_ARCHIVES`](crate::OLD_ARCHIVES) and the number (`hep-th/9301001` gives `AG-1993.01-20001`, hep-th having place 20). The two
    /// never meet: old ids end with March 2007, new ones begin with April.
    ///
    /// # Errors
    /// [`PreprintIdError::Archive`] when the archive has no place. A [`SourceId`] that was parsed always has one.
    pub fn derive(source: &SourceId) -> Result<Self, PreprintIdError> {
        let (year, month) = source.year_month();
        let number = match source.old_archive() {
            None => format!("{:0>5}", source.number()),
            Some(archive) => {
                let place = old_archives::place(archive).ok_or_else(|| PreprintIdError::Archive { archive: excerpt(archive) })?;
                format!("{place:02}{}", source.number())
            }
        };
        Ok(Self::from_parts(&format!("{year:04}"), &format!("{month:02}"), &number))
    }

    /// Joins parts that were checked already.
    pub(crate) fn from_parts(year: &str, month: &str, number: &str) -> Self {
        Self { text: format!("AG-{year}.{month}-{number}").into_boxed_str() }
    }
}

/// Why a text is no AG id.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PreprintIdError {
    /// Not of the form `AG-YYYY.MM-N`.
    #[error("`{text}` is no preprint id: write it as AG-2026.03-1712")]
    Form {
        /// The text, cut to a readable length.
        text: String,
    },
    /// The month is not one of 01 to 12.
    #[error("`{text}` is no preprint id: its month must be 01 to 12")]
    Month {
        /// The text, cut to a readable length.
        text: String,
    },
    /// An id that a record brings must have three or four digits without a leading zero.
    #[error("`{text}` can't be given by a record: three or four digits without a leading zero must follow the last hyphen")]
    Given {
        /// The text, cut to a readable length.
        text: String,
    },
    /// The old-style archive has no place in the list.
    #[error("`{archive}` is no arXiv archive with old-style ids")]
    Archive {
        /// The archive's name, cut to a readable length.
        archive: String,
    },
}

/// The strict form alone: upper case, ASCII, no spaces, no brackets. For what people and models type use [`PreprintId::normalise`].
impl FromStr for PreprintId {
    type Err = PreprintIdError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let form = || PreprintIdError::Form { text: excerpt(text) };
        let rest = text.strip_prefix("AG-").ok_or_else(form)?;
        let (year, rest) = rest.split_once('.').ok_or_else(form)?;
        let (month, number) = rest.split_once('-').ok_or_else(form)?;
        let digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
        if year.len() != 4 || month.len() != 2 || number.len() > Self::MAX_DIGITS || ![year, month, number].into_iter().all(digits) {
            return Err(form());
        }
        if !is_month(month) {
            return Err(PreprintIdError::Month { text: excerpt(text) });
        }
        Ok(Self::from_parts(year, month, number))
    }
}

impl fmt::Display for PreprintId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.text)
    }
}

impl fmt::Debug for PreprintId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PreprintId({})", self.text)
    }
}

impl AsRef<str> for PreprintId {
    fn as_ref(&self) -> &str {
        &self.text
    }
}

/// True for `01` to `12`.
pub(crate) fn is_month(two_digits: &str) -> bool {
    matches!(two_digits.parse::<u8>(), Ok(1..=12))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn id(text: &str) -> PreprintId {
        text.parse().unwrap()
    }

    #[test]
    fn strict_form() {
        for text in ["AG-2026.03-1712", "AG-2025.03-220", "AG-2026.03-01712", "AG-1993.01-20001"] {
            assert_eq!(id(text).to_string(), text);
        }
        for text in [
            "",
            "AG",
            "ag-2026.03-1712",
            "AG-2026.3-1712",
            "AG-2026.03-",
            "AG-2026.03-17a",
            " AG-2026.03-1712",
            "AG-2026-03-1712",
            "AG-2026.03-1234567890",
        ] {
            assert!(matches!(text.parse::<PreprintId>(), Err(PreprintIdError::Form { .. })), "{text}");
        }
        for text in ["AG-2026.00-1712", "AG-2026.13-1712"] {
            assert!(matches!(text.parse::<PreprintId>(), Err(PreprintIdError::Month { .. })), "{text}");
        }
    }

    #[test]
    fn leading_zeros_count() {
        assert_ne!(id("AG-2026.03-01712"), id("AG-2026.03-1712"));
    }

    #[test]
    fn parts() {
        let id = id("AG-2026.03-01712");
        assert_eq!((id.year_month(), id.number()), ((2026, 3), "01712"));
        assert_eq!(format!("{id:>18}|"), "  AG-2026.03-01712|");
    }

    #[test]
    fn given_by_a_record() {
        assert!(PreprintId::given("AG-2026.03-1712").is_ok());
        assert!(PreprintId::given("AG-2025.03-220").is_ok());
        for text in ["AG-2026.03-0712", "AG-2026.03-01712", "AG-2026.03-12", "AG-2026.03-12345"] {
            assert!(matches!(PreprintId::given(text), Err(PreprintIdError::Given { .. })), "{text}");
        }
    }

    #[test]
    fn derived_from_arxiv() {
        for (source, expected) in [
            ("2603.01712", "AG-2026.03-01712"),
            ("arXiv:2603.25794", "AG-2026.03-25794"),
            ("0704.0090", "AG-2007.04-00090"),
            ("hep-th/9301001", "AG-1993.01-20001"),
            ("math.AG/0601001", "AG-2006.01-21001"),
            ("acc-phys/9412001", "AG-1994.12-01001"),
            ("supr-con/9608001", "AG-1996.08-34001"),
        ] {
            let source: SourceId = source.parse().unwrap();
            assert_eq!(PreprintId::derive(&source).unwrap(), id(expected));
        }
    }

    #[test]
    fn normalises_without_loss_only() {
        for text in [
            "ag-2026.03-1712",
            " AG-2026.03-1712\n",
            "[AG-2026.03-1712]",
            "[[ AG – 2026.03 — 1712 ]]",
            "【AG\u{2011}2026.03\u{2212}1712】",
            "(AG-2026.03-1712)",
            "ＡＧ－２０２６．０３－１７１２",
            "Ag\u{AD}-2026.03-\u{200B}1712",
        ] {
            assert_eq!(PreprintId::normalise(text), Some(id("AG-2026.03-1712")), "{text}");
        }
        for text in
            ["AG-2026.3-1712", "AG 2026.03 1712", "AG2026.03-1712", "AG-2026.03-17 12", "AG-2026.03-1712v2", "2026.03-1712", "", "[]"]
        {
            assert_eq!(PreprintId::normalise(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn never_panics(text in ".*") {
            let _ = PreprintId::normalise(&text);
            let _ = PreprintId::given(&text);
        }

        #[test]
        fn round_trips(year in 1991u16..2100, month in 1u8..=12, number in "[0-9]{1,9}") {
            let text = format!("AG-{year}.{month:02}-{number}");
            let id: PreprintId = text.parse().unwrap();
            prop_assert_eq!(id.as_str(), &text);
            prop_assert_eq!(id.year_month(), (year, month));
            prop_assert_eq!(PreprintId::normalise(&text.to_lowercase()), Some(id));
        }

        #[test]
        fn derived_ids_have_five_digits_and_are_never_given_ones(month in 4u8..=12, number in 1u32..10_000) {
            let source: SourceId = format!("07{month:02}.{number:04}").parse().unwrap();
            let id = PreprintId::derive(&source).unwrap();
            prop_assert_eq!(id.number().len(), 5);
            prop_assert!(PreprintId::given(id.as_str()).is_err());
        }
    }
}
