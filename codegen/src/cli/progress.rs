//! Says what goes on when a command takes long.

use std::io::{self, IsTerminal as _, Write as _};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// Commands that are done by then say nothing.
const SILENCE: Duration = Duration::from_secs(1);

/// How often the line is written anew.
const PULSE: Duration = Duration::from_millis(100);

/// Takes the line of a terminal away.
const CLEAR: &str = "\r\x1b[2K";

/// A line on the terminal that tells how far a command is, and goes with this.
pub(crate) struct Progress {
    shared: Arc<Shared>,
    /// The thread that writes, and what ends it by going; `None` where nobody watches.
    writer: Option<(Sender<()>, JoinHandle<()>)>,
}

#[derive(Default)]
struct Shared {
    phase: Mutex<Phase>,
    done: AtomicUsize,
}

#[derive(Clone, Copy, Default)]
struct Phase {
    name: &'static str,
    total: usize,
}

impl Progress {
    /// Begins with a phase; silent where stderr is no terminal.
    pub(crate) fn start(name: &'static str) -> Self {
        let mut progress = Self {
            shared: Arc::default(),
            writer: None,
        };
        progress.phase(name, 0);
        if io::stderr().is_terminal() {
            progress.writer = Some(write(progress.shared.clone()));
        }
        progress
    }

    /// Goes on with another phase, of `total` steps; of 0 where they are not counted beforehand.
    pub(crate) fn phase(&self, name: &'static str, total: usize) {
        self.shared.done.store(0, Ordering::Relaxed);
        *self
            .shared
            .phase
            .lock()
            .unwrap_or_else(PoisonError::into_inner) = Phase { name, total };
    }

    /// Counts a step.
    pub(crate) fn step(&self) {
        self.shared.done.fetch_add(1, Ordering::Relaxed);
    }

    /// Takes the line away, so that others can write.
    pub(crate) fn end(&mut self) {
        if let Some((sender, writer)) = self.writer.take() {
            drop(sender);
            // It does not panic; if it did, there would be nothing to mend.
            let _ = writer.join();
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.end();
    }
}

impl Shared {
    fn line(&self, elapsed: Duration) -> Option<String> {
        let phase = *self.phase.lock().unwrap_or_else(PoisonError::into_inner);
        line(phase, self.done.load(Ordering::Relaxed), elapsed)
    }
}

/// `writing files: 1204 of 3700`, once it is time.
fn line(phase: Phase, done: usize, elapsed: Duration) -> Option<String> {
    let Phase { name, total } = phase;
    (elapsed >= SILENCE).then(|| match (done, total) {
        (0, 0) => format!("{name} …"),
        (done, 0) => format!("{name}: {done}"),
        (done, total) => format!("{name}: {done} of {total}"),
    })
}

fn write(shared: Arc<Shared>) -> (Sender<()>, JoinHandle<()>) {
    let (sender, ended) = mpsc::channel();
    let started = Instant::now();
    let writer = std::thread::spawn(move || {
        let mut written = false;
        while ended.recv_timeout(PULSE) == Err(RecvTimeoutError::Timeout) {
            if let Some(line) = shared.line(started.elapsed()) {
                // A terminal that is gone needs no progress.
                let _ = write!(io::stderr().lock(), "{CLEAR}{line}");
                written = true;
            }
        }
        if written {
            let _ = write!(io::stderr().lock(), "{CLEAR}");
        }
    });
    (sender, writer)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_second_is_silent() {
        let phase = Phase {
            name: "writing files",
            total: 3700,
        };
        let said = |millis, done| line(phase, done, Duration::from_millis(millis));
        assert_eq!(said(999, 12), None);
        assert_eq!(said(1000, 12).as_deref(), Some("writing files: 12 of 3700"));
        let open = Phase { total: 0, ..phase };
        let said = |done| line(open, done, SILENCE);
        assert_eq!(said(0).as_deref(), Some("writing files …"));
        assert_eq!(said(7).as_deref(), Some("writing files: 7"));
    }
}
