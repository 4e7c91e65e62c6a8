use std::collections::HashMap;

use crate::check::{Context, rule};
use crate::diagnostics::Finding;
use crate::source::Span;

rule! {
    /// An event type is declared twice.
    ///
    /// ## What it does
    /// Reports an event type that another file declares too, with both places.
    ///
    /// ## Why
    /// Only one of the two would be generated, and nobody could say which.
    ///
    /// ## Fails
    /// ```yaml events/more.yaml
    /// category: command
    /// events:
    ///   order.place:
    ///     summary: Request to place an order
    /// ```
    ///
    /// ## Passes
    /// ```yaml events/command.yaml
    /// # …
    /// events:
    ///   order.place:
    ///     summary: Request to place an order
    /// ```
    "duplicate-event", 111, Error, check
}

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let mut seen: HashMap<(&str, &str), Span> = HashMap::new();
    for event in &context.index.events {
        let span = event.key.span;
        if let Some(first) = seen.insert((event.category, event.key), span) {
            findings.push(
                Finding::new(&META, span, format!("the event type `{}` is declared twice", event.short()))
                    .label("again here")
                    .also(first, "first here")
                    .help("remove one of the two, or give it another action"),
            );
        }
    }
}
