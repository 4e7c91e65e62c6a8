//! Every operation that changes the disk, so that tests can make each of them fail.

use std::fs;
use std::io;
use std::path::Path;

use super::Error;

/// The disk.
#[derive(Debug, Default)]
pub(super) struct Disk {
    /// Fails operations in tests.
    #[cfg(test)]
    pub(super) fault: super::tests::Fault,
}

impl Disk {
    /// Makes a folder and those above it.
    pub(super) fn create_folder(&self, path: &Path) -> Result<(), Error> {
        self.run("make the folder", path, || fs::create_dir_all(path))
    }

    /// Writes a file; half of it may be there after an error.
    pub(super) fn write(&self, path: &Path, content: &[u8]) -> Result<(), Error> {
        #[cfg(test)]
        if self.fault.is_next() {
            let _ = fs::write(path, &content[..content.len() / 2]);
        }
        self.run("write", path, || fs::write(path, content))
    }

    /// Moves a file or folder; a file at the new path is replaced in one step.
    pub(super) fn rename(&self, from: &Path, to: &Path) -> Result<(), Error> {
        self.run("write", to, || fs::rename(from, to))
    }

    /// Gives a file a second name, or copies it where the file system has no such thing.
    pub(super) fn keep(&self, from: &Path, to: &Path) -> Result<(), Error> {
        self.run("keep a copy of", from, || {
            fs::hard_link(from, to).or_else(|_| {
                // Only a whole copy may bear the name.
                let part = to.with_extension("part");
                fs::copy(from, &part)?;
                fs::rename(&part, to)
            })
        })
    }

    /// Deletes a file.
    pub(super) fn remove_file(&self, path: &Path) -> Result<(), Error> {
        self.run("delete", path, || fs::remove_file(path))
    }

    /// Deletes a folder that is empty.
    pub(super) fn remove_folder(&self, path: &Path) -> Result<(), Error> {
        self.run("delete", path, || fs::remove_dir(path))
    }

    /// Deletes a folder and all in it. Links in it are not followed.
    pub(super) fn remove_tree(&self, path: &Path) -> Result<(), Error> {
        self.run("delete", path, || fs::remove_dir_all(path))
    }

    fn run<R>(
        &self,
        action: &'static str,
        path: &Path,
        operation: impl FnOnce() -> io::Result<R>,
    ) -> Result<R, Error> {
        #[cfg(test)]
        let result = self.fault.strike().and_then(|()| operation());
        #[cfg(not(test))]
        let result = operation();
        result.map_err(|error| Error::Io {
            action,
            path: path.to_path_buf(),
            error,
        })
    }
}

/// Whether something is there; a link that leads nowhere is.
pub(super) fn exists(path: &Path) -> bool {
    fs::symlink_metadata(path).is_ok()
}

/// Takes it as done when there was nothing to do it to.
pub(super) fn unless_missing(result: Result<(), Error>) -> Result<(), Error> {
    match result {
        Err(Error::Io { error, .. }) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        other => other,
    }
}
