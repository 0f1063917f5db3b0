//! Who may call what, on every protocol alike.

pub mod credentials;
mod matrix;
pub mod protocols;
mod quota;
mod words;
