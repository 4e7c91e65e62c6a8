//! Everything that a worker has started, found and killed.
//!
//! A worker leads a session of its own, so that its group has most of it. What has left the group
//! (`setsid`, a double fork) is found by its parents, and, once orphaned and adopted by the
//! runtime, by the variable [`MARK`] in its environment. An adopted process without any mark has
//! got rid of it on purpose, or by another program's start; whose it was cannot be told, and it
//! ends with the next worker that does.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::fs;
use std::io;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, kill, killpg};
use nix::sys::wait::{WaitPidFlag, waitpid};
use nix::unistd::Pid;

/// Variable that marks all processes of one life of a worker.
pub(super) const MARK: &str = "LAMBDA_WORKER";

/// Longest time that killing takes before the runtime goes on.
const PATIENCE: Duration = Duration::from_secs(1);

/// Workers that this process has started and not buried yet: its other children are adopted.
static LEADERS: Mutex<BTreeSet<i32>> = Mutex::new(BTreeSet::new());

fn leaders() -> MutexGuard<'static, BTreeSet<i32>> {
    LEADERS.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A child that only its owner waits for, as long as this is held.
#[derive(Debug)]
pub(super) struct Leader(i32);

impl Leader {
    /// Starts a child. Nobody takes it for an adopted one in between.
    pub(super) fn start<C>(start: impl FnOnce() -> io::Result<(C, i32)>) -> io::Result<(C, Self)> {
        let mut leaders = leaders();
        let (child, pid) = start()?;
        leaders.insert(pid);
        Ok((child, Self(pid)))
    }

    /// Its process id, which is that of its group, too.
    pub(super) fn pid(&self) -> i32 {
        self.0
    }
}

impl Drop for Leader {
    fn drop(&mut self) {
        leaders().remove(&self.0);
    }
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
        let left = left_behind(mark, leader);
        for pid in &left {
            let _ = kill(Pid::from_raw(*pid), Signal::SIGKILL);
        }
        if left.is_empty() || begun.elapsed() > PATIENCE {
            break;
        }
        reap_orphans();
        std::thread::sleep(Duration::from_micros(200));
    }
    reap_orphans();
}

/// Buries adopted processes that have ended. Workers are left to whoever waits for them.
pub fn reap_orphans() {
    let leaders = leaders();
    for process in processes() {
        if process.zombie && process.is_adopted(&leaders) {
            let _ = waitpid(Pid::from_raw(process.pid), Some(WaitPidFlag::WNOHANG));
        }
    }
}

struct Process {
    pid: i32,
    parent: i32,
    zombie: bool,
}

impl Process {
    /// Whether it is a child of this process that is no worker.
    fn is_adopted(&self, leaders: &BTreeSet<i32>) -> bool {
        self.parent == own() && !leaders.contains(&self.pid)
    }
}

fn own() -> i32 {
    i32::try_from(std::process::id()).unwrap_or_default()
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

/// Living processes, `leader` aside, that were started with this mark, or adopted without any.
fn left_behind(mark: &str, leader: i32) -> Vec<i32> {
    let ours = format!("{MARK}={mark}\0");
    let any = format!("{MARK}={}-", own());
    let leaders = leaders();
    let alive = processes().into_iter().filter(|process| !process.zombie);
    let others = alive.filter(|process| process.pid != leader && process.pid != own());
    let left = others.filter(|process| {
        // What cannot be read cannot be killed either.
        let Ok(environment) = fs::read(format!("/proc/{}/environ", process.pid)) else {
            return false;
        };
        let has = |text: &str| memchr::memmem::find(&environment, text.as_bytes()).is_some();
        has(&ours) || (process.is_adopted(&leaders) && !has(&any))
    });
    left.map(|process| process.pid).collect()
}
