//! What every service needs and none should write twice: options, telemetry, status and reasons, deadlines, the boxed handle, the one
//! server loop, admission, health, reflection and drain.
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
pub mod admission;
pub mod call;
pub mod deadline;
pub mod duration;
pub mod options;
pub mod program;
pub mod server;
pub mod shutdown;
pub mod status;
pub mod telemetry;
pub mod tls;
pub mod transport;
