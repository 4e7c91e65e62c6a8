//! Makes the changes of a plan through a folder beside the targets and a journal.
//!
//! The folder holds `new/` (what comes, by path), `old/` (what went or was replaced, by number of
//! the move), and the list of moves: `journal` while they are made, `undo` while they are taken
//! back. Every move can be repeated, forwards and backwards.

use std::collections::{BTreeSet, HashSet};
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use super::disk::{Disk, exists, unless_missing};
use super::journal::{self, Move};
use super::plan::{Action, Change, FILES_A_THREAD, Plan};
use super::{Error, Reason, Recovery, Refusal, WORK_FOLDER};
use crate::parallel;

/// The folder in which changes are prepared.
pub(super) struct Workshop<'a> {
    root: &'a Path,
    folder: PathBuf,
    disk: &'a Disk,
}

impl<'a> Workshop<'a> {
    pub(super) fn new(root: &'a Path, disk: &'a Disk) -> Self {
        Self {
            root,
            folder: root.join(WORK_FOLDER),
            disk,
        }
    }

    fn new_path(&self, path: &str) -> PathBuf {
        self.folder.join("new").join(path)
    }

    fn old_path(&self, number: usize) -> PathBuf {
        self.folder.join("old").join(number.to_string())
    }

    fn journal(&self) -> PathBuf {
        self.folder.join("journal")
    }

    fn undo_journal(&self) -> PathBuf {
        self.folder.join("undo")
    }

    /// Makes all changes, or none. `written` is called after each file.
    pub(super) fn commit(&self, plan: &Plan, written: &(dyn Fn() + Sync)) -> Result<(), Error> {
        let moves = moves(plan);
        let prepared = self
            .stage(&plan.changes, written)
            .and_then(|()| self.begin(&moves));
        if let Err(error) = prepared {
            // The old tree stands. What cannot be cleared now is cleared by the next run.
            let _ = self.clear();
            return Err(error);
        }
        match self.forwards(&moves, None) {
            Ok(()) => {
                // The new tree stands. What cannot be cleared now is cleared by the next run.
                let _ = self.finish(&moves);
                Ok(())
            }
            Err(error) => {
                // What cannot be rolled back now is completed by the next run.
                let _ = self
                    .disk
                    .rename(&self.journal(), &self.undo_journal())
                    .and_then(|()| self.backwards(&moves))
                    .and_then(|()| self.clear());
                Err(error)
            }
        }
    }

    /// Completes or undoes what an interrupted run left.
    pub(super) fn recover(&self) -> Result<Recovery, Error> {
        match fs::symlink_metadata(&self.folder) {
            Err(_) => return Ok(Recovery::None),
            Ok(meta) if !meta.is_dir() => {
                return Err(Error::Refused(vec![Refusal {
                    path: WORK_FOLDER.to_owned(),
                    reason: Reason::Link,
                }]));
            }
            Ok(_) => {}
        }
        if let Some(moves) = self.read(&self.undo_journal())? {
            self.backwards(&moves)?;
            self.clear()?;
            return Ok(Recovery::Undone);
        }
        if let Some(moves) = self.read(&self.journal())? {
            let begun = modified(&self.journal());
            self.forwards(&moves, begun)?;
            self.finish(&moves)?;
            return Ok(Recovery::Completed);
        }
        self.clear()?;
        Ok(Recovery::None)
    }

    fn read(&self, journal: &Path) -> Result<Option<Vec<Move>>, Error> {
        if !exists(journal) {
            return Ok(None);
        }
        fs::read_to_string(journal)
            .ok()
            .and_then(|text| journal::parse(&text))
            .map(Some)
            .ok_or_else(|| Error::Journal(journal.to_path_buf()))
    }

    /// Writes all new contents below `new/`.
    fn stage(&self, changes: &[Change], done: &(dyn Fn() + Sync)) -> Result<(), Error> {
        let new = self.folder.join("new");
        let mut folders = BTreeSet::from([new.clone(), self.folder.join("old")]);
        let written: Vec<&Change> = changes
            .iter()
            .filter(|c| c.action != Action::Delete)
            .collect();
        folders.extend(
            written
                .iter()
                .filter_map(|c| self.new_path(&c.path).parent().map(Path::to_path_buf)),
        );
        for folder in &folders {
            self.disk.create_folder(folder)?;
        }
        parallel::map(&written, FILES_A_THREAD, |change| {
            done();
            self.disk
                .write(&self.new_path(&change.path), change.content.as_bytes())
        })
        .into_iter()
        .collect()
    }

    /// Writes the journal, in one step: from here on the new tree stands.
    fn begin(&self, moves: &[Move]) -> Result<(), Error> {
        let part = self.folder.join("journal.part");
        self.disk.write(&part, journal::render(moves).as_bytes())?;
        self.disk.rename(&part, &self.journal())
    }

    /// Leaves alone what someone has changed after the moves had `begun`: the next run compares it.
    fn forwards(&self, moves: &[Move], begun: Option<SystemTime>) -> Result<(), Error> {
        for (number, step) in moves.iter().enumerate() {
            let (Move::Create(path) | Move::Replace(path) | Move::Delete(path)) = step;
            if begun.is_some() && modified(&self.root.join(path)) > begun {
                continue;
            }
            let old = self.old_path(number);
            match step {
                Move::Create(path) => self.bring(path)?,
                Move::Replace(path) => {
                    if !exists(&old) {
                        self.disk.keep(&self.root.join(path), &old)?;
                    }
                    self.bring(path)?;
                }
                Move::Delete(path) => {
                    unless_missing(self.disk.rename(&self.root.join(path), &old))?;
                }
            }
        }
        Ok(())
    }

    /// Moves what is new into place, if it is not there already.
    fn bring(&self, path: &str) -> Result<(), Error> {
        let new = self.new_path(path);
        if exists(&new) {
            self.disk.rename(&new, &self.root.join(path))?;
        }
        Ok(())
    }

    fn backwards(&self, moves: &[Move]) -> Result<(), Error> {
        for (number, step) in moves.iter().enumerate().rev() {
            let old = self.old_path(number);
            match step {
                Move::Create(path) => {
                    let new = self.new_path(path);
                    if !exists(&new) {
                        unless_missing(self.disk.rename(&self.root.join(path), &new))?;
                    }
                }
                Move::Replace(path) | Move::Delete(path) => {
                    if exists(&old) {
                        self.disk.rename(&old, &self.root.join(path))?;
                    }
                }
            }
        }
        Ok(())
    }

    /// Deletes folders that became empty, then the journal, then the rest.
    fn finish(&self, moves: &[Move]) -> Result<(), Error> {
        let mut emptied = BTreeSet::new();
        for step in moves {
            if let Move::Delete(path) = step {
                let mut at = path.as_str();
                while let Some((folder, _)) = at.rsplit_once('/') {
                    emptied.insert(folder);
                    at = folder;
                }
            }
        }
        // The inner ones first.
        for folder in emptied.into_iter().rev() {
            match self.disk.remove_folder(&self.root.join(folder)) {
                Err(Error::Io { error, .. }) if error.kind() == ErrorKind::DirectoryNotEmpty => {}
                result => unless_missing(result)?,
            }
        }
        self.disk.remove_file(&self.journal())?;
        self.clear()
    }

    /// Deletes the folder with all that klambda put there.
    fn clear(&self) -> Result<(), Error> {
        for journal in ["undo", "journal.part"] {
            unless_missing(self.disk.remove_file(&self.folder.join(journal)))?;
        }
        for folder in ["new", "old"] {
            unless_missing(self.disk.remove_tree(&self.folder.join(folder)))?;
        }
        unless_missing(self.disk.remove_folder(&self.folder))
    }
}

fn modified(path: &Path) -> Option<SystemTime> {
    fs::symlink_metadata(path).ok()?.modified().ok()
}

/// The moves that make a plan's changes. A folder that is wholly new is moved as one.
fn moves(plan: &Plan) -> Vec<Move> {
    let mut whole = HashSet::new();
    let step = |change: &Change| match change.action {
        Action::Create => match plan.fresh.get(&change.path) {
            Some(folder) => whole
                .insert(folder.clone())
                .then(|| Move::Create(folder.clone())),
            None => Some(Move::Create(change.path.clone())),
        },
        Action::Replace => Some(Move::Replace(change.path.clone())),
        Action::Delete => Some(Move::Delete(change.path.clone())),
    };
    plan.changes.iter().filter_map(step).collect()
}
