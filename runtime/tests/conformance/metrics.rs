//! Reads what Prometheus reads: the text format of OpenMetrics 1.0.

use std::collections::BTreeMap;

use knative_lambda_events::metrics as names;
use knative_lambda_events::support::metric::Metric;

/// The metrics of functions that the catalogue names.
const KNOWN: [Metric; 10] = [
    names::KNATIVE_LAMBDA_FUNCTION_COLD_STARTS_TOTAL,
    names::KNATIVE_LAMBDA_FUNCTION_DROPPED_LOG_LINES_TOTAL,
    names::KNATIVE_LAMBDA_FUNCTION_DROPPED_MESSAGES_TOTAL,
    names::KNATIVE_LAMBDA_FUNCTION_DURATION_SECONDS,
    names::KNATIVE_LAMBDA_FUNCTION_ERRORS_TOTAL,
    names::KNATIVE_LAMBDA_FUNCTION_INVOCATIONS_TOTAL,
    names::KNATIVE_LAMBDA_FUNCTION_MEMORY_BYTES,
    names::KNATIVE_LAMBDA_FUNCTION_RUNNING_CALLS,
    names::KNATIVE_LAMBDA_FUNCTION_WAITING_CALLS,
    names::KNATIVE_LAMBDA_FUNCTION_WORKER_RESTARTS_TOTAL,
];

/// The samples of a text, without the labels that name the function.
///
/// # Errors
/// The line that is wrong, or the metric that is missing or not of the catalogue.
pub(crate) fn read(text: &str) -> Result<BTreeMap<String, f64>, String> {
    let lines = text
        .strip_suffix("# EOF\n")
        .ok_or("it does not end with # EOF")?;
    let mut samples = BTreeMap::new();
    for line in lines.lines() {
        let wrong = || format!("a wrong line: {line}");
        if let Some(comment) = line.strip_prefix("# ") {
            let known = ["HELP ", "TYPE ", "UNIT "]
                .iter()
                .any(|kind| comment.starts_with(kind));
            known.then_some(()).ok_or_else(wrong)?;
            continue;
        }
        let sample = line.split(" # ").next().unwrap_or(line);
        let (series, value) = sample.rsplit_once(' ').ok_or_else(wrong)?;
        let value = value.parse().map_err(|_| wrong())?;
        let series = without_function(series).ok_or_else(wrong)?;
        if !KNOWN.iter().any(|metric| is_of(&series, metric)) {
            return Err(format!("not of the catalogue: {line}"));
        }
        if samples.insert(series, value).is_some() {
            return Err(format!("twice: {line}"));
        }
    }
    for metric in KNOWN {
        if !samples.keys().any(|series| is_of(series, &metric)) {
            return Err(format!("{} is missing", metric.name));
        }
    }
    Ok(samples)
}

/// Whether a series is one of a metric: histograms have several.
fn is_of(series: &str, metric: &Metric) -> bool {
    let name = series.split('{').next().unwrap_or(series);
    let endings: &[&str] = match metric.buckets {
        [] => &[""],
        _ => &["_bucket", "_count", "_sum"],
    };
    endings
        .iter()
        .any(|ending| name.strip_suffix(ending) == Some(metric.name))
}

fn without_function(series: &str) -> Option<String> {
    let (name, labels) = series.strip_suffix('}')?.split_once('{')?;
    let (own, other): (Vec<_>, Vec<_>) = labels
        .split(',')
        .partition(|label| [r#"namespace="tests""#, r#"function="conformance""#].contains(label));
    (own.len() == 2).then_some(())?;
    Some(match other.is_empty() {
        true => name.to_owned(),
        false => format!("{name}{{{}}}", other.join(",")),
    })
}
