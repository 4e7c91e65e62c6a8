use std::collections::HashSet;

use crate::check::{Context, EventRef, rule};
use crate::diagnostics::Finding;

rule! {
    /// An idempotent event carries nothing by which a second delivery is known.
    ///
    /// ## What it does
    /// An event type that says `idempotent: true` must require an extension attribute that
    /// `extensions.yaml` marks with `identifies: true`: by its own `requires`, or by the `requiredFor`
    /// of the extension.
    ///
    /// ## Why
    /// A receiver that shall do the same thing once must tell a repeated request from a new one.
    /// The `id` does not do: a sender that tries again may give the second event a new one.
    ///
    /// ## Fails
    /// ```yaml extensions.yaml
    /// extensions:
    ///   idempotencykey:
    ///     type: String
    ///     summary: Same for repeated deliveries of one command.
    ///     optionalFor: [command]
    ///     identifies: true
    /// ```
    ///
    /// ## Passes
    /// ```yaml extensions.yaml
    /// extensions:
    ///   idempotencykey:
    ///     type: String
    ///     summary: Same for repeated deliveries of one command.
    ///     requiredFor: [command]
    ///     identifies: true
    /// ```
    "idempotent-without-key", 407, Error, check
}

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let spec = context.spec;
    let declared = spec.extensions.as_ref();
    let unread = spec.broken.iter().any(|path| path == "extensions.yaml");
    if unread || declared.is_some_and(|f| !f.extensions.broken().is_empty()) {
        return;
    }
    let keys: Vec<_> = declared
        .iter()
        .flat_map(|f| f.body.extensions.iter())
        .filter(|(_, e)| e.identifies.is_some_and(|i| i.value))
        .collect();
    let names: HashSet<&str> = keys.iter().map(|(name, _)| name.value.as_str()).collect();
    let categories: HashSet<&str> =
        keys.iter().flat_map(|(_, e)| &e.required_for).map(|c| c.value.as_str()).collect();
    for event in &context.index.events {
        let Some(idempotent) = event.event.idempotent.filter(|i| i.value) else { continue };
        let by_category = categories.contains("*") || categories.contains(event.category.value.as_str());
        if by_category || event.event.requires.iter().any(|name| names.contains(name.value.as_str())) {
            continue;
        }
        let finding = Finding::new(&META, idempotent.span, message(event))
            .label("nothing tells a second delivery from a new event")
            .also(event.key.span, "this event type");
        findings.push(match keys.first() {
            Some((name, _)) => finding
                .help(format!("add `requires: [{0}]`, or `{1}` to `requiredFor` of `{0}`", name.value, event.category.value)),
            None => finding.help("mark an extension in `extensions.yaml` with `identifies: true` and require it"),
        });
    }
}

fn message(event: &EventRef<'_>) -> String {
    format!("`{}` is idempotent but requires no attribute that identifies a delivery", event.short())
}
