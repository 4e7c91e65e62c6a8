use crate::check::{Context, rule};
use crate::diagnostics::Finding;
use crate::event::{Declared, validate_example};

rule! {
    /// An example is no valid event of its type.
    ///
    /// ## What it does
    /// Checks each example of an event type as a receiver would: the attributes by CloudEvents and
    /// by what the category requires, `source` and `subject` by the naming, the data by their schema.
    /// What follows from the catalogue (`specversion`, `type`, `datacontenttype`, `dataschema`) may be
    /// left out; the example of a family of types (`order.*`) must name in `type` which it is.
    ///
    /// ## Why
    /// People copy examples. One that does not fit is refused when they send it.
    ///
    /// ## Fails
    /// ```yaml events/command.yaml
    /// # …
    /// events:
    ///   order.place:
    ///     examples:
    ///       - event:
    ///           id: 7f1a
    ///           source: com.example.shop/desk/shop/order-7
    ///           subject: shop/order-7
    ///           idempotencykey: order-7-place
    ///           data: { name: order-7, quantity: two }
    /// ```
    ///
    /// ## Passes
    /// ```yaml events/command.yaml
    /// # …
    /// events:
    ///   order.place:
    ///     examples:
    ///       - event:
    ///           id: 7f1a
    ///           source: com.example.shop/desk/shop/order-7
    ///           subject: shop/order-7
    ///           idempotencykey: order-7-place
    ///           data: { name: order-7, quantity: 2 }
    /// ```
    "invalid-example", 405, Error, check
}

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for event in &context.index.events {
        for example in &event.event.examples {
            let mismatches = validate_example(&context.index, Declared::Own(*event), &example.event);
            findings.extend(mismatches.into_iter().map(|m| m.finding(&META)));
        }
    }
}
