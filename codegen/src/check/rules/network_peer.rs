use crate::check::{Context, rule};
use crate::diagnostics::Finding;
use crate::model::NetworkPeer;

rule! {
    /// The other side of a connection is nobody, or two things at once.
    ///
    /// ## What it does
    /// A peer in `network.yaml` is either pods (`namespace`, `pods` or both) or addresses (`cidr`, and `except`
    /// with it). Reports one that is neither or both.
    ///
    /// ## Why
    /// The API server refuses it.
    ///
    /// ## Fails
    /// ```yaml network.yaml
    /// policies:
    ///   desk:
    ///     summary: Calls of the desk.
    ///     namespace: shop
    ///     egress: [{ summary: The bank, peers: [{ cidr: 10.0.0.0/8, namespace: bank }] }]
    /// ```
    ///
    /// ## Passes
    /// ```yaml network.yaml
    /// policies:
    ///   desk:
    ///     summary: Calls of the desk.
    ///     namespace: shop
    ///     egress: [{ summary: The bank, peers: [{ cidr: 10.0.0.0/8 }, { namespace: bank }] }]
    /// ```
    "network-peer", 723, Error, check
}

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let policies = context.spec.network.iter().flat_map(|f| f.body.policies.iter());
    let rules = policies.flat_map(|(_, policy)| policy.ingress.iter().chain(&policy.egress));
    findings.extend(rules.flat_map(|rule| &rule.peers).filter_map(problem));
}

fn problem(peer: &NetworkPeer) -> Option<Finding> {
    let pods = peer.namespace.as_ref().map(|n| n.span).or_else(|| peer.pods.iter().next().map(|(name, _)| name.span));
    match (&peer.cidr, pods) {
        (Some(cidr), Some(pods)) => Some(
            Finding::new(&META, cidr.span, "a peer is pods or addresses, not both")
                .label("addresses")
                .also(pods, "pods")
                .help("make two peers of them"),
        ),
        (None, _) if !peer.except.is_empty() => Some(
            Finding::new(&META, peer.except[0].span, format!("`{}` is left out of nothing", peer.except[0].value))
                .label("no `cidr` beside it")
                .help("add `cidr: 0.0.0.0/0` for all other addresses, or remove `except`"),
        ),
        (None, None) => Some(
            Finding::new(&META, peer.span, "a peer that is nobody")
                .label("neither pods nor addresses")
                .help("add `namespace`, `pods` or `cidr`; where anybody may connect, write no peers at all"),
        ),
        _ => None,
    }
}
