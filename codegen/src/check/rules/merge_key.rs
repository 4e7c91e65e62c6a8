use crate::check::rule;
use crate::diagnostics::Finding;
use crate::source::Span;

rule! {
    /// A YAML merge key (`<<`) copies members from elsewhere.
    "merge-key", 4, Error
}

pub(crate) fn report(span: Span) -> Finding {
    Finding::new(&META, span, "a YAML merge key")
        .label("merge keys are not part of YAML 1.2")
        .help("write the members out, or move what is shared into a schema and use `$ref`")
}
