//! What every service needs and none should write twice: options, telemetry, status and reasons, deadlines, the boxed handle, the one
//! server loop, admission, health, metrics, the admin port, reflection and drain.
#![cfg_attr(
    test,
    allow(
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::panic,
        clippy::indexing_slicing,
        clippy::string_slice,
        reason = "a test fails by panicking"
    )
)]

pub mod access;
mod admin;
pub mod admission;
pub mod call;
pub mod deadline;
pub mod duration;
pub mod metrics;
pub mod options;
pub mod places;
pub mod program;
pub mod server;
pub mod shutdown;
pub mod status;
pub mod telemetry;
pub mod tls;
pub mod trace;
pub mod transport;
mod watched;
