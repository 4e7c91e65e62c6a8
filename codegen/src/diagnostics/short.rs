//! A line a finding, as compilers print for editors.

use std::fmt::Write as _;

use super::Finding;
use crate::source::Sources;

pub(super) fn render(findings: &[Finding], sources: &Sources) -> String {
    let mut text = String::new();
    for finding in findings {
        let span = finding.primary.span;
        let (line, column) = sources.get(span.file).line_column(span.start);
        let path = sources.display_path(span.file);
        let (severity, code, message) = (finding.severity.as_str(), finding.code, &finding.message);
        let _ = writeln!(
            text,
            "{path}:{line}:{column}: {severity}[{code}]: {message}"
        );
    }
    text
}
