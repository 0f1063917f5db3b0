//! Inputs as batches of records, with the place of each.

use std::{
    collections::{HashMap, VecDeque},
    hash::{BuildHasher as _, RandomState},
    io::{BufRead, Error},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use antigravity_proto::types::PreprintRecord;
use prost::Message as _;

use super::{
    Input, Place,
    lines::{Line, MAX_LINE, next_line},
    record::{self, Reading},
};

/// Enough to keep every core busy with embedding, few enough that progress shows and an interruption costs a second or two of work.
const BATCH_RECORDS: usize = 32;
/// The contract's limit for a batch is 3 MiB in all: what is below this takes one more record of the greatest length, and the frames of all.
const BATCH_BYTES: usize = 3 * 1024 * 1024 - MAX_LINE - 64 * 1024;

/// Whether a batch of so many records, with so many bytes in all, takes no more. One that isn't full has room for any record.
pub(crate) fn is_full(records: usize, bytes: usize) -> bool {
    records >= BATCH_RECORDS || bytes >= BATCH_BYTES
}

/// Records to be sent together.
#[derive(Debug, Default)]
pub(crate) struct Batch {
    /// The records.
    pub(crate) records: Vec<PreprintRecord>,
    /// Where each was read.
    pub(crate) places: Vec<Place>,
    /// How many bytes of all inputs had been read when the batch was full.
    pub(crate) consumed: u64,
}

/// What comes out of the inputs.
#[derive(Debug)]
pub(crate) enum Event {
    /// Records.
    Batch(Batch),
    /// A line that is no record.
    Refused {
        /// The line.
        place: Place,
        /// The record's id; empty when it can't be read.
        id: String,
        /// Why.
        reason: String,
    },
    /// A preprint that was withdrawn, by its id at the origin.
    Withdrawn(String),
    /// An input that can't be read beyond this line. What was read before comes first, as a batch.
    Broken {
        /// The line that could not be read to its end.
        place: Place,
        /// Why.
        error: Error,
    },
}

/// Reads inputs one after another. Blocks: for a thread of its own.
pub(crate) struct Batches {
    inputs: VecDeque<Input>,
    current: Option<Open>,
    batch: Batch,
    bytes: usize,
    /// Bytes of the inputs that are done with.
    done: u64,
    held: Option<Event>,
}

struct Open {
    name: Arc<str>,
    text: Box<dyn BufRead + Send>,
    consumed: Arc<AtomicU64>,
    line: u64,
    seen: Seen,
}

impl Batches {
    /// Over these inputs, in this order.
    pub(crate) fn new(inputs: Vec<Input>) -> Self {
        Self { inputs: inputs.into(), current: None, batch: Batch::default(), bytes: 0, done: 0, held: None }
    }

    fn take_batch(&mut self) -> Option<Event> {
        let mut batch = std::mem::take(&mut self.batch);
        self.bytes = 0;
        batch.consumed = self.done + self.current.as_ref().map_or(0, |open| open.consumed.load(Ordering::Relaxed));
        (!batch.records.is_empty()).then_some(Event::Batch(batch))
    }

    /// Ends the present input.
    fn end_input(&mut self) {
        if let Some(open) = self.current.take() {
            self.done += open.consumed.load(Ordering::Relaxed);
        }
    }

    /// The next input. `Err` when not even its beginning can be read.
    fn begin_input(&mut self, input: Input) -> Result<(), Event> {
        let (name, consumed) = (input.name.clone(), input.consumed());
        let text = input.into_text().map_err(|error| Event::Broken { place: Place { file: name.clone(), line: 1 }, error })?;
        self.current = Some(Open { name, text, consumed, line: 0, seen: Seen::default() });
        Ok(())
    }

    /// The present input failed: what was read before goes first.
    fn broken(&mut self, event: Event) -> Event {
        let first = self.after_batch(event);
        self.end_input();
        first
    }

    /// An event, and before it what was read before it.
    fn after_batch(&mut self, event: Event) -> Event {
        match self.take_batch() {
            Some(batch) => {
                self.held = Some(event);
                batch
            }
            None => event,
        }
    }

    /// Adds a line to the batch. `Some` when that makes an event.
    fn add(&mut self, line: &[u8], place: Place) -> Option<Event> {
        // A byte order mark is no part of the text (RFC 8259, section 8.1); a line of white space is no record.
        let line = if place.line == 1 { line.strip_prefix(b"\xef\xbb\xbf").unwrap_or(line) } else { line };
        if line.trim_ascii().is_empty() {
            return None;
        }
        let record = match record::parse(line) {
            Err(record::Malformed { id, reason }) => return Some(Event::Refused { place, id, reason }),
            // What was read before goes first: a record of the same preprint among it must not look like one that came later.
            Ok(Reading::Withdrawn(id)) => return Some(self.after_batch(Event::Withdrawn(id))),
            Ok(Reading::Record(record)) => record,
        };
        if let Some(first) = self.current.as_mut().and_then(|open| open.seen.differs_from(&record.source_id, line, place.line)) {
            let reason = format!("the id stands already in line {first} with other content: keep one of the two lines");
            return Some(Event::Refused { place, id: record.source_id, reason });
        }
        self.bytes += record.encoded_len();
        self.batch.records.push(record);
        self.batch.places.push(place);
        if is_full(self.batch.records.len(), self.bytes) { self.take_batch() } else { None }
    }
}

/// The ids of one input. Within a file nobody can say which of two contents is meant; from file to file the later one replaces the earlier.
/// Hashes of 64 bits: at three million records, all of arXiv, one in a million files would hold a record that is refused wrongly.
#[derive(Default)]
struct Seen {
    hasher: RandomState,
    /// The hash of each id's line, and the line's number.
    lines: HashMap<u64, (u64, u64)>,
}

impl Seen {
    /// The line that has this id already, with other content.
    fn differs_from(&mut self, id: &str, line: &[u8], number: u64) -> Option<u64> {
        let content = self.hasher.hash_one(line.trim_ascii());
        let (before, first) = *self.lines.entry(self.hasher.hash_one(id)).or_insert((content, number));
        (before != content).then_some(first)
    }
}

impl Iterator for Batches {
    type Item = Event;

    fn next(&mut self) -> Option<Event> {
        loop {
            if let Some(held) = self.held.take() {
                return Some(held);
            }
            let Some(open) = &mut self.current else {
                match self.inputs.pop_front().map(|input| self.begin_input(input)) {
                    None => return self.take_batch(),
                    Some(Ok(())) => continue,
                    Some(Err(event)) => return Some(self.broken(event)),
                }
            };
            let line = next_line(&mut open.text);
            open.line += 1;
            let place = Place { file: open.name.clone(), line: open.line };
            match line {
                Ok(None) => self.end_input(),
                Ok(Some(Line::TooLong)) => {
                    return Some(Event::Refused {
                        place,
                        id: String::new(),
                        reason: format!("the line is longer than {} KiB", MAX_LINE / 1024),
                    });
                }
                Ok(Some(Line::Whole(line))) => {
                    if let Some(event) = self.add(&line, place) {
                        return Some(event);
                    }
                }
                Err(error) => return Some(self.broken(Event::Broken { place, error })),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::{Cursor, Write as _};

    use flate2::{Compression, write::GzEncoder};

    use super::*;

    fn record(number: usize, abstract_length: usize) -> String {
        let words = "x".repeat(abstract_length);
        format!(
            "{{\"id\": \"2603.{number:05}\", \"title\": \"T\", \"abstract\": \"{words}\", \"categories\": [\"hep-ph\"], \"date\": \"2026-03\"}}\n"
        )
    }

    fn input(name: &str, bytes: impl Into<Vec<u8>>) -> Input {
        Input::new(name, None, Cursor::new(bytes.into()))
    }

    /// One word per event: `3 a:1` for a batch of three that begins at line 1 of a, `refused a:2`, `broken a:4`.
    fn events(inputs: Vec<Input>) -> Vec<String> {
        Batches::new(inputs)
            .map(|event| match event {
                Event::Batch(batch) => {
                    assert_eq!(batch.records.len(), batch.places.len());
                    format!("{} {}", batch.records.len(), batch.places[0])
                }
                Event::Refused { place, reason, .. } => format!("refused {place} {reason}"),
                Event::Withdrawn(id) => format!("withdrawn {id}"),
                Event::Broken { place, .. } => format!("broken {place}"),
            })
            .collect()
    }

    #[test]
    fn a_bad_line_does_not_stop_the_others() {
        let text =
            format!("\u{feff}{}\r\n\nnonsense\n{}{}\n{}", record(1, 0).trim(), record(2, 0), "x".repeat(MAX_LINE + 1), record(3, 0).trim());
        assert_eq!(
            events(vec![input("a", text), input("b", record(4, 0))]),
            ["refused a:3 not JSON: expected ident (column 2)", "refused a:5 the line is longer than 1024 KiB", "4 a:1"]
        );
        assert_eq!(events(vec![input("a", ""), input("b", "\n \n")]), [""; 0]);
    }

    #[test]
    fn batches_end_by_count_and_by_size() {
        let many: String = (0..66).map(|number| record(number, 10)).collect();
        assert_eq!(events(vec![input("a", many)]), ["32 a:1", "32 a:33", "2 a:65"]);
        let large: String = (0..5).map(|number| record(number, 600_000)).collect();
        assert_eq!(events(vec![input("a", large)]), ["4 a:1", "1 a:5"]);
    }

    #[test]
    fn one_id_with_two_contents_is_refused_within_a_file_only() {
        let (record, other) = (record(1, 5), record(1, 6));
        assert_eq!(
            events(vec![input("a", format!("{record}{record}{other}")), input("b", other.clone())]),
            ["refused a:3 the id stands already in line 1 with other content: keep one of the two lines", "3 a:1"]
        );
    }

    #[test]
    fn a_withdrawn_preprint_is_told() {
        let line = r#"{"id": "0704.0001", "comments": "This paper has been withdrawn", "categories": "hep-ph", "authors_parsed": [],
            "versions": [{"created": "Mon, 2 Apr 2007 19:18:42 GMT"}]}"#;
        let line = line.replace('\n', "");
        assert_eq!(events(vec![input("a", line.as_str())]), ["withdrawn 0704.0001"]);
        // In the order of the lines, over files too: what was read before it came before it.
        let files = vec![input("a", record(1, 0)), input("b", format!("{line}\n{}", record(2, 0)))];
        assert_eq!(events(files), ["1 a:1", "withdrawn 0704.0001", "1 b:2"]);
    }

    #[test]
    fn a_torn_file_gives_what_stands_before_the_tear_and_the_next_file_is_read() {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::none());
        for number in 0..3 {
            encoder.write_all(record(number, 20).as_bytes()).unwrap();
        }
        let mut torn = encoder.finish().unwrap();
        torn.truncate(torn.len() - 40);
        assert_eq!(events(vec![input("a.gz", torn), input("b", record(9, 0))]), ["2 a.gz:1", "broken a.gz:3", "1 b:1"]);
    }
}
