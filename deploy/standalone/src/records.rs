//! Records from files: opened, unpacked, split in lines, each line read as a record or refused with its place and the reason.
//!
//! `input` → `lines` → `record`, put into batches by `batches`.

mod batches;
mod input;
mod lines;
mod record;
mod written;

use std::{fmt, sync::Arc};

pub(crate) use batches::{Batch, Batches, Event};
pub(crate) use input::Input;
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
