//! Kustomize: a `kustomization.yaml` in the folder of each group, and one of all.

use serde_json::json;

use super::values::Switch;
use super::{GROUPS, Group, Values};
use crate::emit::{OutputFile, Target, header, yaml};
use crate::ir::Catalog;

/// The kustomization of all groups.
pub static TARGET: Target = Target {
    name: "kustomize",
    summary: "a kustomization of all groups of manifests",
    folder: ROOT,
    emit,
};

/// The file that `kubectl apply -k` looks for in the folder of all groups.
const ROOT: &str = "generated/kustomization.yaml";

fn emit(catalog: &Catalog<'_>) -> Vec<OutputFile> {
    let values = Values::given(&catalog.values);
    let is_there =
        |group: &Group| values.group(group) == Switch::On && !group.given(catalog).is_empty();
    let groups = GROUPS.iter().filter(|group| is_there(group));
    let folder = ROOT.trim_end_matches("/kustomization.yaml");
    let inside = |group: &&&Group| group.folder.strip_prefix(folder)?.strip_prefix('/');
    let resources: Vec<_> = groups
        .filter_map(|g| inside(&g).map(str::to_owned))
        .collect();
    match resources.is_empty() {
        true => Vec::new(),
        false => vec![kustomization(folder, resources)],
    }
}

/// The kustomization of a folder.
pub(super) fn kustomization(folder: &str, resources: Vec<String>) -> OutputFile {
    let content = json!({
        "apiVersion": "kustomize.config.k8s.io/v1beta1",
        "kind": "Kustomization",
        "resources": resources,
    });
    OutputFile {
        path: format!("{folder}/kustomization.yaml"),
        content: format!("# {}\n{}", header("spec"), yaml::to_yaml(&content)),
    }
}
