//! A project's folder while its files are compared and brought to disk.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::commit::Workshop;
use super::disk::Disk;
use super::{Error, Outputs, Plan, WORK_FOLDER, plan};

/// A project's folder, locked for as long as this lives.
#[derive(Debug)]
pub struct Tree {
    root: PathBuf,
    /// The open folder, whose lock ends with it; `None` where it cannot be locked.
    _lock: Option<fs::File>,
    /// What an interrupted run had left.
    recovery: Recovery,
    pub(super) disk: Disk,
}

/// What was done about a run that had been interrupted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Recovery {
    /// There was none, or it had not begun to change anything.
    None,
    /// Its changes were completed.
    Completed,
    /// Its changes were undone.
    Undone,
}

impl Tree {
    /// Locks `root`, which is made if need be, and completes or undoes what an interrupted run
    /// left. `waiting` is called once when another process has the lock.
    ///
    /// # Errors
    /// When the folder cannot be made or what was left cannot be dealt with.
    pub fn open(root: &Path, waiting: impl FnOnce()) -> Result<Self, Error> {
        fs::create_dir_all(root).map_err(|error| Error::Io {
            action: "make the folder",
            path: root.to_path_buf(),
            error,
        })?;
        Self::with_disk(root, waiting, Disk::default())
    }

    /// As [`Tree::open`], for reading: the folder need not be there.
    ///
    /// # Errors
    /// When what an interrupted run left cannot be dealt with.
    pub fn read(root: &Path, waiting: impl FnOnce()) -> Result<Self, Error> {
        Self::with_disk(root, waiting, Disk::default())
    }

    pub(super) fn with_disk(
        root: &Path,
        waiting: impl FnOnce(),
        disk: Disk,
    ) -> Result<Self, Error> {
        let lock = lock(root, waiting);
        let recovery = Workshop::new(root, &disk).recover()?;
        Ok(Self {
            root: root.to_path_buf(),
            _lock: lock,
            recovery,
            disk,
        })
    }

    /// Whether an interrupted run left something in `root`; a cheap look.
    pub fn was_interrupted(root: &Path) -> bool {
        super::disk::exists(&root.join(WORK_FOLDER))
    }

    /// What was done about an interrupted run.
    pub fn recovery(&self) -> Recovery {
        self.recovery
    }

    /// Compares what is wanted with what is there.
    ///
    /// # Errors
    /// When something stands in the way of a file, or a file cannot be read.
    pub fn plan(&self, outputs: Outputs<'_>) -> Result<Plan, Error> {
        plan::plan(&self.root, outputs)
    }

    /// Makes all changes, or none. `written` is called for each file, from several threads.
    ///
    /// # Errors
    /// When one could not be made; the tree is then as it was.
    pub fn commit(&self, plan: &Plan, written: &(dyn Fn() + Sync)) -> Result<(), Error> {
        if plan.changes.is_empty() {
            return Ok(());
        }
        Workshop::new(&self.root, &self.disk).commit(plan, written)
    }
}

/// Locks a folder. Where the system cannot (some network file systems), runs are not kept apart.
fn lock(root: &Path, waiting: impl FnOnce()) -> Option<fs::File> {
    let folder = fs::File::open(root).ok()?;
    match folder.try_lock() {
        Ok(()) => Some(folder),
        Err(fs::TryLockError::WouldBlock) => {
            waiting();
            retry(|| folder.lock()).ok().map(|()| folder)
        }
        Err(fs::TryLockError::Error(_)) => None,
    }
}

fn retry(mut lock: impl FnMut() -> io::Result<()>) -> io::Result<()> {
    loop {
        match lock() {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            other => return other,
        }
    }
}
