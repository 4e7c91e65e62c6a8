//! `spec/metrics.yaml`: what Prometheus reads.

use super::decode::{Dict, Text, choice, object};

object! {
    /// Metrics that alerts and dashboards read.
    pub struct MetricsFile {
        /// Where they come from, in Markdown.
        "summary" => summary: Text,
        /// Metrics, by full name.
        "metrics" => metrics: Dict<Metric>,
    }
}

choice! {
    /// What a metric's value does.
    pub enum MetricKind {
        /// It only rises.
        Counter = "counter",
        /// It rises and falls.
        Gauge = "gauge",
        /// It counts observations in buckets; `_bucket`, `_sum` and `_count` are its series.
        Histogram = "histogram",
    }
}

object! {
    /// A metric.
    pub struct Metric {
        /// What its value does.
        "kind" => kind: MetricKind,
        /// What it measures.
        "summary" => summary: Text,
        /// Who exposes it.
        "from" => from: Text,
        /// Its labels, by name.
        "labels" => labels: Dict<MetricLabel>,
        /// Upper bounds of the buckets of a histogram.
        "buckets" => buckets: Vec<f64>,
    }
}

object! {
    /// A label of a metric.
    pub struct MetricLabel {
        /// What it says.
        "summary" => summary: Text,
        /// Every value, where they are few.
        "values" => values: Vec<Text>,
    }
}
