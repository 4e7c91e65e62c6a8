use crate::check::{Context, rule};
use crate::diagnostics::Finding;

rule! {
    /// An edge of a flow ends at a node that does not exist.
    ///
    /// ## What it does
    /// Reports `from` and `to` of edges that are no key of `nodes`.
    ///
    /// ## Why
    /// The diagram would show an empty box with that name.
    ///
    /// ## Fails
    /// ```yaml flows/order.yaml
    /// # …
    /// edges:
    ///   - { from: customer, to: desc, event: command.order.place }
    ///   - { from: desk, to: ledger }
    /// ```
    ///
    /// ## Passes
    /// ```yaml flows/order.yaml
    /// # …
    /// edges:
    ///   - { from: customer, to: desk, event: command.order.place }
    ///   - { from: desk, to: ledger }
    /// ```
    "unknown-node", 801, Error, check
}

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for flow in &context.spec.flows {
        for name in flow.edges.iter().flat_map(|edge| [&edge.from, &edge.to]) {
            if !flow.nodes.contains(name) {
                findings.push(
                    Finding::new(&META, name.span, format!("there is no node `{}`", name.value))
                        .label("ends nowhere")
                        .did_you_mean(name.span, name, flow.nodes.names())
                        .help("describe it below `nodes:`, or name one that is there"),
                );
            }
        }
    }
}
