//! Which files belong to a spec, and reading them within bounds.

use std::collections::HashSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::Loaded;
use crate::check::rules;
use crate::diagnostics::Finding;
use crate::parallel;
use crate::source::{FileId, SourceFile, Sources, Span};

/// Bounds on what is read, so that no input can exhaust the machine.
#[derive(Clone, Debug)]
pub struct Limits {
    /// Bytes in one file.
    pub file_bytes: u64,
    /// Files in the spec.
    pub files: usize,
    /// Nesting of collections.
    pub depth: usize,
    /// Values in one file, copies made by aliases included.
    pub nodes: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            file_bytes: 4 << 20,
            files: 20_000,
            depth: 64,
            nodes: 500_000,
        }
    }
}

/// Files that are worth waking a thread.
const FILES_A_THREAD: usize = 8;

/// Folders below the spec that hold no spec files.
const GENERATED: &str = "schema";

/// Reads every `*.yaml` below `root`.
///
/// # Errors
/// When the folder itself cannot be listed. A file that cannot be read is a finding.
pub fn load(root: &Path, limits: &Limits) -> io::Result<Loaded> {
    let mut paths = Vec::new();
    list(root, root, &mut paths)?;
    paths.sort();
    let surplus = (paths.len() > limits.files).then(|| paths.split_off(limits.files));
    let mut read = parallel::map(&paths, FILES_A_THREAD, |(path, on_disk)| {
        text(path, on_disk, bytes(on_disk, limits))
    });
    if let Some((path, on_disk)) = surplus.into_iter().flatten().next() {
        let source = SourceFile::new(path, on_disk, String::new());
        read.push((
            source,
            Some(Problem::TooMany {
                limit: limits.files,
            }),
        ));
    }
    Ok(assemble(root, read, limits))
}

/// A spec whose files, path and content, are in memory.
pub fn from_memory(root: &Path, files: Vec<(String, Vec<u8>)>, limits: &Limits) -> Loaded {
    let read = files.into_iter().map(|(path, content)| {
        let on_disk = root.join(&path);
        text(&path, &on_disk, Ok(content))
    });
    assemble(root, read.collect(), limits)
}

fn assemble(root: &Path, read: Vec<(SourceFile, Option<Problem>)>, limits: &Limits) -> Loaded {
    let mut loaded = Loaded {
        sources: Sources::new(root),
        incomplete: HashSet::new(),
        findings: Vec::new(),
        limits: limits.clone(),
    };
    for (source, problem) in read {
        let file = loaded.sources.add(source);
        if let Some(problem) = problem {
            loaded.incomplete.insert(file);
            loaded.findings.push(problem.report(file));
        }
    }
    loaded
}

/// Why a file's text is not what is on disk.
enum Problem {
    TooMany { limit: usize },
    TooLarge { bytes: u64, limit: u64 },
    NotUtf8 { offset: usize },
    Unreadable(io::Error),
}

impl Problem {
    fn report(self, file: FileId) -> Finding {
        match self {
            Self::TooMany { limit } => {
                rules::limit_exceeded::too_many_files(Span::new(file, 0, 0), limit)
            }
            Self::TooLarge { bytes, limit } => {
                rules::limit_exceeded::file_too_large(Span::new(file, 0, 0), bytes, limit)
            }
            Self::NotUtf8 { offset } => rules::not_utf8::report(Span::new(file, offset, offset)),
            Self::Unreadable(error) => {
                rules::unreadable_file::report(Span::new(file, 0, 0), &error)
            }
        }
    }
}

fn text(
    path: &str,
    on_disk: &Path,
    content: Result<Vec<u8>, Problem>,
) -> (SourceFile, Option<Problem>) {
    let source = |text| SourceFile::new(path.to_owned(), on_disk.to_path_buf(), text);
    match content {
        Ok(bytes) => match String::from_utf8(bytes) {
            Ok(text) => (source(text), None),
            Err(error) => {
                let offset = error.utf8_error().valid_up_to();
                let mut valid = error.into_bytes();
                valid.truncate(offset);
                let text = String::from_utf8(valid).unwrap_or_default();
                (source(text), Some(Problem::NotUtf8 { offset }))
            }
        },
        Err(problem) => (source(String::new()), Some(problem)),
    }
}

fn bytes(on_disk: &Path, limits: &Limits) -> Result<Vec<u8>, Problem> {
    use std::io::Read as _;
    // Asked of the path, not of the open file: links are not followed.
    let meta = fs::symlink_metadata(on_disk).map_err(Problem::Unreadable)?;
    if !meta.is_file() {
        return Err(Problem::Unreadable(io::Error::other("not a regular file")));
    }
    let too_large = |bytes| Problem::TooLarge {
        bytes,
        limit: limits.file_bytes,
    };
    if meta.len() > limits.file_bytes {
        return Err(too_large(meta.len()));
    }
    let mut file = fs::File::open(on_disk).map_err(Problem::Unreadable)?;
    let mut bytes = Vec::with_capacity(meta.len() as usize + 1);
    // The file may grow while it is read.
    file.by_ref()
        .take(limits.file_bytes + 1)
        .read_to_end(&mut bytes)
        .map_err(Problem::Unreadable)?;
    if bytes.len() as u64 > limits.file_bytes {
        return Err(too_large(bytes.len() as u64));
    }
    Ok(bytes)
}

fn list(root: &Path, folder: &Path, paths: &mut Vec<(String, PathBuf)>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let path = entry.path();
        let name = entry.file_name();
        let name = name.to_string_lossy();
        if name.starts_with('.') {
            continue;
        }
        // Links are not followed: a spec reads the same wherever it is checked out.
        let kind = entry.file_type()?;
        if kind.is_dir() && !(folder == root && name == GENERATED) {
            list(root, &path, paths)?;
        } else if !kind.is_dir()
            && matches!(
                path.extension().and_then(|e| e.to_str()),
                Some("yaml" | "yml")
            )
        {
            let relative = path.strip_prefix(root).unwrap_or(&path);
            paths.push((relative.to_string_lossy().replace('\\', "/"), path));
        }
    }
    Ok(())
}
