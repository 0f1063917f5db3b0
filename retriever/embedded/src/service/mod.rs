//! The three gRPC services, one file each. A method takes its message apart, has the work done by the engine, and wraps up the answer.

mod collections;
mod health;
mod points;
mod write;
