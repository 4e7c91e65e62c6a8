//! `# klambda-allow KL0123: reason` comments.

use crate::check::rules;
use crate::diagnostics::{Code, Finding};
use crate::source::Span;

/// Silences warnings of one rule on its own line or, when it stands alone, on the next.
#[derive(Clone, Debug)]
pub struct Suppression {
    /// The rule that is silenced.
    pub code: Code,
    /// The comment, without the line break.
    pub span: Span,
}

pub(super) const MARK: &str = "klambda-allow";

/// Reads a comment (`text` is what follows `#`). Other comments are `None`.
pub(super) fn parse(text: &str, span: Span, findings: &mut Vec<Finding>) -> Option<Suppression> {
    let rest = text.trim_start().strip_prefix(MARK)?;
    let (code, reason) = rest.split_once(':').unwrap_or((rest, ""));
    let number = code
        .trim()
        .strip_prefix("KL")
        .filter(|n| n.len() == 4)
        .and_then(|n| n.parse().ok());
    match number {
        Some(number) if !reason.trim().is_empty() => Some(Suppression {
            code: Code(number),
            span,
        }),
        _ => {
            findings.push(rules::malformed_suppression::report(span));
            None
        }
    }
}
