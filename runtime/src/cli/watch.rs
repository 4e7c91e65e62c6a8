//! Notices when files of a handler are saved.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use knative_lambda_runtime::language::Language;
use notify::event::{AccessKind, AccessMode};
use notify::{Event, EventKind, RecommendedWatcher, RecursiveMode, Watcher};
use tokio::sync::Notify;
use tokio::time::{Instant, timeout};

/// A save ends when nothing has changed for so long: editors write in several steps.
const QUIET: Duration = Duration::from_millis(20);

/// A save that does not end is looked at anyway.
const LONGEST: Duration = Duration::from_millis(200);

/// Most folders that are watched: each costs the kernel memory.
const FOLDERS: usize = 1_000;

/// Folders that hold what others wrote, beside those whose names begin with a dot.
const OTHERS: [&str; 3] = ["node_modules", "__pycache__", "venv"];

/// Saves of source files below a folder.
pub(super) struct Saves {
    folder: PathBuf,
    watcher: RecommendedWatcher,
    saved: Arc<Notify>,
}

impl Saves {
    /// Begins to watch.
    pub(super) fn of(folder: &Path, language: Language) -> notify::Result<Self> {
        let saved = Arc::new(Notify::new());
        let notify = Arc::clone(&saved);
        let watcher = notify::recommended_watcher(move |event: notify::Result<Event>| {
            // What was missed may have been a save.
            if event.map_or(true, |event| concerns(language, &event)) {
                notify.notify_one();
            }
        })?;
        let mut saves = Self {
            folder: folder.to_owned(),
            watcher,
            saved,
        };
        saves.follow()?;
        Ok(saves)
    }

    /// Resolves when a save has ended.
    pub(super) async fn next(&mut self) -> notify::Result<()> {
        self.saved.notified().await;
        let begun = Instant::now();
        while begun.elapsed() < LONGEST && timeout(QUIET, self.saved.notified()).await.is_ok() {}
        self.follow()
    }

    /// Watches all folders that there are now.
    fn follow(&mut self) -> notify::Result<()> {
        let mut folders = vec![self.folder.clone()];
        let mut next = 0;
        while let Some(folder) = folders.get(next) {
            next += 1;
            let watched = self.watcher.watch(folder, RecursiveMode::NonRecursive);
            // Folders can go while they are looked at; without the first there is nothing.
            if next == 1 {
                watched?;
            }
            let Ok(entries) = std::fs::read_dir(folder) else {
                continue;
            };
            let below = entries
                .flatten()
                .filter(|entry| entry.file_type().is_ok_and(|kind| kind.is_dir()))
                .map(|entry| entry.path())
                .filter(|path| is_own(path));
            let below: Vec<_> = below.take(FOLDERS.saturating_sub(folders.len())).collect();
            folders.extend(below);
        }
        Ok(())
    }
}

fn is_own(folder: &Path) -> bool {
    let name = folder.file_name().unwrap_or_default().to_string_lossy();
    !name.starts_with('.') && !OTHERS.contains(&&*name)
}

/// Whether an event tells of a change to a source file, or of a new folder. Reading is none.
fn concerns(language: Language, event: &Event) -> bool {
    let changes = match event.kind {
        EventKind::Access(AccessKind::Close(AccessMode::Write)) => true,
        EventKind::Access(_) => false,
        _ => true,
    };
    let endings: &[&str] = match language {
        Language::Python => &["py"],
        Language::NodeJs => &["js", "mjs", "cjs", "json"],
        Language::Go => &["go", "mod", "sum"],
    };
    let is_source = |path: &PathBuf| match path.extension().and_then(|ending| ending.to_str()) {
        Some(ending) => endings.contains(&ending),
        None => matches!(event.kind, EventKind::Create(_)) && is_own(path) && path.is_dir(),
    };
    changes && (event.need_rescan() || event.paths.iter().any(is_source))
}
