//! `klambda generate --watch`.

use std::path::Path;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::time::{Duration, Instant};

use notify::event::{AccessKind, AccessMode};
use notify::{Event, EventKind, RecursiveMode, Watcher as _};

use super::{Exit, Failure, Output};

/// A save ends when nothing has changed for so long: editors write in several steps.
const QUIET: Duration = Duration::from_millis(2);

/// A save that does not end is looked at anyway.
const LONGEST: Duration = Duration::from_millis(200);

/// Runs `generate` now and whenever a file of the spec was saved. What it finds is printed, and it
/// is run again after the next save; this only returns when the folder can no longer be watched.
pub(super) fn watch(
    spec: &Path,
    output: &Output,
    mut generate: impl FnMut() -> Result<Exit, Failure>,
) -> Result<Exit, Failure> {
    let failed =
        |error: notify::Error| Failure::new(format!("cannot watch `{}`: {error}", spec.display()));
    // Events have absolute paths.
    let watched = std::path::absolute(spec)
        .map_err(|error| Failure::io(format!("cannot watch `{}`", spec.display()), &error))?;
    let (sender, events) = mpsc::channel();
    // Begins before the first run, so that no save is missed.
    let mut watcher = notify::recommended_watcher(sender).map_err(failed)?;
    watcher
        .watch(&watched, RecursiveMode::Recursive)
        .map_err(failed)?;
    loop {
        if let Err(failure) = generate() {
            output.failure(&failure);
        }
        output.note(&format!("watching `{}`; end with Ctrl-C\n", spec.display()));
        if !saved(&watched, &events).map_err(failed)? {
            return Ok(Exit::Fine);
        }
    }
}

/// Waits for the end of a save; `false` when there will be none any more.
fn saved(spec: &Path, events: &Receiver<notify::Result<Event>>) -> notify::Result<bool> {
    loop {
        let Ok(event) = events.recv() else {
            return Ok(false);
        };
        if concerns(spec, &event?) {
            break;
        }
    }
    let started = Instant::now();
    while started.elapsed() < LONGEST {
        match events.recv_timeout(QUIET) {
            Ok(event) => {
                event?;
            }
            Err(RecvTimeoutError::Timeout) => break,
            Err(RecvTimeoutError::Disconnected) => return Ok(false),
        }
    }
    Ok(true)
}

/// Whether an event tells of a change to a file of the spec. Reading is none, nor is what
/// `generate` itself writes below `schema/`.
fn concerns(spec: &Path, event: &Event) -> bool {
    let changes = match event.kind {
        EventKind::Access(AccessKind::Close(AccessMode::Write)) => true,
        EventKind::Access(_) => false,
        _ => true,
    };
    let is_spec = |path: &Path| {
        let extension = path.extension().and_then(|e| e.to_str());
        // Folders come and go with the files in them.
        let readable = matches!(extension, Some("yaml" | "yml") | None);
        readable && !path.starts_with(spec.join("schema"))
    };
    changes && (event.need_rescan() || event.paths.iter().any(|path| is_spec(path)))
}
