use crate::check::{Context, rule};
use crate::diagnostics::Finding;

rule! {
    /// An event is about an entity that the catalogue does not have.
    ///
    /// ## What it does
    /// Reports an event key `entity.action` whose entity `catalog.yaml` does not list.
    ///
    /// ## Why
    /// Two spellings of one thing make two families of event types, and filters miss one of them.
    ///
    /// ## Fails
    /// ```yaml events/lifecycle.yaml
    /// # …
    /// events:
    ///   ordre.sent:
    ///     summary: An order was sent
    ///     data: order
    ///     when: The parcel has left
    /// ```
    ///
    /// ## Passes
    /// ```yaml events/lifecycle.yaml
    /// # …
    /// events:
    ///   order.placed:
    ///     summary: An order was placed
    /// ```
    "unknown-entity", 106, Error, check
}

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let Some(catalog) = &context.spec.catalog else { return };
    let known: std::collections::HashSet<&str> = catalog
        .entities
        .names()
        .chain(catalog.entities.broken().iter().map(String::as_str))
        .collect();
    for event in &context.index.events {
        let (Some(entity), _) = event.parts() else { continue };
        let category = context.index.category(event.category);
        // Where types carry no entity, it is not the entity that is wrong.
        let carried = category.is_some_and(|c| c.entities.as_deref() != Some(&false));
        if carried && !known.contains(entity) {
            let span = context.inside(event.key, 0, entity.len());
            findings.push(
                Finding::new(&META, span, format!("the catalogue has no entity `{entity}`"))
                    .label("unknown entity")
                    .did_you_mean(span, entity, catalog.entities.names())
                    .help("list it below `entities` in `catalog.yaml`"),
            );
        }
    }
}
