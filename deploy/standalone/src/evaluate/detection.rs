//! How well something wrong is told from what is right: precision, recall, F1, AUC, and recall at a share of false alarms.
//!
//! Wrong is what is to be found: a claim that its sources don't support. All measures are of counts per item, so that the bootstrap can draw items
//! anew without copying them.

use super::statistics::Estimate;

/// What was found of one item.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Item {
    /// It is wrong.
    pub(crate) wrong: bool,
    /// It was called wrong.
    pub(crate) flagged: bool,
    /// How wrong it looks. Any scale.
    pub(crate) suspicion: f64,
}

/// Items, the most suspicious first.
pub(crate) struct Detection {
    items: Vec<Item>,
}

impl Detection {
    pub(crate) fn new(mut items: Vec<Item>) -> Self {
        items.sort_by(|a, b| b.suspicion.total_cmp(&a.suspicion));
        Self { items }
    }

    /// How many items are wrong.
    pub(crate) fn wrong(&self) -> usize {
        self.items.iter().filter(|item| item.wrong).count()
    }

    /// How many items are right.
    pub(crate) fn right(&self) -> usize {
        self.items.len() - self.wrong()
    }

    /// Of those that were flagged, the share that is wrong.
    pub(crate) fn precision(&self) -> Estimate {
        let flagged = self.items.iter().filter(|item| item.flagged).count();
        self.estimate(flagged, |counts| {
            let [hits, alarms, _] = self.tally(counts);
            ratio(hits, hits + alarms)
        })
    }

    /// Of those that are wrong, the share that was flagged.
    pub(crate) fn recall(&self) -> Estimate {
        self.estimate(self.wrong(), |counts| {
            let [hits, _, missed] = self.tally(counts);
            ratio(hits, hits + missed)
        })
    }

    /// Of those that are right, the share that was flagged.
    pub(crate) fn false_alarms(&self) -> Estimate {
        self.estimate(self.right(), |counts| {
            let [_, alarms, _] = self.tally(counts);
            ratio(alarms, self.count(counts, false))
        })
    }

    /// The harmonic mean of precision and recall.
    pub(crate) fn f1(&self) -> Estimate {
        self.estimate(self.items.len(), |counts| {
            let [hits, alarms, missed] = self.tally(counts);
            ratio(2 * hits, 2 * hits + alarms + missed)
        })
    }

    /// How often a wrong item looks worse than a right one; looking alike counts half (Hanley and McNeil 1982).
    pub(crate) fn auc(&self) -> Estimate {
        self.estimate(self.items.len(), |counts| {
            let (mut above, mut won) = (0, 0.0);
            for tied in self.ties() {
                let (wrong, right) = self.count_of(tied, counts);
                won += f64::from(right) * (f64::from(above) + f64::from(wrong) / 2.0);
                above += wrong;
            }
            let pairs = f64::from(above) * f64::from(self.count(counts, false));
            if pairs > 0.0 { won / pairs } else { 0.0 }
        })
    }

    /// The largest share of the wrong that a threshold finds which flags at most this share of the right.
    pub(crate) fn recall_at(&self, false_alarms: f64) -> Estimate {
        self.estimate(self.items.len(), |counts| {
            let allowed = false_alarms * f64::from(self.count(counts, false));
            let (mut found, mut alarms) = (0, 0);
            for tied in self.ties() {
                let (wrong, right) = self.count_of(tied, counts);
                if f64::from(alarms + right) > allowed {
                    break;
                }
                found += wrong;
                alarms += right;
            }
            ratio(found, self.count(counts, true))
        })
    }

    fn estimate(&self, n: usize, statistic: impl Fn(&[u32]) -> f64) -> Estimate {
        Estimate { n, ..Estimate::of_counts(self.items.len(), statistic) }
    }

    /// Hits, false alarms, misses.
    fn tally(&self, counts: &[u32]) -> [u32; 3] {
        let mut tally = [0; 3];
        let [hits, alarms, missed] = &mut tally;
        for (item, count) in self.items.iter().zip(counts) {
            match (item.wrong, item.flagged) {
                (true, true) => *hits += count,
                (false, true) => *alarms += count,
                (true, false) => *missed += count,
                (false, false) => {}
            }
        }
        tally
    }

    fn count(&self, counts: &[u32], wrong: bool) -> u32 {
        self.items.iter().zip(counts).filter(|(item, _)| item.wrong == wrong).map(|(_, count)| count).sum()
    }

    /// Runs of items that look alike, as places.
    fn ties(&self) -> impl Iterator<Item = std::ops::Range<usize>> {
        let mut from = 0;
        self.items.chunk_by(|a, b| a.suspicion.total_cmp(&b.suspicion).is_eq()).map(move |run| {
            let begin = from;
            from += run.len();
            begin..from
        })
    }

    fn count_of(&self, run: std::ops::Range<usize>, counts: &[u32]) -> (u32, u32) {
        let items = self.items.get(run.clone()).unwrap_or(&[]).iter().zip(counts.get(run).unwrap_or(&[]));
        items.fold((0, 0), |(wrong, right), (item, count)| if item.wrong { (wrong + count, right) } else { (wrong, right + count) })
    }
}

/// 0 of nothing.
fn ratio(part: u32, whole: u32) -> f64 {
    if whole == 0 { 0.0 } else { f64::from(part) / f64::from(whole) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn detection(items: &[(bool, bool, f64)]) -> Detection {
        Detection::new(items.iter().map(|&(wrong, flagged, suspicion)| Item { wrong, flagged, suspicion }).collect())
    }

    #[test]
    fn measures_are_as_defined() {
        let found = detection(&[
            (true, true, 0.9),
            (false, true, 0.8),
            (true, true, 0.7),
            (true, false, 0.5),
            (false, false, 0.5),
            (false, false, 0.3),
            (true, false, 0.1),
            (false, false, 0.0),
        ]);
        for (name, estimate, expected, n) in [
            ("precision", found.precision(), 2.0 / 3.0, 3),
            ("recall", found.recall(), 0.5, 4),
            ("false alarms", found.false_alarms(), 0.25, 4),
            ("f1", found.f1(), 4.0 / 7.0, 8),
            // Pairs won: 0.9 four, 0.7 three, 0.5 two and a half, 0.1 one.
            ("auc", found.auc(), 10.5 / 16.0, 8),
            ("recall at 0", found.recall_at(0.0), 0.25, 8),
            ("recall at 25 %", found.recall_at(0.25), 0.5, 8),
            ("recall at 50 %", found.recall_at(0.5), 0.75, 8),
            ("recall at all", found.recall_at(1.0), 1.0, 8),
        ] {
            assert!((estimate.value - expected).abs() < 1e-12, "{name}: {estimate:?}");
            assert!(estimate.low <= estimate.value && estimate.value <= estimate.high && estimate.n == n, "{name}: {estimate:?}");
        }
    }

    #[test]
    fn a_perfect_order_is_1_and_a_reversed_one_0() {
        let perfect = [(true, true, 2.0), (true, true, 1.5), (false, false, 1.0)];
        let reversed: Vec<_> = perfect.iter().map(|&(wrong, flagged, suspicion)| (wrong, flagged, -suspicion)).collect();
        assert_eq!((detection(&perfect).auc().value, detection(&reversed).auc().value), (1.0, 0.0));
        let alike: Vec<_> = perfect.iter().map(|&(wrong, flagged, _)| (wrong, flagged, 1.0)).collect();
        assert_eq!((detection(&alike).auc().value, detection(&alike).recall_at(0.5).value), (0.5, 0.0));
    }
}
