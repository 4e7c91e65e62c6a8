//! Which spec a command works on.

use super::Folder;

#[test]
fn the_nearest_spec_above_is_used() {
    let folder = Folder::with_catalogue();
    std::fs::create_dir_all(folder.path("a/b")).unwrap();
    for below in [".", "a/b", "spec", "spec/events"] {
        let run = folder.run_in(below, &["check"]);
        assert_eq!(run.code, 0, "{below}: {}", run.stderr);
    }
    folder.edit("spec/catalog.yaml", "title: Shop", "titel: Shop");
    let run = folder.run_in("a/b", &["check", "--format", "short"]);
    assert!(
        run.stderr.starts_with("../../spec/catalog.yaml:"),
        "{}",
        run.stderr
    );
    // An inner spec hides the outer one.
    let inner = folder.run_in("a", &["init"]);
    assert_eq!(inner.code, 0, "{}", inner.stderr);
    assert_eq!(folder.run_in("a/b", &["check"]).code, 0);
}

#[test]
fn outputs_go_beside_the_spec_wherever_the_command_runs() {
    let folder = Folder::with_catalogue();
    folder.run(&["generate"]);
    let expected = folder.snapshot();
    for (below, arguments) in [
        ("spec/events", &["generate"][..]),
        ("spec", &["generate", "--spec", "."]),
        ("spec/data", &["generate", "--spec", ".."]),
        (".", &["generate", "--spec", "spec"]),
        (".", &["generate", "--spec", "./spec/"]),
    ] {
        let run = folder.run_in(below, arguments);
        assert_eq!(run.code, 0, "{arguments:?}: {}", run.stderr);
        assert!(
            run.stderr.starts_with("0 files written"),
            "{arguments:?}: {}",
            run.stderr
        );
        assert!(folder.snapshot() == expected, "{arguments:?} in {below}");
    }
    let run = folder.run(&["generate", "--out", "elsewhere/deep"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert!(folder.path("elsewhere/deep/generated").is_dir());
}

#[test]
fn outputs_do_not_go_into_the_spec() {
    let folder = Folder::with_catalogue();
    let before = folder.snapshot();
    for out in ["spec", "spec/events", "spec/new/folder"] {
        let run = folder.run(&["generate", "--out", out]);
        assert_eq!(run.code, 2, "{}", run.stderr);
        assert!(run.stderr.contains("lies in the spec"), "{}", run.stderr);
    }
    assert_eq!(folder.snapshot(), before);
}

#[test]
fn a_folder_without_a_spec_is_answered_with_a_hint() {
    let folder = Folder::new();
    insta::assert_snapshot!(folder.run(&["check"]).text(), @r"
    exit 2
    --- stdout
    --- stderr
    error: there is no `spec/catalog.yaml` in this folder or one above it
      help: `klambda init` starts a catalogue here
      help: `--spec DIR` names a spec elsewhere
    ");
    insta::assert_snapshot!(folder.run(&["check", "--spec", "nowhere"]).text(), @r"
    exit 2
    --- stdout
    --- stderr
    error: there is no folder `nowhere`
    ");
    let folder = Folder::with_catalogue();
    insta::assert_snapshot!(folder.run(&["check", "--spec", "."]).text(), @r"
    exit 2
    --- stdout
    --- stderr
    error: `.` holds no `catalog.yaml`
      help: did you mean `--spec ./spec`?
    ");
}
