use std::collections::HashSet;

use crate::check::{Context, rule};
use crate::diagnostics::Finding;

rule! {
    /// Nothing passes to or from a node of a flow.
    ///
    /// ## What it does
    /// Reports nodes that no edge begins or ends at, in flows that have edges.
    ///
    /// ## Why
    /// A box without an arrow says nothing about how events travel; most often its edge was forgotten.
    ///
    /// ## Fails
    /// ```yaml flows/order.yaml
    /// # …
    /// nodes:
    ///   bank: { title: Bank, shape: outside }
    /// ```
    ///
    /// ## Passes
    /// ```yaml flows/order.yaml
    /// # …
    /// nodes:
    ///   bank: { title: Bank, shape: outside }
    /// edges:
    ///   - { from: customer, to: desk, event: command.order.place }
    ///   - { from: desk, to: ledger, event: lifecycle.* }
    ///   - { from: ledger, to: bank, label: tells what to book }
    /// ```
    "unconnected-node", 802, Warning, check
}

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for flow in context.spec.flows.iter().filter(|flow| !flow.edges.is_empty()) {
        let connected: HashSet<&str> =
            flow.edges.iter().flat_map(|e| [e.from.value.as_str(), e.to.value.as_str()]).collect();
        for (name, _) in flow.nodes.iter().filter(|(name, _)| !connected.contains(name.value.as_str())) {
            findings.push(
                Finding::new(&META, name.span, format!("nothing passes to or from `{}`", name.value))
                    .label("not connected")
                    .help("add an edge, or remove the node"),
            );
        }
    }
}
