//! Certificates that change while both sides run, as Kubernetes swaps a mounted Secret.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;

use antigravity_chassis::transport::Transport;
use antigravity_tests::authority::{Authority, Files, Valid};
use tempfile::TempDir;

use crate::port::{Port, call};

/// Lets a link lead to another folder, in one step.
fn swap(link: &Path, to: &Path) {
    let beside = link.with_extension("new");
    symlink(to, &beside).unwrap();
    fs::rename(beside, link).unwrap();
}

/// Calls by new connections until one is answered as expected: files are looked at once a second.
async fn becomes(way: impl Fn() -> Transport, expected: Result<(), &str>) {
    loop {
        match (call(&way()).await, expected) {
            (Ok(()), Ok(())) => return,
            (Err(told), Err(part)) if told.contains(part) => return,
            _ => tokio::task::yield_now().await,
        }
    }
}

#[tokio::test]
async fn a_served_certificate_is_swapped_without_a_restart() {
    let folder = TempDir::new().unwrap();
    let at = |name: &str| folder.path().join(name);
    let (before, after) = (Authority::new("ours"), Authority::new("ours"));
    let (old_files, new_files) = (before.issue(&at("1"), &["localhost"], Valid::Now), after.issue(&at("2"), &["localhost"], Valid::Now));
    swap(&at("mounted"), &at("1"));
    let port = Port::open(&Files::in_folder(&at("mounted")).open()).await;
    let (old, new) = (old_files.open(), new_files.open());
    let standing = port.way(&old, "https", "localhost");
    assert_eq!(call(&standing).await, Ok(()));
    assert!(port.call(&new, "https", "localhost").await.is_err());

    swap(&at("mounted"), &at("2"));
    becomes(|| port.way(&new, "https", "localhost"), Ok(())).await;
    becomes(|| port.way(&old, "https", "localhost"), Err("authority that isn't trusted here")).await;
    assert_eq!(call(&standing).await, Ok(()), "a connection that stands goes on");
}

#[tokio::test]
async fn what_a_caller_shows_and_trusts_is_swapped_without_a_restart() {
    let folder = TempDir::new().unwrap();
    let at = |name: &str| folder.path().join(name);
    let (ours, foreign) = (Authority::new("ours"), Authority::new("foreign"));
    let port = Port::open(&ours.issue(&at("port"), &["localhost"], Valid::Now).open()).await;
    foreign.issue(&at("foreign"), &["caller"], Valid::Now);
    ours.issue(&at("expired"), &["caller"], Valid::Expired);
    ours.issue(&at("right"), &["caller"], Valid::Now);
    swap(&at("mounted"), &at("foreign"));
    // One way throughout: what can't connect tries again with the next call.
    let way = port.way(&Files::in_folder(&at("mounted")).open(), "https", "localhost");
    becomes(|| way.clone(), Err("authority that isn't trusted here")).await;
    swap(&at("mounted"), &at("expired"));
    becomes(|| way.clone(), Err("is shown, which has expired")).await;
    swap(&at("mounted"), &at("right"));
    becomes(|| way.clone(), Ok(())).await;
}
