use crate::check::routes::repeated;
use crate::check::{Context, rule};
use crate::diagnostics::Finding;

rule! {
    /// Two alerts have the same name and severity.
    ///
    /// ## What it does
    /// Compares the alerts of all rule groups. The same name with different severities is one alert in degrees,
    /// and fine.
    ///
    /// ## Why
    /// Alertmanager tells alerts apart by their labels; these two would hide each other.
    ///
    /// ## Fails
    /// ```yaml alerting.yaml
    /// # …
    /// rules:
    ///   shop:
    ///     rules:
    ///       - { alert: OrdersRefused, expr: shop_orders_refused_total > 1, severity: warning, summary: Refused, description: Look. }
    ///       - { alert: OrdersRefused, expr: shop_orders_refused_total > 9, severity: warning, summary: Refused, description: Look. }
    /// ```
    ///
    /// ## Passes
    /// ```yaml alerting.yaml
    /// # …
    /// rules:
    ///   shop:
    ///     rules:
    ///       - { alert: OrdersRefused, expr: shop_orders_refused_total > 1, severity: warning, summary: Refused, description: Look. }
    ///       - { alert: OrdersRefused, expr: shop_orders_refused_total > 9, severity: critical, summary: Refused, description: Look. }
    /// ```
    "duplicate-alert", 622, Error, check
}

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let groups = context.spec.alerting.iter().flat_map(|f| f.body.rules.iter());
    let rules = groups.flat_map(|(_, group)| &group.rules);
    for (second, first) in repeated(rules.map(|rule| ((&rule.alert.value, &rule.severity.value), &rule.alert))) {
        findings.push(
            Finding::new(&META, second.span, format!("the alert `{}` stands twice", second.value))
                .label("the same name and severity again")
                .also(first.span, "first here")
                .help("give it another name, or another severity"),
        );
    }
}
