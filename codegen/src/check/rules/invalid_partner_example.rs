use crate::check::data::validate;
use crate::check::{Context, SchemaRef, rule};
use crate::diagnostics::Finding;
use crate::event::{Declared, validate_example};

rule! {
    /// An example of a partner's event or callback does not fit.
    ///
    /// ## What it does
    /// Checks the examples of a partner's event types as events, data included, and those of its callbacks against
    /// their schema.
    ///
    /// ## Why
    /// Examples are what the bridge to a partner is built and tested with.
    ///
    /// ## Fails
    /// ```yaml partners/bank.yaml
    /// # …
    /// callbacks:
    ///   receipt:
    ///     examples: [{ name: order-7, paid: perhaps }]
    /// ```
    ///
    /// ## Passes
    /// ```yaml partners/bank.yaml
    /// # …
    /// callbacks:
    ///   receipt:
    ///     examples: [{ name: order-7, paid: true }]
    /// ```
    "invalid-partner-example", 807, Error, check
}

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let index = &context.index;
    for partner in &context.spec.partners {
        for (name, event) in partner.events.iter() {
            for example in &event.examples {
                let mismatches = validate_example(index, Declared::Partner(name, event), &example.event);
                findings.extend(mismatches.into_iter().map(|m| m.finding(&META)));
            }
        }
        for (_, callback) in partner.callbacks.iter() {
            let Some(file) = index.schema(&callback.data) else { continue };
            for example in &callback.examples {
                let mismatches = validate(index, SchemaRef { file, schema: &file.root }, example);
                findings.extend(mismatches.into_iter().map(|m| m.finding(&META)));
            }
        }
    }
}
