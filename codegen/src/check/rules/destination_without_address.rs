use crate::check::{Context, rule};
use crate::diagnostics::Finding;

rule! {
    /// A Trigger does not say where it delivers.
    ///
    /// ## What it does
    /// Reports subscribers of Triggers with neither `ref` nor `uri`, and those with a `uri` alone that is not an
    /// absolute address.
    ///
    /// ## Why
    /// Knative refuses the first, and resolves a path only against the address of a `ref`.
    ///
    /// ## Fails
    /// ```yaml observers.yaml
    /// # …
    /// observers:
    ///   ledger:
    ///     triggers:
    ///       - { name: shop-ledger, namespace: shop, broker: shop, events: [lifecycle.*], subscriber: { uri: /events } }
    /// ```
    ///
    /// ## Passes
    /// ```yaml observers.yaml
    /// # …
    /// observers:
    ///   ledger:
    ///     triggers:
    ///       - { name: shop-ledger, namespace: shop, broker: shop, events: [lifecycle.*], subscriber: { uri: "http://ledger.shop.svc/events" } }
    /// ```
    "destination-without-address", 625, Error, check
}

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for trigger in context.index.subscribers().flat_map(|(_, s)| &s.triggers) {
        let to = &trigger.subscriber;
        let finding = match (&to.reference, &to.uri) {
            (Some(_), _) => continue,
            (None, Some(uri)) if uri.starts_with("http://") || uri.starts_with("https://") => continue,
            (None, Some(uri)) => {
                Finding::new(&META, uri.span, format!("`{}` is no address of its own", uri.value)).label("relative to what?")
            }
            (None, None) => Finding::new(&META, to.span.part(0, 1), "a destination without an address").label("where to?"),
        };
        findings.push(
            finding
                .also(trigger.name.span, "of this Trigger")
                .help("write `ref:` with a Kubernetes object, or `uri:` with an address that begins with `http`"),
        );
    }
}
