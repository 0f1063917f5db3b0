//! Why a command failed, told in one line that says what to do, with a truthful exit code.

use std::{io, path::PathBuf};

use antigravity_answerer::AnswererError;
use antigravity_chassis::{
    access::NewKeyError,
    options::{Address, OptionsError, Settings},
    program::{EX_USAGE, ProgramError, chain},
    server::ServerError,
    status::reason_of,
};
use antigravity_gateway::mcp::McpError;
use antigravity_proto::{json::JsonError, types::Reason};
use antigravity_retriever::RetrieverError;
use tonic::{Code, Status};
use tonic_types::StatusExt as _;

use crate::evaluate::SetError;
use crate::harvest::HarvestError;

/// A service can't be reached or is too busy (EX_UNAVAILABLE of sysexits.h).
const EX_UNAVAILABLE: u8 = 69;
/// Ended by SIGINT, as shells count it: 128 + 2.
const INTERRUPTED: u8 = 130;

/// Why a command failed.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    /// A setting is wrong.
    #[error(transparent)]
    Options(#[from] OptionsError),
    /// The port can't be served.
    #[error(transparent)]
    Server(#[from] ServerError),
    /// The archive can't be opened.
    #[error(transparent)]
    Retriever(#[from] RetrieverError),
    /// The models can't be set up.
    #[error(transparent)]
    Answerer(#[from] AnswererError),
    /// A harvest can't go on.
    #[error(transparent)]
    Harvest(#[from] HarvestError),
    /// The gateway refused or failed.
    #[error("{}", call(.status, .server.as_ref()))]
    Call {
        /// What it answered.
        status: Box<Status>,
        /// Where it is, when it is not in this process.
        server: Option<Address>,
    },
    /// A file of the user's can't be opened or made.
    #[error("{}: {source}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
    /// A thread to read or to write with can't be had.
    #[error("no thread can be started: {0}; close other programs, or raise the limit on processes")]
    Thread(io::Error),
    /// Some input could not be read to its end; what came before it is in the archive.
    #[error("{0}; what stands before that is in the archive")]
    Broken(String),
    /// Some input could not be read to its end while the archive was built anew.
    #[error("{0}; the archive is as it was before")]
    NotRebuilt(String),
    /// The archive is not what it says.
    #[error("the archive has {0} fault{s}", s = if *.0 == 1 { "" } else { "s" })]
    Unsound(usize),
    /// A set of queries and judgements can't be used.
    #[error(transparent)]
    Set(#[from] SetError),
    /// The gateway ended the call without the last message.
    #[error("the gateway ended the call before {0}; try again")]
    Cut(&'static str),
    /// The Model Context Protocol could not be spoken.
    #[error(transparent)]
    Mcp(#[from] McpError),
    /// A key can't be made.
    #[error(transparent)]
    Key(#[from] NewKeyError),
    /// An argument that makes no sense.
    #[error("{0}")]
    Usage(String),
    /// A message can't be written as JSON.
    #[error(transparent)]
    Json(#[from] JsonError),
    /// Standard output can't be written.
    #[error("standard output: {0}")]
    Output(io::Error),
    /// Whoever read standard output has left. Not a failure: `| head` has what it wanted.
    #[error("the reader of standard output has gone")]
    ReaderGone,
    /// Ctrl-C or SIGTERM, and what remains of the work.
    #[error("interrupted{0}")]
    Interrupted(String),
}

impl Failure {
    /// Whether the archive isn't there or holds nothing.
    pub(crate) fn is_empty_archive(&self) -> bool {
        matches!(self, Self::Call { status, .. } if matches!(reason_of(status), Some(Reason::ArchiveEmpty | Reason::ArchiveNotFound)))
    }

    /// What a service refuses of the settings, as a wrong setting with the origin of its value, which the settings alone know.
    pub(crate) fn with_origin(self, settings: &Settings) -> Self {
        match self {
            Self::Retriever(RetrieverError::Option(wrong)) | Self::Answerer(AnswererError::Option(wrong)) => {
                Self::Options(settings.wrong(&wrong))
            }
            other => other,
        }
    }

    fn exit_code(&self) -> u8 {
        match self {
            Self::Options(_) | Self::Usage(_) => EX_USAGE,
            Self::Harvest(error) if error.is_usage() => EX_USAGE,
            Self::Harvest(error) if error.is_unavailable() => EX_UNAVAILABLE,
            Self::Call { status, .. } => match status.code() {
                Code::InvalidArgument => EX_USAGE,
                Code::Unavailable | Code::ResourceExhausted => EX_UNAVAILABLE,
                _ => 1,
            },
            Self::Interrupted(_) => INTERRUPTED,
            _ => 1,
        }
    }
}

impl From<Failure> for ProgramError {
    fn from(failure: Failure) -> Self {
        let code = failure.exit_code();
        Self::with_code(one_line(&chain(&failure)), code)
    }
}

/// A status as one line: message, fields that were wrong, what to do, and the reason's public name.
fn call(status: &Status, server: Option<&Address>) -> String {
    let details = status.get_error_details();
    let mut line = match (server, status.code()) {
        (Some(server), Code::Unavailable) => format!("{server} can't be reached or isn't ready: {}", status.message()),
        _ => status.message().to_owned(),
    };
    for violation in details.bad_request().iter().flat_map(|bad| &bad.field_violations) {
        // As a reader of the command line knows it: whatever message of the contract it stands in.
        let field = violation.field.strip_prefix("ask.").unwrap_or(&violation.field);
        if line == violation.description {
            line = format!("{field}: {line}");
        } else if !line.contains(&violation.description) {
            line.push_str(&format!("; {field}: {}", violation.description));
        }
    }
    if let Some(hint) = hint(reason_of(status)).filter(|hint| !line.contains(hint)) {
        line.push_str(&format!(" (`{hint}`)"));
    }
    if let Some(info) = details.error_info() {
        line.push_str(&format!(" [{}]", info.reason));
    }
    line
}

/// The command that helps. The service can't know it: it may be called by others than this program.
fn hint(reason: Option<Reason>) -> Option<&'static str> {
    match reason? {
        Reason::ArchiveEmpty | Reason::ArchiveNotFound => Some("antigravity index FILE"),
        Reason::Unauthenticated => Some("export ANTIGRAVITY_API_KEY=agq_…"),
        _ => None,
    }
}

/// Messages from elsewhere may hold line breaks, and worse on a terminal.
fn one_line(text: &str) -> String {
    text.split(char::is_control).map(str::trim).filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use antigravity_chassis::status::Problem;

    use super::*;

    fn told(problem: Problem, server: Option<&str>) -> (String, u8) {
        let server = server.map(|server| server.parse().unwrap());
        let failure = Failure::Call { status: Box::new(problem.into()), server };
        (one_line(&failure.to_string()), failure.exit_code())
    }

    #[test]
    fn a_status_is_one_line_with_its_fields_a_hint_and_its_reason() {
        for (problem, server, line, code) in [
            (
                Problem::new(Reason::FilterInvalid, "the filter can't be read")
                    .field("filter.from_date", "give YYYY,\nYYYY-MM or YYYY-MM-DD"),
                None,
                "the filter can't be read; filter.from_date: give YYYY, YYYY-MM or YYYY-MM-DD [FILTER_INVALID]",
                64,
            ),
            (
                Problem::new(Reason::QuestionEmpty, "the question is empty").field("question", "the question is empty"),
                None,
                "question: the question is empty [QUESTION_EMPTY]",
                64,
            ),
            (
                Problem::new(Reason::ArchiveEmpty, "archive `lab` is empty: index some preprints"),
                None,
                "archive `lab` is empty: index some preprints (`antigravity index FILE`) [ARCHIVE_EMPTY]",
                1,
            ),
            (
                Problem::new(Reason::PeerUnavailable, "connection refused"),
                Some("lab:7400"),
                "http://lab:7400 can't be reached or isn't ready: connection refused [PEER_UNAVAILABLE]",
                69,
            ),
            (Problem::new(Reason::Internal, "x\u{1b}[2Jy"), None, "x [2Jy [INTERNAL]", 1),
        ] {
            assert_eq!(told(problem, server), (line.to_owned(), code));
        }
    }

    #[test]
    fn a_status_from_elsewhere_is_told_as_it_is() {
        let failure = Failure::Call { status: Box::new(Status::not_found("nothing here")), server: None };
        assert_eq!(failure.to_string(), "nothing here");
    }
}
