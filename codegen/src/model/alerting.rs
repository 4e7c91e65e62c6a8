//! `spec/alerting.yaml`: alerts, from events and from metrics.

use super::Correction;
use super::decode::{Dict, Text, object};

object! {
    /// Alerts: from events, and from metrics.
    pub struct AlertingFile {
        /// What is not possible, and what is done instead; in Markdown.
        "summary" => summary: Text,
        /// Bridges from events to alerts.
        "bridges" => bridges: Dict<AlertBridge>,
        /// Alerts computed from metrics.
        "rules" => rules: Dict<AlertRuleGroup>,
        /// Ways to raise alerts, in the order they are shown.
        "options" => options: Vec<AlertOption>,
    }
}

object! {
    /// A way to raise alerts.
    pub struct AlertOption {
        /// Heading.
        "title" => title: Text,
        /// What it does.
        "summary" => summary: Text,
        /// Whether it is the one to choose.
        "recommended" => recommended: Option<bool>,
    }
}

object! {
    /// A bridge from events to Alertmanager.
    pub struct AlertBridge {
        /// What it does.
        "summary" => summary: Text,
        /// Event types.
        "events" => events: Vec<Text>,
        /// Data schema of those events.
        "data" => data: Text,
        /// HTTP method and path at Alertmanager.
        "endpoint" => endpoint: Text,
        /// Labels of the alert; values are dotted paths in the data, or texts after `=`, in which
        /// `{path}` stands for the value at that path. Of the name `*`, the path leads to an object
        /// whose members become labels, unless they are named here.
        "labels" => labels: Dict<Text>,
        /// Annotations of the alert, in the same way.
        "annotations" => annotations: Dict<Text>,
        /// Path of the time at which it began.
        "startsAt" => starts_at: Text,
        /// Path of the time at which it ended.
        "endsAt" => ends_at: Option<Text>,
        /// Path of the address that explains it.
        "generatorURL" => generator_url: Option<Text>,
        /// What was corrected.
        "corrected" => corrected: Option<Correction>,
    }
}

object! {
    /// A Prometheus rule group.
    pub struct AlertRuleGroup {
        /// Name of the PrometheusRule resource.
        "resource" => resource: Text,
        /// Kubernetes namespace.
        "namespace" => namespace: Option<Text>,
        /// Series that are computed once and used by many.
        "recording" => recording: Vec<RecordingRule>,
        /// The rules.
        "rules" => rules: Vec<AlertRule>,
    }
}

object! {
    /// A series computed from others.
    pub struct RecordingRule {
        /// Its name, `level:metric:operations`.
        "record" => record: Text,
        /// PromQL expression.
        "expr" => expr: Text,
        /// What it tells.
        "summary" => summary: Text,
    }
}

object! {
    /// An alert computed from metrics.
    pub struct AlertRule {
        /// Name, in camel case.
        "alert" => alert: Text,
        /// PromQL expression.
        "expr" => expr: Text,
        /// How long it must hold, a Prometheus duration.
        "for" => r#for: Option<Text>,
        /// How serious it is.
        "severity" => severity: Text,
        /// One line for people.
        "summary" => summary: Text,
        /// What happened and what to do.
        "description" => description: Text,
        /// What it means and what to do, at length, in Markdown; the alert links to it.
        "runbook" => runbook: Option<Text>,
        /// What it does with given series.
        "cases" => cases: Vec<AlertCase>,
    }
}

object! {
    /// Series, and what an alert makes of them.
    pub struct AlertCase {
        /// What happens in it.
        "title" => title: Text,
        /// Time between two samples, a Prometheus duration; `1m` where it is missing.
        "interval" => interval: Option<Text>,
        /// Samples by series, in promtool's notation: `0+1x5` is `0 1 2 3 4 5`, `_` is none.
        "series" => series: Dict<Text>,
        /// When the alert is looked at, a Prometheus duration from the first sample.
        "at" => at: Text,
        /// The alerts that fire then, each by its labels, but for name and severity. None where it is
        /// silent.
        "fires" => fires: Vec<Dict<Text>>,
    }
}
