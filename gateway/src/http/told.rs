//! The outer part of the HTTP face: a call gets a deadline, and a gRPC status on its way out is told in the caller's protocol.

use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use antigravity_chassis::deadline::Deadline;
use antigravity_chassis::transport::Transport;
use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Request, Response, StatusCode, Uri, header};
use http_body::Frame;
use tonic::body::Body;
use tonic::{Code, Status};
use tonic_types::StatusExt as _;
use tower::util::{BoxCloneSyncService, ServiceExt as _};

use super::challenge::challenge;
use super::openai;
use super::refusal::TellingCode;
use super::status;
use crate::page;

/// How long a call may take whose caller doesn't say (`grpc-timeout: 30S`): as long as the service configuration gives a gRPC client.
const DEADLINE: HeaderValue = HeaderValue::from_static("60S");
const GRPC_TIMEOUT: &str = "grpc-timeout";

/// How a failure is written down.
#[derive(Clone)]
enum Form {
    /// `google.rpc.Status`.
    Status,
    /// The error object of OpenAI's API.
    OpenAi,
    /// A page, for the address that was asked for.
    Page(Uri),
}

impl Form {
    fn of(request: &Request<Body>) -> Self {
        match request.uri().path() {
            path if path.starts_with("/openai/") => Self::OpenAi,
            _ if page::is_for_a_reader(request) => Self::Page(request.uri().clone()),
            _ => Self::Status,
        }
    }
}

/// Wraps the HTTP routes and all that guards them.
pub(super) fn told(inner: Transport) -> Transport {
    BoxCloneSyncService::new(tower::service_fn(move |mut request: Request<Body>| {
        let form = Form::of(&request);
        // One that can't be read counts as none, and nothing hangs.
        if Deadline::of_headers(request.headers()) == Deadline::none() {
            request.headers_mut().insert(GRPC_TIMEOUT, DEADLINE);
        }
        let challenge = challenge(request.headers());
        let answer = inner.clone().oneshot(request);
        async move { Ok::<_, Infallible>(tell(answer.await?, form, challenge)) }
    }))
}

fn tell(response: Response<Body>, form: Form, challenge: HeaderValue) -> Response<Body> {
    match Status::from_header_map(response.headers()) {
        Some(status) if status.code() == Code::Unauthenticated => asked_for_a_credential(refused(&status, &response, &form), challenge),
        Some(status) if status.code() != Code::Ok => refused(&status, &response, &form),
        _ => response.map(|inner| Body::new(Told { inner, form })),
    }
}

fn refused(status: &Status, response: &Response<Body>, form: &Form) -> Response<Body> {
    let telling = response.extensions().get::<TellingCode>().map(|code| code.0);
    let code = telling.unwrap_or_else(|| status::http_code(status.code()));
    let mut told = Response::new(Body::new(http_body_util::Full::new(Bytes::from(form.write(status, code)))));
    *told.status_mut() = code;
    // What stands beside the status (a limit's headers, say) is kept; what is gRPC's own is not.
    for (name, value) in response.headers() {
        if !name.as_str().starts_with("grpc-") && name != header::CONTENT_TYPE && name != header::CONTENT_LENGTH {
            told.headers_mut().append(name, value.clone());
        }
    }
    told.headers_mut().extend(form.headers());
    if let Some(seconds) = retry_after(status) {
        told.headers_mut().insert(header::RETRY_AFTER, seconds);
    }
    told
}

fn asked_for_a_credential(mut response: Response<Body>, challenge: HeaderValue) -> Response<Body> {
    response.headers_mut().insert(header::WWW_AUTHENTICATE, challenge);
    response
}

/// Whole seconds, rounded up: to come back too early is to be refused again.
fn retry_after(status: &Status) -> Option<HeaderValue> {
    let delay = status.get_details_retry_info()?.retry_delay?;
    Some(HeaderValue::from(delay.as_secs() + u64::from(delay.subsec_nanos() > 0)))
}

impl Form {
    fn write(&self, status: &Status, code: StatusCode) -> String {
        match self {
            Self::Status => status::json(status).to_string(),
            Self::OpenAi => openai::error(status).to_string(),
            Self::Page(asked) => page::refused(status, code, asked),
        }
    }

    fn headers(&self) -> HeaderMap {
        match self {
            Self::Status | Self::OpenAi => [(header::CONTENT_TYPE, HeaderValue::from_static("application/json"))].into_iter().collect(),
            Self::Page(_) => page::headers(),
        }
    }

    /// The same as the last event of a stream.
    pub(super) fn event(&self, status: &Status) -> String {
        match self {
            Self::Status => format!("event: error\ndata: {}\n\n", status::json(status)),
            Self::OpenAi => format!("data: {}\n\n", openai::error(status)),
            Self::Page(_) => page::cut_off(status),
        }
    }
}

/// A body whose trailers, which only gRPC knows, become an event. Only streams of events can get any: all else is written at once.
struct Told {
    inner: Body,
    form: Form,
}

impl http_body::Body for Told {
    type Data = Bytes;
    type Error = Status;

    fn poll_frame(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Status>>> {
        let frame = ready!(Pin::new(&mut self.inner).poll_frame(context));
        Poll::Ready(frame.map(|frame| {
            frame.map(|frame| match frame.trailers_ref() {
                Some(trailers) => Frame::data(Bytes::from(self.last_event(trailers))),
                None => frame,
            })
        }))
    }

    fn is_end_stream(&self) -> bool {
        self.inner.is_end_stream()
    }

    fn size_hint(&self) -> http_body::SizeHint {
        self.inner.size_hint()
    }
}

impl Told {
    fn last_event(&self, trailers: &HeaderMap) -> String {
        Status::from_header_map(trailers)
            .filter(|status| status.code() != Code::Ok)
            .map_or_else(String::new, |status| self.form.event(&status))
    }
}
