//! Who may call what, on every protocol alike.

mod credentials;
mod matrix;
mod protocols;
mod quota;
mod words;
