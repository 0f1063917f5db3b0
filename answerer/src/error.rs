//! Why the answerer can't be built. What happens to an answer in the making is no error: it falls back, and says so in a notice.

use antigravity_chassis::options::Wrong;

/// A model is configured wrongly. The program ends with this before it serves.
#[derive(Debug, thiserror::Error)]
pub enum AnswererError {
    /// A setting has a value that is not accepted, or the variable that it names holds no key.
    #[error(transparent)]
    Option(#[from] Wrong),
    /// The HTTP client can't be built, as where the system has no root certificates.
    #[error("no HTTPS client for model `{model}`: {cause}")]
    Client {
        /// The model's name.
        model: String,
        /// What the client said.
        cause: reqwest::Error,
    },
}
