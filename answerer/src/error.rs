//! Why the answerer can't be built. What happens to an answer in the making is no error: it falls back, and says so in a notice.

use antigravity_chassis::options::Wrong;

/// A model is configured wrongly. The program ends with this before it serves.
#[derive(Debug, thiserror::Error)]
pub enum AnswererError {
    /// A setting has a value that is not accepted.
    #[error(transparent)]
    Option(#[from] Wrong),
    /// The variable with the key is not set.
    #[error("model `{model}` needs its key in {variable}: set that variable, or set api_key_env to the one that holds it")]
    KeyMissing {
        /// The model's name.
        model: String,
        /// The variable's name.
        variable: String,
    },
    /// The key holds characters that a header can't carry. Its text is not repeated.
    #[error("the key in {variable} holds characters that can't be sent: set it anew, without line breaks")]
    KeyUnreadable {
        /// The variable's name.
        variable: String,
    },
    /// The HTTP client can't be built, as where the system has no root certificates.
    #[error("no HTTPS client for model `{model}`: {cause}")]
    Client {
        /// The model's name.
        model: String,
        /// What the client said.
        cause: reqwest::Error,
    },
}
