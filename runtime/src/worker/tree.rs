//! Everything that a worker has started, found and killed.
//!
//! A worker leads a session of its own, so that its group has most of it. What has left the group
//! (`setsid`, a double fork) is found by its parents, and, once orphaned and adopted by the
//! runtime, by the variable [`MARK`] in its environment.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::fs;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, kill, killpg};
use nix::sys::wait::{WaitPidFlag, waitpid};
use nix::unistd::Pid;

/// Variable that marks all processes of one life of a worker.
pub(super) const MARK: &str = "LAMBDA_WORKER";

/// Longest time that killing takes before the runtime goes on.
const PATIENCE: Duration = Duration::from_secs(1);

/// Workers whose end is left to those who started them.
static WORKERS: Mutex<BTreeSet<i32>> = Mutex::new(BTreeSet::new());

pub(super) fn workers() -> MutexGuard<'static, BTreeSet<i32>> {
    WORKERS.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Kills the group of `leader` and everything that descends from it, until nothing is left or
/// patience ends. `mark` is the value of [`MARK`] that the worker was started with.
pub(super) fn kill_all(leader: i32, mark: &str) {
    // The leader's own group first: its descendants are then orphans that only start nothing new.
    let descendants = descendants(leader);
    let _ = killpg(Pid::from_raw(leader), Signal::SIGKILL);
    let _ = kill(Pid::from_raw(leader), Signal::SIGKILL);
    for pid in descendants {
        let _ = kill(Pid::from_raw(pid), Signal::SIGKILL);
    }
    let begun = Instant::now();
    loop {
        let left = marked(mark, leader);
        if left.is_empty() || begun.elapsed() > PATIENCE {
            break;
        }
        for pid in &left {
            let _ = kill(Pid::from_raw(*pid), Signal::SIGKILL);
        }
        reap_orphans();
        std::thread::sleep(Duration::from_micros(200));
    }
    reap_orphans();
}

/// Buries adopted processes that have ended.
pub fn reap_orphans() {
    let own = i32::try_from(std::process::id()).unwrap_or_default();
    // Held meanwhile, so that none is started that is not known here.
    let workers = workers();
    for process in processes() {
        if process.parent == own && process.zombie && !workers.contains(&process.pid) {
            let _ = waitpid(Pid::from_raw(process.pid), Some(WaitPidFlag::WNOHANG));
        }
    }
}

struct Process {
    pid: i32,
    parent: i32,
    zombie: bool,
}

/// All processes that can be seen.
fn processes() -> Vec<Process> {
    let Ok(entries) = fs::read_dir("/proc") else {
        return Vec::new();
    };
    let pids = entries.filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok());
    pids.filter_map(process).collect()
}

fn process(pid: i32) -> Option<Process> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    // The name stands in parentheses and may hold anything: the fields follow its end.
    let (_, fields) = stat.rsplit_once(')')?;
    let mut fields = fields.split_ascii_whitespace();
    let zombie = matches!(fields.next()?, "Z" | "X");
    let parent = fields.next()?.parse().ok()?;
    Some(Process {
        pid,
        parent,
        zombie,
    })
}

/// Processes below `leader`.
fn descendants(leader: i32) -> Vec<i32> {
    let mut children: HashMap<i32, Vec<i32>> = HashMap::new();
    for process in processes() {
        children
            .entry(process.parent)
            .or_default()
            .push(process.pid);
    }
    let mut found = HashSet::new();
    let mut next = vec![leader];
    while let Some(pid) = next.pop() {
        for child in children.remove(&pid).unwrap_or_default() {
            if found.insert(child) {
                next.push(child);
            }
        }
    }
    found.into_iter().collect()
}

/// Living processes, `leader` aside, that were started with this mark.
fn marked(mark: &str, leader: i32) -> Vec<i32> {
    let needle = format!("{MARK}={mark}\0");
    let own = i32::try_from(std::process::id()).unwrap_or_default();
    let candidates = processes().into_iter();
    let alive = candidates.filter(|p| !p.zombie && p.pid != leader && p.pid != own);
    let ours = alive.filter(|process| {
        let environment = fs::read(format!("/proc/{}/environ", process.pid));
        environment.is_ok_and(|text| memchr::memmem::find(&text, needle.as_bytes()).is_some())
    });
    ours.map(|process| process.pid).collect()
}
