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

const MARK: &str = "klambda-allow";

/// Whether a text has a comment that is a suppression, or was meant to be one.
pub(super) fn are_in(text: &str) -> bool {
    let mut comments = text.match_indices('#');
    comments.any(|(at, _)| text.get(at..).and_then(meant).is_some())
}

/// What follows the mark in a comment that begins with it, in whatever letters and with whatever
/// between its words.
fn meant(comment: &str) -> Option<&str> {
    let comment = comment.trim_start_matches(['#', ' ', '\t']);
    let word = |text: &'_ str, word: &str| {
        let start = text.get(..word.len())?;
        start.eq_ignore_ascii_case(word).then_some(word.len())
    };
    let rest = &comment[word(comment, "klambda")?..];
    let rest = rest.trim_start_matches(['-', '_']);
    Some(&rest[word(rest, "allow")?..])
}

/// Reads a comment (`text` is what follows `#`). Other comments are `None`.
pub(super) fn parse(text: &str, span: Span, findings: &mut Vec<Finding>) -> Option<Suppression> {
    meant(text)?;
    let rest = text.trim_start().strip_prefix(MARK);
    let rest = rest.filter(|rest| rest.starts_with([' ', '\t']));
    let (code, reason) = rest
        .and_then(|rest| rest.split_once(':'))
        .unwrap_or_default();
    let number = code
        .trim()
        .strip_prefix("KL")
        .filter(|n| n.len() == 4 && n.bytes().all(|b| b.is_ascii_digit()))
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::FileId;

    #[test]
    fn what_is_meant_as_a_suppression_is_one_or_is_reported() {
        for (comment, silences, reported) in [
            (" klambda-allow KL0301: a reason", true, false),
            ("klambda-allow KL0301:a reason", true, false),
            (" klambda-allow", false, true),
            (" klambda-allow KL0301", false, true),
            (" klambda-allow KL0301:", false, true),
            (" klambda-allow KL0301 a reason", false, true),
            (" klambda-allow: KL0301 a reason", false, true),
            (" klambda-allow kl0301: a reason", false, true),
            (" klambda-allow KL301: a reason", false, true),
            (" klambda-allow KL+301: a reason", false, true),
            (" klambda-allow KL0301, KL0302: a reason", false, true),
            (" klambda-allow KL0301 KL0302: a reason", false, true),
            (" klambda-allow required-order: a reason", false, true),
            (" klambda-allowKL0301: a reason", false, true),
            (" klambda-allowed KL0301: a reason", false, true),
            (" Klambda-Allow KL0301: a reason", false, true),
            (" klambda_allow KL0301: a reason", false, true),
            ("# klambda-allow KL0301: a reason", false, true),
            (" klambda allows this", false, false),
            (" see klambda-allow", false, false),
            (" klambda", false, false),
        ] {
            let mut findings = Vec::new();
            let found = parse(comment, Span::new(FileId(0), 0, 0), &mut findings);
            assert_eq!(found.is_some(), silences, "{comment}");
            assert_eq!(!findings.is_empty(), reported, "{comment}");
            assert_eq!(
                are_in(&format!("a: b #{comment}")),
                silences || reported,
                "{comment}"
            );
        }
    }
}
