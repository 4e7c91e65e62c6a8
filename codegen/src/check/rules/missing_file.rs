use crate::check::rule;
use crate::diagnostics::Finding;
use crate::source::Span;

rule! {
    /// The spec lacks a file that it cannot do without.
    ///
    /// ## What it does
    /// Reports a folder without `catalog.yaml`.
    ///
    /// ## Why
    /// The prefix, the categories and the entities stand there: without them no event type has a name.
    ///
    /// ## Fails
    /// A folder that holds `events/command.yaml` and nothing else.
    ///
    /// ## Passes
    /// The same folder after `klambda init`.
    "missing-file", 17, Error
}

/// `other` is some file that is there: what is missing has no place.
pub(crate) fn report(other: Span, path: &str) -> Finding {
    Finding::new(&META, other, format!("the spec has no `{path}`"))
        .label("this file is there")
        .help(format!("write `{path}`, or let `klambda init` write a start"))
        .help("is this the right folder? `--spec DIR` names another")
}
