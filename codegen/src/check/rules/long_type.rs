use crate::check::{Context, rule};
use crate::diagnostics::Finding;

rule! {
    /// An event type is longer than systems on its way accept.
    ///
    /// ## What it does
    /// Reports an event whose full type, prefix included, has more than 255 characters.
    ///
    /// ## Why
    /// Brokers carry the type as a routing key or header, which AMQP bounds at 255 bytes.
    ///
    /// ## Fails
    /// ```yaml catalog.yaml
    /// # …
    /// prefix: com.example.a-prefix-that-names-every-department-of-a-company-from-the-board-down-to-the-last-team-with-all-its-projects-and-their-phases-and-the-country-and-the-city-and-the-street-and-the-house-and-the-floor-and-the-room-and-the-desk-and-the-drawer
    /// ```
    ///
    /// ## Passes
    /// ```yaml catalog.yaml
    /// # …
    /// prefix: com.example.shop
    /// ```
    "long-type", 104, Error, check
}

const LONGEST: usize = 255;

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let prefix = context.index.prefix().len();
    for event in &context.index.events {
        let length = prefix + event.category.len() + event.key.len() + 2;
        if length > LONGEST {
            findings.push(
                Finding::new(&META, event.key.span, format!("the full type has {length} characters"))
                    .label(format!("more than {LONGEST} with prefix and category"))
                    .help("shorten the action, the entity or the prefix"),
            );
        }
    }
}
