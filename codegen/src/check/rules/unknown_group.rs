use crate::check::{Context, rule};
use crate::diagnostics::Finding;
use crate::model::FlowFile;

rule! {
    /// A node or box of a flow lies in a box that does not exist, or in itself.
    ///
    /// ## What it does
    /// Reports `group` of nodes and groups that is no key of `groups`, and groups that lie in each other.
    ///
    /// ## Why
    /// The diagram could not be drawn.
    ///
    /// ## Fails
    /// ```yaml flows/order.yaml
    /// # …
    /// nodes:
    ///   desk: { title: Desk, shape: program, group: hause }
    /// ```
    ///
    /// ## Passes
    /// ```yaml flows/order.yaml
    /// # …
    /// nodes:
    ///   desk: { title: Desk, shape: program, group: house }
    /// ```
    "unknown-group", 803, Error, check
}

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for flow in &context.spec.flows {
        let nodes = flow.nodes.iter().filter_map(|(_, node)| node.group.as_ref());
        let groups = flow.groups.iter().filter_map(|(_, group)| group.group.as_ref());
        for name in nodes.chain(groups).filter(|name| !flow.groups.contains(name)) {
            findings.push(
                Finding::new(&META, name.span, format!("there is no group `{}`", name.value))
                    .label("lies in no box")
                    .did_you_mean(name.span, name, flow.groups.names())
                    .help("describe it below `groups:`, or name one that is there"),
            );
        }
        for (name, group) in flow.groups.iter() {
            if let Some(outer) = group.group.as_ref().filter(|_| lies_in_itself(flow, name)) {
                findings.push(
                    Finding::new(&META, outer.span, format!("the group `{}` lies in itself", name.value))
                        .label("leads back to it")
                        .also(name.span, "this group")
                        .help("remove one `group` of the circle"),
                );
            }
        }
    }
}

fn lies_in_itself(flow: &FlowFile, name: &str) -> bool {
    let mut at = name;
    // One step for each group is enough to come back.
    for _ in 0..flow.groups.len().min(64) {
        match flow.groups.get(at).and_then(|group| group.group.as_ref()) {
            Some(outer) => at = outer,
            None => return false,
        }
        if at == name {
            return true;
        }
    }
    false
}
