use crate::check::{Context, rule};
use crate::diagnostics::Finding;

rule! {
    /// An event's key has an entity where its category has none, or lacks one.
    ///
    /// ## What it does
    /// Reports a key without entity (`place`) in a category whose types carry one, and a key with an
    /// entity (`order.place`) in a category that says `entities: false`.
    ///
    /// ## Why
    /// All types of a category have the same number of parts; filters and readers count on it.
    ///
    /// ## Fails
    /// ```yaml events/lifecycle.yaml
    /// # …
    /// events:
    ///   placed:
    ///     summary: An order was placed
    ///     data: order
    ///     when: The order is stored
    /// ```
    ///
    /// ## Passes
    /// ```yaml events/lifecycle.yaml
    /// # …
    /// events:
    ///   order.placed:
    ///     summary: An order was placed
    /// ```
    "event-key", 107, Error, check
}

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for event in &context.index.events {
        let Some(category) = context.index.category(event.category) else { continue };
        let name = &event.category.value;
        let key = event.key;
        let finding = match (event.parts().0, &category.entities) {
            (Some(_), Some(entities)) if !entities.value => {
                Finding::new(&META, key.span, format!("types of the category `{name}` carry no entity"))
                    .label("has one")
                    .also(entities.span, "said here")
                    .help("write the action alone, or let the category have entities")
            }
            (None, entities) if entities.as_deref() != Some(&false) => {
                Finding::new(&META, key.span, format!("types of the category `{name}` carry an entity"))
                    .label("has none")
                    .help("write `entity.action`, or give the category `entities: false`")
            }
            _ => continue,
        };
        findings.push(finding);
    }
}
