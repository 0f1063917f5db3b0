//! Where spans go: batched, in a thread of their own, to the collector.

use std::{
    sync::{
        OnceLock,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use opentelemetry::KeyValue;
use opentelemetry_otlp::{SpanExporter, WithExportConfig as _, WithTonicConfig as _};
use opentelemetry_sdk::{
    Resource,
    error::OTelSdkResult,
    trace::{BatchSpanProcessor, SpanData, SpanExporter as Export, SpanProcessor as _},
};
use uuid::Uuid;

use crate::{
    options::{Address, Wrong},
    tls::{Connector, Tls, Trouble, Whose},
};

/// How long the collector may take for a batch.
const TIMEOUT: Duration = Duration::from_secs(10);

/// How long the end of the program may wait for the last batch.
const LAST_BATCH: Duration = Duration::from_secs(2);

/// What spans are given to, once there is a collector. One for the process, as of metrics.
static SENDER: OnceLock<Sender> = OnceLock::new();

#[derive(Debug)]
struct Sender {
    processor: BatchSpanProcessor,
    text: bool,
}

/// Sends spans to this collector from now on. A second call does nothing. Must be called inside a Tokio runtime, which owns the connection; the
/// collector need not be there.
pub(crate) fn start(service: &'static str, collector: &Address, text: bool, tls: &Tls) -> Result<(), Wrong> {
    let wrong = |error: &dyn std::fmt::Display| Wrong::new("otlp_endpoint", format!("{collector}: {error}"));
    let connector = Connector::new(collector, tls, Whose::Others, TIMEOUT);
    let trouble = connector.trouble();
    let channel = connector.channel(collector, |endpoint| endpoint.timeout(TIMEOUT).connect_timeout(TIMEOUT));
    let exporter = SpanExporter::builder().with_tonic().with_channel(channel).with_timeout(TIMEOUT).build();
    let exporter = Reporting { inner: exporter.map_err(|error| wrong(&error))?, trouble, failing: AtomicBool::new(false) };
    let mut processor = BatchSpanProcessor::builder(exporter).build();
    processor.set_resource(&resource(service));
    if SENDER.set(Sender { processor, text }).is_ok() {
        tracing::info!(%collector, text, "traces are sent");
    }
    Ok(())
}

/// Who sends. What `OTEL_RESOURCE_ATTRIBUTES` says is added.
fn resource(service: &'static str) -> Resource {
    Resource::builder()
        .with_service_name(service)
        .with_attributes([
            KeyValue::new("service.namespace", "antigravity"),
            KeyValue::new("service.version", env!("CARGO_PKG_VERSION")),
            KeyValue::new("service.instance.id", Uuid::now_v7().to_string()),
        ])
        .build()
}

/// Whether there is a collector.
pub(super) fn sends() -> bool {
    SENDER.get().is_some()
}

/// Whether prompts and answers may stand in spans, which the operator has to say.
pub fn with_text() -> bool {
    SENDER.get().is_some_and(|sender| sender.text)
}

/// Gives a span to the queue. A full one drops it: what waits for the collector must not grow, nor hold up an answer.
pub(super) fn send(span: SpanData) {
    if let Some(sender) = SENDER.get() {
        sender.processor.on_end(span);
    }
}

/// Sends what is left, for a moment. To be called once, at the end of the program, outside of the runtime's threads and before it ends.
pub fn finish() {
    if let Some(sender) = SENDER.get()
        && let Err(error) = sender.processor.shutdown_with_timeout(LAST_BATCH)
    {
        tracing::warn!(%error, "the last traces could not be sent");
    }
}

/// An exporter that says when the collector stops and begins again to take spans: once, not for every batch.
#[derive(Debug)]
struct Reporting {
    inner: SpanExporter,
    /// What is wrong with TLS to the collector.
    trouble: Trouble,
    failing: AtomicBool,
}

impl Export for Reporting {
    async fn export(&self, batch: Vec<SpanData>) -> OTelSdkResult {
        let spans = batch.len();
        let sent = self.inner.export(batch).await;
        let failed = sent.is_err();
        if self.failing.swap(failed, Ordering::Relaxed) != failed {
            match &sent {
                Err(error) => {
                    tracing::warn!(%error, tls = self.trouble.told(), spans, "the collector takes no traces; those of this time are lost")
                }
                Ok(()) => tracing::info!("the collector takes traces again"),
            }
        }
        sent
    }

    fn shutdown_with_timeout(&self, timeout: Duration) -> OTelSdkResult {
        self.inner.shutdown_with_timeout(timeout)
    }

    fn force_flush(&self) -> OTelSdkResult {
        self.inner.force_flush()
    }

    fn set_resource(&mut self, resource: &Resource) {
        self.inner.set_resource(resource);
    }
}
