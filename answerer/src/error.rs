//! Why the answerer can't be built. What happens to an answer in the making is no error: it falls back, and says so in a notice.

/// A model is configured wrongly. The program ends with this before it serves.
#[derive(Debug, thiserror::Error)]
pub enum AnswererError {
    /// `default_model` names no model.
    #[error("default_model `{name}` is not configured: name one of {known}")]
    UnknownDefaultModel {
        /// The name.
        name: String,
        /// The names that there are.
        known: String,
    },
    /// A model has the composer's name.
    #[error("the name `extractive` belongs to the built-in composer: give the model another one")]
    ReservedName,
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
    /// A setting of a model can't be used.
    #[error("setting `models.{model}.{setting}`: {wrong}")]
    Setting {
        /// The model's name.
        model: String,
        /// The setting's name within the model's table.
        setting: &'static str,
        /// Its value, and what is accepted.
        wrong: String,
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
