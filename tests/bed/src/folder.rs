//! A bed's temporary folder, and those of beds whose process was killed.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use crate::Error;

const PREFIX: &str = "testbed-";

/// A file that is locked for as long as the bed's process lives.
const OWNER: &str = "owner";

/// A folder that is deleted when this is dropped, or at the start of a later bed.
#[derive(Debug)]
pub(crate) struct Folder {
    folder: TempDir,
    _owner: File,
}

impl Folder {
    /// Makes one, and deletes those that nobody owns any more.
    pub(crate) fn new() -> Result<Self, Error> {
        let parent = std::env::temp_dir();
        sweep(&parent);
        Self::within(&parent).map_err(|error| Error::file(parent, error))
    }

    fn within(parent: &Path) -> io::Result<Self> {
        let folder = tempfile::Builder::new().prefix(PREFIX).tempdir_in(parent)?;
        let new = folder.path().join("owner.new");
        let owner = File::create(&new)?;
        owner.lock()?;
        // Under this name it is always locked, or left.
        fs::rename(new, folder.path().join(OWNER))?;
        Ok(Self {
            folder,
            _owner: owner,
        })
    }

    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }
}

/// Deletes what beds left whose process was killed. What cannot be deleted stays for the next bed.
fn sweep(parent: &Path) {
    for entry in fs::read_dir(parent).into_iter().flatten().flatten() {
        if entry.file_name().to_string_lossy().starts_with(PREFIX) {
            let _ = delete_left(&entry.path());
        }
    }
}

fn delete_left(folder: &Path) -> io::Result<()> {
    let owner = File::options().write(true).open(folder.join(OWNER))?;
    if owner.try_lock().is_err() {
        return Ok(());
    }
    // The lock goes last: a folder that is half deleted is still known as left.
    let contents: io::Result<Vec<PathBuf>> = fs::read_dir(folder)?
        .map(|entry| entry.map(|entry| entry.path()))
        .collect();
    for path in contents? {
        if path.is_dir() {
            fs::remove_dir_all(path)?;
        } else if !path.ends_with(OWNER) {
            fs::remove_file(path)?;
        }
    }
    fs::remove_dir_all(folder)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn only_folders_without_an_owner_are_swept() {
        let parent = tempfile::tempdir().unwrap();
        let parent = parent.path();
        let owned = Folder::within(parent).unwrap();
        // As a process leaves it that is killed: not deleted, and not locked any more.
        let Folder {
            folder,
            _owner: owner,
        } = Folder::within(parent).unwrap();
        drop(owner);
        let left = folder.keep();
        fs::create_dir(left.join("data")).unwrap();
        fs::write(left.join("data/file"), "").unwrap();
        let foreign = parent.join("testbed-of-another-kind");
        fs::create_dir(&foreign).unwrap();

        sweep(parent);
        assert!(owned.path().join(OWNER).is_file());
        assert!(!left.exists());
        assert!(foreign.is_dir());

        let path = owned.path().to_path_buf();
        drop(owned);
        assert!(!path.exists());
    }
}
