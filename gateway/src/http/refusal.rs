//! Why an HTTP request is refused: a status as gRPC would give it, sometimes under a more telling HTTP code.

use antigravity_chassis::status::Problem;
use antigravity_proto::types::Reason;
use axum::body::Body;
use axum::extract::Request;
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use tonic::Status;

/// What a handler ends with instead of a response.
#[derive(Debug)]
pub(crate) struct Refusal {
    status: Box<Status>,
    code: Option<StatusCode>,
}

/// In a response's extensions: the HTTP code to use instead of the one that follows from the status.
#[derive(Clone, Copy)]
pub(super) struct TellingCode(pub(super) StatusCode);

impl Refusal {
    /// The same under another HTTP code than its gRPC code has.
    pub(super) fn with_code(status: impl Into<Status>, code: StatusCode) -> Self {
        Self { status: Box::new(status.into()), code: Some(code) }
    }

    pub(super) fn no_such_path(request: Request) -> std::future::Ready<Self> {
        let path = antigravity_text::excerpt(request.uri().path());
        let problem = Problem::new(Reason::NotImplemented, format!("there is nothing at {path}; GET /openapi.json lists what there is"));
        // gRPC's own mapping of HTTP codes has 404 as UNIMPLEMENTED: NOT_FOUND would say that a preprint or an answer is missing.
        std::future::ready(Self::with_code(problem.with("path", path), StatusCode::NOT_FOUND))
    }

    pub(super) fn no_such_method(request: Request) -> std::future::Ready<Self> {
        let (method, path) = (request.method(), antigravity_text::excerpt(request.uri().path()));
        let problem = Problem::new(Reason::NotImplemented, format!("{path} doesn't take {method}; GET /openapi.json says what it takes"));
        std::future::ready(Self::with_code(problem.with("method", method), StatusCode::METHOD_NOT_ALLOWED))
    }
}

impl From<Status> for Refusal {
    fn from(status: Status) -> Self {
        Self { status: Box::new(status), code: None }
    }
}

impl From<Problem> for Refusal {
    fn from(problem: Problem) -> Self {
        Status::from(problem).into()
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let mut response = self.status.into_http::<Body>();
        if let Some(code) = self.code {
            response.extensions_mut().insert(TellingCode(code));
        }
        response
    }
}
