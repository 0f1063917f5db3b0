//! What travels along with a call: its deadline, its trace, and who calls.

use std::{borrow::Cow, fmt};

use http::{Extensions, HeaderMap, HeaderValue};
use tonic::metadata::MetadataValue;
use uuid::Uuid;

use crate::{access::Caller, deadline::Deadline, trace::Span};

pub(crate) const TRACEPARENT: &str = "traceparent";

/// The header by which a caller names a call, and finds it in the logs. The server's side gives one to a call that has none.
pub const REQUEST_ID: &str = "x-request-id";

/// The deadline, the trace and the caller of a call, from the request that came in to those that go out.
#[derive(Debug, Clone)]
pub struct CallContext {
    /// When the call must have ended.
    pub deadline: Deadline,
    /// The trace that the call belongs to.
    pub trace: TraceContext,
    /// What the caller, or the first service that it reached, named the call; see [`REQUEST_ID`].
    pub request_id: Option<RequestId>,
    /// It was not asked for by a call: nobody keeps a span that its own could belong to.
    begins_here: bool,
    /// Who calls. Within a process it travels on; another process that is called is a peer, and learns nothing of it.
    pub caller: Caller,
}

impl CallContext {
    /// The context of a request that came in, as the server side's layer has read it.
    pub fn of<T>(request: &tonic::Request<T>) -> Self {
        request.extensions().get::<Self>().cloned().unwrap_or_else(Self::root)
    }

    /// A fresh trace without a deadline, for what begins here. No spans are kept of it in this process; whom it calls begins a trace.
    pub fn root() -> Self {
        Self { deadline: Deadline::none(), trace: TraceContext::fresh(), request_id: None, begins_here: true, caller: Caller::everybody() }
    }

    /// The same call with another deadline.
    pub fn with_deadline(self, deadline: Deadline) -> Self {
        Self { deadline, ..self }
    }

    /// A request that goes out in the course of the call: `grpc-timeout` is what remains, `traceparent` continues the trace, `x-request-id` is
    /// the same.
    pub fn request<T>(&self, message: T) -> tonic::Request<T> {
        let mut request = tonic::Request::new(message);
        if let Some(remaining) = self.deadline.remaining() {
            request.set_timeout(remaining);
        }
        if !self.begins_here
            && let Ok(value) = MetadataValue::try_from(self.trace.to_string())
        {
            request.metadata_mut().insert(TRACEPARENT, value);
        }
        if let Some(RequestId(name)) = &self.request_id
            && let Ok(value) = MetadataValue::try_from(name.as_bytes())
        {
            request.metadata_mut().insert(REQUEST_ID, value);
        }
        request.extensions_mut().insert(self.caller.clone());
        request
    }

    /// Begins the span of a piece of this call's work.
    pub fn span(&self, name: impl Into<Cow<'static, str>>) -> Span {
        if self.begins_here { Span::none() } else { Span::within(&self.trace, name) }
    }

    /// Begins the span of what somebody outside is asked for, by other means than gRPC, whose calls have theirs already.
    pub fn asking(&self, name: impl Into<Cow<'static, str>>) -> Span {
        if self.begins_here { Span::none() } else { Span::asking(&self.trace, name) }
    }

    /// Without a guard in front there is no caller in the extensions, and everybody may call.
    pub(crate) fn of_parts(headers: &HeaderMap, extensions: &Extensions) -> Self {
        let caller = extensions.get().cloned().unwrap_or_else(Caller::everybody);
        Self {
            deadline: Deadline::of_headers(headers),
            trace: TraceContext::of_headers(headers),
            request_id: RequestId::of_headers(headers),
            begins_here: false,
            caller,
        }
    }
}

/// The name of a call: visible ASCII, so that it can stand in a log and come back as a header. Cheap to clone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestId(HeaderValue);

impl RequestId {
    /// Longest one, in bytes.
    const LONGEST: usize = 128;

    /// The one that a request brings, if it can be read.
    pub fn of_headers(headers: &HeaderMap) -> Option<Self> {
        let value = headers.get(REQUEST_ID)?;
        let readable = (1..=Self::LONGEST).contains(&value.len()) && value.as_bytes().iter().all(u8::is_ascii_graphic);
        readable.then(|| Self(value.clone()))
    }

    /// A new one.
    pub(crate) fn fresh() -> Self {
        Self(HeaderValue::try_from(Uuid::now_v7().to_string()).unwrap_or(HeaderValue::from_static("-")))
    }

    /// As it stands in a log.
    pub fn as_str(&self) -> &str {
        self.0.to_str().unwrap_or_default()
    }

    pub(crate) fn header(&self) -> HeaderValue {
        self.0.clone()
    }
}

/// The flag of a trace that its caller records.
const SAMPLED: u8 = 1;

/// A W3C trace context: <https://www.w3.org/TR/trace-context/>.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TraceContext {
    trace_id: u128,
    span_id: u64,
    flags: u8,
}

impl TraceContext {
    /// A new trace.
    pub fn fresh() -> Self {
        Self { trace_id: Uuid::now_v7().as_u128(), span_id: random_span_id(), flags: SAMPLED }
    }

    /// The trace id as 32 hexadecimal digits, as logs show it.
    pub fn trace_id(&self) -> String {
        format!("{:032x}", self.trace_id)
    }

    /// The trace's number.
    pub(crate) fn trace(&self) -> u128 {
        self.trace_id
    }

    /// The number of the span within it.
    pub(crate) fn span(&self) -> u64 {
        self.span_id
    }

    /// Whether its caller records it.
    pub(crate) fn is_sampled(&self) -> bool {
        self.flags & SAMPLED != 0
    }

    /// The same trace, a new span.
    pub(crate) fn child(&self) -> Self {
        Self { span_id: random_span_id(), ..*self }
    }

    pub(crate) fn of_headers(headers: &HeaderMap) -> Self {
        Self::brought(headers).unwrap_or_else(Self::fresh)
    }

    /// The one that a caller brought, if it can be read.
    pub(crate) fn brought(headers: &HeaderMap) -> Option<Self> {
        headers.get(TRACEPARENT).and_then(|value| value.to_str().ok()).and_then(Self::parse)
    }

    /// Makes a call part of it.
    pub(crate) fn put(&self, headers: &mut HeaderMap) {
        if let Ok(value) = HeaderValue::try_from(self.to_string()) {
            headers.insert(TRACEPARENT, value);
        }
    }

    /// Reads `00-<32 hex>-<16 hex>-<2 hex>`; later versions may append parts.
    fn parse(text: &str) -> Option<Self> {
        let mut parts = text.split('-');
        let (version, trace_id, span_id, flags) = (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
        let hex = |part: &str, digits: usize| part.len() == digits && part.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
        if !hex(version, 2) || version == "ff" || !hex(trace_id, 32) || !hex(span_id, 16) || !hex(flags, 2) {
            return None;
        }
        if version == "00" && parts.next().is_some() {
            return None;
        }
        let context = Self {
            trace_id: u128::from_str_radix(trace_id, 16).ok()?,
            span_id: u64::from_str_radix(span_id, 16).ok()?,
            flags: u8::from_str_radix(flags, 16).ok()?,
        };
        (context.trace_id != 0 && context.span_id != 0).then_some(context)
    }
}

impl fmt::Display for TraceContext {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "00-{:032x}-{:016x}-{:02x}", self.trace_id, self.span_id, self.flags)
    }
}

/// The random end of a UUIDv7, never zero: its first bits are the variant's.
fn random_span_id() -> u64 {
    Uuid::now_v7().as_u64_pair().1
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn a_trace_is_read_and_continued() {
        let text = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
        let trace = TraceContext::parse(text).unwrap();
        assert_eq!(trace.to_string(), text);
        let child = trace.child();
        assert_eq!(child.trace_id(), trace.trace_id());
        assert_ne!(child, trace);
    }

    #[test]
    fn what_is_no_trace_begins_a_fresh_one() {
        for text in [
            "",
            "00",
            "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331",
            "00-00000000000000000000000000000000-b7ad6b7169203331-01",
            "00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01",
            "ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
            "00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01",
            "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-x",
        ] {
            assert_eq!(TraceContext::parse(text), None, "{text}");
        }
    }

    #[test]
    fn a_request_id_is_short_visible_ascii() {
        for (brought, kept) in [("run-7", true), ("", false), ("two words", false), (&"x".repeat(128), true), (&"x".repeat(129), false)] {
            let headers = HeaderMap::from_iter([(http::HeaderName::from_static(REQUEST_ID), HeaderValue::from_str(brought).unwrap())]);
            assert_eq!(RequestId::of_headers(&headers).is_some(), kept, "{brought:?}");
        }
        assert_ne!(RequestId::fresh(), RequestId::fresh());
    }

    #[test]
    fn a_request_that_goes_out_carries_what_remains_the_trace_and_the_name() {
        let (trace, name) = (TraceContext::fresh(), RequestId::fresh());
        let mut headers = HeaderMap::from_iter([(http::HeaderName::from_static(REQUEST_ID), name.header())]);
        trace.put(&mut headers);
        let context = CallContext::of_parts(&headers, &Extensions::new()).with_deadline(Deadline::within(Duration::from_secs(5)));
        let request = context.request(());
        assert_eq!(request.metadata().get(REQUEST_ID).unwrap().to_str().unwrap(), name.as_str());
        assert!(request.metadata().get("grpc-timeout").is_some());
        assert_eq!(request.metadata().get(TRACEPARENT).unwrap().to_str().unwrap(), trace.to_string());
    }

    #[test]
    fn what_begins_here_names_no_parent_that_nobody_keeps() {
        assert!(CallContext::root().request(()).metadata().get(TRACEPARENT).is_none());
    }
}
