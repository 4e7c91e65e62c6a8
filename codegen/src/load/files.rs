//! Which files belong to a spec, and reading them within bounds.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::{Document, Loaded, yaml};
use crate::check::rules;
use crate::diagnostics::Finding;
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
    let mut sources = Sources::new(root);
    let mut findings = Vec::new();
    if paths.len() > limits.files {
        let surplus = paths.split_off(limits.files);
        let file = sources.add(SourceFile::new(
            surplus[0].0.clone(),
            surplus[0].1.clone(),
            String::new(),
        ));
        findings.push(rules::limit_exceeded::too_many_files(
            Span::new(file, 0, 0),
            limits.files,
        ));
    }
    let read = parallel(&paths, |(path, on_disk)| read(path, on_disk, limits));
    let mut documents = Vec::with_capacity(read.len());
    for (source, problem) in read {
        let file = sources.add(source);
        let whole = problem.is_none();
        findings.extend(problem.map(|p| p.report(file)));
        documents.push((file, whole));
    }
    let parsed = parallel(&documents, |(file, whole)| {
        let mut findings = Vec::new();
        // Half a file lacks keys that the whole has.
        let document = if *whole {
            yaml::parse(*file, sources.get(*file), limits, &mut findings)
        } else {
            Document {
                file: *file,
                root: None,
                suppressions: Vec::new(),
            }
        };
        (document, findings)
    });
    let mut documents: Vec<Document> = Vec::with_capacity(parsed.len());
    for (document, found) in parsed {
        findings.extend(found);
        documents.push(document);
    }
    Ok(Loaded {
        sources,
        documents,
        findings,
    })
}

/// Why a file's text is not what is on disk.
enum Problem {
    TooLarge { bytes: u64, limit: u64 },
    NotUtf8 { offset: usize },
    Unreadable(io::Error),
}

impl Problem {
    fn report(self, file: FileId) -> Finding {
        match self {
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

fn read(path: &str, on_disk: &Path, limits: &Limits) -> (SourceFile, Option<Problem>) {
    let source = |text| SourceFile::new(path.to_owned(), on_disk.to_path_buf(), text);
    match bytes(on_disk, limits) {
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

/// Maps `items` on all cores, keeping their order. Small inputs stay on this thread:
/// starting one costs as much as parsing a few files.
fn parallel<T: Sync, R: Send>(items: &[T], work: impl Fn(&T) -> R + Sync) -> Vec<R> {
    let threads = std::thread::available_parallelism()
        .map_or(1, |n| n.get())
        .min(items.len() / 16)
        .max(1);
    if threads == 1 {
        return items.iter().map(work).collect();
    }
    let work = &work;
    std::thread::scope(|scope| {
        let chunks: Vec<_> = items
            .chunks(items.len().div_ceil(threads))
            .map(|chunk| scope.spawn(move || chunk.iter().map(work).collect::<Vec<_>>()))
            .collect();
        chunks
            .into_iter()
            .flat_map(|chunk| {
                chunk
                    .join()
                    .unwrap_or_else(|panic| std::panic::resume_unwind(panic))
            })
            .collect()
    })
}
