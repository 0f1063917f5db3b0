//! An archive in memory and a clock that waits for nothing.

use std::{collections::BTreeMap, time::Duration};

use antigravity_proto::types::HarvestMark;
use jiff::Timestamp;

use super::{
    super::{Changes, Clock, Format, HarvestError, Limits, Plan, Sink, Stopped, harvest},
    server::Server,
};

/// What was harvested.
#[derive(Default)]
pub(super) struct Memory {
    /// Titles by number.
    pub(super) titles: BTreeMap<String, String>,
    pub(super) refused: Vec<String>,
    pub(super) marks: Vec<HarvestMark>,
    pub(super) notes: Vec<String>,
    /// How long was waited, in seconds.
    pub(super) waits: Vec<u64>,
    /// After so many pages the archive fails, as a kill would have it.
    pub(super) pages_left: Option<usize>,
}

impl Memory {
    /// `1 2 3` for the preprints of these numbers.
    pub(super) fn numbers(&self) -> String {
        let number = |id: &String| id.rsplit('.').next().unwrap().trim_start_matches('0').to_owned();
        self.titles.keys().map(number).collect::<Vec<_>>().join(" ")
    }

    /// The day of the last mark.
    pub(super) fn day(&self) -> Option<String> {
        let seconds = self.marks.last()?.datestamp?.seconds;
        Some(Timestamp::from_second(seconds).unwrap().strftime("%F").to_string())
    }

    /// Harvests into this archive, on from the marks that it has.
    pub(super) async fn harvest(&mut self, plan: &Plan) -> Result<(), String> {
        let mut clock = Jumping { now: "2026-11-24T10:00:00Z".parse().unwrap(), waits: Vec::new() };
        let marks: Vec<_> = self.marks.last().cloned().into_iter().collect();
        let ready = plan.clone().ready().map_err(|error| error.to_string())?;
        let done = harvest(ready, &marks, &mut clock, self).await;
        self.waits.extend(clock.waits.iter().map(Duration::as_secs));
        done.map_err(|stopped| match stopped {
            Stopped::Harvest(error) => error.to_string(),
            Stopped::Sink(()) => "killed".to_owned(),
        })
    }
}

impl Sink for Memory {
    type Error = ();

    async fn take(&mut self, changes: Changes, mark: Option<HarvestMark>) -> Result<(), ()> {
        if let Some(left) = &mut self.pages_left {
            *left = left.checked_sub(1).ok_or(())?;
        }
        for id in changes.removed {
            self.titles.remove(&id);
        }
        self.titles.extend(changes.records.into_iter().map(|record| (record.source_id, record.title)));
        self.refused.extend(changes.refused.into_iter().map(|(id, reason)| format!("{id}: {reason}")));
        self.marks.extend(mark);
        Ok(())
    }

    fn note(&mut self, text: &str) {
        self.notes.push(text.to_owned());
    }
}

struct Jumping {
    now: Timestamp,
    waits: Vec<Duration>,
}

impl Clock for &mut Jumping {
    fn now(&self) -> Timestamp {
        self.now
    }

    async fn wait(&mut self, time: Duration) {
        self.now += time;
        self.waits.push(time);
    }
}

/// A plan for a set of one window, November.
pub(super) fn plan(server: &Server) -> Plan {
    Plan {
        endpoint: server.endpoint.clone(),
        sets: vec!["physics:hep-ph".to_owned()],
        from: Some("2026-11-01".parse().unwrap()),
        until: None,
        format: Format::Arxiv,
        pause: Duration::from_secs(3),
        contact: None,
        limits: Limits::default(),
    }
}

/// What became of harvesting one window from a server that acts like this.
pub(super) async fn harvested(script: Vec<super::server::Act>) -> (Result<(), String>, Memory) {
    let server = Server::start(script).await;
    let mut memory = Memory::default();
    let done = memory.harvest(&plan(&server)).await;
    (done, memory)
}

#[test]
fn usage_and_unavailability_are_told_apart() {
    let usage = HarvestError::Option { flag: "--endpoint", wrong: String::new() };
    let away = HarvestError::Busy { seconds: 1 };
    assert!(usage.is_usage() && !usage.is_unavailable() && away.is_unavailable() && !away.is_usage());
}
