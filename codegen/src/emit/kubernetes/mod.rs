//! Kubernetes manifests, in groups that are applied together.
//!
//! Manifests are JSON values until they are written. Each group is a target with a folder and a
//! `kustomization.yaml` there; `kustomize` makes one of all, `helm` a chart.

mod dead_letters;
pub mod flux;
mod function;
pub mod grafana;
pub mod helm;
pub mod knative;
pub mod kustomize;
mod manifests;
pub mod namespaces;
pub mod network_policies;
pub mod prometheus;
mod promtool;
mod settings;
mod trigger;
mod values;
mod webhook_secrets;

use serde_json::{Map, Value as Json, json};

pub(crate) use manifests::{Built, Manifests};
pub use settings::{SECTIONS, Setting, problem};
use values::Switch;
pub use values::{Key, Overrides, Values};

use super::{OutputFile, crd, header, yaml};
use crate::ir::Catalog;
use crate::model::{Destination, ObjectRef};
use crate::source::FileId;

/// Manifests that are installed together.
#[derive(Debug)]
pub struct Group {
    /// Name: of its target, its folder and its switch in the chart.
    pub name: &'static str,
    /// Folder that its manifests are written to.
    pub folder: &'static str,
    /// What it is, in a few words.
    pub summary: &'static str,
    /// Whether it is installed unless someone says otherwise.
    pub installed: bool,
    pub(super) build: fn(&Builder<'_>) -> Vec<ManifestFile>,
}

/// Every group, in the order they are applied.
pub static GROUPS: &[&Group] = &[
    &namespaces::GROUP,
    &crd::GROUP,
    &knative::GROUP,
    &flux::GROUP,
    &flux::DIRECT,
    &prometheus::GROUP,
    &grafana::GROUP,
    &network_policies::GROUP,
];

/// Every value that the manifests have a place for, with its default, below its section.
pub fn values(catalog: &Catalog<'_>) -> Map<String, Json> {
    let values = Values::chart();
    for group in GROUPS {
        let chart = group.of_chart(catalog);
        if !chart.files.is_empty() {
            values.note(&chart.values);
            // It is a value, too.
            values.group(group);
        }
    }
    values.defaults()
}

/// A file of manifests.
#[derive(Clone, Debug)]
pub struct ManifestFile {
    /// Its name in the folder of its group.
    name: String,
    /// The file of the spec that it is made from.
    source: FileId,
    documents: Vec<Json>,
    /// In the chart, the expression on which it depends.
    condition: Option<String>,
}

impl ManifestFile {
    pub(super) fn new(name: &str, source: FileId, documents: Vec<Json>) -> Self {
        let name = name.to_owned();
        Self {
            name,
            source,
            documents,
            condition: None,
        }
    }

    /// The file of one subscriber, which a value switches off.
    fn switched(mut self, values: &Values<'_>, subscriber: &str) -> Self {
        if self.documents.is_empty() {
            return self;
        }
        match values.switch("subscribers", subscriber, true) {
            Switch::On => {}
            Switch::Off => self.documents.clear(),
            Switch::Expression(expression) => self.condition = Some(expression),
        }
        self
    }

    fn output(&self, catalog: &Catalog<'_>, folder: &str) -> OutputFile {
        let header = header(&catalog.path(self.source));
        OutputFile {
            path: format!("{folder}/{}", self.name),
            content: format!("# {header}\n{}", self.yaml()),
        }
    }

    fn yaml(&self) -> String {
        let documents: Vec<_> = self.documents.iter().map(yaml::to_yaml).collect();
        documents.join("---\n")
    }
}

impl Group {
    /// Its files, with values as they are given. None where the spec says nothing that belongs to it.
    pub(super) fn emit(&self, catalog: &Catalog<'_>) -> Vec<OutputFile> {
        let files = self.given(catalog);
        if files.is_empty() {
            return Vec::new();
        }
        let names = files.iter().map(|file| file.name.clone()).collect();
        let mut out = vec![kustomize::kustomization(self.folder, names)];
        out.extend(files.iter().map(|file| file.output(catalog, self.folder)));
        out
    }
}

/// Builds manifests.
#[derive(Clone, Copy, Debug)]
pub(super) struct Builder<'a> {
    pub(super) catalog: &'a Catalog<'a>,
    pub(super) values: &'a Values<'a>,
    /// Group that the manifests belong to; `None` where they are shown without labels.
    pub(super) group: Option<&'a str>,
}

impl Builder<'_> {
    /// An object with the recommended labels (Kubernetes, "Recommended Labels").
    pub(super) fn object(
        &self,
        api_version: &str,
        kind: &str,
        name: &str,
        namespace: Option<&str>,
    ) -> Json {
        let mut metadata = json!({ "name": name });
        if let Some(namespace) = namespace {
            metadata["namespace"] = self.values.namespace(namespace).into();
        }
        if let Some(labels) = self.labels() {
            metadata["labels"] = labels;
        }
        let mut object = json!({ "apiVersion": api_version, "kind": kind });
        // In the macro it would be copied.
        object["metadata"] = metadata;
        object
    }

    pub(super) fn labels(&self) -> Option<Json> {
        let header = self.catalog.header;
        Some(json!({
            "app.kubernetes.io/name": header.catalog.value,
            "app.kubernetes.io/instance": header.catalog.value,
            "app.kubernetes.io/version": header.version.value,
            "app.kubernetes.io/component": self.group?,
            "app.kubernetes.io/part-of": header.catalog.value,
            "app.kubernetes.io/managed-by": "klambda",
        }))
    }

    fn object_ref(&self, object: &ObjectRef) -> Json {
        let mut out = Map::new();
        if let Some(version) = &object.api_version {
            out.insert("apiVersion".to_owned(), version.value.as_str().into());
        }
        out.insert("kind".to_owned(), object.kind.value.as_str().into());
        out.insert(
            "name".to_owned(),
            self.values.name(&object.kind, &object.name).into(),
        );
        if let Some(namespace) = &object.namespace {
            let namespace = self.values.namespace(namespace);
            out.insert("namespace".to_owned(), namespace.into());
        }
        Json::Object(out)
    }

    fn destination(&self, destination: &Destination) -> Json {
        let mut out = Map::new();
        if let Some(reference) = &destination.reference {
            out.insert("ref".to_owned(), self.object_ref(reference));
        }
        if let Some(uri) = &destination.uri {
            out.insert("uri".to_owned(), self.values.url(uri).into());
        }
        Json::Object(out)
    }
}
