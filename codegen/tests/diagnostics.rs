//! Every form in which findings are printed, held against a snapshot.
#![allow(clippy::unwrap_used, clippy::expect_used)]

#[path = "support/catalogue.rs"]
mod catalogue;

use std::path::Path;

use catalogue::{base, compile, lay};
use knative_lambda_codegen::Checked;
use knative_lambda_codegen::diagnostics::{Colour, Format, render};
use serde_json::Value;

/// A catalogue with a fix, a related place near and one far, a warning, a place of no width, and text
/// beyond ASCII.
fn broken() -> Checked {
    let mut files = base();
    lay(
        &mut files,
        "catalog.yaml",
        "# …\nsumary: Ein Geschäft, 50% günstiger.\ntitle: Café # klambda-allow KL0101: no reason\n",
    );
    lay(
        &mut files,
        "data/note.yaml",
        "schema: note\nschema: remark\ntitle: Note\nversion: 1.0.0\nroot:\n  type: objekt\n",
    );
    lay(
        &mut files,
        "data/order.yaml",
        "# …\nroot:\n  properties:\n    note: { oneOf: [] }\n    städte: {\n",
    );
    lay(&mut files, "errors.yaml", "classes: {}\nretry: ~\n");
    compile(&files)
}

fn rendered(format: Format, colour: Colour) -> String {
    let checked = broken();
    render(&checked.findings, &checked.sources, format, colour)
}

#[test]
fn human() {
    insta::assert_snapshot!(rendered(Format::Human, Colour::Never));
}

#[test]
fn human_coloured() {
    // Escapes are printed, so that the snapshot can be read.
    let text = rendered(Format::Human, Colour::Always).replace('\u{1b}', "␛");
    insta::assert_snapshot!(text);
}

#[test]
fn short() {
    insta::assert_snapshot!(rendered(Format::Short, Colour::Never));
}

#[test]
fn json() {
    insta::assert_snapshot!(rendered(Format::Json, Colour::Never));
}

#[test]
fn github() {
    insta::assert_snapshot!(rendered(Format::Github, Colour::Never));
}

#[test]
fn sarif() {
    let text = rendered(Format::Sarif, Colour::Never);
    assert_valid_sarif(&text);
    // The version changes with every release, the pages with every rule.
    let mut document: Value = serde_json::from_str(&text).unwrap();
    let driver = &mut document["runs"][0]["tool"]["driver"];
    driver["semanticVersion"] = "[version]".into();
    for rule in driver["rules"].as_array_mut().unwrap() {
        rule["help"] = "[page]".into();
    }
    insta::assert_snapshot!(format!("{document:#}"));
}

#[test]
fn a_sarif_file_without_findings_is_valid() {
    let checked = compile(&base());
    let text = render(
        &checked.findings,
        &checked.sources,
        Format::Sarif,
        Colour::Never,
    );
    assert_valid_sarif(&text);
}

fn assert_valid_sarif(text: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/sarif-schema-2.1.0.json");
    let mut schema: Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    // OASIS wrote `]?` where `)?` was meant; as a pattern it is not well-formed.
    for of in ["run", "toolComponent"] {
        let language = &mut schema["definitions"][of]["properties"]["language"];
        assert!(
            language
                .as_object_mut()
                .unwrap()
                .remove("pattern")
                .is_some()
        );
    }
    let validator = jsonschema::validator_for(&schema).unwrap();
    let document = serde_json::from_str(text).unwrap();
    let errors: Vec<_> = validator
        .iter_errors(&document)
        .map(|e| format!("{}: {e}", e.instance_path()))
        .collect();
    assert!(errors.is_empty(), "{errors:#?}");
}

#[test]
fn nothing_is_printed_where_nothing_is_wrong() {
    let checked = compile(&base());
    for format in [Format::Human, Format::Short, Format::Github] {
        let text = render(&checked.findings, &checked.sources, format, Colour::Never);
        assert_eq!(text, "");
    }
}
