use crate::check::{Context, rule};
use crate::diagnostics::Finding;

rule! {
    /// Failed events of a RabbitMQ broker are lost, because nothing takes them.
    ///
    /// ## What it does
    /// Reports `deadLetter` without `sink` where there is a Broker of the class `RabbitMQBroker`.
    ///
    /// ## Why
    /// Without a sink the broker has no exchange for dead letters, but its dispatchers are given the name of
    /// one all the same: what they send there after the last retry is gone without a trace.
    ///
    /// ## Fails
    /// ```yaml errors.yaml
    /// # …
    /// deadLetter: { queue: "shop-dlq-{name}", exchange: shop-dlx, routingKeyPrefix: shop.dead, ttl: P7D, maxLength: 10000, overflow: reject-publish }
    /// ```
    ///
    /// ## Passes
    /// ```yaml errors.yaml
    /// # …
    /// deadLetter:
    ///   sink:
    ///     ref: { apiVersion: v1, kind: Service, name: desk, namespace: shop }
    ///     uri: /dead-letters
    /// ```
    "no-dead-letter-sink", 636, Warning, check
}

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let mut brokers = context.spec.broker.iter().flat_map(|f| f.body.brokers.iter());
    let Some((name, broker)) = brokers.find(|(_, broker)| broker.compares_whole_values()) else { return };
    let Some(errors) = context.spec.errors.as_ref().filter(|errors| errors.dead_letter.sink.is_none()) else { return };
    findings.push(
        Finding::new(&META, errors.dead_letter.queue.span, format!("the broker `{}` loses events that fail", name.value))
            .label("without a `sink`, they do not come this far")
            .also(broker.class.span, "this class drops them")
            .help("add `sink:` with the `ref` or `uri` of a program that takes failed events"),
    );
}
