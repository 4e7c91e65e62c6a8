//! Replaces one file that people wrote.

use std::fs;
use std::io;
use std::path::Path;

/// Replaces the text of the file at `path` in one step, if it still is `before`. Its permissions
/// stay.
///
/// # Errors
/// When it is not a file of its own (a symbolic link would be lost), when it changed meanwhile, or
/// when the system would not.
pub fn replace(path: &Path, before: &str, after: &str) -> io::Result<()> {
    let meta = fs::symlink_metadata(path)?;
    if !meta.is_file() {
        return Err(io::Error::other("it is not a regular file"));
    }
    if fs::read(path)? != before.as_bytes() {
        return Err(io::Error::other("it changed meanwhile, or is not UTF-8"));
    }
    let mut name = std::ffi::OsString::from(".");
    name.push(path.file_name().unwrap_or_default());
    name.push(format!(".{}.part", std::process::id()));
    let part = path.with_file_name(name);
    let written = fs::write(&part, after)
        .and_then(|()| fs::set_permissions(&part, meta.permissions()))
        .and_then(|()| fs::rename(&part, path));
    if written.is_err() {
        // The error to tell is the one above.
        let _ = fs::remove_file(&part);
    }
    written
}
