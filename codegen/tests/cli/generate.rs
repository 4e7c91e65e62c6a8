//! `klambda generate`.

use std::fs;

use knative_lambda_codegen::emit::MARK;

use super::{Folder, Run, klambda};

/// A file of the JSON Schema target.
const SCHEMA: &str = "generated/schemas/order-event/v1.0.0.json";

#[test]
fn everything_is_written_once() {
    let folder = Folder::with_catalogue();
    let spec = folder.snapshot();
    let run = folder.run(&["generate"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    let all = folder.snapshot();
    assert!(run.stderr.starts_with(&format!(
        "{} files written, 0 unchanged in ",
        all.len() - spec.len()
    )));
    for (path, text) in all.iter().filter(|(path, _)| !spec.contains_key(*path)) {
        let head = &text.as_bytes()[..text.len().min(512)];
        let marked = head.windows(MARK.len()).any(|w| w == MARK.as_bytes());
        assert!(marked, "{path} does not say who made it");
    }
    let time = |path: &str| fs::metadata(folder.path(path)).unwrap().modified().unwrap();
    let before = time(SCHEMA);
    let again = folder.run(&["generate"]);
    assert!(
        again.stderr.starts_with("0 files written, "),
        "{}",
        again.stderr
    );
    assert_eq!(time(SCHEMA), before);
    assert_eq!(folder.snapshot(), all);
}

#[test]
fn what_no_longer_follows_is_deleted() {
    let folder = Folder::with_catalogue();
    folder.run(&["generate"]);
    let before = folder.snapshot();
    folder.run(&["new", "event", "command.order.return"]);
    let run = folder.run(&["generate"]);
    assert!(folder.snapshot().len() > before.len() + 3, "{}", run.stderr);
    folder.write("generated/schemas/notes.txt", "by hand\n");
    fs::remove_file(folder.path("spec/data/order-return.yaml")).unwrap();
    folder.write(
        "spec/events/command.yaml",
        &before["spec/events/command.yaml"],
    );
    let run = folder.run(&["generate"]);
    assert!(run.stderr.contains(" deleted, "), "{}", run.stderr);
    assert!(!folder.path("generated/schemas/order-return").exists());
    fs::remove_file(folder.path("generated/schemas/notes.txt")).unwrap();
    assert_eq!(folder.snapshot(), before);
}

#[test]
fn published_versions_of_a_schema_stay() {
    let folder = Folder::with_catalogue();
    folder.run(&["generate"]);
    let first = folder.read(SCHEMA);
    let spec = folder.read("spec/data/order-event.yaml");
    let raised = spec.replacen("version: 1.0.0", "version: 1.1.0", 1);
    folder.write("spec/data/order-event.yaml", &raised);
    let run = folder.run(&["generate"]);
    assert!(!run.stderr.contains("deleted"), "{}", run.stderr);
    assert_eq!(folder.read(SCHEMA), first);
    assert!(
        folder
            .path("generated/schemas/order-event/v1.1.0.json")
            .exists()
    );
    assert_eq!(folder.run(&["generate", "--check"]).code, 0);
}

#[test]
fn a_spec_with_errors_changes_nothing() {
    let folder = Folder::with_catalogue();
    folder.run(&["generate"]);
    folder.edit("spec/catalog.yaml", "title: Shop", "titel: Shop");
    let before = folder.snapshot();
    let run = folder.run(&["generate"]);
    assert_eq!(run.code, 1);
    assert!(run.stderr.contains("unknown key `titel`"), "{}", run.stderr);
    assert_eq!(folder.snapshot(), before);
}

#[test]
fn check_names_the_files_and_the_command_that_mends_them() {
    let folder = Folder::with_catalogue();
    folder.run(&["generate"]);
    let run = folder.run(&["generate", "--check"]);
    assert_eq!(run.code, 0);
    assert!(
        run.stderr.ends_with(" files are up to date\n"),
        "{}",
        run.stderr
    );

    fs::remove_file(folder.path(SCHEMA)).unwrap();
    folder.edit(
        "generated/schemas/order-command/v1.0.0.json",
        "object",
        "array",
    );
    folder.write(
        "generated/schemas/old.json",
        &format!("{{ \"$comment\": \"{MARK}x\" }}"),
    );
    let before = folder.snapshot();
    insta::assert_snapshot!(folder.run(&["generate", "--check"]).text(), @r"
    exit 1
    --- stdout
    --- stderr
    error: generated/schemas/old.json should be gone
    error: generated/schemas/order-command/v1.0.0.json is out of date
    error: generated/schemas/order-event/v1.0.0.json is missing
      help: run `klambda generate`
    ");
    let run = folder.run(&[
        "generate",
        "--check",
        "--only",
        "json-schema",
        "--spec",
        "spec",
    ]);
    assert!(
        run.stderr
            .ends_with("run `klambda generate --spec spec --only json-schema`\n"),
        "{}",
        run.stderr
    );
    let github = folder.run(&["generate", "--check", "--format", "github"]);
    assert!(
        github
            .stderr
            .starts_with("::error file=generated/schemas/old.json,"),
        "{}",
        github.stderr
    );
    let json = folder.run(&["generate", "--check", "--format", "json"]);
    assert_eq!(json.code, 1);
    let json: serde_json::Value = serde_json::from_str(&json.stdout).unwrap();
    assert_eq!(
        json["deleted"],
        serde_json::json!(["generated/schemas/old.json"])
    );
    assert_eq!(json["created"], serde_json::json!([SCHEMA]));
    assert_eq!(folder.snapshot(), before);
    assert_eq!(folder.run(&["generate"]).code, 0);
    assert_eq!(folder.run(&["generate", "--check"]).code, 0);
}

#[test]
fn a_file_of_others_is_not_overwritten_and_nothing_is_written() {
    let folder = Folder::with_catalogue();
    folder.write(SCHEMA, "{ \"mine\": true }\n");
    let before = folder.snapshot();
    insta::assert_snapshot!(folder.run(&["generate"]).text(), @r"
    exit 1
    --- stdout
    --- stderr
    error: `generated/schemas/order-event/v1.0.0.json` is not written: a file is there that klambda did not make; move it, or delete it if it is not needed
      help: nothing was written
    ");
    assert_eq!(folder.snapshot(), before);
}

#[test]
fn only_the_named_targets_are_run() {
    let folder = Folder::with_catalogue();
    assert_eq!(folder.run(&["generate", "--only", "json-schema"]).code, 0);
    assert!(folder.path(SCHEMA).exists());
    assert!(!folder.path("spec/schema").exists());
    assert_eq!(
        folder
            .run(&["generate", "--only", "editor-schema,json-schema"])
            .code,
        0
    );
    assert!(folder.path("spec/schema").exists());
    let run = folder.run(&["generate", "--only", "json-shcema"]);
    assert_eq!(run.code, 2);
    assert!(
        run.stderr.contains("a similar value exists: 'json-schema'"),
        "{}",
        run.stderr
    );
}

#[test]
fn regions_of_guides_are_filled_and_guarded() {
    let folder = Folder::with_catalogue();
    folder.write(
        "README.md",
        "# Mine\n\n<!-- klambda:begin events -->\n<!-- klambda:end -->\n\nBye.\n",
    );
    folder.write("docs/guide.md", "No regions.\n");
    folder.run(&["generate"]);
    let readme = folder.read("README.md");
    assert!(
        readme.starts_with("# Mine\n\n<!-- klambda:begin events -->\n"),
        "{readme}"
    );
    assert!(readme.contains("order.placed"), "{readme}");
    assert!(
        readme.ends_with("<!-- klambda:end -->\n\nBye.\n"),
        "{readme}"
    );
    assert_eq!(folder.run(&["generate", "--check"]).code, 0);
    folder.edit("README.md", "An order was placed", "By hand");
    let check = folder.run(&["generate", "--check"]);
    assert!(
        check
            .stderr
            .starts_with("error: README.md is out of date\n"),
        "{}",
        check.stderr
    );
    folder.run(&["generate"]);
    assert_eq!(folder.read("README.md"), readme);

    folder.write(
        "docs/deep/guide.md",
        "<!-- klambda:begin evnets -->\n<!-- klambda:end -->\n",
    );
    folder.edit("spec/catalog.yaml", "title: Shop", "title: Store");
    let before = folder.snapshot();
    let run = folder.run(&["generate"]);
    assert_eq!(run.code, 1);
    assert!(
        run.stderr
            .starts_with("error: `docs/deep/guide.md`, line 1: "),
        "{}",
        run.stderr
    );
    assert_eq!(folder.snapshot(), before);
}

#[cfg(unix)]
#[test]
fn links_lead_nowhere() {
    let elsewhere = Folder::new();
    let folder = Folder::with_catalogue();
    std::os::unix::fs::symlink(&elsewhere.0, folder.path("generated")).unwrap();
    let run = folder.run(&["generate"]);
    assert_eq!(run.code, 1);
    assert!(run.stderr.contains("symbolic link"), "{}", run.stderr);
    assert!(elsewhere.snapshot().is_empty());
}

#[test]
fn a_folder_that_cannot_be_written_to_is_an_error_of_the_system() {
    let folder = Folder::with_catalogue();
    folder.write("file", "");
    let run = folder.run(&["generate", "--out", "file"]);
    assert_eq!(run.code, 2);
    assert!(
        run.stderr
            .starts_with("error: cannot make the folder `file`: "),
        "{}",
        run.stderr
    );
}

#[test]
fn two_at_once_do_not_disturb_each_other() {
    let folder = Folder::with_catalogue();
    let children: Vec<_> = (0..8)
        .map(|_| {
            klambda()
                .current_dir(&folder.0)
                .arg("generate")
                .stderr(std::process::Stdio::null())
                .spawn()
                .unwrap()
        })
        .collect();
    for mut child in children {
        assert!(child.wait().unwrap().success());
    }
    let check = Run::new(
        klambda()
            .current_dir(&folder.0)
            .args(["generate", "--check"]),
    );
    assert_eq!(check.code, 0, "{}", check.stderr);
    assert!(!folder.path(".klambda").exists());
}
