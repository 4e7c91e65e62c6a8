//! The text format of OpenMetrics 1.0.

use std::fmt::{Display, Write};

use knative_lambda_events::support::metric::Metric;

/// Writes metrics, one after another.
pub(super) struct Text {
    text: String,
    /// Labels that all samples have.
    labels: String,
}

/// A call that a sample stands for.
#[derive(Clone, Debug)]
pub(super) struct Exemplar {
    /// Its trace, 32 hexadecimal digits.
    pub(super) trace: String,
    /// What it has added to the sample.
    pub(super) value: f64,
}

impl Text {
    /// A text whose samples have these labels.
    pub(super) fn new(labels: [(&str, &str); 2]) -> Self {
        let labels = labels.map(|(name, value)| format!("{name}=\"{}\"", escaped(value)));
        Self {
            text: String::new(),
            labels: labels.join(","),
        }
    }

    /// Begins a metric; its samples follow.
    pub(super) fn begin(&mut self, metric: &Metric, kind: &str) {
        // A counter is called as its samples are, without their ending.
        let name = metric.name.trim_end_matches("_total");
        let help = escaped(metric.summary);
        self.line(format_args!("# HELP {name} {help}"), None);
        self.line(format_args!("# TYPE {name} {kind}"), None);
    }

    /// A sample, with a label of its own or without.
    pub(super) fn sample(
        &mut self,
        name: impl Display,
        label: Option<(&str, &dyn Display)>,
        value: impl Display,
        exemplar: Option<&Exemplar>,
    ) {
        let own = label.map(|(name, value)| format!(",{name}=\"{value}\""));
        let labels = format!("{}{}", self.labels, own.unwrap_or_default());
        self.line(format_args!("{name}{{{labels}}} {value}"), exemplar);
    }

    fn line(&mut self, line: impl Display, exemplar: Option<&Exemplar>) {
        // Writing to a string cannot fail.
        let _ = write!(self.text, "{line}");
        if let Some(Exemplar { trace, value }) = exemplar {
            let _ = write!(self.text, " # {{trace_id=\"{trace}\"}} {value:?}");
        }
        self.text.push('\n');
    }

    pub(super) fn finish(mut self) -> String {
        self.text.push_str("# EOF\n");
        self.text
    }
}

fn escaped(text: &str) -> String {
    text.replace('\\', r"\\")
        .replace('"', r#"\""#)
        .replace('\n', r"\n")
}
