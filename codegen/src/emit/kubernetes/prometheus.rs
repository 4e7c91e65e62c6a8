//! Prometheus: alerts and recording rules for the Prometheus operator, and as files of rules for
//! those who run Prometheus without it.

use serde_json::{Map, Value as Json, json};

use super::{Builder, Group, ManifestFile, promtool};
use crate::emit::Target;
use crate::model::{AlertRule, AlertRuleGroup, RecordingRule};

/// Alerts and recording rules.
pub static TARGET: Target = Target {
    name: GROUP.name,
    summary: GROUP.summary,
    folder: GROUP.folder,
    emit: |catalog| {
        let mut files = GROUP.emit(catalog);
        files.extend(promtool::files(catalog));
        files
    },
};

/// Alerts and recording rules.
pub static GROUP: Group = Group {
    name: "prometheus",
    folder: "generated/prometheus",
    summary: "PrometheusRules: alerts and recording rules",
    installed: true,
    build,
};

fn build(builder: &Builder<'_>) -> Vec<ManifestFile> {
    let Some(file) = &builder.catalog.spec.alerting else {
        return Vec::new();
    };
    let rules = file
        .rules
        .iter()
        .map(|(group, rules)| builder.prometheus_rule(group, rules));
    vec![ManifestFile::new("rules.yaml", file.file, rules.collect())]
}

impl Builder<'_> {
    /// A PrometheusRule.
    pub(in crate::emit) fn prometheus_rule(&self, group: &str, rules: &AlertRuleGroup) -> Json {
        let namespace = rules.namespace.as_ref().map(|n| n.value.as_str());
        let kind = "PrometheusRule";
        let mut object = self.object(
            "monitoring.coreos.com/v1",
            kind,
            &self.values.name(kind, &rules.resource),
            namespace,
        );
        object["spec"] = self.rule_groups(group, rules);
        object
    }

    /// A group of rules as Prometheus reads it.
    pub(super) fn rule_groups(&self, group: &str, rules: &AlertRuleGroup) -> Json {
        let recorded = rules.recording.iter().map(recording);
        let alerts = rules.rules.iter().map(|rule| self.alert(rule));
        let rules: Vec<_> = recorded.chain(alerts).collect();
        json!({ "groups": [{ "name": group, "rules": rules }] })
    }

    fn alert(&self, rule: &AlertRule) -> Json {
        let mut alert = Map::new();
        alert.insert("alert".to_owned(), rule.alert.value.as_str().into());
        alert.insert("expr".to_owned(), rule.expr.value.trim_end().into());
        if let Some(time) = &rule.r#for {
            alert.insert("for".to_owned(), time.value.as_str().into());
        }
        alert.insert(
            "labels".to_owned(),
            json!({ "severity": rule.severity.value }),
        );
        alert.insert("annotations".to_owned(), self.annotations(rule));
        Json::Object(alert)
    }

    /// What an alert says to people.
    pub(super) fn annotations(&self, rule: &AlertRule) -> Json {
        let mut annotations = json!({ "summary": rule.summary.value, "description": rule.description.value.trim_end() });
        if let Some(base) = &self.catalog.header.docs_base {
            let anchor = rule.alert.value.to_ascii_lowercase();
            let base = base.value.trim_end_matches('/');
            annotations["runbook_url"] = format!("{base}/alerting.md#{anchor}").into();
        }
        annotations
    }
}

fn recording(rule: &RecordingRule) -> Json {
    json!({ "record": rule.record.value, "expr": rule.expr.value.trim_end() })
}
