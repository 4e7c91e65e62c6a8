use crate::check::{Context, rule};
use crate::diagnostics::Finding;

rule! {
    /// An event type of a partner has a name of this catalogue.
    ///
    /// ## What it does
    /// Reports event types of partners that begin with the catalogue's prefix.
    ///
    /// ## Why
    /// What begins with the prefix is declared in `events/`, with a category and all that it requires.
    ///
    /// ## Fails
    /// ```yaml partners/bank.yaml
    /// partner: bank
    /// title: Bank
    /// summary: Takes the money.
    /// events:
    ///   com.example.shop.bank.paid: { summary: Money has come, standing: foreign, data: receipt }
    /// ```
    ///
    /// ## Passes
    /// ```yaml partners/bank.yaml
    /// partner: bank
    /// title: Bank
    /// summary: Takes the money.
    /// events:
    ///   org.example.bank.paid: { summary: Money has come, standing: foreign, data: receipt }
    /// ```
    "partner-event-in-prefix", 805, Error, check
}

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let Some(catalog) = &context.spec.catalog else { return };
    for (name, _) in context.spec.partners.iter().flat_map(|p| p.body.events.iter()) {
        if context.index.short(name).len() < name.value.len() {
            findings.push(
                Finding::new(&META, name.span, format!("`{}` begins as types of this catalogue do", name.value))
                    .label("not a partner's name")
                    .also(catalog.prefix.span, "the prefix")
                    .help("declare it in `events/`, or give it the partner's own prefix"),
            );
        }
    }
}
