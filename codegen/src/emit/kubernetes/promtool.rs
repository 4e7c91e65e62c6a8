//! Files for `promtool`: the rules as Prometheus reads them, and what they do with given series.

use serde_json::{Map, Value as Json, json};

use super::{Builder, Values, prometheus};
use crate::emit::{OutputFile, header, yaml};
use crate::ir::Catalog;
use crate::model::{AlertCase, AlertRule, Dict, Text};

/// For each group of rules a file with them, and one with their tests.
pub(super) fn files(catalog: &Catalog<'_>) -> Vec<OutputFile> {
    let Some(file) = &catalog.spec.alerting else {
        return Vec::new();
    };
    let values = Values::given(&catalog.values);
    let builder = Builder {
        catalog,
        values: &values,
        group: None,
    };
    let output = |folder: &str, name: &str, content: &Json| OutputFile {
        path: format!("{}/{folder}/{name}.yaml", prometheus::GROUP.folder),
        content: format!(
            "# {}\n{}",
            header(&catalog.path(file.file)),
            yaml::to_yaml(content)
        ),
    };
    // Rules may read what another group records.
    let names: Vec<_> = file.rules.names().collect();
    let paths: Vec<_> = names
        .iter()
        .map(|name| format!("../rules/{name}.yaml"))
        .collect();
    let mut files = Vec::new();
    for (name, group) in file.rules.iter() {
        files.push(output("rules", name, &builder.rule_groups(name, group)));
        let cases = group.rules.iter().flat_map(|rule| {
            let cases = rule.cases.iter();
            cases.map(|case| builder.case(rule, case))
        });
        let cases: Vec<_> = cases.collect();
        if !cases.is_empty() {
            let tests = json!({
                "rule_files": paths,
                "group_eval_order": names,
                "evaluation_interval": INTERVAL,
                "tests": cases,
            });
            files.push(output("tests", name, &tests));
        }
    }
    files
}

/// How often rules are evaluated, and the time between two samples unless a case says otherwise.
const INTERVAL: &str = "1m";

impl Builder<'_> {
    fn case(&self, rule: &AlertRule, case: &AlertCase) -> Json {
        let series = case.series.iter();
        let series = series
            .map(|(series, values)| json!({ "series": series.value, "values": values.value }));
        let mut test = json!({
            "alertname": rule.alert.value,
            "eval_time": case.at.value,
        });
        if !case.fires.is_empty() {
            let fires = case.fires.iter().map(|labels| self.firing(rule, labels));
            test["exp_alerts"] = fires.collect();
        }
        let interval = case
            .interval
            .as_ref()
            .map_or(INTERVAL, |i| i.value.as_str());
        json!({
            "name": format!("{}: {}", rule.alert.value, case.title.value),
            "interval": interval,
            "input_series": series.collect::<Vec<_>>(),
            "alert_rule_test": [test],
        })
    }

    /// An alert with all its labels, and its annotations with those in their places.
    fn firing(&self, rule: &AlertRule, labels: &Dict<Text>) -> Json {
        let mut all = Map::new();
        all.insert("severity".to_owned(), rule.severity.value.as_str().into());
        // Of an alert in degrees, those of another severity may fire as well.
        all.extend(
            labels
                .iter()
                .map(|(name, value)| (name.value.clone(), value.value.as_str().into())),
        );
        let mut annotations = self.annotations(rule);
        for text in annotations
            .as_object_mut()
            .into_iter()
            .flat_map(Map::values_mut)
        {
            *text = filled(text.as_str().unwrap_or_default(), &all).into();
        }
        json!({ "exp_labels": all, "exp_annotations": annotations })
    }
}

/// The text with labels in the place of `{{ $labels.name }}`, as Prometheus fills it.
fn filled(text: &str, labels: &Map<String, Json>) -> String {
    let mut parts = text.split("{{");
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let label = part.split_once("}}").and_then(|(inside, rest)| {
            let name = inside.trim().strip_prefix("$labels.")?;
            let value = labels.get(name).and_then(Json::as_str).unwrap_or_default();
            Some((value, rest))
        });
        match label {
            Some((value, rest)) => out.extend([value, rest]),
            None => out.extend(["{{", part]),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_are_filled_in() {
        let labels = Map::from_iter([("a".to_owned(), json!("1"))]);
        assert_eq!(
            filled("x {{ $labels.a }}/{{$labels.b}} {{ $value }} {{", &labels),
            "x 1/ {{ $value }} {{"
        );
    }
}
