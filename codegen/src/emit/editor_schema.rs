//! JSON Schemas of the spec files themselves, for editors. Draft-07, which all of them know.

use serde_json::json;

use super::{MARK, OutputFile, Target};
use crate::ir::Catalog;
use crate::model::decode::Definitions;
use crate::model::{FileKind, KINDS};

/// Schemas of the spec files.
pub static TARGET: Target = Target {
    name: "editor-schema",
    summary: "JSON Schemas of the spec files, for editors",
    folder: "spec/schema",
    emit,
};

fn emit(_: &Catalog<'_>) -> Vec<OutputFile> {
    KINDS
        .iter()
        .map(|kind| OutputFile {
            path: format!("{}/{}.schema.json", TARGET.folder, kind.schema_file),
            content: document(kind),
        })
        .collect()
}

/// The schema of one kind of file, as a document.
pub fn document(kind: &FileKind) -> String {
    let mut definitions = Definitions::default();
    let root = kind.schema(&mut definitions);
    let document = json!({
        "$schema": "http://json-schema.org/draft-07/schema#",
        "$comment": format!("{MARK}the file formats that it knows; do not edit. `klambda generate` writes it again."),
        "title": kind.path,
        "allOf": [root],
        "definitions": definitions.finish(),
    });
    // Much faster than through `Display`.
    let mut text = serde_json::to_string_pretty(&document).unwrap_or_default();
    text.push('\n');
    text
}
