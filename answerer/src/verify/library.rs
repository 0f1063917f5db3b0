//! The sources as the check reads them: what each verdict needs of them, read once.

use std::sync::Arc;

use antigravity_text::PreprintId;
use foldhash::HashSet;

use super::figures::{Figure, figures};
use crate::sources::{Source, Sources};

/// All sources of an answer.
pub(crate) struct Library {
    pub(super) sources: Arc<Sources>,
    /// In the order of the sources.
    read: Vec<Read>,
}

struct Read {
    title: HashSet<String>,
    figures: Vec<Figure>,
}

/// One source. A cheap handle.
#[derive(Clone, Copy)]
pub(super) struct Reading<'a> {
    pub(super) source: &'a Source,
    /// The title's stems.
    pub(super) title: &'a HashSet<String>,
    /// The numbers of title and abstract.
    pub(super) figures: &'a [Figure],
}

impl Library {
    pub(crate) fn new(sources: Arc<Sources>) -> Self {
        let read = sources.list.iter().map(|source| Read { title: source.title_stems(), figures: figures(source) }).collect();
        Self { sources, read }
    }

    pub(super) fn all(&self) -> impl Iterator<Item = Reading<'_>> {
        self.sources.list.iter().zip(&self.read).map(|(source, read)| Reading { source, title: &read.title, figures: &read.figures })
    }

    pub(super) fn get(&self, id: &PreprintId) -> Option<Reading<'_>> {
        self.all().find(|reading| reading.source.id == *id)
    }

    pub(super) fn has(&self, id: &PreprintId) -> bool {
        self.sources.get(id).is_some()
    }
}
