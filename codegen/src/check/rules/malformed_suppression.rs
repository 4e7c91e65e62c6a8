use crate::check::rule;
use crate::diagnostics::Finding;
use crate::source::Span;

rule! {
    /// A `klambda-allow` comment does not say which rule it silences, or why.
    ///
    /// ## What it does
    /// Reports a comment that begins with `klambda-allow`, in whatever letters, and is not that word, one rule by
    /// its number, a colon and a reason.
    ///
    /// ## Why
    /// The next reader has to know whether the reason still holds.
    ///
    /// ## Fails
    /// ```yaml catalog.yaml
    /// # …
    /// title: Example Shop # klambda-allow KL0107
    /// ```
    ///
    /// ## Passes
    /// ```yaml catalog.yaml
    /// # …
    /// title: Example Shop # the name on the door
    /// ```
    "malformed-suppression", 901, Error
}

pub(crate) fn report(span: Span) -> Finding {
    Finding::new(&META, span, "a suppression without a rule or a reason")
        .help("write `# klambda-allow KL0123: why this is right here`")
}
