use crate::check::{Context, rule};
use crate::diagnostics::Finding;

rule! {
    /// Nothing shows when an alert fires, or when it does not.
    ///
    /// ## What it does
    /// Looks for a case in which the alert fires and one in which it is silent.
    ///
    /// ## Why
    /// Cases become unit tests for `promtool test rules`. An alert that was never seen to fire may be unable to.
    ///
    /// ## Fails
    /// ```yaml alerting.yaml
    /// # …
    /// rules:
    ///   shop:
    ///     rules:
    ///       - alert: OrdersRefused
    ///         expr: increase(shop_orders_refused_total[5m]) > 1
    ///         severity: warning
    ///         summary: Refused
    ///         description: Look.
    ///         cases:
    ///           - { title: None is refused, series: { shop_orders_refused_total: 0+0x10 }, at: 10m }
    /// ```
    ///
    /// ## Passes
    /// ```yaml alerting.yaml
    /// # …
    /// rules:
    ///   shop:
    ///     rules:
    ///       - alert: OrdersRefused
    ///         expr: increase(shop_orders_refused_total[5m]) > 1
    ///         severity: warning
    ///         summary: Refused
    ///         description: Look.
    ///         cases:
    ///           - { title: None is refused, series: { shop_orders_refused_total: 0+0x10 }, at: 10m }
    ///           - { title: Many are refused, series: { shop_orders_refused_total: 0+2x10 }, at: 10m, fires: [{}] }
    /// ```
    "alert-without-case", 630, Warning, check
}

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for (_, group) in context.spec.alerting.iter().flat_map(|f| f.body.rules.iter()) {
        for rule in &group.rules {
            let (firing, silent): (Vec<_>, Vec<_>) = rule.cases.iter().partition(|case| !case.fires.is_empty());
            let missing = match (firing.is_empty(), silent.is_empty()) {
                (true, true) => "no case",
                (true, false) => "no case in which it fires",
                (false, true) => "no case in which it is silent",
                (false, false) => continue,
            };
            findings.push(
                Finding::new(&META, rule.alert.span, format!("`{}` has {missing}", rule.alert.value))
                    .label("never tried")
                    .help("list series below `cases`, with what they make of it in `fires`"),
            );
        }
    }
}
