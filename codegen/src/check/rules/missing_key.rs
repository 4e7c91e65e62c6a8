use crate::check::rule;
use crate::diagnostics::Finding;
use crate::source::Span;

rule! {
    /// An object lacks a key that it must have.
    ///
    /// ## What it does
    /// Reports an object without one of the keys that its kind requires. `klambda schema` prints which those
    /// are, and editors show them.
    ///
    /// ## Why
    /// Every target needs it, and there is no value that could be guessed.
    ///
    /// ## Fails
    /// ```yaml data/note.yaml
    /// schema: note
    /// title: Note
    /// description: A remark.
    /// root: { type: object }
    /// ```
    ///
    /// ## Passes
    /// ```yaml data/note.yaml
    /// schema: note
    /// version: 1.0.0
    /// title: Note
    /// description: A remark.
    /// root: { type: object }
    /// ```
    "missing-key", 13, Error
}

pub(crate) fn report(object: Span, key: &str) -> Finding {
    Finding::new(&META, object.part(0, 1), format!("`{key}` is missing"))
        .label(format!("this object has no `{key}`"))
        .help(format!("add `{key}:`"))
}
