use crate::check::promql::{expressions, is_duration, problem};
use crate::check::{Context, rule};
use crate::diagnostics::Finding;

rule! {
    /// A PromQL expression cannot be right.
    ///
    /// ## What it does
    /// Reports brackets and quotes in `expr` of an alert, a recording rule or a panel that do not match, and times
    /// of alerts that are no Prometheus durations. It does not parse the whole language.
    ///
    /// ## Why
    /// Prometheus refuses the whole rule file for one such expression.
    ///
    /// ## Fails
    /// ```yaml alerting.yaml
    /// # …
    /// rules:
    ///   shop:
    ///     rules:
    ///       - { alert: OrdersRefused, expr: "rate(shop_orders_refused_total[5m) > 0", severity: warning, summary: Refused, description: Look. }
    /// ```
    ///
    /// ## Passes
    /// ```yaml alerting.yaml
    /// # …
    /// rules:
    ///   shop:
    ///     rules:
    ///       - { alert: OrdersRefused, expr: "rate(shop_orders_refused_total[5m]) > 0", severity: warning, summary: Refused, description: Look. }
    /// ```
    "malformed-promql", 624, Error, check
}

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for (of, expr) in expressions(context.spec) {
        if let Some((at, label)) = problem(expr) {
            findings.push(
                Finding::new(&META, context.inside(expr, at, 1), format!("the expression of `{of}` is not PromQL"))
                    .label(label)
                    .help("close every bracket and quote; `promtool check rules` says more"),
            );
        }
    }
    for (_, group) in context.spec.alerting.iter().flat_map(|f| f.body.rules.iter()) {
        for rule in &group.rules {
            let cases = rule.cases.iter().flat_map(|case| case.interval.iter().chain([&case.at]));
            for time in rule.r#for.iter().chain(cases).filter(|time| !is_duration(time)) {
                findings.push(
                    Finding::new(&META, time.span, format!("`{}` is no Prometheus duration", time.value))
                        .label("cannot be read")
                        .help("write numbers with units, the longest first, such as `5m` or `1h30m`"),
                );
            }
        }
    }
}
