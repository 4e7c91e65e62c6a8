//! Help texts, completions and manual pages of all commands.

use super::{Folder, Run, klambda};

/// Names of the commands, from `klambda --help`.
fn commands() -> Vec<String> {
    let help = Folder::new().run(&["--help"]).stdout;
    let (_, list) = help.split_once("Commands:\n").unwrap();
    list.lines()
        .take_while(|line| !line.is_empty())
        .filter(|line| line.starts_with("  ") && !line.starts_with("   "))
        .map(|line| line.split_whitespace().next().unwrap().to_owned())
        .filter(|name| name != "help")
        .collect()
}

#[test]
fn every_command_has_help_with_examples() {
    let folder = Folder::new();
    let run = folder.run(&["--help"]);
    insta::assert_snapshot!("help", run.text());
    let commands = commands();
    assert!(commands.len() > 7, "{commands:?}");
    for name in commands.iter().filter(|name| *name != "new") {
        let run = folder.run(&[name, "--help"]);
        assert!(
            run.stdout.contains("\nExamples:\n  klambda "),
            "{name}: {}",
            run.stdout
        );
        insta::assert_snapshot!(format!("help-{name}"), run.text());
    }
    for what in ["event", "schema"] {
        let run = folder.run(&["new", what, "--help"]);
        assert!(
            run.stdout.contains("\nExamples:\n  klambda "),
            "{}",
            run.stdout
        );
        insta::assert_snapshot!(format!("help-new-{what}"), run.text());
    }
}

#[test]
fn wrong_use_ends_with_2_and_says_how_it_goes() {
    let folder = Folder::new();
    for arguments in [
        &["chekc"][..],
        &["check", "--fxi"],
        &[],
        &["explain", "a", "b"],
    ] {
        let run = folder.run(arguments);
        assert_eq!(run.code, 2, "{arguments:?}");
        assert!(
            run.stderr.contains("--help") || run.stderr.contains("Usage:"),
            "{}",
            run.stderr
        );
        assert_eq!(run.stdout, "");
    }
    assert!(folder.run(&["chekc"]).stderr.contains("'check'"));
}

#[test]
fn the_version_is_printed() {
    let run = Folder::new().run(&["--version"]);
    assert_eq!(
        run.text(),
        "exit 0\n--- stdout\nklambda [version]\n--- stderr\n"
    );
}

#[test]
fn completions_know_every_command() {
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let run = Run::new(klambda().args(["completions", shell]));
        assert_eq!(run.code, 0);
        for name in commands() {
            assert!(run.stdout.contains(&name), "{shell} does not know {name}");
        }
    }
    assert_eq!(Run::new(klambda().args(["completions", "tcsh"])).code, 2);
}

#[test]
fn the_manual_has_a_page_for_every_command() {
    let whole = Run::new(klambda().arg("man"));
    assert_eq!(whole.code, 0);
    for name in commands() {
        let page = Run::new(klambda().args(["man", &name]));
        assert_eq!(page.code, 0, "{name}");
        assert!(
            page.stdout.contains(".TH") && page.stdout.contains(&name),
            "{name}"
        );
        assert!(
            whole.stdout.contains(&page.stdout),
            "{name} is not in the whole manual"
        );
    }
    let unknown = Run::new(klambda().args(["man", "chekc"]));
    assert_eq!(unknown.code, 2);
}
