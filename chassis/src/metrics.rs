//! Metrics of this process, in Prometheus' text format. What each means stands in `docs/operate/metrics.md`; a test compares.
//!
//! One registry for the whole process, since Prometheus reads a process: the program with all three services in it has one page. Families are
//! `static`s of the crate that knows what they count ([`family`]); what every service has is counted here.

mod build;
mod call;
mod entry;
pub mod family;
mod layer;
mod process;

use std::sync::{LazyLock, Once};

use prometheus::{Registry, TextEncoder};

pub use call::method_named;
pub(crate) use entry::{Logged, Who};
pub use family::{Counters, Gauges, Histograms};
pub(crate) use layer::MeasureLayer;

/// Buckets of durations, in seconds: those of OpenTelemetry's conventions for RPC, and four above them, since an answer may take a minute.
pub const SECONDS: &[f64] = &[0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1.0, 2.5, 5.0, 7.5, 10.0, 20.0, 30.0, 60.0, 120.0];

static REGISTRY: LazyLock<Registry> = LazyLock::new(Registry::new);

/// The media type of [`scrape`].
pub(crate) const MEDIA_TYPE: &str = prometheus::TEXT_FORMAT;

/// All metrics as they are now.
pub(crate) fn scrape() -> String {
    static ALWAYS_THERE: Once = Once::new();
    ALWAYS_THERE.call_once(|| {
        build::show();
        process::show();
    });
    TextEncoder::new().encode_to_string(&REGISTRY.gather()).unwrap_or_else(|error| {
        tracing::error!(%error, "the metrics can't be written");
        String::new()
    })
}

/// Puts a collector into the registry. What is refused, which takes a wrong or a repeated name, is logged and not counted.
fn register(name: &str, collector: Box<dyn prometheus::core::Collector>) -> bool {
    let registered = REGISTRY.register(collector);
    if let Err(error) = &registered {
        tracing::error!(metric = name, %error, "a metric can't be registered");
    }
    registered.is_ok()
}
