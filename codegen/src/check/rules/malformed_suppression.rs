use crate::check::rule;
use crate::diagnostics::Finding;
use crate::source::Span;

rule! {
    /// A `klambda-allow` comment does not say which rule it silences, or why.
    "malformed-suppression", 901, Error
}

pub(crate) fn report(span: Span) -> Finding {
    Finding::new(&META, span, "a suppression without a rule or a reason")
        .help("write `# klambda-allow KL0123: why this is right here`")
}
