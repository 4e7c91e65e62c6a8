//! `klambda explain` and `klambda schema`.

use super::Folder;

#[test]
fn a_rule_is_found_by_code_and_by_name() {
    let folder = Folder::new();
    let page = folder.run(&["explain", "KL0012"]);
    assert_eq!(page.code, 0);
    assert!(
        page.stdout.starts_with("# KL0012: unknown-key (error)\n"),
        "{}",
        page.stdout
    );
    for other in ["kl0012", "12", "unknown-key", "Unknown-Key"] {
        assert_eq!(
            folder.run(&["explain", other]).stdout,
            page.stdout,
            "{other}"
        );
    }
}

#[test]
fn an_unknown_rule_gets_a_suggestion() {
    let run = Folder::new().run(&["explain", "unknwon-key"]);
    insta::assert_snapshot!(run.text(), @r"
    exit 2
    --- stdout
    --- stderr
    error: there is no rule `unknwon-key`
      help: did you mean `unknown-key`?
      help: `klambda explain --list` lists all rules
    ");
}

#[test]
fn all_rules_are_listed_by_group() {
    let folder = Folder::new();
    let list = folder.run(&["explain", "--list"]);
    assert_eq!(folder.run(&["explain"]).stdout, list.stdout);
    let codes: Vec<&str> = list
        .stdout
        .lines()
        .filter_map(|line| line.trim_start().get(..6).filter(|c| c.starts_with("KL")))
        .collect();
    assert!(codes.len() > 20);
    assert!(codes.is_sorted(), "{codes:?}");
    assert!(
        list.stdout
            .starts_with("Shape of the files\n  KL0001  error ")
    );
    for code in codes {
        assert_eq!(folder.run(&["explain", code]).code, 0, "{code}");
    }
}

#[test]
fn schemas_of_all_kinds_of_files_are_printed() {
    let folder = Folder::new();
    let list = folder.run(&["schema"]);
    assert_eq!(list.code, 0);
    for line in list.stdout.lines() {
        let kind = line.split_whitespace().next().unwrap();
        let run = folder.run(&["schema", kind]);
        let schema: serde_json::Value = serde_json::from_str(&run.stdout).unwrap();
        assert_eq!(
            schema["$schema"], "http://json-schema.org/draft-07/schema#",
            "{kind}"
        );
    }
    let unknown = folder.run(&["schema", "evnets"]);
    assert_eq!(unknown.code, 2);
    assert!(unknown.stderr.contains("did you mean `events`?"));
}
