use crate::check::{Context, rule};
use crate::diagnostics::Finding;
use crate::model::{Event, Facet};

rule! {
    /// An event type lacks something that its category asks for.
    ///
    /// ## What it does
    /// A category lists in `requires` what each of its events must say: `effect`, `when`,
    /// `idempotent`, `response`, `severity`. Reports events that do not.
    ///
    /// ## Why
    /// The tables of a category have a column for each; a gap there is a question that a reader
    /// has to ask somebody.
    ///
    /// ## Fails
    /// ```yaml events/lifecycle.yaml
    /// category: lifecycle
    /// events:
    ///   order.placed: &placed
    ///     summary: An order was placed
    ///     data: order
    ///     examples: [{ event: { id: a, source: com.example.shop/desk/shop/order-7, subject: shop/order-7, data: { name: order-7, quantity: 2 } } }]
    ///   order.refused: *placed
    /// ```
    ///
    /// ## Passes
    /// ```yaml events/lifecycle.yaml
    /// category: lifecycle
    /// events:
    ///   order.placed: &placed
    ///     summary: An order was placed
    ///     data: order
    ///     when: The order is stored
    ///     examples: [{ event: { id: a, source: com.example.shop/desk/shop/order-7, subject: shop/order-7, data: { name: order-7, quantity: 2 } } }]
    ///   order.refused: *placed
    /// ```
    "missing-facet", 408, Error, check
}

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for event in &context.index.events {
        let Some(category) = context.index.category(event.category) else { continue };
        for facet in category.requires.iter().filter(|facet| !says(event.event, facet.value)) {
            let word = facet.as_str();
            findings.push(
                Finding::new(&META, event.key.span, format!("`{}` has no `{word}`", event.short()))
                    .label(format!("lacks `{word}`"))
                    .also(facet.span, "asked for by its category")
                    .help(format!("add `{word}:`, {}", meaning(facet.value))),
            );
        }
    }
}

fn says(event: &Event, facet: Facet) -> bool {
    match facet {
        Facet::Effect => event.effect.is_some(),
        Facet::When => event.when.is_some(),
        Facet::Idempotent => event.idempotent.is_some(),
        Facet::Response => event.response.is_some(),
        Facet::Severity => event.severity.is_some(),
    }
}

fn meaning(facet: Facet) -> &'static str {
    match facet {
        Facet::Effect => "what the receiver does",
        Facet::When => "the moment in which the event is emitted",
        Facet::Idempotent => "`true` where receiving it twice is the same as once",
        Facet::Response => "how the sender is answered",
        Facet::Severity => "how serious it is",
    }
}
