//! Metrics of Prometheus.

/// A metric that a program exposes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Metric {
    /// Its full name.
    pub name: &'static str,
    /// What it measures.
    pub summary: &'static str,
    /// Names of its labels.
    pub labels: &'static [&'static str],
    /// Upper bounds of the buckets of a histogram; none for others.
    pub buckets: &'static [f64],
}
