//! The namespaces that the brokers and their Triggers stand in.

use serde_json::{Value as Json, json};

use super::{Builder, Group, ManifestFile};
use crate::emit::Target;

/// Namespaces of the brokers.
pub static TARGET: Target = Target {
    name: GROUP.name,
    summary: GROUP.summary,
    folder: GROUP.folder,
    emit: |catalog| GROUP.emit(catalog),
};

/// Namespaces of the brokers.
pub static GROUP: Group = Group {
    name: "namespaces",
    folder: "generated/namespaces",
    summary: "Namespaces of the brokers",
    installed: true,
    build,
};

fn build(builder: &Builder<'_>) -> Vec<ManifestFile> {
    let Some(file) = &builder.catalog.spec.broker else {
        return Vec::new();
    };
    let mut names: Vec<&str> = file
        .brokers
        .iter()
        .map(|(_, b)| b.namespace.value.as_str())
        .collect();
    names.sort_unstable();
    names.dedup();
    let documents = names.into_iter().map(|name| namespace(builder, name));
    vec![ManifestFile::new(
        "namespaces.yaml",
        file.file,
        documents.collect(),
    )]
}

/// Whoever takes the manifests away keeps the namespace: with it would go what others made there.
fn namespace(builder: &Builder<'_>, name: &str) -> Json {
    let mut object = builder.object("v1", "Namespace", &builder.values.namespace(name), None);
    object["metadata"]["annotations"] = json!({
        "helm.sh/resource-policy": "keep",
        "kustomize.toolkit.fluxcd.io/prune": "disabled",
    });
    object
}
