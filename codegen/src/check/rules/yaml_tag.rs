use crate::check::rule;
use crate::diagnostics::Finding;
use crate::source::Span;

rule! {
    /// A YAML tag changes the type of a value.
    "yaml-tag", 3, Error
}

pub(crate) fn report(span: Span) -> Finding {
    Finding::new(&META, span, "a YAML tag")
        .label("tagged value")
        .help("remove the tag; quote a value that must be text")
}
