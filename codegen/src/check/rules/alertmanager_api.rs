use crate::check::{Context, rule};
use crate::diagnostics::Finding;

rule! {
    /// An alert bridge calls an API that Alertmanager does not have.
    ///
    /// ## What it does
    /// `endpoint` of a bridge must be `POST /api/v2/alerts`, below any path that Alertmanager is served at.
    ///
    /// ## Why
    /// Version 1 of the API was removed with Alertmanager 0.27; it answers 410 or 404.
    ///
    /// ## Fails
    /// ```yaml alerting.yaml
    /// # …
    /// bridges:
    ///   refused:
    ///     endpoint: POST /api/v1/alerts
    /// ```
    ///
    /// ## Passes
    /// ```yaml alerting.yaml
    /// # …
    /// bridges:
    ///   refused:
    ///     endpoint: POST /api/v2/alerts
    /// ```
    "alertmanager-api", 620, Error, check
}

const PATH: &str = "/api/v2/alerts";

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for (_, bridge) in context.spec.alerting.iter().flat_map(|f| f.body.bridges.iter()) {
        let endpoint = &bridge.endpoint;
        if endpoint.strip_prefix("POST ").is_some_and(|path| path.starts_with('/') && path.ends_with(PATH)) {
            continue;
        }
        let finding = if let Some(at) = endpoint.find("/api/v1/") {
            let at = context.inside(endpoint, at, "/api/v1".len());
            Finding::new(&META, at, "Alertmanager has no API of version 1").label("removed in 0.27")
        } else {
            Finding::new(&META, endpoint.span, format!("`{}` takes no alerts", endpoint.value)).label("not the API for alerts")
        };
        findings.push(finding.help(format!("write `POST {PATH}`")));
    }
}
