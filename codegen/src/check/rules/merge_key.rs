use crate::check::rule;
use crate::diagnostics::Finding;
use crate::source::Span;

rule! {
    /// A YAML merge key (`<<`) copies members from elsewhere.
    ///
    /// ## What it does
    /// Reports the key `<<`.
    ///
    /// ## Why
    /// Merge keys were left out of YAML 1.2. Parsers that know them disagree about which member wins, and an
    /// error in the copied text has two places.
    ///
    /// ## Fails
    /// ```yaml data/note.yaml
    /// schema: note
    /// version: 1.0.0
    /// title: Note
    /// description: A remark.
    /// root:
    ///   type: object
    ///   properties:
    ///     from: &text { type: string, description: Who writes. }
    ///     to: { <<: *text, description: Who reads. }
    /// ```
    ///
    /// ## Passes
    /// ```yaml data/note.yaml
    /// schema: note
    /// version: 1.0.0
    /// title: Note
    /// description: A remark.
    /// root:
    ///   type: object
    ///   properties:
    ///     from: { type: string, description: Who writes. }
    ///     to: { type: string, description: Who reads. }
    /// ```
    "merge-key", 4, Error
}

pub(crate) fn report(span: Span) -> Finding {
    Finding::new(&META, span, "a YAML merge key")
        .label("merge keys are not part of YAML 1.2")
        .help("write the members out, or move what is shared into a schema and use `$ref`")
}
