//! Compares the files that are wanted with those that are there.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::fs;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use super::{Error, Reason, Refusal, path};
use crate::emit::{MARK, OutputFile};
use crate::parallel;

/// The mark of a file that the compiler owns stands within this many bytes.
const MARK_WITHIN: u64 = 512;

/// Files that are worth a thread.
pub(super) const FILES_A_THREAD: usize = 32;

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
#[derive(Clone, Debug)]
enum Folder {
    There,
    /// It is missing; with the topmost folder that is.
    Missing(String),
    Refused(Reason),
}

/// How a file compares to what is wanted.
enum State {
    Same,
    Changed(Action),
    Refused(Reason),
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
            Some(State::Same) | None => plan.unchanged += 1,
        }
    }
    for path in stale(root, &outputs, &wanted)? {
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

/// Every folder above the files, from the top.
fn folders<'a>(
    root: &Path,
    files: impl Iterator<Item = &'a str>,
) -> Result<HashMap<&'a str, Folder>, Error> {
    let mut names: BTreeMap<&str, ()> = BTreeMap::new();
    for file in files {
        let mut at = file;
        while let Some(folder) = parent(at) {
            if names.insert(folder, ()).is_some() {
                break;
            }
            at = folder;
        }
    }
    let mut folders: HashMap<&str, Folder> = HashMap::with_capacity(names.len());
    // A folder sorts before those in it.
    for name in names.into_keys() {
        let state = match parent(name).and_then(|above| folders.get(above)) {
            Some(above @ (Folder::Missing(_) | Folder::Refused(_))) => above.clone(),
            _ => folder(root, name)?,
        };
        folders.insert(name, state);
    }
    Ok(folders)
}

fn folder(root: &Path, name: &str) -> Result<Folder, Error> {
    let path = root.join(name);
    match fs::symlink_metadata(&path) {
        Ok(meta) if meta.is_symlink() => Ok(Folder::Refused(Reason::Link)),
        Ok(meta) if meta.is_dir() => Ok(Folder::There),
        Ok(_) => Ok(Folder::Refused(Reason::NotAFolder)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            Ok(Folder::Missing(name.to_owned()))
        }
        Err(error) => Err(read_error(path, error)),
    }
}

fn compare(
    root: &Path,
    wanted: &Wanted<'_>,
    folders: &HashMap<&str, Folder>,
) -> Result<State, Error> {
    match parent(&wanted.file.path).and_then(|p| folders.get(p)) {
        Some(Folder::Missing(_)) => return Ok(State::Changed(Action::Create)),
        Some(Folder::Refused(reason)) => return Ok(State::Refused(reason.clone())),
        _ => {}
    }
    let path = root.join(&wanted.file.path);
    let content = wanted.file.content.as_bytes();
    if wanted.settled
        && let Ok(meta) = fs::symlink_metadata(&path)
        && meta.is_file()
        && meta.len() == content.len() as u64
    {
        return Ok(State::Same);
    }
    let compared = match fs::symlink_metadata(&path) {
        Ok(meta) if meta.is_symlink() => Ok(State::Refused(Reason::Link)),
        Ok(meta) if !meta.is_file() => Ok(State::Refused(Reason::Folder)),
        Ok(meta) if meta.len() == content.len() as u64 => fs::read(&path).map(|bytes| {
            if bytes == content {
                State::Same
            } else if wanted.guide || is_owned_text(&bytes) {
                State::Changed(Action::Replace)
            } else {
                State::Refused(Reason::Foreign)
            }
        }),
        Ok(_) if wanted.guide => Ok(State::Changed(Action::Replace)),
        Ok(_) => is_owned(&path).map(|owned| {
            if owned {
                State::Changed(Action::Replace)
            } else {
                State::Refused(Reason::Foreign)
            }
        }),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(State::Changed(Action::Create)),
        Err(error) => Err(error),
    };
    compared.map_err(|error| read_error(path, error))
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
fn stale(root: &Path, outputs: &Outputs<'_>, wanted: &[Wanted<'_>]) -> Result<Vec<String>, Error> {
    let walk = Walk {
        wanted: wanted.iter().map(|w| w.file.path.as_str()).collect(),
        others: outputs.others.iter().copied().collect(),
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
}

impl Walk<'_> {
    fn folder(&self, folder: &str, stale: &mut HashSet<String>) -> Result<(), Error> {
        let on_disk = self.root.join(folder);
        let failed = |error| read_error(on_disk.clone(), error);
        for entry in fs::read_dir(&on_disk).map_err(failed)? {
            let entry = entry.map_err(failed)?;
            let name = entry.file_name();
            // The compiler gives no file a name that is not UTF-8, or odd.
            let Some(name) = name.to_str() else { continue };
            let path = format!("{folder}/{name}");
            if path::problem(&path).is_some() {
                continue;
            }
            let kind = entry.file_type().map_err(failed)?;
            if kind.is_dir() {
                // Packages that people installed beside generated code are theirs.
                if name != "node_modules" && !self.others.contains(path.as_str()) {
                    self.folder(&path, stale)?;
                }
            } else if kind.is_file() && !self.wanted.contains(path.as_str()) {
                let on_disk = entry.path();
                let size = entry.metadata().map_err(failed)?.len();
                if size > 0 && is_owned(&on_disk).map_err(|e| read_error(on_disk, e))? {
                    stale.insert(path);
                }
            }
        }
        Ok(())
    }
}
