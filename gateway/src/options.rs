//! What an operator can set.

/// The gateway's options.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Options {
    /// The archive that requests without one mean. Empty: the retriever's default.
    pub archive: String,
}
