//! Compares the files that are wanted with those that are there.

use std::cell::RefCell;
use std::collections::{HashMap, HashSet};
use std::fs::{self, FileType};
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use super::{Error, Reason, Refusal, path};
use crate::emit::{MARK, OutputFile};
use crate::parallel;

/// The mark of a file that the compiler owns stands within this many bytes.
const MARK_WITHIN: u64 = 512;

/// Files that are worth waking a thread.
pub(super) const FILES_A_THREAD: usize = 16;

/// What the compiler wants to be on disk.
#[derive(Debug, Default)]
pub struct Outputs<'a> {
    /// The files of the targets that were run, in any order.
    pub files: Vec<OutputFile>,
    /// Folders of the targets that were run: what the compiler owns there and does not want is
    /// deleted.
    pub folders: Vec<&'a str>,
    /// Folders of other targets, which are left alone even inside `folders`.
    pub others: Vec<&'a str>,
    /// Paths of files that a run before left with the same content: their size is looked at
    /// instead of their content.
    pub settled: HashSet<String>,
    /// Files that people wrote, with regions that were filled. They are there already.
    pub guides: Vec<OutputFile>,
    /// Whether a file that is not wanted any more stays where others are wanted in its folder.
    pub lasting: Option<fn(&str) -> bool>,
}

impl Outputs<'_> {
    /// Copies of the files that are not settled.
    pub fn unsettled(&self) -> Vec<OutputFile> {
        let files = self.files.iter();
        files
            .filter(|file| !self.settled.contains(&file.path))
            .cloned()
            .collect()
    }
}

/// What happens to a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// It is not there yet.
    Create,
    /// Its content differs.
    Replace,
    /// It is no longer wanted.
    Delete,
}

/// A file that is about to change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// Path below the project.
    pub path: String,
    /// What happens to it.
    pub action: Action,
    /// Its new content; empty for those that go.
    pub content: String,
}

/// All that is to change, by path.
#[derive(Debug, Default)]
pub struct Plan {
    /// The changes, sorted by path.
    pub changes: Vec<Change>,
    /// Number of files that are as they should be.
    pub unchanged: usize,
    /// For each file that is new because a folder above it is: the topmost such folder.
    pub(super) fresh: HashMap<String, String>,
}

/// What stands at a folder's path.
#[derive(Debug)]
enum Folder {
    There(Entries),
    /// It is missing; with the topmost folder that is.
    Missing(String),
    /// It, or one above it, which is named, is nothing to write to.
    Refused(String, Reason),
}

/// What is in a folder, by name. Listing it answers for all its files at once.
type Entries = HashMap<String, FileType>;

/// How a file compares to what is wanted.
enum State {
    Same,
    Changed(Action),
    Refused(Reason),
    /// A folder above it is refused.
    RefusedFolder(String, Reason),
}

pub(super) fn plan(root: &Path, outputs: Outputs<'_>) -> Result<Plan, Error> {
    let mut refusals = Vec::new();
    let wanted = unique(&outputs, &mut refusals);
    if !refusals.is_empty() {
        return Err(Error::Refused(refusals));
    }
    let folders = folders(root, wanted.iter().map(|w| w.file.path.as_str()))?;
    let states = parallel::map(&wanted, FILES_A_THREAD, |wanted| {
        compare(root, wanted, &folders)
    });
    let mut states = states
        .into_iter()
        .collect::<Result<Vec<_>, _>>()?
        .into_iter();

    let mut plan = Plan::default();
    for wanted in &wanted {
        let path = &wanted.file.path;
        match states.next() {
            Some(State::Changed(action)) => {
                if let Some(Folder::Missing(top)) = parent(path).and_then(|p| folders.get(p)) {
                    plan.fresh.insert(path.clone(), top.clone());
                }
                plan.changes.push(Change {
                    path: path.clone(),
                    action,
                    content: String::new(),
                });
            }
            Some(State::Refused(reason)) => refusals.push(Refusal {
                path: path.clone(),
                reason,
            }),
            // Said once, not for every file in it.
            Some(State::RefusedFolder(path, reason)) => {
                let refusal = Refusal { path, reason };
                if refusals.last() != Some(&refusal) {
                    refusals.push(refusal);
                }
            }
            Some(State::Same) | None => plan.unchanged += 1,
        }
    }
    for path in stale(root, &outputs, &wanted, &folders)? {
        plan.changes.push(Change {
            path,
            action: Action::Delete,
            content: String::new(),
        });
    }
    if !refusals.is_empty() {
        return Err(Error::Refused(refusals));
    }
    drop(wanted);
    let mut contents: HashMap<String, String> = outputs
        .files
        .into_iter()
        .chain(outputs.guides)
        .map(|file| (file.path, file.content))
        .collect();
    for change in &mut plan.changes {
        change.content = contents.remove(&change.path).unwrap_or_default();
    }
    plan.changes.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(plan)
}

/// A file that is wanted.
struct Wanted<'a> {
    file: &'a OutputFile,
    guide: bool,
    settled: bool,
}

/// All files with good names, sorted by path.
fn unique<'a>(outputs: &'a Outputs<'_>, refusals: &mut Vec<Refusal>) -> Vec<Wanted<'a>> {
    let files = outputs.files.iter().map(|file| Wanted {
        file,
        guide: false,
        settled: outputs.settled.contains(&file.path),
    });
    let guides = outputs.guides.iter().map(|file| Wanted {
        file,
        guide: true,
        settled: false,
    });
    let mut wanted: Vec<_> = files.chain(guides).collect();
    wanted.sort_by(|a, b| a.file.path.cmp(&b.file.path));
    let mut seen = HashSet::with_capacity(wanted.len());
    for file in &wanted {
        let path = &file.file.path;
        let reason = match path::problem(path) {
            Some(why) => Reason::Name(why),
            None if !seen.insert(path.to_lowercase()) => Reason::Twice,
            None => continue,
        };
        refusals.push(Refusal {
            path: path.clone(),
            reason,
        });
    }
    wanted
}

fn parent(path: &str) -> Option<&str> {
    path.rsplit_once('/').map(|(parent, _)| parent)
}

fn name(path: &str) -> &str {
    path.rsplit_once('/').map_or(path, |(_, name)| name)
}

/// Every folder above the files.
fn folders<'a>(
    root: &Path,
    files: impl Iterator<Item = &'a str>,
) -> Result<HashMap<&'a str, Folder>, Error> {
    let mut seen = HashSet::new();
    let mut levels: Vec<Vec<&str>> = Vec::new();
    for file in files {
        let mut at = file;
        while let Some(folder) = parent(at).filter(|folder| seen.insert(*folder)) {
            let depth = folder.matches('/').count();
            levels.resize(levels.len().max(depth + 1), Vec::new());
            levels[depth].push(folder);
            at = folder;
        }
    }
    let mut folders: HashMap<&str, Folder> = HashMap::with_capacity(seen.len());
    for level in levels {
        let states = parallel::map(&level, FILES_A_THREAD, |path| {
            match parent(path).and_then(|above| folders.get(above)) {
                Some(Folder::Missing(top)) => Ok(Folder::Missing(top.clone())),
                Some(Folder::Refused(top, reason)) => {
                    Ok(Folder::Refused(top.clone(), reason.clone()))
                }
                Some(Folder::There(entries))
                    if entries.get(name(path)).is_some_and(FileType::is_dir) =>
                {
                    list(&root.join(path)).map(Folder::There)
                }
                _ => folder(root, path),
            }
        });
        for (path, state) in level.into_iter().zip(states) {
            folders.insert(path, state?);
        }
    }
    Ok(folders)
}

fn folder(root: &Path, name: &str) -> Result<Folder, Error> {
    let path = root.join(name);
    match fs::symlink_metadata(&path) {
        Ok(meta) if meta.is_symlink() => Ok(Folder::Refused(name.to_owned(), Reason::Link)),
        Ok(meta) if meta.is_dir() => list(&path).map(Folder::There),
        Ok(_) => Ok(Folder::Refused(name.to_owned(), Reason::NotAFolder)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            Ok(Folder::Missing(name.to_owned()))
        }
        Err(error) => Err(read_error(path, error)),
    }
}

/// The compiler gives no file a name that is not UTF-8: others are left out.
fn list(folder: &Path) -> Result<Entries, Error> {
    let entry = |entry: io::Result<fs::DirEntry>| {
        let entry = entry?;
        let kind = entry.file_type()?;
        Ok(entry
            .file_name()
            .into_string()
            .ok()
            .map(|name| (name, kind)))
    };
    fs::read_dir(folder)
        .and_then(|entries| entries.filter_map(|e| entry(e).transpose()).collect())
        .map_err(|error| read_error(folder.to_path_buf(), error))
}

fn compare(
    root: &Path,
    wanted: &Wanted<'_>,
    folders: &HashMap<&str, Folder>,
) -> Result<State, Error> {
    let path = &wanted.file.path;
    let kind = match parent(path).and_then(|p| folders.get(p)) {
        Some(Folder::Missing(_)) => return Ok(State::Changed(Action::Create)),
        Some(Folder::Refused(top, reason)) => {
            return Ok(State::RefusedFolder(top.clone(), reason.clone()));
        }
        Some(Folder::There(entries)) => entries.get(name(path)),
        None => None,
    };
    let on_disk = root.join(path);
    let compared = match kind {
        Some(kind) if kind.is_file() => compare_file(&on_disk, wanted),
        // Not listed does not say that it is not there: some systems do not tell case apart.
        _ => match fs::symlink_metadata(&on_disk) {
            Ok(meta) if meta.is_symlink() => Ok(State::Refused(Reason::Link)),
            Ok(meta) if !meta.is_file() => Ok(State::Refused(Reason::Folder)),
            Ok(_) => compare_file(&on_disk, wanted),
            Err(error) => Err(error),
        },
    };
    match compared {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(State::Changed(Action::Create)),
        compared => compared.map_err(|error| read_error(on_disk, error)),
    }
}

fn compare_file(path: &Path, wanted: &Wanted<'_>) -> io::Result<State> {
    let content = wanted.file.content.as_bytes();
    if wanted.settled && fs::symlink_metadata(path)?.len() == content.len() as u64 {
        return Ok(State::Same);
    }
    let mut file = fs::File::open(path)?;
    let mut rest = content;
    READ.with_borrow_mut(|buffer| {
        buffer.resize(PIECE, 0);
        let mut piece = read(&mut file, buffer)?;
        let is_owned = wanted.guide || is_owned_text(piece);
        while !piece.is_empty() && rest.starts_with(piece) {
            rest = &rest[piece.len()..];
            piece = read(&mut file, buffer)?;
        }
        Ok(if piece.is_empty() && rest.is_empty() {
            State::Same
        } else if is_owned {
            State::Changed(Action::Replace)
        } else {
            State::Refused(Reason::Foreign)
        })
    })
}

/// Bytes that are compared at once: more would not stay in the processor's own memory.
const PIECE: usize = 64 << 10;

thread_local! {
    /// What was read last. Fresh memory for each file would cost more than reading it.
    static READ: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
}

/// The next bytes of a file, as many as there is room for; fewer at its end.
fn read<'b>(file: &mut fs::File, buffer: &'b mut [u8]) -> io::Result<&'b [u8]> {
    let mut length = 0;
    while length < buffer.len() {
        match file.read(&mut buffer[length..]) {
            Ok(0) => break,
            Ok(count) => length += count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(&buffer[..length])
}

fn read_error(path: PathBuf, error: io::Error) -> Error {
    Error::Io {
        action: "read",
        path,
        error,
    }
}

/// Whether a file has the compiler's mark. An empty file is nobody's.
fn is_owned(path: &Path) -> io::Result<bool> {
    let mut head = Vec::with_capacity(MARK_WITHIN as usize);
    fs::File::open(path)?
        .take(MARK_WITHIN)
        .read_to_end(&mut head)?;
    Ok(is_owned_text(&head))
}

fn is_owned_text(bytes: &[u8]) -> bool {
    let head = &bytes[..bytes.len().min(MARK_WITHIN as usize)];
    head.is_empty() || head.windows(MARK.len()).any(|w| w == MARK.as_bytes())
}

/// Files below the targets' folders that the compiler made once and does not want any more.
fn stale(
    root: &Path,
    outputs: &Outputs<'_>,
    wanted: &[Wanted<'_>],
    folders: &HashMap<&str, Folder>,
) -> Result<Vec<String>, Error> {
    let walk = Walk {
        wanted: wanted.iter().map(|w| w.file.path.as_str()).collect(),
        others: outputs.others.iter().copied().collect(),
        lasting: outputs.lasting,
        folders,
        root,
    };
    let mut stale = HashSet::new();
    for folder in &outputs.folders {
        // A link on the way is somebody else's folder.
        let mut above = PathBuf::from(root);
        let real = folder.split('/').all(|part| {
            above.push(part);
            fs::symlink_metadata(&above).is_ok_and(|m| m.is_dir())
        });
        if real && path::problem(folder).is_none() {
            walk.folder(folder, &mut stale)?;
        }
    }
    Ok(stale.into_iter().collect())
}

struct Walk<'a> {
    root: &'a Path,
    wanted: HashSet<&'a str>,
    others: HashSet<&'a str>,
    lasting: Option<fn(&str) -> bool>,
    folders: &'a HashMap<&'a str, Folder>,
}

impl Walk<'_> {
    fn lasts(&self, folder: &str, path: &str) -> bool {
        self.folders.contains_key(folder) && self.lasting.is_some_and(|lasting| lasting(path))
    }

    fn folder(&self, folder: &str, stale: &mut HashSet<String>) -> Result<(), Error> {
        let listed;
        let entries = match self.folders.get(folder) {
            Some(Folder::There(entries)) => entries,
            _ => {
                listed = list(&self.root.join(folder))?;
                &listed
            }
        };
        for (name, kind) in entries {
            let path = format!("{folder}/{name}");
            if kind.is_dir() {
                // Packages that people installed beside generated code are theirs.
                let theirs = name == "node_modules" || self.others.contains(path.as_str());
                // The compiler gives no folder an odd name.
                if !theirs && path::problem(name).is_none() {
                    self.folder(&path, stale)?;
                }
            } else if kind.is_file()
                && !self.wanted.contains(path.as_str())
                && !self.lasts(folder, &path)
                && path::problem(name).is_none()
            {
                let on_disk = self.root.join(&path);
                let owned = fs::metadata(&on_disk)
                    .and_then(|meta| Ok(meta.len() > 0 && is_owned(&on_disk)?))
                    .map_err(|error| read_error(on_disk, error))?;
                if owned {
                    stale.insert(path);
                }
            }
        }
        Ok(())
    }
}
