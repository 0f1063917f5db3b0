//! Spans: what was done for a question and how long it took, sent by OTLP over gRPC to the collector that the operator names, and nowhere without
//! one. Names follow OpenTelemetry's conventions for RPC and for generative AI.
//!
//! These are no spans of the crate `tracing`: those find their parent by what the thread has entered, and a question's work moves between tasks and
//! threads. What every piece of work has in hand is its [`CallContext`](crate::call::CallContext), and that names the parent. What batches the spans and sends
//! them is OpenTelemetry's own.

mod carried;
mod otlp;
mod span;

pub use otlp::{finish, with_text};
pub use span::Span;

pub(crate) use carried::{Root, sent, served};
pub(crate) use otlp::start;
