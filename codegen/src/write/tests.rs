//! Every operation on the disk fails once, and the process dies at each of them.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};

use super::disk::Disk;
use super::{Action, Error, Outputs, Reason, Recovery, Refusal, Tree, WORK_FOLDER};
use crate::emit::{MARK, OutputFile};

/// Which operations fail.
#[derive(Debug, Default)]
pub(super) struct Fault {
    /// Operations so far.
    count: AtomicUsize,
    /// The first that fails, counted from 1; none where 0.
    at: usize,
    /// Whether all later ones fail too, as if the process had died.
    dead: bool,
}

impl Fault {
    /// The process dies at operation `at`.
    fn death(at: usize) -> Self {
        Self {
            at,
            dead: true,
            ..Self::default()
        }
    }

    /// Whether the next operation fails.
    pub(super) fn is_next(&self) -> bool {
        self.fails(self.count.load(Ordering::SeqCst) + 1)
    }

    fn fails(&self, number: usize) -> bool {
        self.at != 0 && (number == self.at || self.dead && number > self.at)
    }

    /// Counts an operation, and fails it if its turn has come.
    pub(super) fn strike(&self) -> io::Result<()> {
        let number = self.count.fetch_add(1, Ordering::SeqCst) + 1;
        if self.fails(number) {
            return Err(io::Error::other("injected"));
        }
        Ok(())
    }
}

/// A folder that goes when the test ends.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Self {
        static NUMBER: AtomicUsize = AtomicUsize::new(0);
        let number = NUMBER.fetch_add(1, Ordering::SeqCst);
        let path =
            std::env::temp_dir().join(format!("klambda-write-{}-{number}", std::process::id()));
        fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    fn write(&self, path: &str, content: &str) {
        let path = self.0.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }

    /// All files and empty folders, with their contents.
    fn snapshot(&self) -> BTreeMap<String, String> {
        let mut all = BTreeMap::new();
        collect(&self.0, &self.0, &mut all);
        all
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn collect(root: &Path, folder: &Path, all: &mut BTreeMap<String, String>) {
    let entries: Vec<_> = fs::read_dir(folder).unwrap().map(Result::unwrap).collect();
    for entry in &entries {
        let name = entry
            .path()
            .strip_prefix(root)
            .unwrap()
            .to_str()
            .unwrap()
            .to_owned();
        if entry.file_type().unwrap().is_dir() {
            all.insert(format!("{name}/"), String::new());
            collect(root, &entry.path(), all);
        } else {
            all.insert(name, fs::read_to_string(entry.path()).unwrap());
        }
    }
}

fn owned(text: &str) -> String {
    format!("// {MARK}spec/a.yaml\n{text}\n")
}

fn file(path: &str, content: String) -> OutputFile {
    OutputFile {
        path: path.to_owned(),
        content,
    }
}

fn outputs(files: Vec<OutputFile>) -> Outputs<'static> {
    Outputs {
        files,
        folders: vec!["out"],
        ..Outputs::default()
    }
}

/// A tree with files that stay, change, go, and are not ours.
fn before() -> Folder {
    let folder = Folder::new();
    folder.write("out/same.txt", &owned("same"));
    folder.write("out/changed.txt", &owned("old"));
    folder.write("out/deep/changed.txt", &owned("old"));
    folder.write("out/gone/gone.txt", &owned("gone"));
    folder.write("out/foreign.txt", "by hand\n");
    folder.write("guide.md", "old region\n");
    folder
}

fn wanted() -> Outputs<'static> {
    Outputs {
        guides: vec![file("guide.md", "new region\n".into())],
        ..outputs(vec![
            file("out/same.txt", owned("same")),
            file("out/changed.txt", owned("new, and longer")),
            file("out/deep/changed.txt", owned("new")),
            file("out/added.txt", owned("added")),
            file("out/fresh/a.txt", owned("a")),
            file("out/fresh/b/c.txt", owned("c")),
            file("out/fresh-too/a.txt", owned("a")),
        ])
    }
}

fn generate(folder: &Folder, outputs: Outputs<'_>, fault: Fault) -> (Result<(), Error>, usize) {
    let disk = Disk { fault };
    let tree = Tree::with_disk(&folder.0, || (), disk).unwrap();
    let plan = tree.plan(outputs).unwrap();
    let result = tree.commit(&plan, &|| ());
    (result, tree.disk.fault.count.load(Ordering::SeqCst))
}

fn after() -> BTreeMap<String, String> {
    let folder = before();
    let (result, _) = generate(&folder, wanted(), Fault::default());
    result.unwrap();
    folder.snapshot()
}

#[test]
fn what_differs_is_written_and_nothing_else() {
    let folder = before();
    let time = |path: &str| {
        fs::metadata(folder.0.join(path))
            .unwrap()
            .modified()
            .unwrap()
    };
    let stamp = time("out/same.txt");
    let tree = Tree::open(&folder.0, || ()).unwrap();
    let plan = tree.plan(wanted()).unwrap();
    let changes: Vec<_> = plan
        .changes
        .iter()
        .map(|c| (c.path.as_str(), c.action))
        .collect();
    assert_eq!(
        changes,
        [
            ("guide.md", Action::Replace),
            ("out/added.txt", Action::Create),
            ("out/changed.txt", Action::Replace),
            ("out/deep/changed.txt", Action::Replace),
            ("out/fresh-too/a.txt", Action::Create),
            ("out/fresh/a.txt", Action::Create),
            ("out/fresh/b/c.txt", Action::Create),
            ("out/gone/gone.txt", Action::Delete),
        ]
    );
    assert_eq!(plan.unchanged, 1);
    tree.commit(&plan, &|| ()).unwrap();
    assert_eq!(time("out/same.txt"), stamp);
    let now = folder.snapshot();
    assert_eq!(now["out/fresh/b/c.txt"], owned("c"));
    assert_eq!(now["out/foreign.txt"], "by hand\n");
    assert!(!now.contains_key("out/gone/"));
    assert!(!now.contains_key(".klambda/"));

    let again = tree.plan(wanted()).unwrap();
    assert!(again.changes.is_empty());
    assert_eq!(again.unchanged, 8);
}

#[test]
fn a_process_that_dies_at_any_operation_leaves_the_old_tree_or_the_new_one() {
    let old = before().snapshot();
    let new = after();
    let mut outcomes = [0, 0];
    for at in 1.. {
        let folder = before();
        let (_, operations) = generate(&folder, wanted(), Fault::death(at));
        if operations < at {
            break;
        }
        let tree = Tree::open(&folder.0, || ()).unwrap();
        let now = folder.snapshot();
        assert!(
            now == old || now == new,
            "a mixture after operation {at}: {now:#?}"
        );
        let completed = tree.recovery() == Recovery::Completed;
        assert!(!completed || now == new);
        outcomes[usize::from(now == new)] += 1;
        drop(tree);
        generate(&folder, wanted(), Fault::default()).0.unwrap();
        assert_eq!(folder.snapshot(), new);
    }
    assert!(outcomes[0] > 5 && outcomes[1] > 5, "{outcomes:?}");
}

#[test]
fn what_was_written_after_a_process_died_is_left_alone() {
    let mut edited = 0;
    for at in 1.. {
        let folder = before();
        let (_, operations) = generate(&folder, wanted(), Fault::death(at));
        if operations < at {
            break;
        }
        if !folder.0.join(WORK_FOLDER).join("journal").exists() {
            continue;
        }
        folder.write("guide.md", "prose of a person\n");
        let later = std::time::SystemTime::now() + std::time::Duration::from_secs(9);
        let guide = fs::File::options()
            .append(true)
            .open(folder.0.join("guide.md"));
        guide.unwrap().set_modified(later).unwrap();
        assert_eq!(
            Tree::open(&folder.0, || ()).unwrap().recovery(),
            Recovery::Completed
        );
        assert_eq!(folder.snapshot()["guide.md"], "prose of a person\n");
        edited += 1;
    }
    assert!(edited > 5, "{edited}");
}

#[test]
fn a_process_that_dies_while_it_recovers_loses_nothing() {
    let new = after();
    let old = before().snapshot();
    for first in 1.. {
        let mut done = false;
        for second in 1.. {
            let folder = before();
            let (_, operations) = generate(&folder, wanted(), Fault::death(first));
            done = operations < first;
            let disk = Disk {
                fault: Fault::death(second),
            };
            let died = Tree::with_disk(&folder.0, || (), disk).is_err();
            Tree::open(&folder.0, || ()).unwrap();
            let now = folder.snapshot();
            assert!(
                now == old || now == new,
                "a mixture after {first}, {second}: {now:#?}"
            );
            if !died {
                break;
            }
        }
        if done {
            break;
        }
    }
}

#[test]
fn an_operation_that_fails_leaves_the_old_tree_and_no_traces() {
    let old = before().snapshot();
    let new = after();
    let mut failures = 0;
    for at in 1.. {
        let folder = before();
        let fault = Fault {
            at,
            ..Fault::default()
        };
        let (result, operations) = generate(&folder, wanted(), fault);
        if operations < at {
            break;
        }
        if result.is_err() {
            failures += 1;
            assert_eq!(folder.snapshot(), old, "operation {at}");
        } else {
            // Clearing up failed, which the next run makes good.
            Tree::open(&folder.0, || ()).unwrap();
            assert_eq!(folder.snapshot(), new, "operation {at}");
        }
    }
    assert!(failures > 10, "{failures}");
}

#[test]
fn dying_while_rolling_back_leaves_the_old_tree_or_the_new_one() {
    let old = before().snapshot();
    let new = after();
    let mut undone = 0;
    for at in 1.. {
        let folder = before();
        let disk = Disk {
            fault: Fault::death(at),
        };
        let tree = Tree::with_disk(&folder.0, || (), disk).unwrap();
        let plan = tree.plan(wanted()).unwrap();
        // A folder with content in the way of a new one makes its move fail.
        folder.write("out/fresh/in-the-way.txt", "by hand\n");
        tree.commit(&plan, &|| ()).unwrap_err();
        let operations = tree.disk.fault.count.load(Ordering::SeqCst);
        drop(tree);
        fs::remove_dir_all(folder.0.join("out/fresh")).unwrap();
        let tree = Tree::open(&folder.0, || ()).unwrap();
        undone += usize::from(tree.recovery() == Recovery::Undone);
        let now = folder.snapshot();
        assert!(
            now == old || now == new,
            "a mixture after operation {at}: {now:#?}"
        );
        if operations < at {
            assert_eq!(now, old);
            break;
        }
    }
    assert!(undone > 2, "{undone}");
}

fn refusals(folder: &Folder, outputs: Outputs<'_>) -> Vec<(String, Reason)> {
    let old = folder.snapshot();
    let tree = Tree::open(&folder.0, || ()).unwrap();
    let Err(Error::Refused(refusals)) = tree.plan(outputs) else {
        panic!("planned");
    };
    assert_eq!(folder.snapshot(), old);
    refusals
        .into_iter()
        .map(|Refusal { path, reason }| (path, reason))
        .collect()
}

#[test]
fn files_of_others_are_refused_all_at_once() {
    let folder = before();
    folder.write("out/other.txt", &owned("same length"));
    folder.write("out/marked-late.txt", &format!("{}{MARK}", "x".repeat(600)));
    folder.write("out/empty.txt", "");
    fs::create_dir(folder.0.join("out/folder.txt")).unwrap();
    let found = refusals(
        &folder,
        outputs(vec![
            file("out/foreign.txt", owned("mine")),
            file("out/marked-late.txt", owned("mine")),
            file("out/empty.txt", owned("mine")),
            file("out/folder.txt", owned("mine")),
            file("out/foreign.txt/x.txt", owned("mine")),
        ]),
    );
    assert_eq!(
        found,
        [
            ("out/folder.txt".into(), Reason::Folder),
            ("out/foreign.txt".into(), Reason::Foreign),
            ("out/foreign.txt".into(), Reason::NotAFolder),
            ("out/marked-late.txt".into(), Reason::Foreign),
        ]
    );
}

#[test]
fn names_that_lead_elsewhere_or_collide_are_refused() {
    let folder = before();
    let found = refusals(
        &folder,
        outputs(vec![
            file("../escaped.txt", owned("x")),
            file("/tmp/escaped.txt", owned("x")),
            file("out/Name.txt", owned("x")),
            file("out/name.txt", owned("x")),
            file("out/a\nb.txt", owned("x")),
        ]),
    );
    let paths: Vec<_> = found.iter().map(|(path, _)| path.as_str()).collect();
    assert_eq!(
        paths,
        [
            "../escaped.txt",
            "/tmp/escaped.txt",
            "out/a\nb.txt",
            "out/name.txt"
        ]
    );
    assert_eq!(found[3].1, Reason::Twice);
}

#[cfg(unix)]
#[test]
fn links_are_not_followed() {
    use std::os::unix::fs::symlink;
    let elsewhere = Folder::new();
    elsewhere.write("victim.txt", &owned("theirs"));
    let folder = before();
    symlink(&elsewhere.0, folder.0.join("out/link")).unwrap();
    symlink(
        elsewhere.0.join("victim.txt"),
        folder.0.join("out/victim.txt"),
    )
    .unwrap();
    let before_elsewhere = elsewhere.snapshot();
    let tree = Tree::open(&folder.0, || ()).unwrap();
    let Err(Error::Refused(found)) = tree.plan(outputs(vec![
        file("out/link/new.txt", owned("x")),
        file("out/victim.txt", owned("x")),
    ])) else {
        panic!("planned");
    };
    assert!(found.iter().all(|r| r.reason == Reason::Link), "{found:?}");
    assert_eq!(found.len(), 2);
    // Nor are they when looking for what is no longer wanted.
    let plan = tree.plan(outputs(Vec::new())).unwrap();
    tree.commit(&plan, &|| ()).unwrap();
    assert_eq!(elsewhere.snapshot(), before_elsewhere);
    assert!(
        fs::symlink_metadata(folder.0.join("out/link"))
            .unwrap()
            .is_symlink()
    );

    // A target's folder that is a link is not searched.
    let other = Folder::new();
    symlink(&elsewhere.0, other.0.join("out")).unwrap();
    let tree = Tree::open(&other.0, || ()).unwrap();
    assert!(tree.plan(outputs(Vec::new())).unwrap().changes.is_empty());
}

#[cfg(unix)]
#[test]
fn the_work_folder_is_no_way_out() {
    let elsewhere = Folder::new();
    elsewhere.write("new/file.txt", "theirs");
    elsewhere.write("journal", "klambda journal 1\ncreate file.txt\nend\n");
    let folder = before();
    std::os::unix::fs::symlink(&elsewhere.0, folder.0.join(WORK_FOLDER)).unwrap();
    assert!(matches!(
        Tree::open(&folder.0, || ()),
        Err(Error::Refused(_))
    ));

    let folder = before();
    folder.write(
        ".klambda/journal",
        "klambda journal 1\ndelete ../victim\nend\n",
    );
    assert!(matches!(
        Tree::open(&folder.0, || ()),
        Err(Error::Journal(_))
    ));
}

#[test]
fn other_targets_folders_and_installed_packages_are_left_alone() {
    let folder = before();
    folder.write("out/other/a.txt", &owned("of another target"));
    folder.write("out/node_modules/a.txt", &owned("installed"));
    let tree = Tree::open(&folder.0, || ()).unwrap();
    let plan = tree
        .plan(Outputs {
            others: vec!["out/other"],
            ..outputs(Vec::new())
        })
        .unwrap();
    let paths: Vec<_> = plan.changes.iter().map(|c| c.path.as_str()).collect();
    assert_eq!(
        paths,
        [
            "out/changed.txt",
            "out/deep/changed.txt",
            "out/gone/gone.txt",
            "out/same.txt"
        ]
    );
}

#[test]
fn a_second_process_waits_for_the_first() {
    let folder = before();
    let tree = Tree::open(&folder.0, || panic!("nobody else")).unwrap();
    let root = folder.0.clone();
    let (waits, waiting) = std::sync::mpsc::channel();
    let second = std::thread::spawn(move || {
        Tree::open(&root, || waits.send(()).unwrap()).unwrap();
    });
    waiting.recv().unwrap();
    assert!(!second.is_finished());
    drop(tree);
    second.join().unwrap();
}
