//! The identity of a record: the id that arXiv gave it.

use std::fmt;
use std::str::FromStr;

use crate::excerpt;
use crate::old_archives;
use crate::preprint_id::is_month;

/// An arXiv id without its version: `arXiv:2603.25794` or `arXiv:hep-th/9301001`.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SourceId {
    /// The canonical form with its `arXiv:`.
    text: Box<str>,
}

/// What stands before the id in its canonical form.
const PREFIX: &str = "arXiv:";

impl SourceId {
    /// Reads an id with its version, if it has one: `2407.20315v2` gives the id and `Some(2)`.
    ///
    /// Understood: a leading `arXiv:` in any case, new and old style, a subject class in an old one (`math.AG/0601001`, dropped).
    ///
    /// # Errors
    /// As for [`FromStr`].
    pub fn parse_versioned(text: &str) -> Result<(Self, Option<u32>), SourceIdError> {
        let form = || SourceIdError::Form { text: excerpt(text) };
        let trimmed = text.trim();
        let bare = match trimmed.split_at_checked(PREFIX.len()) {
            Some((prefix, rest)) if prefix.eq_ignore_ascii_case(PREFIX) => rest.trim_start(),
            _ => trimmed,
        };
        let (bare, version) = split_version(bare).ok_or_else(form)?;
        let id = match bare.split_once('/') {
            Some((archive, number)) => old_style(archive, number, text)?,
            None => new_style(bare).ok_or_else(form)?,
        };
        Ok((Self { text: format!("{PREFIX}{id}").into_boxed_str() }, version))
    }

    /// The canonical form, `arXiv:2603.25794`.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The bare arXiv id, `2603.25794` or `hep-th/9301001`.
    pub fn arxiv(&self) -> &str {
        self.text.get(PREFIX.len()..).unwrap_or("")
    }

    /// The page of the paper at arXiv.
    pub fn url(&self) -> String {
        format!("https://arxiv.org/abs/{}", self.arxiv())
    }

    /// Year and month (1 to 12) that the id names, when the first version came in.
    pub fn year_month(&self) -> (u16, u8) {
        let digits = match self.arxiv().split_once('/') {
            Some((_, number)) => number,
            None => self.arxiv(),
        };
        let part = |range: std::ops::Range<usize>| digits.get(range).and_then(|d| d.parse::<u8>().ok()).unwrap_or(0);
        let (year, month) = (u16::from(part(0..2)), part(2..4));
        // arXiv began in 1991: 91 to 99 are the nineties, all others lie ahead of 2000.
        (if year >= 91 { 1900 + year } else { 2000 + year }, month)
    }

    /// The archive of an old-style id.
    pub(crate) fn old_archive(&self) -> Option<&str> {
        self.arxiv().split_once('/').map(|(archive, _)| archive)
    }

    /// The running number within the month: three digits of an old-style id, four or five of a new one.
    pub(crate) fn number(&self) -> &str {
        match self.arxiv().split_once('/') {
            Some((_, number)) => number.get(4..).unwrap_or(""),
            None => self.arxiv().split_once('.').map_or("", |(_, number)| number),
        }
    }
}

/// Why a text is no arXiv id.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SourceIdError {
    /// Neither `YYMM.NNNNN` nor `archive/YYMMNNN`.
    #[error("`{text}` is no arXiv id: write it as 2603.25794 or hep-th/9301001")]
    Form {
        /// The text, cut to a readable length.
        text: String,
    },
    /// Of the old form, but no archive of that name ever gave out ids.
    #[error("`{text}` is no arXiv id: there is no archive `{archive}`")]
    Archive {
        /// The text, cut to a readable length.
        text: String,
        /// The part before the slash, cut to a readable length.
        archive: String,
    },
}

/// Reads an id and drops its version.
impl FromStr for SourceId {
    type Err = SourceIdError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::parse_versioned(text).map(|(id, _)| id)
    }
}

impl fmt::Display for SourceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.text)
    }
}

impl fmt::Debug for SourceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SourceId({})", self.text)
    }
}

impl AsRef<str> for SourceId {
    fn as_ref(&self) -> &str {
        &self.text
    }
}

/// Cuts `v2` off. `None` when a `v` is there without a version from 1 behind it.
fn split_version(bare: &str) -> Option<(&str, Option<u32>)> {
    let number_start = bare.find('/').map_or(0, |slash| slash + 1);
    let Some(v) = bare.get(number_start..)?.find(['v', 'V']).map(|offset| number_start + offset) else {
        return Some((bare, None));
    };
    let digits = bare.get(v + 1..)?;
    if digits.starts_with('0') || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    Some((bare.get(..v)?, Some(digits.parse().ok()?)))
}

/// `YYMM.NNNN` from April 2007 to December 2014, `YYMM.NNNNN` since.
fn new_style(bare: &str) -> Option<String> {
    let (year_month, number) = bare.split_once('.')?;
    let digits = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
    if year_month.len() != 4 || !digits(year_month) || !digits(number) || !is_month(year_month.get(2..)?) {
        return None;
    }
    let width = match year_month.parse::<u16>().ok()? {
        0..=703 | 9100.. => return None,
        704..=1412 => 4,
        _ => 5,
    };
    (number.len() == width).then(|| bare.to_owned())
}

/// `archive/YYMMNNN` from July 1991 to March 2007; `archive.XX/…` loses its subject class, which never was part of the identity.
fn old_style(archive: &str, number: &str, text: &str) -> Result<String, SourceIdError> {
    let name = archive.split('.').next().unwrap_or(archive).to_ascii_lowercase();
    if old_archives::place(&name).is_none() {
        return Err(SourceIdError::Archive { text: excerpt(text), archive: excerpt(archive) });
    }
    let well_formed = number.len() == 7
        && number.bytes().all(|b| b.is_ascii_digit())
        && number.get(2..4).is_some_and(is_month)
        && matches!(number.get(..4).and_then(|year_month| year_month.parse::<u16>().ok()), Some(0..=703 | 9101..=9912));
    if well_formed { Ok(format!("{name}/{number}")) } else { Err(SourceIdError::Form { text: excerpt(text) }) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn forms() {
        for (text, canonical, version) in [
            ("2407.20315", "arXiv:2407.20315", None),
            ("2407.20315v2", "arXiv:2407.20315", Some(2)),
            ("arXiv:2603.25794", "arXiv:2603.25794", None),
            (" ARXIV: 2603.25794v12 ", "arXiv:2603.25794", Some(12)),
            ("0704.0090", "arXiv:0704.0090", None),
            ("hep-th/9301001", "arXiv:hep-th/9301001", None),
            ("hep-th/9301001v3", "arXiv:hep-th/9301001", Some(3)),
            ("math.AG/0601001", "arXiv:math/0601001", None),
            ("solv-int/9912001", "arXiv:solv-int/9912001", None),
        ] {
            let (id, found) = SourceId::parse_versioned(text).unwrap();
            assert_eq!((id.as_str(), found), (canonical, version), "{text}");
        }
    }

    #[test]
    fn refused() {
        for text in [
            "",
            "2407",
            "2407.2031",
            "0704.00900",
            "2413.20315",
            "2407.20315v",
            "2407.20315v0",
            "hep-th/930100",
            "hep-th/9313001",
            "hep-th/0704001",
            "0703.0001",
        ] {
            assert!(matches!(text.parse::<SourceId>(), Err(SourceIdError::Form { .. })), "{text}");
        }
        let error = "abs/0211481".parse::<SourceId>().unwrap_err();
        assert_eq!(error.to_string(), "`abs/0211481` is no arXiv id: there is no archive `abs`");
    }

    #[test]
    fn parts() {
        let new: SourceId = "2603.25794".parse().unwrap();
        assert_eq!((new.arxiv(), new.url().as_str(), new.year_month()), ("2603.25794", "https://arxiv.org/abs/2603.25794", (2026, 3)));
        let old: SourceId = "hep-th/9301001".parse().unwrap();
        assert_eq!(
            (old.arxiv(), old.url().as_str(), old.year_month()),
            ("hep-th/9301001", "https://arxiv.org/abs/hep-th/9301001", (1993, 1))
        );
    }

    proptest! {
        #[test]
        fn never_panics(text in ".*") {
            let _ = text.parse::<SourceId>();
        }

        #[test]
        fn canonical_form_round_trips(year in 15u8..=90, month in 1u8..=12, number in 0u32..100_000, version in proptest::option::of(1u32..100)) {
            let bare = format!("{year:02}{month:02}.{number:05}");
            let written = version.map_or(bare.clone(), |v| format!("{bare}v{v}"));
            let (id, found) = SourceId::parse_versioned(&written).unwrap();
            prop_assert_eq!((id.arxiv(), found), (bare.as_str(), version));
            prop_assert_eq!(id.as_str().parse::<SourceId>().unwrap(), id);
        }
    }
}
