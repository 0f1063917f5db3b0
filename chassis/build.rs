//! Tells the crate which compiler builds it, and from which revision, for `antigravity_build_info`.

use std::{env, process::Command};

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-env-changed=ANTIGRAVITY_REVISION");
    // The commit, where whoever builds says it. Asking git here would compile everything anew after each commit.
    println!("cargo::rustc-env=ANTIGRAVITY_REVISION={}", env::var("ANTIGRAVITY_REVISION").unwrap_or_else(|_| "unknown".to_owned()));
    println!("cargo::rustc-env=ANTIGRAVITY_RUSTC={}", rustc().unwrap_or_else(|| "unknown".to_owned()));
}

/// `1.95.0` of `rustc 1.95.0 (…)`.
fn rustc() -> Option<String> {
    let told = Command::new(env::var_os("RUSTC")?).arg("--version").output().ok()?;
    Some(String::from_utf8(told.stdout).ok()?.split_whitespace().nth(1)?.to_owned())
}
