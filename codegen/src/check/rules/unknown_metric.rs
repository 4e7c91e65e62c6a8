use std::collections::{BTreeMap, BTreeSet};

use crate::check::promql::{Selector, expressions, selectors};
use crate::check::{Context, rule};
use crate::diagnostics::Finding;
use crate::model::{Metric, MetricKind, Text};

rule! {
    /// An expression reads a metric that is not declared.
    ///
    /// ## What it does
    /// Compares the metrics, labels and label values in expressions of alerts, recording rules and panels, and in
    /// the series of cases, with `metrics.yaml` and the recording rules. Values are compared where the label lists
    /// them. Without a `metrics.yaml` nothing is compared.
    ///
    /// ## Why
    /// Prometheus takes any name. An alert over a metric that nobody exposes, or over `result="failed"` where
    /// `failure` is written, never fires.
    ///
    /// ## Fails
    /// ```yaml alerting.yaml
    /// # …
    /// rules:
    ///   shop:
    ///     rules:
    ///       - { alert: OrdersRefused, expr: "rate(shop_orders_refsued_total[5m]) > 0", severity: warning, summary: Refused, description: Look. }
    /// ```
    ///
    /// ```yaml alerting.yaml
    /// # …
    /// rules:
    ///   shop:
    ///     rules:
    ///       - { alert: OrdersRefused, expr: 'rate(shop_orders_refused_total{reason="broke"}[5m]) > 0', severity: warning, summary: Refused, description: Look. }
    /// ```
    ///
    /// ## Passes
    /// ```yaml alerting.yaml
    /// # …
    /// rules:
    ///   shop:
    ///     rules:
    ///       - { alert: OrdersRefused, expr: 'rate(shop_orders_refused_total{reason="stock"}[5m]) > 0', severity: warning, summary: Refused, description: Look. }
    /// ```
    "unknown-metric", 632, Error, check
}

/// Labels that Prometheus and the Prometheus operator give to what they scrape.
const OF_TARGETS: &[&str] = &["job", "instance", "namespace", "pod", "service", "container", "endpoint"];

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let spec = context.spec;
    let Some(file) = spec.metrics.as_ref().filter(|f| f.metrics.broken().is_empty()) else { return };
    let mut metrics: BTreeMap<String, &Metric> = BTreeMap::new();
    for (name, metric) in file.metrics.iter() {
        let suffixes: &[&str] = match metric.kind {
            MetricKind::Histogram => &["_bucket", "_sum", "_count"],
            _ => &[""],
        };
        metrics.extend(suffixes.iter().map(|suffix| (format!("{}{suffix}", name.value), metric)));
    }
    let groups = || spec.alerting.iter().flat_map(|f| f.body.rules.iter());
    let recorded: BTreeSet<&str> =
        groups().flat_map(|(_, group)| group.recording.iter().map(|r| r.record.value.as_str())).collect();
    // What a group that cannot be read records is not known.
    let unread = spec.broken.iter().any(|path| path == "alerting.yaml")
        || spec.alerting.as_ref().is_some_and(|f| !f.rules.broken().is_empty());
    let is_recorded = |name: &str| recorded.contains(name) || unread && name.contains(':');
    let cases = groups().flat_map(|(_, group)| group.rules.iter().flat_map(|rule| &rule.cases));
    let series = cases.flat_map(|case| case.series.iter().map(|(series, _)| series));
    for text in expressions(spec).map(|(_, expr)| expr).chain(series) {
        for selector in selectors(text) {
            if is_recorded(selector.name) {
                continue;
            }
            match metrics.get(selector.name) {
                Some(metric) => matchers(context, text, &selector, metric, findings),
                None => {
                    let place = context.inside(text, selector.at, selector.name.len());
                    let names = metrics.keys().map(String::as_str).chain(recorded.iter().copied());
                    findings.push(
                        Finding::new(&META, place, format!("there is no metric `{}`", selector.name))
                            .label("not declared")
                            .did_you_mean(place, selector.name, names)
                            .help("declare it in `metrics.yaml`, or record it"),
                    );
                }
            }
        }
    }
    for (_, dashboard) in spec.dashboards.iter().flat_map(|f| f.body.dashboards.iter()) {
        for (label, variable) in dashboard.variables.iter() {
            let name = &variable.metric;
            let metric = metrics.get(&name.value);
            if metric.is_none_or(|metric| !has_label(metric, name, label)) {
                findings.push(
                    Finding::new(&META, name.span, format!("there is no metric `{}` with a label `{}`", name.value, label.value))
                        .label("not declared")
                        .help("name a metric of `metrics.yaml` that has the label"),
                );
            }
        }
    }
}

fn has_label(metric: &Metric, name: &str, label: &str) -> bool {
    metric.labels.contains(label) || OF_TARGETS.contains(&label) || (label == "le" && name.ends_with("_bucket"))
}

fn matchers(context: &Context<'_>, text: &Text, selector: &Selector<'_>, metric: &Metric, findings: &mut Vec<Finding>) {
    for matcher in &selector.matchers {
        let place = context.inside(text, matcher.at, matcher.label.len());
        if !has_label(metric, selector.name, matcher.label) {
            findings.push(
                Finding::new(&META, place, format!("`{}` has no label `{}`", selector.name, matcher.label))
                    .label("not declared")
                    .did_you_mean(place, matcher.label, metric.labels.names())
                    .help("declare it below `labels` of the metric"),
            );
        }
        let values = metric.labels.get(matcher.label).map_or(&[][..], |label| &label.values);
        let known = |value: &Text| value.value == matcher.value;
        if matches!(matcher.operator, "=" | "!=") && !values.is_empty() && !values.iter().any(known) {
            let listed: Vec<_> = values.iter().map(|v| v.value.as_str()).collect();
            findings.push(
                Finding::new(&META, place, format!("`{}` is never `{}`", matcher.label, matcher.value))
                    .label("no such value")
                    .help(format!("write one of {}", listed.join(", "))),
            );
        }
    }
}
