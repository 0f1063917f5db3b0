//! A harvest against a server that does everything the protocol allows, and some things that it doesn't.

mod endings;
mod memory;
mod server;
mod trouble;
mod whole_way;
