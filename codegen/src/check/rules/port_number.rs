use crate::check::{Context, rule};
use crate::diagnostics::Finding;

rule! {
    /// There is no port of this number.
    ///
    /// ## What it does
    /// Ports in `network.yaml` and of `service` in `runtimes.yaml` are from 1 to 65535.
    ///
    /// ## Why
    /// The API server refuses others.
    ///
    /// ## Fails
    /// ```yaml network.yaml
    /// policies:
    ///   desk:
    ///     summary: Calls to the desk.
    ///     namespace: shop
    ///     ingress: [{ summary: Orders, ports: [{ port: 80800 }] }]
    /// ```
    ///
    /// ## Passes
    /// ```yaml network.yaml
    /// policies:
    ///   desk:
    ///     summary: Calls to the desk.
    ///     namespace: shop
    ///     ingress: [{ summary: Orders, ports: [{ port: 8080 }] }]
    /// ```
    "port-number", 721, Error, check
}

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let policies = context.spec.network.iter().flat_map(|f| f.body.policies.iter());
    let rules = policies.flat_map(|(_, policy)| policy.ingress.iter().chain(&policy.egress));
    let service = context.spec.runtimes.iter().filter_map(|f| f.body.service.as_ref());
    let ports = rules.flat_map(|rule| &rule.ports).map(|port| &port.port);
    for port in ports.chain(service.map(|s| &s.port)).filter(|port| !(1..=65535).contains(&port.value)) {
        findings.push(
            Finding::new(&META, port.span, format!("there is no port {}", port.value))
                .label("out of range")
                .help("write a number from 1 to 65535"),
        );
    }
}
