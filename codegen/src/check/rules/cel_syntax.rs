use crate::check::{Context, cel, rule};
use crate::diagnostics::Finding;
use crate::model::Text;

rule! {
    /// A CEL expression does not parse.
    ///
    /// ## What it does
    /// Parses `resourceFilter` of Flux Receivers, and reports the first place that cannot be read.
    ///
    /// ## Why
    /// Flux marks a Receiver with such a filter as failed and takes no event for it.
    ///
    /// ## Fails
    /// ```yaml flux.yaml
    /// # …
    /// receivers:
    ///   shop-orders:
    ///     resourceFilter: req.subject.id = "shop/order-7"
    /// ```
    ///
    /// ## Passes
    /// ```yaml flux.yaml
    /// # …
    /// receivers:
    ///   shop-orders:
    ///     resourceFilter: req.subject.id == "shop/order-7"
    /// ```
    "cel-syntax", 612, Error, check
}

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for filter in filters(context) {
        if let Err(error) = cel::parse(filter) {
            let at = context.inside(filter, error.offset, 1);
            findings.push(
                Finding::new(&META, at, "not a CEL expression")
                    .label(error.label)
                    .help("compare with `==`, join with `&&` and `||`, put text in quotes"),
            );
        }
    }
}

/// Every filter of a Flux Receiver.
pub(super) fn filters<'a>(context: &Context<'a>) -> impl Iterator<Item = &'a Text> {
    let receivers = context.spec.flux.iter().flat_map(|f| f.body.receivers.iter());
    receivers.filter_map(|(_, receiver)| receiver.resource_filter.as_ref())
}
