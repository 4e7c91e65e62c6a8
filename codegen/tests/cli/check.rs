//! `klambda check`.

use super::Folder;

/// A catalogue with two misspelt keys, one of which can be mended in two ways.
fn misspelt() -> Folder {
    let folder = Folder::with_catalogue();
    folder.edit(
        "spec/catalog.yaml",
        "title: Shop\n",
        "titel: Shop # the name\n",
    );
    folder.edit("spec/events/lifecycle.yaml", "    when: ", "    whne: ");
    folder
}

#[test]
fn a_valid_spec_is_summed_up() {
    insta::assert_snapshot!(Folder::with_catalogue().run(&["check"]).text(), @r"
    exit 0
    --- stdout
    --- stderr
    checked 2 event types and 2 schemas in [time] ms
    ");
}

#[test]
fn findings_go_to_stderr_and_end_with_1() {
    let folder = misspelt();
    insta::assert_snapshot!("check-human", folder.run(&["check"]).text());
    for format in ["short", "github"] {
        let run = folder.run(&["check", "--format", format]);
        insta::assert_snapshot!(format!("check-{format}"), run.text());
    }
    for format in ["json", "sarif"] {
        let run = folder.run(&["check", "--format", format]);
        assert_eq!((run.code, run.stdout.as_str()), (1, ""), "{format}");
        let document: serde_json::Value = serde_json::from_str(&run.stderr).unwrap();
        assert!(document.is_object());
    }
}

#[test]
fn machines_get_a_document_when_nothing_is_wrong() {
    let folder = Folder::with_catalogue();
    let json = folder.run(&["check", "--format", "json"]).stderr;
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(json["findings"], serde_json::json!([]));
    let sarif = folder.run(&["check", "--format", "sarif"]).stderr;
    let sarif: serde_json::Value = serde_json::from_str(&sarif).unwrap();
    assert_eq!(sarif["runs"][0]["results"], serde_json::json!([]));
    for format in ["short", "github"] {
        assert_eq!(
            folder.run(&["check", "--format", format]).stderr,
            "",
            "{format}"
        );
    }
}

#[test]
fn warnings_fail_only_when_asked_to() {
    let folder = Folder::with_catalogue();
    folder.edit(
        "spec/catalog.yaml",
        "title: Shop\n",
        "title: Shop # klambda-allow KL0012: for no reason\n",
    );
    let run = folder.run(&["check"]);
    assert_eq!(run.code, 0);
    assert!(run.stderr.starts_with("warning["), "{}", run.stderr);
    assert_eq!(folder.run(&["check", "--deny-warnings"]).code, 1);
    assert_eq!(folder.run(&["generate", "--deny-warnings"]).code, 1);
    assert!(!folder.path("generated").exists());
    assert_eq!(folder.run(&["generate"]).code, 0);
}

#[test]
fn fixes_keep_comments_and_layout() {
    let folder = misspelt();
    let fixed = Folder::with_catalogue();
    fixed.edit(
        "spec/catalog.yaml",
        "title: Shop\n",
        "title: Shop # the name\n",
    );
    let run = folder.run(&["check", "--fix"]);
    insta::assert_snapshot!("check-fix", run.text());
    assert_eq!(folder.snapshot(), fixed.snapshot());
    // Nothing is left to do.
    let again = folder.run(&["check", "--fix"]);
    assert!(again.stderr.starts_with("checked "), "{}", again.stderr);
}

#[test]
fn what_cannot_be_fixed_is_reported() {
    let folder = misspelt();
    folder.edit("spec/observers.yaml", "summary:", "banana:");
    let run = folder.run(&["check", "--fix"]);
    assert_eq!(run.code, 1);
    assert!(
        run.stderr.contains("fixed: spec/catalog.yaml:"),
        "{}",
        run.stderr
    );
    assert!(
        run.stderr.contains("unknown key `banana`"),
        "{}",
        run.stderr
    );
}

#[cfg(unix)]
#[test]
fn a_linked_file_is_not_replaced() {
    let folder = misspelt();
    let elsewhere = Folder::new();
    let catalog = folder.path("spec/catalog.yaml");
    std::fs::rename(&catalog, elsewhere.path("catalog.yaml")).unwrap();
    std::os::unix::fs::symlink(elsewhere.path("catalog.yaml"), &catalog).unwrap();
    let run = folder.run(&["check", "--fix"]);
    assert_eq!(run.code, 1, "{}", run.stderr);
    assert!(
        !run.stderr.contains("fixed: spec/catalog.yaml"),
        "{}",
        run.stderr
    );
    assert!(std::fs::symlink_metadata(&catalog).unwrap().is_symlink());
    assert!(elsewhere.read("catalog.yaml").contains("titel"));
}

#[test]
fn a_file_that_is_not_utf8_keeps_its_bytes() {
    let folder = misspelt();
    let path = folder.path("spec/catalog.yaml");
    let mut bytes = std::fs::read(&path).unwrap();
    bytes.extend(b"# \xff\n");
    std::fs::write(&path, &bytes).unwrap();
    let run = folder.run(&["check", "--fix"]);
    assert_ne!(run.code, 0);
    assert_eq!(std::fs::read(&path).unwrap(), bytes);
}

#[test]
fn data_are_printed_in_their_own_forms_only() {
    let folder = Folder::with_catalogue();
    for command in [
        &["list"][..],
        &["show", "command.order.place"],
        &["sample", "command.order.place"],
        &["route", "command.order.place"],
    ] {
        let run = |format| folder.run(&[command, &["--format", format]].concat());
        assert_eq!(run("json").code, 0);
        for format in ["short", "sarif", "github"] {
            let run = run(format);
            assert_eq!(
                (run.code, run.stdout.as_str()),
                (2, ""),
                "{command:?} {format}"
            );
            assert!(run.stderr.contains("`--format json`"), "{}", run.stderr);
        }
    }
}
