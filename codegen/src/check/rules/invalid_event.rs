use crate::check::data::Mismatch;
use crate::check::rule;
use crate::diagnostics::Finding;

rule! {
    /// A given event does not fit the catalogue.
    ///
    /// ## What it does
    /// `klambda validate` holds whole events against the catalogue: the attributes that CloudEvents 1.0 asks for and their types, how the catalogue builds `source` and `subject`, the extension attributes that the event's category requires, `dataschema`, and the data against their schema.
    ///
    /// ## Why
    /// An event that does not fit is refused or misread by whoever receives it, often long after it was sent.
    ///
    /// ## Fails
    /// ```json
    /// { "specversion": "1.0", "id": "1", "source": "/a", "type": "unknown" }
    /// ```
    ///
    /// ## Passes
    /// Whatever `klambda sample` prints.
    "invalid-event", 1002, Error
}

pub(crate) fn report(mismatch: Mismatch) -> Finding {
    finding(&META, mismatch)
}

/// A mismatch inside JSON text as a finding of `rule`.
pub(super) fn finding(rule: &crate::check::RuleMeta, mismatch: Mismatch) -> Finding {
    let span = mismatch.span;
    let finding = Finding::new(rule, span, mismatch.message).help(mismatch.help);
    let Some((written, known)) = mismatch.known else {
        return finding;
    };
    let finding = finding.did_you_mean(span, &written, known.iter().map(String::as_str));
    // Nothing applies a fix to an event, and showing it would repeat a line of any length.
    Finding {
        fix: None,
        ..finding
    }
}
