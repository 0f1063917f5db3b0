//! One span.

use std::{
    borrow::Cow,
    time::{Instant, SystemTime},
};

use opentelemetry::{
    InstrumentationScope, KeyValue, SpanId, TraceFlags, TraceId, Value,
    trace::{SpanContext, SpanKind, Status, TraceState},
};
use opentelemetry_sdk::trace::{SpanData, SpanEvents, SpanLinks};

use super::otlp;
use crate::call::TraceContext;

/// A span under way. It ends when it is dropped. Nothing is kept where no traces are sent, or where the caller wants this one not recorded.
#[derive(Debug)]
#[must_use = "a span ends when it is dropped"]
pub struct Span(Option<Box<Open>>);

#[derive(Debug)]
struct Open {
    own: TraceContext,
    parent: Option<TraceContext>,
    /// The parent is another process's.
    remote: bool,
    kind: SpanKind,
    name: Cow<'static, str>,
    started: SystemTime,
    began: Instant,
    attributes: Vec<KeyValue>,
    status: Status,
}

impl Span {
    /// No span.
    pub(crate) const fn none() -> Self {
        Self(None)
    }

    /// A piece of work of our own within `parent`.
    pub(crate) fn within(parent: &TraceContext, name: impl Into<Cow<'static, str>>) -> Self {
        Self::child(parent, SpanKind::Internal, false, name.into())
    }

    /// What another is asked for within `parent`.
    pub(crate) fn asking(parent: &TraceContext, name: impl Into<Cow<'static, str>>) -> Self {
        Self::child(parent, SpanKind::Client, false, name.into())
    }

    /// What was asked for by `parent`, which is elsewhere.
    pub(super) fn serving(parent: &TraceContext, name: Cow<'static, str>) -> Self {
        Self::child(parent, SpanKind::Server, true, name)
    }

    /// What was asked for by somebody who keeps no trace: the first span of this one.
    pub(super) fn root(own: TraceContext, name: Cow<'static, str>) -> Self {
        Self::begun(own, None, SpanKind::Server, false, name)
    }

    fn child(parent: &TraceContext, kind: SpanKind, remote: bool, name: Cow<'static, str>) -> Self {
        Self::begun(parent.child(), Some(*parent), kind, remote, name)
    }

    fn begun(own: TraceContext, parent: Option<TraceContext>, kind: SpanKind, remote: bool, name: Cow<'static, str>) -> Self {
        if !otlp::sends() || !own.is_sampled() {
            return Self::none();
        }
        let (started, began) = (SystemTime::now(), Instant::now());
        Self(Some(Box::new(Open { own, parent, remote, kind, name, started, began, attributes: Vec::new(), status: Status::Unset })))
    }

    /// The context by which others become its children. `None` where nothing is recorded.
    pub(super) fn context(&self) -> Option<TraceContext> {
        self.0.as_ref().map(|open| open.own)
    }

    /// Whether anything that is set is kept, for values that are costly to make.
    pub fn is_recorded(&self) -> bool {
        self.0.is_some()
    }

    /// Adds an attribute.
    pub fn set(&mut self, name: &'static str, value: impl Into<Value>) {
        if let Some(open) = &mut self.0 {
            open.attributes.push(KeyValue::new(name, value));
        }
    }

    /// Says that it failed, with the class of the failure. Messages stay out: they may hold what somebody wrote.
    pub fn fail(&mut self, error_type: impl Into<Value>) {
        self.set("error.type", error_type);
        if let Some(open) = &mut self.0 {
            open.status = Status::error("");
        }
    }
}

impl Drop for Span {
    fn drop(&mut self) {
        if let Some(open) = self.0.take() {
            otlp::send(open.data());
        }
    }
}

impl Open {
    fn data(self) -> SpanData {
        // By the clock that never jumps.
        let ended = self.started.checked_add(self.began.elapsed()).unwrap_or(self.started);
        let trace = TraceId::from(self.own.trace());
        SpanData {
            span_context: SpanContext::new(trace, SpanId::from(self.own.span()), TraceFlags::SAMPLED, false, TraceState::NONE),
            parent_span_id: self.parent.map_or(SpanId::INVALID, |parent| SpanId::from(parent.span())),
            parent_span_is_remote: self.remote,
            span_kind: self.kind,
            name: self.name,
            start_time: self.started,
            end_time: ended,
            attributes: self.attributes,
            dropped_attributes_count: 0,
            events: SpanEvents::default(),
            links: SpanLinks::default(),
            status: self.status,
            instrumentation_scope: InstrumentationScope::builder("antigravity").with_version(env!("CARGO_PKG_VERSION")).build(),
        }
    }
}
