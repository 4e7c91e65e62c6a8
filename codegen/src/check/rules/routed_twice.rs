use std::collections::HashSet;

use crate::check::routes::Way;
use crate::check::{Context, rule};
use crate::diagnostics::Finding;
use crate::model::Trigger;

rule! {
    /// A subscriber gets an event type twice.
    ///
    /// ## What it does
    /// Reports patterns of one subscriber's Triggers, at the same broker, that select the same event
    /// type.
    ///
    /// ## Why
    /// Every Trigger delivers on its own: the subscriber would do its work twice.
    ///
    /// ## Fails
    /// ```yaml observers.yaml
    /// observers:
    ///   ledger:
    ///     summary: Writes down what happened.
    ///     events: [lifecycle.*]
    ///     triggers:
    ///       - { name: all, namespace: shop, broker: shop, events: [lifecycle.*], subscriber: { uri: "http://ledger" } }
    ///       - { name: refused, namespace: shop, broker: shop, events: [lifecycle.order.refused], subscriber: { uri: "http://ledger" } }
    /// ```
    ///
    /// ## Passes
    /// ```yaml observers.yaml
    /// observers:
    ///   ledger:
    ///     summary: Writes down what happened.
    ///     events: [lifecycle.*]
    ///     triggers:
    ///       - { name: all, namespace: shop, broker: shop, events: [lifecycle.*], except: [lifecycle.order.refused], subscriber: { uri: "http://ledger" } }
    ///       - { name: refused, namespace: shop, broker: shop, events: [lifecycle.order.refused], subscriber: { uri: "http://ledger" } }
    /// ```
    "routed-twice", 412, Error, check
}

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    // Two wide patterns meet in many events; one finding says it for all.
    let mut reported = HashSet::new();
    for (event, ways) in context.index.events.iter().zip(&context.routes.ways) {
        let mut brought: Vec<(&Way<'_>, &Trigger)> = Vec::new();
        for way in ways {
            let Some(trigger) = way.trigger else { continue };
            let first = brought.iter().find(|(other, at)| {
                std::ptr::eq(other.receiver, way.receiver)
                    && at.broker.value == trigger.broker.value
                    && same_event(context, other, way, event.is_family())
            });
            match first {
                Some((first, _)) if reported.insert((first.pattern.span, way.pattern.span)) => findings.push(
                    Finding::new(&META, way.pattern.span, format!("`{}` gets `{}` twice", way.receiver.value, event.short()))
                        .label("selects it again")
                        .also(first.pattern.span, "selects it already")
                        .help("remove one of the two, or leave the event out of the wider Trigger with `except:`"),
                ),
                Some(_) => {}
                None => brought.push((way, trigger)),
            }
        }
    }
}

/// Two members of a family are two events.
fn same_event(context: &Context<'_>, a: &Way<'_>, b: &Way<'_>, family: bool) -> bool {
    let (a, b) = (context.index.short(a.pattern), context.index.short(b.pattern));
    !family || a.contains('*') || b.contains('*') || a == b
}
