//! A bed whose owner is killed.
#![allow(clippy::unwrap_used, missing_docs)]

use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use knative_lambda_testbed::{Part, available_for};

/// Process groups of the servers that a process started.
fn groups(owner: u32) -> Vec<String> {
    let mut ps = Command::new("ps");
    ps.args(["-o", "pgid=", "--ppid", &owner.to_string()]);
    let text = String::from_utf8(ps.output().unwrap().stdout).unwrap();
    text.split_whitespace().map(str::to_owned).collect()
}

/// What runs in the groups: RabbitMQ starts programs that start programs.
fn members(groups: &[String]) -> Vec<String> {
    let mut ps = Command::new("ps");
    ps.args(["-e", "-o", "pgid=,stat=,comm="]);
    let text = String::from_utf8(ps.output().unwrap().stdout).unwrap();
    let mut programs = Vec::new();
    for line in text.lines() {
        let mut fields = line.split_whitespace();
        let (group, state) = (fields.next().unwrap(), fields.next().unwrap());
        if groups.iter().any(|known| known == group) && !state.starts_with('Z') {
            programs.extend(fields.next().map(str::to_owned));
        }
    }
    programs
}

fn until(what: &str, mut holds: impl FnMut() -> bool) {
    let started = Instant::now();
    while !holds() {
        assert!(started.elapsed() < Duration::from_secs(60), "{what}");
        std::thread::sleep(Duration::from_millis(50));
    }
}

#[test]
fn nothing_stays_when_the_owner_is_killed() {
    if !available_for(&[Part::RabbitMq]) {
        return;
    }
    let state = tempfile::tempdir().unwrap();
    let mut owner = Command::new(env!("CARGO_BIN_EXE_testbed"))
        .args(["hold", "rabbitmq"])
        .env("CARGO_TARGET_DIR", state.path())
        .stdin(Stdio::null())
        .spawn()
        .unwrap();
    until("it does not come up", || {
        assert!(owner.try_wait().unwrap().is_none());
        state.path().join("testbed/up.json").is_file()
    });
    let groups = groups(owner.id());
    let running = members(&groups);
    for program in ["epmd", "beam.smp"] {
        assert!(running.iter().any(|name| name == program), "{running:?}");
    }
    owner.kill().unwrap();
    owner.wait().unwrap();
    until("something stays", || members(&groups).is_empty());
}
