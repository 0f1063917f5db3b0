//! The gateway's other protocols, over a real port.

mod chat;
mod json;
mod mcp;
mod rough;
mod shared;
mod stream;
