//! What became of the records: counted, each refusal named, summed up at the end.

use std::{
    fs::File,
    io::{self, Write as _},
    path::Path,
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use antigravity_proto::types::{Archive, IndexAcknowledgement, IndexResult};
use serde_json::json;

use super::{super::counts::Counts, feed::Sent};
use crate::{
    failure::Failure,
    output,
    progress::{Progress, rate},
    records::Place,
};

/// The report, written from the reading thread and from the call.
pub(crate) struct Report {
    progress: Progress,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    counts: Counts,
    /// Preprints that were taken out of the archive.
    withdrawn: u64,
    refusals: Option<File>,
    /// Inputs that could not be read to their end.
    broken: Vec<String>,
}

impl Report {
    /// A report that also writes refusals to this file.
    pub(crate) fn new(refused: Option<&Path>, progress: Progress) -> Result<Self, Failure> {
        let create = |path: &Path| File::create(path).map_err(|source| Failure::File { path: path.to_owned(), source });
        let refusals = refused.map(create).transpose()?;
        Ok(Self { progress, state: Mutex::new(State { refusals, ..State::default() }) })
    }

    /// A record was refused: by its form here, or by the archive. `id` is empty when it isn't known.
    pub(crate) fn refuse(&self, place: &Place, id: &str, reason: &str) {
        let mut state = self.lock();
        state.counts.count(IndexResult::Refused);
        let named = if id.is_empty() { String::new() } else { format!(" {id}") };
        self.progress.aside(|| output::note(&format!("refused {place}{named}: {reason}")));
        let line = json!({"file": &*place.file, "line": place.line, "id": id, "reason": reason});
        let written = state.refusals.as_mut().map(|file| writeln!(file, "{line}"));
        if let Some(Err(error)) = written {
            state.refusals = None;
            self.progress.aside(|| output::note(&format!("warning: the file of refused records can't be written any more: {error}")));
        }
    }

    /// An input could not be read beyond this line.
    pub(crate) fn note_broken(&self, place: &Place, error: &io::Error) {
        self.lock().broken.push(format!("{place}: can't be read any further: {error}"));
    }

    /// A batch is durable.
    pub(crate) fn acknowledge(&self, sent: &Sent, acknowledgement: &IndexAcknowledgement) {
        for (place, outcome) in sent.places.iter().zip(&acknowledgement.outcomes) {
            match outcome.result() {
                IndexResult::Refused | IndexResult::Unspecified => self.refuse(place, &outcome.source_id, &outcome.refusal),
                result => self.lock().counts.count(result),
            }
        }
        let counts = self.lock().counts;
        self.progress.advance(counts.taken(), sent.consumed);
    }

    /// So many preprints were taken out of the archive, since the input says that they were withdrawn.
    pub(crate) fn note_withdrawn(&self, count: u64) {
        self.lock().withdrawn += count;
    }

    /// How many records are in the archive, whether they were there before or not.
    pub(crate) fn taken(&self) -> u64 {
        self.lock().counts.taken()
    }

    /// The inputs that could not be read to their end, if any.
    pub(crate) fn broken(&self) -> Option<String> {
        let broken = self.lock().broken.join("; ");
        (!broken.is_empty()).then_some(broken)
    }

    /// The report's text.
    pub(crate) fn summary(&self, archive: &Archive, time: Duration) -> String {
        self.lock().summary(archive, time)
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn summary(&self, archive: &Archive, time: Duration) -> String {
        let all = self.counts.taken() + self.counts.refused;
        let seconds = time.as_secs_f64();
        let mut text = format!("{all} records in {seconds:.1} s ({:.1} per second)\n", rate(all, time));
        text.push_str(&self.counts.table((self.withdrawn > 0).then_some(("withdrawn", self.withdrawn))));
        text.push_str(&format!("archive {}: {} preprints", archive.name, archive.preprints));
        if !archive.revision.is_empty() {
            text.push_str(&format!(", revision {}", archive.revision));
        }
        text + "\n"
    }
}

#[cfg(test)]
mod tests {
    use antigravity_proto::types::IndexOutcome;
    use expect_test::expect;

    use super::*;

    #[test]
    fn outcomes_are_counted_and_refusals_kept_with_their_place() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let report = Report::new(Some(file.path()), Progress::new(None)).unwrap();
        let places: Vec<Place> = (1..=4).map(|line| Place { file: "a.jsonl".into(), line }).collect();
        let outcome = |result: IndexResult, refusal: &str| IndexOutcome {
            source_id: "arXiv:x".into(),
            result: result.into(),
            refusal: refusal.into(),
            ..Default::default()
        };
        let outcomes = vec![
            outcome(IndexResult::New, ""),
            outcome(IndexResult::Refused, "`source_id`: no such archive"),
            outcome(IndexResult::Unchanged, ""),
            outcome(IndexResult::Updated, ""),
        ];
        report.acknowledge(&Sent { places, consumed: 10 }, &IndexAcknowledgement { sequence: 0, outcomes });
        report.refuse(&Place { file: "-".into(), line: 7 }, "", "not JSON");
        expect![[r#"
            {"file":"a.jsonl","line":2,"id":"arXiv:x","reason":"`source_id`: no such archive"}
            {"file":"-","line":7,"id":"","reason":"not JSON"}
        "#]]
        .assert_eq(&std::fs::read_to_string(file.path()).unwrap());
        assert_eq!(report.lock().counts, Counts { new: 1, unchanged: 1, updated: 1, refused: 2 });
        assert_eq!(report.broken(), None);
        report.note_broken(&Place { file: "b.gz".into(), line: 9 }, &io::Error::other("torn"));
        assert_eq!(report.broken().unwrap(), "b.gz:9: can't be read any further: torn");
    }

    #[test]
    fn the_summary() {
        let archive = Archive { name: "preprints".into(), preprints: 74, revision: "00ff".into(), ..Default::default() };
        let counts = Counts { new: 60, unchanged: 12, updated: 2, refused: 1 };
        let state = State { counts, withdrawn: 3, ..State::default() };
        expect![[r#"
            75 records in 2.5 s (30.0 per second)
              new              60
              unchanged        12
              updated           2
              refused           1
              withdrawn         3
            archive preprints: 74 preprints, revision 00ff
        "#]]
        .assert_eq(&state.summary(&archive, Duration::from_millis(2500)));
    }
}
