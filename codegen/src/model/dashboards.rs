//! `spec/dashboards.yaml`: Grafana's dashboards.

use super::decode::{Dict, Text, choice, object};

object! {
    /// Dashboards, one a plane.
    pub struct DashboardsFile {
        /// What they show, in Markdown.
        "summary" => summary: Text,
        /// Kubernetes namespace of the ConfigMaps that hold them.
        "namespace" => namespace: Option<Text>,
        /// Marks at the time of events, drawn on every dashboard.
        "annotations" => annotations: Vec<DashboardAnnotation>,
        /// Dashboards, by plane.
        "dashboards" => dashboards: Dict<Dashboard>,
    }
}

object! {
    /// Marks at the time of events. Who writes annotations for the events gives them the tags; the
    /// dashboards ask for annotations that have them all.
    pub struct DashboardAnnotation {
        /// Name of its switch on the dashboard.
        "title" => title: Text,
        /// Event types.
        "events" => events: Vec<Text>,
        /// Tags of the annotations.
        "tags" => tags: Vec<Text>,
        /// Colour of the marks.
        "colour" => colour: Text,
    }
}

object! {
    /// A dashboard.
    pub struct Dashboard {
        /// What it shows.
        "summary" => summary: Text,
        /// What can be chosen on it, by name; `$name` in expressions.
        "variables" => variables: Dict<DashboardVariable>,
        /// Panels, in groups.
        "rows" => rows: Vec<DashboardRow>,
    }
}

object! {
    /// A label whose values can be chosen; its name is the label's.
    pub struct DashboardVariable {
        /// What is chosen.
        "title" => title: Text,
        /// The metric whose label it is.
        "metric" => metric: Text,
    }
}

object! {
    /// Panels that belong together.
    pub struct DashboardRow {
        /// Heading.
        "title" => title: Text,
        /// Panels, from left to right.
        "panels" => panels: Vec<Panel>,
    }
}

choice! {
    /// How a panel shows values.
    pub enum PanelKind {
        /// Lines over time.
        Timeseries = "timeseries",
        /// The latest value, large.
        Stat = "stat",
        /// The latest values, one a line.
        Table = "table",
    }
}

object! {
    /// A panel.
    pub struct Panel {
        /// Heading.
        "title" => title: Text,
        /// What it shows, and what is good or bad.
        "description" => description: Text,
        /// How it shows values.
        "kind" => kind: PanelKind,
        /// Unit, by Grafana's name for it, such as `s` or `percentunit`.
        "unit" => unit: Text,
        /// Values from which on it is yellow and red.
        "thresholds" => thresholds: Option<Thresholds>,
        /// What it asks for.
        "queries" => queries: Vec<PanelQuery>,
    }
}

object! {
    /// Values from which on something needs attention.
    pub struct Thresholds {
        /// Needs attention.
        "warning" => warning: f64,
        /// Is broken.
        "critical" => critical: f64,
    }
}

object! {
    /// What a panel asks Prometheus for.
    pub struct PanelQuery {
        /// PromQL expression.
        "expr" => expr: Text,
        /// Name of the series; `{{label}}` stands for a label's value.
        "legend" => legend: Option<Text>,
    }
}
