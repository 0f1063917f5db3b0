//! The one place that turns a failure into a gRPC status: a code that follows from the reason, one `ErrorInfo`, and the details that
//! AIP-193 asks for.

use std::{collections::HashMap, fmt::Display, time::Duration};

use antigravity_proto::types::Reason;
use tonic::{Code, Status, metadata::MetadataValue};
use tonic_types::{ErrorDetails, FieldViolation, StatusExt as _};

/// The domain of every `ErrorInfo`; (reason, domain) is the machine's contract, the message is for a reader and may change.
pub const DOMAIN: &str = "antigravityqa";

/// A caller that is told to come back is told to wait this long, unless the failure knows better.
const RETRY_DELAY: Duration = Duration::from_secs(1);

/// gRPC clients don't read `RetryInfo` when they retry by themselves; the C core and Java obey this trailer.
const PUSHBACK: &str = "grpc-retry-pushback-ms";

/// A failure that a caller is told of. Boxed, so that a `Result` that is nearly always `Ok` stays small.
#[derive(Debug, Clone, thiserror::Error)]
#[error("{}", .0.message)]
pub struct Problem(Box<Parts>);

#[derive(Debug, Clone)]
struct Parts {
    reason: Reason,
    message: String,
    violations: Vec<FieldViolation>,
    metadata: HashMap<String, String>,
    resource: Option<(String, String)>,
    quota: Option<(String, String)>,
    retry_after: Option<Duration>,
}

impl Problem {
    /// A failure for the given reason; the gRPC code follows from it. The message is for a developer: what was wrong, and what to do.
    pub fn new(reason: Reason, message: impl Into<String>) -> Self {
        let retry_after = matches!(code(reason), Code::Unavailable).then_some(RETRY_DELAY);
        Self(Box::new(Parts {
            reason,
            message: message.into(),
            violations: Vec::new(),
            metadata: HashMap::new(),
            resource: None,
            quota: None,
            retry_after,
        }))
    }

    /// Names a field of the request that was wrong, by its path, such as `filter.categories[1]`.
    pub fn field(mut self, field: &str, description: impl Into<String>) -> Self {
        self.0.violations.push(FieldViolation::new(field, description.into()));
        self
    }

    /// Repeats for machines what varies in the message.
    pub fn with(mut self, key: &str, value: impl Display) -> Self {
        self.0.metadata.insert(key.to_owned(), value.to_string());
        self
    }

    /// Names the thing that is not there.
    pub fn resource(mut self, kind: &str, name: &str) -> Self {
        self.0.resource = Some((kind.to_owned(), name.to_owned()));
        self
    }

    /// Names the quota that is used up, and whose it is.
    pub fn quota(mut self, subject: &str, quota: &str) -> Self {
        self.0.quota = Some((subject.to_owned(), quota.to_owned()));
        self
    }

    /// Says when to come back.
    pub fn retry_after(mut self, delay: Duration) -> Self {
        self.0.retry_after = Some(delay);
        self
    }

    /// Why the call failed.
    pub fn reason(&self) -> Reason {
        self.0.reason
    }
}

impl From<Problem> for Status {
    fn from(problem: Problem) -> Self {
        let problem = *problem.0;
        let mut details = ErrorDetails::new();
        details.set_error_info(reason_name(problem.reason), DOMAIN, problem.metadata);
        if !problem.violations.is_empty() {
            details.set_bad_request(problem.violations);
        }
        if let Some((kind, name)) = problem.resource {
            details.set_resource_info(kind, name, "", problem.message.clone());
        }
        if let Some((subject, quota)) = problem.quota {
            details.add_quota_failure_violation(subject, quota);
        }
        if let Some(delay) = problem.retry_after {
            details.set_retry_info(Some(delay));
        }
        let mut status = Status::with_error_details(code(problem.reason), problem.message, details);
        if let Some(delay) = problem.retry_after
            && let Ok(value) = MetadataValue::try_from(delay.as_millis().to_string())
        {
            status.metadata_mut().insert(PUSHBACK, value);
        }
        status
    }
}

/// The gRPC code of a reason.
pub fn code(reason: Reason) -> Code {
    match reason {
        Reason::Unspecified | Reason::Internal => Code::Internal,
        Reason::QuestionEmpty | Reason::QuestionTooLong | Reason::FilterInvalid | Reason::ArgumentInvalid | Reason::UnknownModel => {
            Code::InvalidArgument
        }
        Reason::PreprintNotFound | Reason::AnswerNotFound | Reason::ArchiveNotFound => Code::NotFound,
        Reason::ArchiveEmpty | Reason::IndexIncompatible => Code::FailedPrecondition,
        Reason::IndexUnavailable
        | Reason::RetrieverUnavailable
        | Reason::AnswererUnavailable
        | Reason::PeerUnavailable
        | Reason::Draining => Code::Unavailable,
        Reason::DeadlineExceeded => Code::DeadlineExceeded,
        Reason::Cancelled => Code::Cancelled,
        Reason::Overloaded | Reason::QuotaExceeded | Reason::StorageFull => Code::ResourceExhausted,
        Reason::NotImplemented => Code::Unimplemented,
        Reason::Unauthenticated => Code::Unauthenticated,
        Reason::PermissionDenied => Code::PermissionDenied,
    }
}

/// The reason that a status carries; `None` when it is not one of ours.
pub fn reason_of(status: &Status) -> Option<Reason> {
    let info = status.get_details_error_info()?;
    (info.domain == DOMAIN).then_some(())?;
    Reason::from_str_name(&format!("REASON_{}", info.reason))
}

/// A method that is not served.
pub fn unimplemented(method: &str) -> Status {
    Problem::new(Reason::NotImplemented, format!("`{method}` is not served by this version")).with("method", method).into()
}

/// A fault of ours. The cause goes to the log; the caller learns that it happened, and nothing of what is inside.
pub fn internal(cause: impl Display) -> Status {
    tracing::error!(cause = %cause, "a call failed by a fault of the program");
    Problem::new(Reason::Internal, "the service failed; its log says why").into()
}

/// Gives a status that comes from below (tonic itself, a foreign server) the one reason that every error of ours carries.
pub fn with_reason(status: Status) -> Status {
    if reason_of(&status).is_some() {
        return status;
    }
    let reason = match status.code() {
        Code::Ok => return status,
        // What isn't there and has no reason of its own was named by an argument, such as a service that health doesn't know.
        Code::InvalidArgument | Code::OutOfRange | Code::AlreadyExists | Code::NotFound => Reason::ArgumentInvalid,
        Code::DeadlineExceeded => Reason::DeadlineExceeded,
        Code::Cancelled => Reason::Cancelled,
        Code::ResourceExhausted => Reason::Overloaded,
        Code::Unimplemented => Reason::NotImplemented,
        Code::Unavailable => Reason::PeerUnavailable,
        Code::Unauthenticated => Reason::Unauthenticated,
        Code::PermissionDenied => Reason::PermissionDenied,
        Code::Unknown | Code::FailedPrecondition | Code::Aborted | Code::Internal | Code::DataLoss => Reason::Internal,
    };
    let mut details = status.get_error_details();
    details.set_error_info(reason_name(reason), DOMAIN, HashMap::new());
    Status::with_error_details_and_metadata(status.code(), status.message(), details, status.metadata().clone())
}

/// The same failure, its fields named otherwise: as whoever asked knows them, where a request was made from another one.
pub fn with_fields_named(status: Status, name: impl Fn(&str) -> String) -> Status {
    let mut details = status.get_error_details();
    let Some(bad) = details.bad_request() else { return status };
    let violations: Vec<FieldViolation> =
        bad.field_violations.iter().map(|violation| FieldViolation::new(name(&violation.field), violation.description.clone())).collect();
    details.set_bad_request(violations);
    Status::with_error_details_and_metadata(status.code(), status.message(), details, status.metadata().clone())
}

/// The public name: the enum's value without its prefix.
fn reason_name(reason: Reason) -> &'static str {
    let name = reason.as_str_name();
    name.strip_prefix("REASON_").unwrap_or(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_problem_becomes_a_status_with_one_error_info_and_its_details() {
        let status: Status = Problem::new(Reason::FilterInvalid, "`filter.from_date` is not a date")
            .field("filter.from_date", "give YYYY, YYYY-MM or YYYY-MM-DD")
            .with("value", "yesterday")
            .into();
        assert_eq!(status.code(), Code::InvalidArgument);
        assert_eq!(reason_of(&status), Some(Reason::FilterInvalid));
        let details = status.get_error_details();
        assert_eq!(details.error_info().unwrap().reason, "FILTER_INVALID");
        assert_eq!(details.error_info().unwrap().metadata["value"], "yesterday");
        assert_eq!(details.bad_request().unwrap().field_violations[0].field, "filter.from_date");
    }

    #[test]
    fn what_is_unavailable_says_when_to_come_back_in_both_ways() {
        let status: Status = Problem::new(Reason::IndexUnavailable, "no Qdrant").retry_after(Duration::from_millis(1500)).into();
        assert_eq!(status.get_details_retry_info().unwrap().retry_delay, Some(Duration::from_millis(1500)));
        assert_eq!(status.metadata().get(PUSHBACK).unwrap(), "1500");
    }

    #[test]
    fn a_foreign_status_is_given_a_reason_and_keeps_code_and_message() {
        for (foreign, reason) in [
            (Status::unimplemented("what?"), Reason::NotImplemented),
            (Status::not_found("service not registered"), Reason::ArgumentInvalid),
            (Status::data_loss("torn"), Reason::Internal),
        ] {
            let status = with_reason(foreign.clone());
            assert_eq!((status.code(), status.message()), (foreign.code(), foreign.message()));
            assert_eq!(reason_of(&status), Some(reason));
        }
    }

    #[test]
    fn fields_are_renamed_and_all_else_stays() {
        let status: Status =
            Problem::new(Reason::QuestionTooLong, "too long").field("question", "at most 2000").with("limit", 2_000).into();
        let renamed = with_fields_named(status, |field| format!("messages[0].{field}"));
        let details = renamed.get_error_details();
        let violations = &details.bad_request().unwrap().field_violations;
        let found: Vec<_> = violations.iter().map(|violation| (violation.field.as_str(), violation.description.as_str())).collect();
        assert_eq!(found, [("messages[0].question", "at most 2000")]);
        assert_eq!((reason_of(&renamed), renamed.message()), (Some(Reason::QuestionTooLong), "too long"));
        assert_eq!(details.error_info().unwrap().metadata["limit"], "2000");
    }

    #[test]
    fn every_reason_has_a_public_name() {
        let mut named = 0;
        for reason in (1..).map_while(|number| Reason::try_from(number).ok()) {
            let status: Status = Problem::new(reason, "x").into();
            assert_eq!(reason_of(&status), Some(reason));
            named = i32::from(reason);
        }
        assert!(named >= i32::from(Reason::StorageFull), "the numbers have a gap after {named}");
    }
}
