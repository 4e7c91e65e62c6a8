use crate::check::routes::repeated;
use crate::check::{Context, rule};
use crate::diagnostics::Finding;

rule! {
    /// Two Triggers of one namespace have the same name.
    ///
    /// ## What it does
    /// Compares the Triggers of consumers, observers and Flux, and the SinkBindings among each other.
    ///
    /// ## Why
    /// The second manifest would replace the first in the cluster.
    ///
    /// ## Fails
    /// ```yaml observers.yaml
    /// # …
    /// observers:
    ///   ledger:
    ///     triggers:
    ///       - { name: shop-desk-place, namespace: shop, broker: shop, events: [lifecycle.*], subscriber: { uri: "http://ledger" } }
    /// ```
    ///
    /// ## Passes
    /// ```yaml observers.yaml
    /// # …
    /// observers:
    ///   ledger:
    ///     triggers:
    ///       - { name: shop-ledger-all, namespace: shop, broker: shop, events: [lifecycle.*], subscriber: { uri: "http://ledger" } }
    /// ```
    "duplicate-trigger", 609, Error, check
}

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let flux = context.spec.flux.as_ref().map(|f| &f.body);
    let own = context.index.subscribers().flat_map(|(_, s)| &s.triggers).map(|t| (&t.namespace, &t.name));
    let triggers = own.chain(flux.into_iter().flat_map(|f| f.triggers.iter().map(|t| (&t.namespace, &t.name))));
    let bindings = flux.into_iter().flat_map(|f| f.sink_bindings.iter().map(|b| (&b.namespace, &b.name)));
    let keyed = triggers.map(|t| ("Trigger", t)).chain(bindings.map(|b| ("SinkBinding", b)));
    let items = keyed.map(|(kind, (namespace, name))| ((kind, &namespace.value, &name.value), name));
    for (second, first) in repeated(items) {
        findings.push(
            Finding::new(&META, second.span, format!("`{}` stands twice in its namespace", second.value))
                .label("the same name again")
                .also(first.span, "first used here")
                .help("give one of them another name"),
        );
    }
}
