use crate::check::data::format_problem;
use crate::check::{Context, rule};
use crate::diagnostics::Finding;

rule! {
    /// The address of a service is not a host and a port.
    ///
    /// ## What it does
    /// `address` of a partner's service is a host name, `:` and a port from 1 to 65535.
    ///
    /// ## Why
    /// Functions get it in an environment variable and connect to it as it is.
    ///
    /// ## Fails
    /// ```yaml partners/bank.yaml
    /// # …
    /// services:
    ///   vault: { title: Vault, address: "http://vault.bank.svc:4000", protocol: gRPC, purpose: Keeps keys }
    /// ```
    ///
    /// ## Passes
    /// ```yaml partners/bank.yaml
    /// # …
    /// services:
    ///   vault: { title: Vault, address: "vault.bank.svc:4000", protocol: gRPC, purpose: Keeps keys }
    /// ```
    "service-address", 810, Error, check
}

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for (name, service) in context.spec.partners.iter().flat_map(|p| p.body.services.iter()) {
        let address = &service.address;
        let port = |text: &str| text.parse::<u16>().is_ok_and(|port| port > 0) && text.bytes().all(|b| b.is_ascii_digit());
        let fine = address
            .rsplit_once(':')
            .is_some_and(|(host, at)| format_problem("hostname", host).is_none() && port(at));
        if !fine {
            findings.push(
                Finding::new(&META, address.span, format!("`{}` is no host and port", address.value))
                    .label(format!("address of `{}`", name.value))
                    .help("write it as `vault.bank.svc:4000`, without a scheme or path"),
            );
        }
    }
}
