//! Who reads a page, as far as it shows.

use antigravity_chassis::access::{Caller, session};
use axum::extract::Request;

use crate::Gateway;

/// What the frame of a page depends on. By default somebody of whom nothing is known.
#[derive(Clone, Debug, Default)]
pub(super) struct Reader {
    /// The id of the key that was signed in with.
    pub(super) key: Option<String>,
    /// Whether there is a list of kept answers to be shown.
    pub(super) has_answers: bool,
}

impl Reader {
    pub(super) fn of(gateway: &Gateway, request: &Request) -> Self {
        let caller = request.extensions().get::<Caller>().filter(|_| session::is_signed_in(request.headers()));
        Self { key: caller.and_then(Caller::key).map(str::to_owned), has_answers: gateway.options.keep_answers().is_some() }
    }
}
