//! `generate` that is killed at any moment leaves the old tree or the new one.

use std::collections::BTreeMap;
use std::fs;
use std::process::Stdio;
use std::time::{Duration, Instant};

use super::{Folder, klambda};

type Tree = BTreeMap<String, String>;

const RUNS: u32 = 60;

/// What a reader sees: all but the folder in which changes are prepared.
fn outputs(folder: &Folder) -> Tree {
    let mut files = folder.snapshot();
    files.retain(|path, _| !path.starts_with(".klambda/") && !path.starts_with("spec/"));
    files
}

/// Brings a folder to one of two states of the spec.
fn set(folder: &Folder, to: usize) {
    let names = ["Shop", "Store"];
    let catalog = folder.read("spec/catalog.yaml");
    let line = |name: &str| format!("\ntitle: {name}\n");
    folder.write(
        "spec/catalog.yaml",
        &catalog.replace(&line(names[1 - to]), &line(names[to])),
    );
    let extra = folder.path("spec/data/extra.yaml");
    if to == 1 {
        let schema = folder.read("spec/data/order-event.yaml");
        let schema = schema
            .replace("schema: order-event", "schema: extra")
            .replace("\nroot:", "\nstandalone: For this test.\nroot:");
        fs::write(extra, schema).unwrap();
    } else if extra.exists() {
        fs::remove_file(extra).unwrap();
    }
}

#[test]
fn a_run_that_is_killed_leaves_the_old_tree_or_the_new_one() {
    let folder = Folder::with_catalogue();
    let mut states: Vec<Tree> = Vec::new();
    for to in [1, 0] {
        set(&folder, to);
        let run = folder.run(&["generate"]);
        assert_eq!(run.code, 0, "{}", run.stderr);
        states.insert(0, outputs(&folder));
    }
    assert_ne!(states[0], states[1]);

    set(&folder, 1);
    let started = Instant::now();
    folder.run(&["generate"]);
    let whole = started.elapsed();
    let mut seen = [0, 0];
    let mut at = 1;
    // The moment at which the tree changes is looked for: later after each run that came too
    // early, earlier after each that came too late. So the machine's speed does not matter, and
    // most runs are killed while files are written.
    let mut killed_after = whole.mul_f64(0.7);
    for run in 0..RUNS {
        let to = 1 - at;
        set(&folder, to);
        let mut child = klambda()
            .current_dir(&folder.0)
            .arg("generate")
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        std::thread::sleep(killed_after.min(Duration::from_secs(2)));
        child.kill().unwrap();
        child.wait().unwrap();
        // Any command finishes what was begun.
        folder.run(&["check"]);
        assert!(!folder.path(".klambda").exists());
        let now = outputs(&folder);
        let state = states.iter().position(|state| *state == now);
        let state = state.unwrap_or_else(|| panic!("a mixture after run {run}"));
        assert!(state == at || state == to);
        seen[usize::from(state == to)] += 1;
        killed_after = killed_after.mul_f64(if state == to { 0.85 } else { 1.15 });
        at = state;
    }
    assert!(
        seen[0] > 0 && seen[1] > 0,
        "killed too early or too late: {seen:?}"
    );
}

#[test]
fn what_was_interrupted_while_moving_is_completed_first() {
    let folder = Folder::with_catalogue();
    folder.run(&["generate"]);
    let path = "generated/schemas/order-event/v1.0.0.json";
    folder.write(&format!(".klambda/new/{path}"), "completed\n");
    folder.write(
        ".klambda/journal",
        &format!("klambda journal 1\nreplace {path}\nend\n"),
    );
    fs::create_dir(folder.path(".klambda/old")).unwrap();
    let run = folder.run(&["check"]);
    assert!(
        run.stderr
            .starts_with("completed a `generate` that was interrupted\n"),
        "{}",
        run.stderr
    );
    assert_eq!(folder.read(path), "completed\n");
    assert!(!folder.path(".klambda").exists());
}

#[test]
fn a_journal_that_leads_elsewhere_is_refused() {
    let folder = Folder::with_catalogue();
    let victim = Folder::new();
    victim.write("file", "theirs");
    let name = victim.0.file_name().unwrap().to_str().unwrap();
    folder.write(
        ".klambda/journal",
        &format!("klambda journal 1\ndelete ../{name}/file\nend\n"),
    );
    let run = folder.run(&["generate"]);
    assert_eq!(run.code, 2);
    assert!(
        run.stderr.contains("`./.klambda/journal` is damaged"),
        "{}",
        run.stderr
    );
    assert_eq!(victim.read("file"), "theirs");
}
