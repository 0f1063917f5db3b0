//! Records from files: opened, unpacked, split in lines, each line read as a record or refused with its place and the reason.
//!
//! `paths` → `input` → `lines` → `record`, put into batches by `batches`. What arXiv tells of a preprint, in its metadata dump or harvested,
//! is a `description` before it is a record.

mod batches;
mod description;
mod dump;
mod fields;
mod input;
mod lines;
mod paths;
mod record;
mod withdrawn;
mod written;
mod zstd;

use std::{fmt, sync::Arc};

pub(crate) use batches::{Batch, Batches, Event, is_full};
pub(crate) use description::{Description, full_name};
pub(crate) use input::Input;
pub(crate) use lines::MAX_LINE;
pub(crate) use paths::expand;
pub(crate) use record::Reading;
pub(crate) use written::line;

/// A line of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Place {
    /// The file as it was named; `-` is standard input.
    pub(crate) file: Arc<str>,
    /// Its number, from 1.
    pub(crate) line: u64,
}

impl fmt::Display for Place {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}:{}", self.file, self.line)
    }
}
