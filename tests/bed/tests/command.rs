//! The command `testbed`.
#![allow(clippy::unwrap_used, missing_docs)]

use std::path::Path;
use std::process::{Command, Output};

use knative_lambda_testbed::{Bed, Part, available, state_folder};

/// The command with a state of its own.
fn testbed(target: &Path, arguments: &[&str]) -> (Option<i32>, String) {
    let Output {
        status,
        stdout,
        stderr,
    } = Command::new(env!("CARGO_BIN_EXE_testbed"))
        .args(arguments)
        .env("CARGO_TARGET_DIR", target)
        .output()
        .unwrap();
    let text = [stdout, stderr].map(|bytes| String::from_utf8(bytes).unwrap());
    (status.code(), text.concat())
}

/// Ends the programs with this argument, and nothing else.
fn kill(argument: &str) {
    let output = Command::new("ps").args(["-A", "-o", "pid=,args="]).output();
    let text = String::from_utf8(output.unwrap().stdout).unwrap();
    let lines = text.lines().filter(|line| line.contains(argument));
    let pids: Vec<_> = lines.filter_map(|l| l.split_whitespace().next()).collect();
    assert!(!pids.is_empty(), "{text}");
    Command::new("kill").arg("-9").args(pids).status().unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn says_what_is_up_and_what_is_down() {
    if !available() {
        return;
    }
    // Builds it; the state of its own has it too.
    drop(Bed::start(&[Part::Alertmanager]).await.unwrap());
    let target = tempfile::tempdir().unwrap();
    let target = target.path();
    std::fs::create_dir(target.join("testbed")).unwrap();
    for entry in std::fs::read_dir(state_folder()).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap();
        if name.to_string_lossy().starts_with("alertmanager-") {
            std::os::unix::fs::symlink(&path, target.join("testbed").join(name)).unwrap();
        }
    }
    assert_eq!(testbed(target, &["status"]).0, Some(1));

    let (code, told) = testbed(target, &["up", "alertmanager"]);
    assert_eq!(code, Some(0), "{told}");
    let (code, told) = testbed(target, &["status"]);
    assert!(told.contains("up    ALERTMANAGER_URL=http"), "{told}");
    assert_eq!(code, Some(0), "{told}");

    let (code, told) = testbed(target, &["logs", "alertmanager"]);
    assert!(told.starts_with("== alertmanager\n"), "{told}");
    assert_eq!(code, Some(0), "{told}");
    let (code, told) = testbed(target, &["logs", "nosuch"]);
    assert!(
        told.contains("no log of `nosuch`, but of alertmanager"),
        "{told}"
    );
    assert_eq!(code, Some(2), "{told}");

    let (_, told) = testbed(target, &["env"]);
    let address = told.split('\'').nth(1).unwrap();
    let address = address.strip_prefix("http://").unwrap();
    kill(&format!("--web.listen-address={address}"));
    let (code, told) = testbed(target, &["status"]);
    assert!(told.contains("down  ALERTMANAGER_URL=http"), "{told}");
    assert_eq!(code, Some(1), "{told}");

    assert_eq!(testbed(target, &["down"]).0, Some(0));
    assert_eq!(testbed(target, &["status"]).0, Some(1));
}
