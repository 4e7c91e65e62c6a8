//! Findings as one JSON document.

use serde_json::{Value, json};

use super::{Finding, Label, count};
use crate::source::{Sources, Span};

pub(super) fn render(findings: &[Finding], sources: &Sources) -> String {
    let (errors, warnings) = count(findings);
    let document = json!({
        "errors": errors,
        "warnings": warnings,
        "findings": findings.iter().map(|f| finding(f, sources)).collect::<Vec<_>>(),
    });
    format!("{document:#}\n")
}

fn finding(finding: &Finding, sources: &Sources) -> Value {
    let label = |label: &Label| {
        let mut value = place(label.span, sources);
        value["label"] = json!(label.text);
        value
    };
    json!({
        "code": finding.code.to_string(),
        "severity": finding.severity.as_str(),
        "message": finding.message,
        "place": label(&finding.primary),
        "related": finding.secondary.iter().map(label).collect::<Vec<_>>(),
        "help": finding.help,
        "fix": finding.fix.as_ref().map(|fix| json!({
            "title": fix.title,
            "safe": fix.safe,
            "edits": fix.edits.iter().map(|edit| {
                let mut value = place(edit.span, sources);
                value["replacement"] = json!(edit.text);
                value
            }).collect::<Vec<_>>(),
        })),
    })
}

/// Path, line and column (from 1, in characters) of both ends, and byte offsets.
fn place(span: Span, sources: &Sources) -> Value {
    let file = sources.get(span.file);
    let (line, column) = file.line_column(span.start);
    let (end_line, end_column) = file.line_column(span.end);
    json!({
        "path": sources.display_path(span.file),
        "line": line,
        "column": column,
        "endLine": end_line,
        "endColumn": end_column,
        "start": file.file_offset(span.start),
        "end": file.file_offset(span.end),
    })
}
