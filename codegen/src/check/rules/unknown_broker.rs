use crate::check::{Context, rule};
use crate::diagnostics::Finding;
use crate::model::Text;

rule! {
    /// A Trigger names a broker that it cannot reach.
    ///
    /// ## What it does
    /// Reports brokers of Triggers that `broker.yaml` does not list, or that stand in another namespace
    /// than the Trigger.
    ///
    /// ## Why
    /// A Trigger names a Broker of its own namespace; any other name leaves it waiting for ever.
    ///
    /// ## Fails
    /// ```yaml observers.yaml
    /// # …
    /// observers:
    ///   ledger:
    ///     triggers:
    ///       - { name: shop-ledger, namespace: shop, broker: shopp, events: [lifecycle.*], subscriber: { uri: "http://ledger" } }
    /// ```
    ///
    /// ## Passes
    /// ```yaml observers.yaml
    /// # …
    /// observers:
    ///   ledger:
    ///     triggers:
    ///       - { name: shop-ledger, namespace: shop, broker: shop, events: [lifecycle.*], subscriber: { uri: "http://ledger" } }
    /// ```
    "unknown-broker", 605, Error, check
}

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let spec = context.spec;
    if spec.broken.iter().any(|path| path == "broker.yaml") {
        return;
    }
    let own = context.index.subscribers().flat_map(|(_, s)| &s.triggers).map(|t| (&t.broker, &t.namespace));
    let flux = spec.flux.iter().flat_map(|f| &f.body.triggers).map(|t| (&t.broker, &t.namespace));
    findings.extend(own.chain(flux).filter_map(|(broker, namespace)| trigger(context, broker, namespace)));
}

fn trigger(context: &Context<'_>, name: &Text, namespace: &Text) -> Option<Finding> {
    let brokers = context.spec.broker.as_ref().map(|f| &f.body.brokers);
    if let Some(broker) = brokers.and_then(|b| b.get(name)) {
        return (broker.namespace.value != namespace.value).then(|| {
            let message = format!("the broker `{}` stands in the namespace `{}`", name.value, broker.namespace.value);
            Finding::new(&META, namespace.span, message)
                .label("the Trigger is elsewhere")
                .also(broker.namespace.span, "the broker's namespace")
                .help("a Trigger stands beside its broker; its subscriber may be in another namespace")
        });
    }
    if brokers.is_some_and(|b| b.contains(name)) {
        return None;
    }
    let known = brokers.into_iter().flat_map(|b| b.names());
    Some(
        Finding::new(&META, name.span, format!("there is no broker `{}`", name.value))
            .label("not in `broker.yaml`")
            .did_you_mean(name.span, name, known)
            .help("list it in `broker.yaml`, or name one that is there"),
    )
}
