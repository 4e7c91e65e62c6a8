//! Grafana: a dashboard for each plane, as files and in ConfigMaps that Grafana's sidecar loads.

mod dashboard;

use serde_json::{Value as Json, json};

use super::{Builder, Group, ManifestFile};
use crate::emit::{OutputFile, Target, header};
use crate::ir::Catalog;

/// Dashboards.
pub static TARGET: Target = Target {
    name: GROUP.name,
    summary: GROUP.summary,
    folder: GROUP.folder,
    emit: |catalog| {
        let mut files = GROUP.emit(catalog);
        files.extend(dashboards(catalog));
        files
    },
};

/// Dashboards in ConfigMaps.
pub static GROUP: Group = Group {
    name: "grafana",
    folder: "generated/grafana",
    summary: "Grafana dashboards, one a plane",
    installed: true,
    build,
};

/// Label that Grafana's sidecar looks for (Helm chart `grafana`, `sidecar.dashboards.label`).
const SIDECAR: &str = "grafana_dashboard";

fn build(builder: &Builder<'_>) -> Vec<ManifestFile> {
    let Some(file) = &builder.catalog.spec.dashboards else {
        return Vec::new();
    };
    let namespace = file.namespace.as_ref().map(|n| n.value.as_str());
    let maps = dashboard::all(builder.catalog).map(|(uid, dashboard)| {
        let name = builder
            .values
            .name("ConfigMap", &format!("{uid}-dashboard"));
        let mut map = builder.object("v1", "ConfigMap", &name, namespace);
        if let Some(labels) = map.pointer_mut("/metadata/labels") {
            labels[SIDECAR] = "1".into();
        }
        map["data"] = json!({ format!("{uid}.json"): pretty(&dashboard) });
        map
    });
    vec![ManifestFile::new(
        "dashboards.yaml",
        file.file,
        maps.collect(),
    )]
}

/// The dashboards as files, for those who import or provision them. Grafana ignores the comment.
fn dashboards(catalog: &Catalog<'_>) -> Vec<OutputFile> {
    let Some(file) = &catalog.spec.dashboards else {
        return Vec::new();
    };
    let comment = header(&catalog.path(file.file));
    let files = dashboard::all(catalog).map(|(uid, dashboard)| {
        let mut document = json!({ "$comment": comment });
        if let (Json::Object(document), Json::Object(dashboard)) = (&mut document, dashboard) {
            document.extend(dashboard);
        }
        OutputFile {
            path: format!("{}/{uid}.json", GROUP.folder),
            content: pretty(&document),
        }
    });
    files.collect()
}

fn pretty(value: &Json) -> String {
    // Keys are text, and writing to memory cannot fail.
    let mut text = serde_json::to_string_pretty(value).unwrap_or_default();
    text.push('\n');
    text
}
