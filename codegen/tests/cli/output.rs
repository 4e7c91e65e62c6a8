//! Colours, and readers that go away.

use std::io::Read as _;
use std::process::Stdio;

use super::{Folder, Run, klambda};

fn broken() -> Folder {
    let folder = Folder::with_catalogue();
    folder.edit("spec/catalog.yaml", "title: Shop", "titel: Shop");
    folder
}

const ESCAPE: char = '\x1b';

#[test]
fn output_is_coloured_only_when_asked_for() {
    let folder = broken();
    let coloured = |arguments: &[&str], variables: &[(&str, &str)]| {
        let run = Run::new(
            klambda()
                .current_dir(&folder.0)
                .args(arguments)
                .envs(variables.iter().copied()),
        );
        assert!(!run.stdout.contains(ESCAPE), "{arguments:?} {variables:?}");
        run.stderr.contains(ESCAPE)
    };
    // Stderr is no terminal here.
    assert!(!coloured(&["check"], &[]));
    assert!(coloured(&["check"], &[("CLICOLOR_FORCE", "1")]));
    assert!(!coloured(
        &["check"],
        &[("CLICOLOR_FORCE", "1"), ("NO_COLOR", "1")]
    ));
    assert!(coloured(
        &["check", "--color", "always"],
        &[("NO_COLOR", "1")]
    ));
    assert!(coloured(&["check", "--color=always"], &[]));
    assert!(coloured(&["--color", "always", "check"], &[]));
    assert!(!coloured(
        &["check", "--color", "never"],
        &[("CLICOLOR_FORCE", "1")]
    ));
    // Wrong use and failures are coloured alike.
    assert!(coloured(&["chekc", "--color", "always"], &[]));
    assert!(!coloured(&["chekc"], &[]));
    assert!(coloured(&["explain", "nonsense", "--color", "always"], &[]));
    // Machines get no colours.
    for format in ["json", "sarif", "github", "short"] {
        assert!(
            !coloured(&["check", "--color", "always", "--format", format], &[]),
            "{format}"
        );
    }
}

#[test]
fn a_reader_that_goes_away_is_no_failure() {
    let mut child = klambda()
        .args(["completions", "zsh"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let mut stderr = String::new();
    child
        .stderr
        .take()
        .unwrap()
        .read_to_string(&mut stderr)
        .unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(0), "{stderr}");
    assert_eq!(stderr, "");
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_a_failure() {
    let full = std::fs::OpenOptions::new()
        .write(true)
        .open("/dev/full")
        .unwrap();
    let mut child = klambda()
        .args(["completions", "zsh"])
        .stdout(full)
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stderr = String::new();
    child
        .stderr
        .take()
        .unwrap()
        .read_to_string(&mut stderr)
        .unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(2));
    assert!(
        stderr.starts_with("error: cannot write to stdout: "),
        "{stderr}"
    );
}
