//! Why a harvest can't go on, and what to do. Whatever it is: what came before is in the archive, and the mark stands where it is safe.

use std::fmt;

/// Why a harvest can't go on.
#[derive(Debug, thiserror::Error)]
pub(crate) enum HarvestError {
    /// A flag is wrong.
    #[error("{flag}: {wrong}")]
    Option {
        /// The flag.
        flag: &'static str,
        /// What is wrong with it.
        wrong: String,
    },
    /// The HTTP client can't be built, as where the system has no root certificates.
    #[error("no HTTPS client: {0}")]
    Client(reqwest::Error),
    /// The same request failed again and again.
    #[error("{tries} requests for the same page failed, the last one since {reason}; {AGAIN}")]
    GaveUp {
        /// How many.
        tries: u32,
        /// What was wrong with the last.
        reason: String,
    },
    /// The server wants to be left alone for longer than this program waits.
    #[error("the server asks to come back in {seconds} seconds; {AGAIN} then")]
    Busy {
        /// How long.
        seconds: u64,
    },
    /// A status that trying again doesn't change.
    #[error("the server answered {status}{hint}")]
    Status {
        /// The status.
        status: reqwest::StatusCode,
        /// What to do about it.
        hint: &'static str,
    },
    /// Something is there, but no OAI-PMH server.
    #[error("the reply is no OAI-PMH: {reason}; check --endpoint, which must be the base URL of an OAI-PMH 2.0 server")]
    NotOai {
        /// What it is instead.
        reason: String,
    },
    /// A page has more bytes than are read.
    #[error("a page of the list has more than {limit} MiB: ask for less with --set, --from and --until")]
    TooLarge {
        /// The limit.
        limit: usize,
    },
    /// The server refuses by an error of the protocol.
    #[error("{0}")]
    Refused(OaiError),
    /// The list doesn't end.
    #[error("the list of records goes round in circles ({0}): a fault of the server; {AGAIN} later")]
    Endless(&'static str),
}

/// What to do when a harvest ended early.
pub(crate) const AGAIN: &str =
    "what came before is in the archive: run the same command again, without --from once `antigravity archive` shows how far it has come";

impl HarvestError {
    /// Whether the command line is wrong.
    pub(crate) fn is_usage(&self) -> bool {
        matches!(self, Self::Option { .. })
    }

    /// Whether it may work later.
    pub(crate) fn is_unavailable(&self) -> bool {
        matches!(self, Self::GaveUp { .. } | Self::Busy { .. })
    }
}

/// An error of the protocol (OAI-PMH 2.0, section 3.6).
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct OaiError {
    /// Its code, such as `badArgument`.
    pub(crate) code: String,
    /// The server's words.
    pub(crate) message: String,
}

impl fmt::Display for OaiError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let hint = match self.code.as_str() {
            "badArgument" => "; check --set, --from and --until",
            "cannotDisseminateFormat" => "; try --format oai_dc, which every server has",
            "noSetHierarchy" => "; leave out --set",
            "badResumptionToken" => "; the list ran out before its end could be fetched, again and again: try later",
            _ => "",
        };
        write!(out, "the server refuses with {}", self.code)?;
        if !self.message.is_empty() {
            write!(out, " ({})", self.message)?;
        }
        out.write_str(hint)
    }
}
