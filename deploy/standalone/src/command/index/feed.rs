//! From the reading thread to the call: batches as requests, no more of them under way than is good.

use std::{
    collections::{BTreeSet, HashMap},
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    thread::JoinHandle,
};

use antigravity_proto::{
    gateway::v1::{IndexPreprintsRequest, index_preprints_request::Message},
    types::{IndexBatch, IndexEnd, IndexHeader},
};
use antigravity_text::SourceId;
use futures_util::{
    Stream, StreamExt as _,
    stream::{once, unfold},
};
use tokio::sync::{Semaphore, mpsc};

use super::report::Report;
use crate::{
    failure::Failure,
    records::{Batch, Batches, Event, Place},
};

/// Batches that were sent and aren't acknowledged: one being embedded, one being written, one waiting, one on its way.
const UNDER_WAY: usize = 4;

/// What of a batch is remembered until its acknowledgement.
#[derive(Debug)]
pub(crate) struct Sent {
    /// Where its records were read.
    pub(crate) places: Vec<Place>,
    /// How many bytes of all inputs had been read.
    pub(crate) consumed: u64,
}

/// The reading thread and the batches under way.
pub(crate) struct Feed {
    reader: JoinHandle<()>,
    shared: Arc<Shared>,
    batches: Mutex<Option<mpsc::Receiver<Batch>>>,
}

struct Shared {
    permits: Semaphore,
    /// Whether the reading thread has given everything.
    read: AtomicBool,
    sent: Mutex<HashMap<u64, Sent>>,
    /// Ids of preprints that were withdrawn, and that no record further on brought back.
    withdrawn: Mutex<BTreeSet<String>>,
}

impl Feed {
    /// Starts reading. What can't be sent goes to the report at once.
    ///
    /// A thread of its own and not the runtime's pool for blocking work: the runtime waits for that at its end, and reading standard input
    /// may never end. This thread ends with the input, when the feed is gone, or, waiting for input that doesn't come, with the process.
    pub(crate) fn start(batches: Batches, report: Arc<Report>) -> Result<Self, Failure> {
        let (sender, receiver) = mpsc::channel(1);
        let shared = Arc::new(Shared {
            permits: Semaphore::new(UNDER_WAY),
            read: AtomicBool::new(false),
            sent: Mutex::default(),
            withdrawn: Mutex::default(),
        });
        let told = shared.clone();
        let read = move || {
            for event in batches {
                match event {
                    Event::Refused { place, id, reason } => report.refuse(&place, &id, &reason),
                    Event::Broken { place, error } => report.note_broken(&place, &error),
                    Event::Withdrawn(id) => {
                        lock(&told.withdrawn).insert(one_spelling(&id));
                    }
                    Event::Batch(batch) => {
                        for record in &batch.records {
                            lock(&told.withdrawn).remove(&one_spelling(&record.source_id));
                        }
                        if sender.blocking_send(batch).is_err() {
                            return;
                        }
                    }
                }
            }
        };
        let reader = std::thread::Builder::new().name("records".to_owned()).spawn(read).map_err(Failure::Thread)?;
        Ok(Self { reader, shared, batches: Mutex::new(Some(receiver)) })
    }

    /// The header, then the batches, each as soon as there is room for it, then the end; not when the archive is to be built anew and some
    /// input is broken, since with the end a part would take the place of the whole.
    pub(crate) fn requests(&self, header: IndexHeader, report: Arc<Report>) -> impl Stream<Item = IndexPreprintsRequest> + Send + 'static {
        let rebuild = header.rebuild;
        let end = async move { (!rebuild || report.broken().is_none()).then_some(Message::End(IndexEnd {})) };
        let header = Message::Header(header);
        let receiver = lock(&self.batches).take();
        let batches = unfold((receiver, self.shared.clone(), 0), |(receiver, shared, sequence)| async move {
            let mut receiver = receiver?;
            // Given back by the acknowledgement.
            shared.permits.acquire().await.ok()?.forget();
            let Some(Batch { records, places, consumed }) = receiver.recv().await else {
                shared.read.store(true, Ordering::Release);
                return None;
            };
            lock(&shared.sent).insert(sequence, Sent { places, consumed });
            let batch = Message::Batch(IndexBatch { sequence, records, harvest_mark: None });
            Some((batch, (Some(receiver), shared, sequence + 1)))
        });
        once(std::future::ready(header))
            .chain(batches)
            .chain(once(end).filter_map(std::future::ready))
            .map(|message| IndexPreprintsRequest { message: Some(message) })
    }

    /// A batch has been acknowledged: there is room for another. `None` for one that isn't under way.
    pub(crate) fn acknowledged(&self, sequence: u64) -> Option<Sent> {
        let sent = lock(&self.shared.sent).remove(&sequence)?;
        self.shared.permits.add_permits(1);
        Some(sent)
    }

    /// Ends. The ids of the preprints that were withdrawn; `None` unless everything that was read has been acknowledged.
    pub(crate) fn finish(self) -> Option<Vec<String>> {
        let all = self.shared.read.load(Ordering::Acquire) && lock(&self.shared.sent).is_empty();
        // The thread has let go of its end of the channel: it is at its end. Where the call was cut off it is left to itself.
        (all && self.reader.join().is_ok()).then(|| std::mem::take(&mut *lock(&self.shared.withdrawn)).into_iter().collect())
    }
}

/// An id as the archive has it, however a file writes it: `0704.0001v2` and `arXiv:0704.0001` name one preprint.
fn one_spelling(id: &str) -> String {
    SourceId::parse_versioned(id).map_or_else(|_| id.to_owned(), |(id, _)| id.to_string())
}

/// A lock whose holder panicked guards nothing that could be half done here.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_preprint_has_one_spelling() {
        for id in ["0704.0001", "0704.0001v2", "arXiv:0704.0001"] {
            assert_eq!(one_spelling(id), "arXiv:0704.0001");
        }
        assert_eq!(one_spelling("no id"), "no id");
    }
}
