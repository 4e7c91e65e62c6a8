use crate::check::{Context, rule};
use crate::diagnostics::Finding;
use crate::source::Span;

rule! {
    /// A spec lacks `catalog.yaml`.
    ///
    /// ## What it does
    /// Looks for the one file that no spec can do without. The finding points at the first file
    /// that is there.
    ///
    /// ## Why
    /// `catalog.yaml` holds the prefix, the categories and the naming that all other files build on.
    "missing-file", 17, Error, check
}

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let spec = context.spec;
    let there = spec.catalog.is_some() || spec.broken.iter().any(|path| path == "catalog.yaml");
    if let (false, Some((file, _))) = (there, context.sources.iter().next()) {
        let place = Span::new(file, 0, 0);
        findings.push(
            Finding::new(&META, place, "the spec has no `catalog.yaml`")
                .label("another file of the spec")
                .help("write one, or let `klambda init` write a start into an empty folder"),
        );
    }
}
