//! Source files and places in them.

use std::path::{Path, PathBuf};
use std::sync::OnceLock;

/// Index of a file in [`Sources`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FileId(pub u32);

/// A byte range in one source file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// The file that the range lies in.
    pub file: FileId,
    /// First byte, counted from 0.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

impl Span {
    /// A range of bytes in `file`.
    pub fn new(file: FileId, start: usize, end: usize) -> Self {
        // Files are bounded far below 4 GiB when they are loaded.
        let clamp = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        Self {
            file,
            start: clamp(start),
            end: clamp(end),
        }
    }

    /// The range as `usize`, for slicing.
    pub fn range(self) -> std::ops::Range<usize> {
        self.start as usize..self.end as usize
    }

    /// A part of this range: `len` bytes from `offset`, cut at its end.
    #[must_use]
    pub fn part(self, offset: usize, len: usize) -> Self {
        let start = (self.start as usize + offset).min(self.end as usize);
        let end = (start + len).min(self.end as usize);
        Self::new(self.file, start, end)
    }
}

/// A value and the place where it was written.
#[derive(Clone, Copy, Debug)]
pub struct Spanned<T> {
    /// The value.
    pub value: T,
    /// Where it stands.
    pub span: Span,
}

impl<T> Spanned<T> {
    /// Joins a value and its place.
    pub fn new(value: T, span: Span) -> Self {
        Self { value, span }
    }
}

impl<T> std::ops::Deref for Spanned<T> {
    type Target = T;
    fn deref(&self) -> &T {
        &self.value
    }
}

/// One file of the spec.
#[derive(Debug)]
pub struct SourceFile {
    /// Path relative to the spec folder, with `/` between its parts.
    pub path: String,
    /// Where it was read from.
    pub on_disk: PathBuf,
    /// Its text. Bytes that are not UTF-8 are replaced, after a finding.
    pub text: String,
    /// Lines and bytes of the file before `text`, where that is a part of it.
    before: (usize, u64),
    /// Byte offset of the start of each line, counted when the first finding asks.
    line_starts: OnceLock<Vec<u32>>,
}

impl SourceFile {
    /// Registers a file's text.
    pub fn new(path: String, on_disk: PathBuf, text: String) -> Self {
        Self {
            path,
            on_disk,
            text,
            before: (0, 0),
            line_starts: OnceLock::new(),
        }
    }

    /// Registers a part of a file that is too large to be kept, or a stream: `before` says
    /// how many lines and bytes lie before `text`.
    pub fn part(path: String, on_disk: PathBuf, text: String, before: (usize, u64)) -> Self {
        Self {
            before,
            ..Self::new(path, on_disk, text)
        }
    }

    fn line_starts(&self) -> &[u32] {
        self.line_starts.get_or_init(|| {
            let breaks = self.text.bytes().enumerate().filter(|(_, b)| *b == b'\n');
            std::iter::once(0)
                .chain(breaks.map(|(i, _)| i as u32 + 1))
                .collect()
        })
    }

    /// Line and column (both from 1, columns in characters) of a byte offset.
    pub fn line_column(&self, offset: u32) -> (usize, usize) {
        let offset = (offset as usize).min(self.text.len());
        let line = self
            .line_starts()
            .partition_point(|s| *s as usize <= offset)
            .max(1);
        let start = self.line_starts()[line - 1] as usize;
        let column = self
            .text
            .get(start..offset)
            .map_or(offset - start, |s| s.chars().count());
        (self.before.0 + line, column + 1)
    }

    /// Byte offset in the whole file of a byte offset in `text`.
    pub fn file_offset(&self, offset: u32) -> u64 {
        self.before.1 + u64::from(offset)
    }

    /// Byte range of line `line` (from 1), without its line break.
    pub fn line_range(&self, line: usize) -> std::ops::Range<usize> {
        let line = line.saturating_sub(self.before.0).max(1);
        let start = self
            .line_starts()
            .get(line - 1)
            .map_or(self.text.len(), |s| *s as usize);
        let end = self
            .line_starts()
            .get(line)
            .map_or(self.text.len(), |s| *s as usize - 1);
        start..end.max(start)
    }

    /// Number of the last line.
    pub fn line_count(&self) -> usize {
        self.before.0 + self.line_starts().len()
    }
}

/// All files of a spec, in the order of their paths.
#[derive(Debug, Default)]
pub struct Sources {
    files: Vec<SourceFile>,
    /// The spec folder as the user gave it; findings print paths below it.
    pub root: PathBuf,
}

impl Sources {
    /// No files yet, below `root`.
    pub fn new(root: &Path) -> Self {
        Self {
            files: Vec::new(),
            root: root.to_path_buf(),
        }
    }

    /// Adds a file and returns its index.
    pub fn add(&mut self, file: SourceFile) -> FileId {
        self.files.push(file);
        FileId(self.files.len() as u32 - 1)
    }

    /// The index that the next file gets.
    pub fn next_id(&self) -> FileId {
        FileId(self.files.len() as u32)
    }

    /// The file with index `id`.
    pub fn get(&self, id: FileId) -> &SourceFile {
        &self.files[id.0 as usize]
    }

    /// All files with their indices.
    pub fn iter(&self) -> impl Iterator<Item = (FileId, &SourceFile)> {
        self.files
            .iter()
            .enumerate()
            .map(|(i, f)| (FileId(i as u32), f))
    }

    /// The text at `span`.
    pub fn text(&self, span: Span) -> &str {
        self.get(span.file).text.get(span.range()).unwrap_or("")
    }

    /// The path that messages print: below the spec folder as given by the user.
    pub fn display_path(&self, id: FileId) -> String {
        self.root
            .join(&self.get(id).path)
            .to_string_lossy()
            .replace('\\', "/")
    }
}
