//! Findings as workflow commands of GitHub Actions, which shows them beside the changed lines.

use std::fmt::Write as _;

use super::Finding;
use crate::source::Sources;

pub(super) fn render(findings: &[Finding], sources: &Sources) -> String {
    let mut text = String::new();
    for finding in findings {
        let span = finding.primary.span;
        let file = sources.get(span.file);
        let (line, column) = file.line_column(span.start);
        let (end_line, end_column) = file.line_column(span.end);
        let path = property(&sources.display_path(span.file));
        let message = data(&format!("{}\n{}", finding.message, finding.help.join("\n")));
        let _ = write!(
            text,
            "::{} file={path},line={line},",
            finding.severity.as_str()
        );
        // GitHub takes columns only where a finding stays on one line.
        if line == end_line {
            let _ = write!(text, "col={column},endColumn={end_column},");
        } else {
            let _ = write!(text, "endLine={end_line},");
        }
        let _ = writeln!(text, "title={}::{message}", finding.code);
    }
    text
}

fn data(text: &str) -> String {
    text.replace('%', "%25")
        .replace('\r', "%0D")
        .replace('\n', "%0A")
}

fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
