use std::collections::HashSet;

use crate::check::{Context, rule};
use crate::diagnostics::Finding;

rule! {
    /// An event requires or allows an extension attribute that the catalogue does not have.
    ///
    /// ## What it does
    /// Reports a name in `requires` or `allows` of an event that `extensions.yaml` does not list.
    ///
    /// ## Why
    /// Nobody knows the attribute's type, so that no constructor can take it.
    ///
    /// ## Fails
    /// ```yaml events/lifecycle.yaml
    /// # …
    /// events:
    ///   order.placed:
    ///     allows: [tracestate]
    /// ```
    ///
    /// ## Passes
    /// ```yaml events/lifecycle.yaml
    /// # …
    /// events:
    ///   order.placed:
    ///     summary: An order was placed
    /// ```
    "unknown-extension", 213, Error, check
}

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let extensions = context.spec.extensions.as_ref().map(|f| &f.body.extensions);
    if extensions.is_none() && context.spec.broken.iter().any(|path| path == "extensions.yaml") {
        return;
    }
    let known: HashSet<&str> = extensions
        .iter()
        .flat_map(|e| e.names().chain(e.broken().iter().map(String::as_str)))
        .collect();
    let of_events = context.index.events.iter().flat_map(|e| e.event.requires.iter().chain(&e.event.allows));
    let together = extensions.iter().flat_map(|e| e.iter()).flat_map(|(_, e)| &e.with);
    for name in of_events.chain(together).filter(|name| !known.contains(name.as_str())) {
        findings.push(
            Finding::new(&META, name.span, format!("the catalogue has no extension attribute `{}`", name.value))
                .label("unknown attribute")
                .did_you_mean(name.span, name, known.iter().copied())
                .help("describe it below `extensions` in `extensions.yaml`"),
        );
    }
}
