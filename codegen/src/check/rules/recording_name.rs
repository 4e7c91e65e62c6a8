use crate::check::{Context, rule};
use crate::diagnostics::Finding;

rule! {
    /// A recorded series is named in another way than such series are.
    ///
    /// ## What it does
    /// `record` is `level:metric:operations`: the labels that are left, the metric, what was done to it.
    ///
    /// ## Why
    /// The colons tell readers of an expression that a rule computes the series, and from what.
    ///
    /// ## Fails
    /// ```yaml alerting.yaml
    /// # …
    /// rules:
    ///   shop:
    ///     recording:
    ///       - { record: orders_refused_rate, expr: "sum(rate(shop_orders_refused_total[5m]))", summary: Refused orders. }
    /// ```
    ///
    /// ## Passes
    /// ```yaml alerting.yaml
    /// # …
    /// rules:
    ///   shop:
    ///     recording:
    ///       - { record: "shop:orders_refused:rate5m", expr: "sum(rate(shop_orders_refused_total[5m]))", summary: Refused orders. }
    /// ```
    "recording-name", 631, Warning, check
}

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for (_, group) in context.spec.alerting.iter().flat_map(|f| f.body.rules.iter()) {
        for record in group.recording.iter().map(|rule| &rule.record) {
            let word = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
            let parts: Vec<_> = record.split(':').collect();
            if parts.len() != 3 || !parts.iter().all(|part| word(part)) || record.starts_with(|c: char| c.is_ascii_digit()) {
                findings.push(
                    Finding::new(&META, record.span, format!("`{}` is not `level:metric:operations`", record.value))
                        .label("unusual name of a series")
                        .help("write three parts of letters, digits and underscores, such as `namespace:orders:rate5m`"),
                );
            }
        }
    }
}
