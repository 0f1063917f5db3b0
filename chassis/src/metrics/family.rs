//! Families of metrics: a name with its labels, and a series for each set of their values.
//!
//! Thin types over the library's, since its own are made with a `Result` and panic on the wrong number of label values: here the number of
//! labels is part of the type, and a family can be a `static`. A family whose name is wrong counts nothing and is logged.

use std::sync::OnceLock;

use prometheus::{GaugeVec, HistogramOpts, HistogramVec, IntCounterVec, Opts, core::Collector};

use super::register;

/// Name, meaning and labels, and what they are made into once they are needed.
struct Family<V, const LABELS: usize> {
    name: &'static str,
    help: &'static str,
    labels: [&'static str; LABELS],
    made: OnceLock<Option<V>>,
}

impl<V: Collector + Clone + 'static, const LABELS: usize> Family<V, LABELS> {
    const fn new(name: &'static str, help: &'static str, labels: [&'static str; LABELS]) -> Self {
        Self { name, help, labels, made: OnceLock::new() }
    }

    fn get(&self, make: impl FnOnce(Opts, &[&str]) -> prometheus::Result<V>) -> Option<&V> {
        let made = self.made.get_or_init(|| match make(Opts::new(self.name, self.help), &self.labels) {
            Ok(family) => register(self.name, Box::new(family.clone())).then_some(family),
            Err(error) => {
                tracing::error!(metric = self.name, %error, "a metric can't be made");
                None
            }
        });
        made.as_ref()
    }
}

/// Numbers that only grow.
pub struct Counters<const LABELS: usize>(Family<IntCounterVec, LABELS>);

impl<const LABELS: usize> Counters<LABELS> {
    /// `name` ends in `_total`.
    pub const fn new(name: &'static str, help: &'static str, labels: [&'static str; LABELS]) -> Self {
        Self(Family::new(name, help, labels))
    }

    /// Adds to the series of these label values. Adding zero makes it visible.
    pub fn add(&self, values: [&str; LABELS], count: u64) {
        if let Some(series) = self.0.get(IntCounterVec::new).and_then(|family| family.get_metric_with_label_values(&values).ok()) {
            series.inc_by(count);
        }
    }
}

/// Numbers that go up and down.
pub struct Gauges<const LABELS: usize>(Family<GaugeVec, LABELS>);

impl<const LABELS: usize> Gauges<LABELS> {
    /// `name` ends in its unit, if it has one.
    pub const fn new(name: &'static str, help: &'static str, labels: [&'static str; LABELS]) -> Self {
        Self(Family::new(name, help, labels))
    }

    /// Sets the series of these label values.
    pub fn set(&self, values: [&str; LABELS], value: f64) {
        if let Some(series) = self.series(values) {
            series.set(value);
        }
    }

    /// Adds `value` until what is returned is dropped.
    pub fn hold(&self, values: [&str; LABELS], value: f64) -> Held {
        let series = self.series(values);
        if let Some(series) = &series {
            series.add(value);
        }
        Held { series, value }
    }

    fn series(&self, values: [&str; LABELS]) -> Option<prometheus::Gauge> {
        self.0.get(GaugeVec::new)?.get_metric_with_label_values(&values).ok()
    }
}

/// A part of a gauge's value, for as long as this lives.
#[must_use = "the value goes when this is dropped"]
pub struct Held {
    series: Option<prometheus::Gauge>,
    value: f64,
}

impl Drop for Held {
    fn drop(&mut self) {
        if let Some(series) = &self.series {
            series.sub(self.value);
        }
    }
}

/// Distributions.
pub struct Histograms<const LABELS: usize> {
    family: Family<HistogramVec, LABELS>,
    buckets: &'static [f64],
}

impl<const LABELS: usize> Histograms<LABELS> {
    /// `buckets` are the upper bounds, ascending; the infinite one is added.
    pub const fn new(name: &'static str, help: &'static str, labels: [&'static str; LABELS], buckets: &'static [f64]) -> Self {
        Self { family: Family::new(name, help, labels), buckets }
    }

    /// Counts a value in the series of these label values.
    pub fn observe(&self, values: [&str; LABELS], value: f64) {
        let make = |opts: Opts, labels: &[&str]| HistogramVec::new(HistogramOpts::from(opts).buckets(self.buckets.to_vec()), labels);
        if let Some(series) = self.family.get(make).and_then(|family| family.get_metric_with_label_values(&values).ok()) {
            series.observe(value);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metrics::{SECONDS, scrape};

    #[test]
    fn what_was_counted_is_read() {
        static EATEN: Counters<1> = Counters::new("test_apples_total", "Apples eaten.", ["colour"]);
        static BASKETS: Gauges<0> = Gauges::new("test_baskets", "Baskets.", []);
        static CHEWED: Histograms<0> = Histograms::new("test_chewing_seconds", "Time of a bite.", [], SECONDS);
        EATEN.add(["red"], 2);
        EATEN.add(["green"], 0);
        let held = BASKETS.hold([], 3.0);
        CHEWED.observe([], 0.03);
        let page = scrape();
        for line in [
            "# HELP test_apples_total Apples eaten.",
            "# TYPE test_apples_total counter",
            "test_apples_total{colour=\"red\"} 2",
            "test_apples_total{colour=\"green\"} 0",
            "test_baskets 3",
            "test_chewing_seconds_bucket{le=\"0.025\"} 0",
            "test_chewing_seconds_bucket{le=\"0.05\"} 1",
            "test_chewing_seconds_bucket{le=\"+Inf\"} 1",
        ] {
            assert!(page.lines().any(|found| found == line), "{line} is not in\n{page}");
        }
        drop(held);
        assert!(scrape().lines().any(|found| found == "test_baskets 0"));
    }

    #[test]
    fn a_wrong_name_counts_nothing_and_harms_nobody() {
        static WRONG: Counters<0> = Counters::new("two words", "Wrong.", []);
        WRONG.add([], 1);
        assert!(!scrape().contains("two words"));
    }
}
