//! Harvested pages into the archive: removals, then batches of records, the mark with the last of them.

use antigravity_chassis::call::CallContext;
use antigravity_proto::{
    gateway::v1::{IndexPreprintsRequest, index_preprints_request::Message},
    types::{HarvestMark, IndexBatch, IndexEnd, IndexHeader, IndexResult, PreprintRecord},
};
use futures_util::stream;
use prost::Message as _;

use super::tally::Tally;
use crate::{
    backend::Backend,
    failure::Failure,
    harvest::{Changes, Sink},
    options::Options,
    output,
    progress::Stage,
    records::is_full,
};

/// The archive of a backend.
pub(super) struct ArchiveSink<'a> {
    backend: &'a Backend,
    archive: String,
    stage: Stage,
    tally: Tally,
}

impl<'a> ArchiveSink<'a> {
    /// Into the archive that the options name.
    pub(super) fn new(backend: &'a Backend, options: &'a Options) -> Self {
        Self { backend, archive: options.archive(), stage: Stage::new("harvesting"), tally: Tally::default() }
    }

    /// Ends, and tells what was done.
    pub(super) fn finish(self) -> Tally {
        self.tally
    }

    fn refuse(&mut self, id: &str, reason: &str) {
        self.tally.records.count(IndexResult::Refused);
        self.note(&format!("refused {id}: {reason}"));
    }

    /// One call per page. Batches as `antigravity index` makes them; the retriever takes the next when the one before is durable.
    async fn index(&mut self, records: Vec<PreprintRecord>, mark: Option<HarvestMark>) -> Result<(), Failure> {
        let mut batches = batches(records);
        if mark.is_some() && batches.is_empty() {
            batches.push(Vec::new());
        }
        let last = batches.len();
        if last == 0 {
            return Ok(());
        }
        let header = Message::Header(IndexHeader { archive: self.archive.clone(), ..Default::default() });
        let batch = |(at, records): (usize, _)| {
            let harvest_mark = if at + 1 == last { mark.clone() } else { None };
            Message::Batch(IndexBatch { sequence: at as u64, records, harvest_mark })
        };
        let batches = batches.into_iter().enumerate().map(batch);
        let messages: Vec<_> = std::iter::once(header).chain(batches).chain([Message::End(IndexEnd {})]).collect();
        let requests = stream::iter(messages.into_iter().map(|message| IndexPreprintsRequest { message: Some(message) }));
        // Without a deadline, as indexing files is.
        let call = self.backend.client().index_preprints(CallContext::root().request(requests)).await;
        let mut replies = call.map_err(|status| self.backend.failed(status))?.into_inner();
        let mut acknowledged = 0;
        while let Some(reply) = replies.message().await.map_err(|status| self.backend.failed(status))? {
            let Some(acknowledgement) = reply.acknowledgement else { continue };
            acknowledged += 1;
            for outcome in acknowledgement.outcomes {
                match outcome.result() {
                    IndexResult::Refused | IndexResult::Unspecified => self.refuse(&outcome.source_id, &outcome.refusal),
                    result => self.tally.records.count(result),
                }
            }
            self.stage.set(self.tally.line());
        }
        if acknowledged < last {
            return Err(Failure::Cut("every batch was acknowledged; what was acknowledged is in the archive"));
        }
        if let Some(day) = mark.as_ref().and_then(crate::harvest::day) {
            self.tally.moved(day.to_string());
            self.stage.set(self.tally.line());
        }
        Ok(())
    }
}

impl Sink for ArchiveSink<'_> {
    type Error = Failure;

    async fn take(&mut self, changes: Changes, mark: Option<HarvestMark>) -> Result<(), Failure> {
        let Changes { records, removed, refused } = changes;
        for (id, reason) in refused {
            self.refuse(&id, &reason);
        }
        // A batch makes the archive when it isn't there; before that nothing can be removed from it.
        let gone = match super::super::remove(self.backend, &self.archive, removed).await {
            Err(failure) if failure.is_empty_archive() => 0,
            gone => gone?,
        };
        self.tally.removed(gone);
        self.index(records, mark).await
    }

    fn note(&mut self, text: &str) {
        self.stage.aside(|| output::note(text));
    }
}

/// Records in their order, in batches as large as those of files.
fn batches(records: Vec<PreprintRecord>) -> Vec<Vec<PreprintRecord>> {
    let mut batches: Vec<Vec<PreprintRecord>> = Vec::new();
    let mut bytes = 0;
    for record in records {
        let length = record.encoded_len();
        match batches.last_mut().filter(|batch| !is_full(batch.len(), bytes)) {
            Some(batch) => {
                bytes += length;
                batch.push(record);
            }
            None => {
                bytes = length;
                batches.push(vec![record]);
            }
        }
    }
    batches
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn batches_end_by_count_and_by_size() {
        for (records, length, expected) in [(0, 0, vec![]), (65, 10, vec![32, 32, 1]), (7, 600_000, vec![4, 3])] {
            let record = PreprintRecord { title: "x".repeat(length), ..Default::default() };
            assert_eq!(batches(vec![record; records]).iter().map(Vec::len).collect::<Vec<_>>(), expected);
        }
    }
}
