//! What `check --fix` does to a file: the finding goes, comments and layout stay.
#![allow(clippy::unwrap_used, clippy::expect_used)]

#[path = "support/catalogue.rs"]
mod catalogue;

use catalogue::{base, compile, lay};
use knative_lambda_codegen::fix;

const PATH: &str = "data/note.yaml";

/// A schema file with these members.
fn note(members: &str) -> String {
    format!(
        "schema: note\nversion: 1.0.0\ntitle: Note\ndescription: A remark.\nstandalone: A test.\nroot:\n  type: object\n  properties:\n{members}"
    )
}

/// Mends `before`; `code` must be found before and no longer after.
fn check(code: &str, before: &str, after: &str) {
    let mut files = base();
    lay(&mut files, PATH, &note(before));
    let checked = compile(&files);
    let has = |checked: &knative_lambda_codegen::Checked| {
        checked.findings.iter().any(|f| f.code.to_string() == code)
    };
    assert!(has(&checked), "{code} is not found in\n{before}");
    let (fixed, _) = fix::apply(&checked.findings, &checked.sources);
    let fixed = fixed.into_iter().next().expect("something is fixed");
    assert_eq!(fixed.text, note(after));
    lay(&mut files, PATH, &fixed.text);
    let checked = compile(&files);
    assert!(!has(&checked), "{code} is still found in\n{after}");
}

#[test]
fn a_member_is_added_behind_the_last_line_of_a_block() {
    check(
        "KL0315",
        "    token:\n      type: string # text\n      description: Key. # of the door\n    name: { type: string, description: N. }\n",
        "    token:\n      type: string # text\n      description: Key. # of the door\n      x-sensitive: true\n    name: { type: string, description: N. }\n",
    );
}

#[test]
fn a_member_is_added_at_the_end_of_a_file_without_line_break() {
    check(
        "KL0315",
        "    token:\n      type: string\n      description: |\n        Key.",
        "    token:\n      type: string\n      description: |\n        Key.\n      x-sensitive: true",
    );
}

#[test]
fn a_member_is_added_to_a_line() {
    check(
        "KL0315",
        "    token: { type: string, description: Key. } # of the door\n",
        "    token: { type: string, description: Key., x-sensitive: true } # of the door\n",
    );
    check(
        "KL0315",
        "    token: {}\n",
        "    token: { x-sensitive: true }\n",
    );
}

#[test]
fn a_member_is_added_to_lines_in_braces() {
    check(
        "KL0315",
        "    token: {\n      type: string, # text\n      description: Key. # of the door\n    }\n",
        "    token: { x-sensitive: true,\n      type: string, # text\n      description: Key. # of the door\n    }\n",
    );
}

#[test]
fn a_type_that_follows_is_added() {
    check(
        "KL0306",
        "    note: { description: N., maxLength: 3 }\n",
        "    note: { description: N., maxLength: 3, type: string }\n",
    );
}

#[test]
fn a_misspelt_name_is_replaced_inside_its_quotes() {
    check(
        "KL0302",
        "    address: { $ref: \"order#/$defs/Adress\" }\n",
        "    address: { $ref: \"order#/$defs/Address\" }\n",
    );
    check(
        "KL0302",
        "    address: { $ref: order.yaml }\n",
        "    address: { $ref: order }\n",
    );
}

#[test]
fn copies_by_aliases_are_left_alone() {
    let mut files = base();
    let members = "    name: &text { type: string, description: N. }\n    token: *text\n";
    lay(&mut files, PATH, &note(members));
    let checked = compile(&files);
    let mut found = checked.findings.iter().filter(|f| f.code.0 == 315);
    let finding = found.next().expect("the copy is a secret");
    assert!(finding.fix.is_none());
}

#[test]
fn a_misspelt_declaration_does_not_spread() {
    let mut files = base();
    let text = files["data/order.yaml"].replace("schema: order\n", "schema: ordr\n");
    lay(&mut files, "data/order.yaml", &text);
    let checked = compile(&files);
    assert!(checked.has_errors());
    let (fixed, _) = fix::apply(&checked.findings, &checked.sources);
    for file in fixed {
        assert!(!file.text.contains("data: ordr"), "{}", file.text);
    }
}

/// Two members, and what follows them.
fn pair(required: &str) -> String {
    format!(
        "    a: {{ type: string, description: A. }}\n    b: {{ type: string, description: B. }}\n{required}"
    )
}

#[test]
fn required_members_are_sorted_in_their_brackets() {
    check(
        "KL0320",
        &pair("  required: [ \"b\",  a ] # both\n"),
        &pair("  required: [ a,  \"b\" ] # both\n"),
    );
    check(
        "KL0320",
        &pair("  required: [\n    b,\n    a\n  ]\n"),
        &pair("  required: [\n    a,\n    b\n  ]\n"),
    );
}

#[test]
fn required_members_are_sorted_line_by_line_with_their_comments() {
    check(
        "KL0320",
        &pair("  required:\n  - b # the second\n  - a\n"),
        &pair("  required:\n  - a\n  - b # the second\n"),
    );
    check(
        "KL0320",
        &pair("  required:\n    - b\n    - a # the first"),
        &pair("  required:\n    - a # the first\n    - b"),
    );
}

#[test]
fn lists_whose_comments_may_speak_of_any_item_are_not_sorted() {
    for required in [
        "  required:\n    # the second\n    - b\n    - a\n",
        "  required:\n    - b\n    # the first\n    - a\n",
        "  required:\n    - b\n\n    - a\n",
        "  required: [\n    b, # the second\n    a\n  ]\n",
        "  required: [b,\n    a] # the first\n",
        "  required: [ # the second\n    b,\n    a]\n",
        "  required: [&b b, a]\n",
    ] {
        let mut files = base();
        lay(&mut files, PATH, &note(&pair(required)));
        let checked = compile(&files);
        let mut found = checked.findings.iter().filter(|f| f.code.0 == 320);
        let finding = found.next().expect(required);
        assert!(finding.fix.is_none(), "{required}");
    }
}
