//! Findings as SARIF 2.1.0 (OASIS), which code scanning reads.

use serde_json::{Value, json};

use super::{Edit, Finding, Severity};
use crate::check::rules;
use crate::source::{Sources, Span};

const SCHEMA: &str =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

pub(super) fn render(findings: &[Finding], sources: &Sources) -> String {
    let mut used: Vec<_> = findings.iter().map(|f| f.code).collect();
    used.sort_unstable();
    used.dedup();
    let rules: Vec<_> = used
        .iter()
        .filter_map(|code| rules::find(*code))
        .map(|rule| {
            let page = rule.markdown();
            json!({
                "id": rule.code.to_string(),
                "name": rule.name,
                "shortDescription": { "text": rule.summary() },
                "help": { "text": page, "markdown": page },
                "defaultConfiguration": { "level": level(rule.severity) },
            })
        })
        .collect();
    let document = json!({
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "klambda",
                "semanticVersion": env!("CARGO_PKG_VERSION"),
                "informationUri": env!("CARGO_PKG_REPOSITORY"),
                "rules": rules,
            } },
            "columnKind": "unicodeCodePoints",
            "results": findings.iter().map(|f| result(f, sources)).collect::<Vec<_>>(),
        }],
    });
    format!("{document:#}\n")
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
    }
}

fn result(finding: &Finding, sources: &Sources) -> Value {
    let text = format!("{}\n{}", finding.message, finding.help.join("\n"));
    let mut result = json!({
        "ruleId": finding.code.to_string(),
        "level": level(finding.severity),
        "message": { "text": text },
        "locations": [{ "physicalLocation": place(finding.primary.span, sources) }],
        "relatedLocations": finding.secondary.iter().enumerate().map(|(id, label)| json!({
            "id": id + 1,
            "message": { "text": label.text },
            "physicalLocation": place(label.span, sources),
        })).collect::<Vec<_>>(),
    });
    if let Some(fix) = &finding.fix {
        result["fixes"] = json!([{
            "description": { "text": fix.title },
            "artifactChanges": fix.edits.iter().map(|edit| change(edit, sources)).collect::<Vec<_>>(),
        }]);
    }
    result
}

fn change(edit: &Edit, sources: &Sources) -> Value {
    json!({
        "artifactLocation": { "uri": sources.display_path(edit.span.file) },
        "replacements": [{
            "deletedRegion": place(edit.span, sources)["region"],
            "insertedContent": { "text": edit.text },
        }],
    })
}

fn place(span: Span, sources: &Sources) -> Value {
    let file = sources.get(span.file);
    let (line, column) = file.line_column(span.start);
    let (end_line, end_column) = file.line_column(span.end);
    json!({
        "artifactLocation": { "uri": sources.display_path(span.file) },
        "region": { "startLine": line, "startColumn": column, "endLine": end_line, "endColumn": end_column },
    })
}
