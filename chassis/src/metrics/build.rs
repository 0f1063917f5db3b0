//! Which build this is.

use super::Gauges;

static BUILD: Gauges<3> = Gauges::new("antigravity_build_info", "Which build this is; always 1.", ["version", "revision", "rustc"]);

pub(super) fn show() {
    BUILD.set([env!("CARGO_PKG_VERSION"), env!("ANTIGRAVITY_REVISION"), env!("ANTIGRAVITY_RUSTC")], 1.0);
}
