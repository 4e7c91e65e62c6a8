use crate::check::{Context, rule};
use crate::diagnostics::Finding;

rule! {
    /// An alert has a severity that nobody expects.
    ///
    /// ## What it does
    /// `severity` of an alert is `critical`, `error`, `warning`, `info` or `none`.
    ///
    /// ## Why
    /// Routes of Alertmanager choose receivers by it; an unknown word goes to nobody in particular.
    ///
    /// ## Fails
    /// ```yaml alerting.yaml
    /// # …
    /// rules:
    ///   shop:
    ///     rules:
    ///       - { alert: OrdersRefused, expr: shop_orders_refused_total > 1, severity: waring, summary: Refused, description: Look. }
    /// ```
    ///
    /// ## Passes
    /// ```yaml alerting.yaml
    /// # …
    /// rules:
    ///   shop:
    ///     rules:
    ///       - { alert: OrdersRefused, expr: shop_orders_refused_total > 1, severity: warning, summary: Refused, description: Look. }
    /// ```
    "alert-severity", 623, Warning, check
}

const SEVERITIES: &[&str] = &["critical", "error", "warning", "info", "none"];

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for (_, group) in context.spec.alerting.iter().flat_map(|f| f.body.rules.iter()) {
        for severity in group.rules.iter().map(|r| &r.severity) {
            if !SEVERITIES.contains(&severity.value.as_str()) {
                findings.push(
                    Finding::new(&META, severity.span, format!("`{}` is no usual severity", severity.value))
                        .label("routed by nobody")
                        .did_you_mean(severity.span, severity, SEVERITIES.iter().copied())
                        .help(format!("write one of {}", SEVERITIES.join(", "))),
                );
            }
        }
    }
}
