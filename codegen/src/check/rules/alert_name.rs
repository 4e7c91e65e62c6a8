use crate::check::{Context, rule};
use crate::diagnostics::Finding;

rule! {
    /// An alert is named in another way than alerts are.
    ///
    /// ## What it does
    /// Names of alerts are in camel case: letters and digits, beginning with a capital.
    ///
    /// ## Why
    /// The name is a label that routes and silences are written for. Those of all published rules look so.
    ///
    /// ## Fails
    /// ```yaml alerting.yaml
    /// # …
    /// rules:
    ///   shop:
    ///     rules:
    ///       - { alert: orders_refused, expr: shop_orders_refused_total > 1, severity: warning, summary: Refused, description: Look. }
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
    "alert-name", 621, Warning, check
}

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for (_, group) in context.spec.alerting.iter().flat_map(|f| f.body.rules.iter()) {
        for alert in group.rules.iter().map(|rule| &rule.alert) {
            let capital = alert.starts_with(|c: char| c.is_ascii_uppercase());
            if !capital || !alert.bytes().all(|b| b.is_ascii_alphanumeric()) {
                findings.push(
                    Finding::new(&META, alert.span, format!("`{}` is not in camel case", alert.value))
                        .label("unusual name of an alert")
                        .help("write letters and digits only, each word with a capital: `OrdersRefused`"),
                );
            }
        }
    }
}
