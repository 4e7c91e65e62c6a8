//! Flux: Receivers, the Triggers that publish to them, and what the relay between needs.

use serde_json::{Value as Json, json};

use super::webhook_secrets::webhook_secrets;
use super::{Builder, Group, ManifestFile, Values};
use crate::emit::{OutputFile, Target};
use crate::ir::Catalog;
use crate::model::{FluxFile, ObjectRef, Receiver, SinkBinding};

/// Receivers and what publishes to them.
pub static TARGET: Target = Target {
    name: GROUP.name,
    summary: GROUP.summary,
    folder: GROUP.folder,
    emit,
};

/// SinkBindings, for use in place of Triggers.
pub static DIRECT_TARGET: Target = Target {
    name: DIRECT.name,
    summary: DIRECT.summary,
    folder: DIRECT.folder,
    emit: |catalog| DIRECT.emit(catalog),
};

/// Receivers and what publishes to them.
pub static GROUP: Group = Group {
    name: "flux",
    folder: "generated/flux",
    summary: "Flux Receivers, Triggers that publish to them, roles and relays",
    installed: true,
    build,
};

/// SinkBindings, for use in place of the Triggers.
pub static DIRECT: Group = Group {
    name: "flux-direct",
    folder: "generated/flux-direct",
    summary: "SinkBindings that publish to Flux without the broker, in place of Triggers",
    installed: false,
    build: direct,
};

fn emit(catalog: &Catalog<'_>) -> Vec<OutputFile> {
    let mut files = GROUP.emit(catalog);
    let values = Values::given(&catalog.values);
    files.extend(catalog.spec.flux.as_ref().map(|flux| OutputFile {
        path: format!("{}/webhook-secrets.sh", GROUP.folder),
        content: webhook_secrets(&catalog.path(flux.file), flux, &values),
    }));
    files
}

fn build(builder: &Builder<'_>) -> Vec<ManifestFile> {
    let Some(flux) = &builder.catalog.spec.flux else {
        return Vec::new();
    };
    let receivers = flux.receivers.iter();
    let receivers = receivers.map(|(name, receiver)| builder.receiver(name, receiver));
    let triggers = flux.triggers.iter();
    let triggers = triggers.flat_map(|trigger| builder.flux_triggers(flux, trigger));
    let mut files = vec![
        ManifestFile::new("receivers.yaml", flux.file, receivers.collect()),
        ManifestFile::new("triggers.yaml", flux.file, triggers.collect()),
    ];
    if let Some(account) = &flux.relay_account {
        files.push(ManifestFile::new(
            "rbac.yaml",
            flux.file,
            rbac(builder, flux, account),
        ));
        files.push(ManifestFile::new(
            "hook-relays.yaml",
            flux.file,
            vec![hook_relays(builder, flux, account)],
        ));
    }
    files
}

fn direct(builder: &Builder<'_>) -> Vec<ManifestFile> {
    let Some(flux) = &builder.catalog.spec.flux else {
        return Vec::new();
    };
    let bindings = flux.sink_bindings.iter();
    let bindings = bindings.map(|binding| builder.sink_binding(flux, binding));
    vec![ManifestFile::new(
        "sink-bindings.yaml",
        flux.file,
        bindings.collect(),
    )]
}

impl Builder<'_> {
    /// A Flux Receiver.
    pub(in crate::emit) fn receiver(&self, name: &str, receiver: &Receiver) -> Json {
        let events = receiver.events.iter();
        let events: Vec<_> = events.map(|e| self.catalog.index.full_type(e)).collect();
        let resources: Vec<_> = receiver
            .resources
            .iter()
            .map(|r| self.object_ref(r))
            .collect();
        let namespace = Some(receiver.namespace.value.as_str());
        let mut object = self.object(
            "notification.toolkit.fluxcd.io/v1",
            "Receiver",
            &self.values.name("Receiver", name),
            namespace,
        );
        object["spec"] = json!({
            "type": receiver.r#type.value,
            "events": events,
            "secretRef": { "name": self.values.name("Secret", &receiver.secret) },
            "resources": resources,
        });
        if let Some(filter) = &receiver.resource_filter {
            object["spec"]["resourceFilter"] = filter.value.as_str().into();
        }
        object
    }

    /// A SinkBinding that publishes to a Receiver.
    pub(in crate::emit) fn sink_binding(&self, flux: &FluxFile, binding: &SinkBinding) -> Json {
        let namespace = Some(binding.namespace.value.as_str());
        let mut object = self.object(
            "sources.knative.dev/v1",
            "SinkBinding",
            &self.values.name("SinkBinding", &binding.name),
            namespace,
        );
        object["spec"] = json!({
            "subject": self.object_ref(&binding.subject),
            "sink": { "uri": self.flux_sink(flux, binding.relay.as_ref()) },
        });
        object
    }
}

/// Namespaces that Receivers stand in.
fn namespaces(flux: &FluxFile) -> Vec<&str> {
    let mut namespaces: Vec<&str> = flux
        .receivers
        .iter()
        .map(|(_, r)| r.namespace.value.as_str())
        .collect();
    namespaces.sort_unstable();
    namespaces.dedup();
    namespaces
}

/// The relay reads where each Receiver listens. It needs no Secret: the path says that much.
fn rbac(builder: &Builder<'_>, flux: &FluxFile, account: &ObjectRef) -> Vec<Json> {
    let api = "rbac.authorization.k8s.io";
    let name = |kind| {
        let start = builder.values.start(kind, &account.name);
        format!("{start}-hook-relay")
    };
    let mut documents = Vec::new();
    for namespace in namespaces(flux) {
        let object = |kind| {
            let name = name(kind);
            builder.object(&format!("{api}/v1"), kind, &name, Some(namespace))
        };
        let mut role = object("Role");
        role["rules"] = json!([{
            "apiGroups": ["notification.toolkit.fluxcd.io"],
            "resources": ["receivers"],
            "verbs": ["get", "list", "watch"],
        }]);
        let mut binding = object("RoleBinding");
        binding["roleRef"] = json!({ "apiGroup": api, "kind": "Role", "name": name("Role") });
        binding["subjects"] = json!([builder.object_ref(account)]);
        documents.extend([role, binding]);
    }
    documents
}

/// What the relay needs to know, by the path that it is called at: which Receiver, which events.
fn hook_relays(builder: &Builder<'_>, flux: &FluxFile, account: &ObjectRef) -> Json {
    let namespace = account.namespace.as_ref().map(|n| n.value.as_str());
    let mut relays = serde_json::Map::new();
    let published = flux.triggers.iter().map(|t| (&t.relay, &t.receiver));
    let bound = flux.sink_bindings.iter().map(|b| (&b.relay, &b.receiver));
    for (relay, name) in published.chain(bound) {
        let (Some(relay), Some(receiver)) = (relay, flux.receivers.get(&name.value)) else {
            continue;
        };
        let path = relay
            .split_once("://")
            .and_then(|(_, rest)| rest.find('/').map(|at| &rest[at..]));
        let events = receiver.events.iter();
        let events: Vec<_> = events.map(|e| builder.catalog.index.full_type(e)).collect();
        relays.insert(path.unwrap_or("/").to_owned(), json!({
            "receiver": { "name": builder.values.name("Receiver", name), "namespace": builder.values.namespace(&receiver.namespace) },
            "endpoint": builder.values.url(&flux.endpoint),
            "events": events,
        }));
    }
    let mut object = builder.object(
        "v1",
        "ConfigMap",
        &builder.values.name("ConfigMap", "hook-relays"),
        namespace,
    );
    // JSON reads the same whatever stands in its texts: expressions of the chart need no care.
    let relays = format!("{:#}\n", Json::Object(relays));
    object["data"] = json!({ "relays.json": relays });
    object
}
