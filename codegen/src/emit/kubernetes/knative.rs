//! Knative Eventing: brokers with their dead letters, Triggers, EventTypes.

use serde_json::{Value as Json, json};

use super::dead_letters::DeadLetters;
use super::settings::{BACKOFF_DELAY, BACKOFF_POLICY, RETRY};
use super::{Builder, Group, ManifestFile, Values};
use crate::emit::{OutputFile, Target};
use crate::ir::{Catalog, EventType};
use crate::model::{Broker, ErrorsFile, ObjectRef, Text};

/// Brokers, Triggers, EventTypes.
pub static TARGET: Target = Target {
    name: GROUP.name,
    summary: GROUP.summary,
    folder: GROUP.folder,
    emit,
};

/// Brokers, Triggers, EventTypes.
pub static GROUP: Group = Group {
    name: "knative",
    folder: "generated/knative",
    summary: "Knative brokers, Triggers and EventTypes, queues of dead letters",
    installed: true,
    build,
};

fn emit(catalog: &Catalog<'_>) -> Vec<OutputFile> {
    let mut files = GROUP.emit(catalog);
    let values = Values::given(&catalog.values);
    let builder = Builder {
        catalog,
        values: &values,
        group: Some(GROUP.name),
    };
    files.extend(builder.functions(GROUP.folder));
    files
}

fn build(builder: &Builder<'_>) -> Vec<ManifestFile> {
    let spec = builder.catalog.spec;
    let Some(file) = &spec.broker else {
        return Vec::new();
    };
    let brokers = file
        .brokers
        .iter()
        .flat_map(|(name, broker)| self::broker(builder, name, broker));
    let mut files = vec![ManifestFile::new(
        "brokers.yaml",
        file.file,
        brokers.collect(),
    )];
    if let Some(errors) = &spec.errors {
        let letters = file.brokers.iter().filter_map(|(name, broker)| {
            let letters = DeadLetters::of(builder, broker)?;
            Some(letters.of_broker(name))
        });
        let letters = letters.flatten().collect();
        files.push(ManifestFile::new("dead-letters.yaml", errors.file, letters));
    }
    let consumers = spec.consumers.iter().map(|f| (f.file, &f.consumers));
    let observers = spec.observers.iter().map(|f| (f.file, &f.observers));
    for (source, subscribers) in consumers.chain(observers) {
        // Those of a scope are made for each function, by who makes the function.
        let subscribers = subscribers.iter().filter(|(_, s)| s.scope.is_none());
        files.extend(subscribers.map(|(name, subscriber)| {
            let triggers = subscriber.triggers.iter();
            let triggers = triggers
                .flat_map(|trigger| builder.triggers(trigger))
                .collect();
            let file = format!("triggers-{}.yaml", name.value);
            ManifestFile::new(&file, source, triggers).switched(builder.values, name)
        }));
    }
    let event_types = file.brokers.iter().flat_map(|(name, broker)| {
        let events = builder.catalog.events.iter();
        events.map(|event| event_type(builder, name, broker, event))
    });
    files.push(ManifestFile::new(
        "event-types.yaml",
        file.file,
        event_types.collect(),
    ));
    files
}

fn broker(builder: &Builder<'_>, name: &Text, broker: &Broker) -> Vec<Json> {
    let own = builder.values.name("Broker", name);
    let namespace = Some(broker.namespace.value.as_str());
    let mut object = builder.object("eventing.knative.dev/v1", "Broker", &own, namespace);
    object["metadata"]["annotations"] =
        json!({ "eventing.knative.dev/broker.class": broker.class.value });
    object["spec"] = json!({});
    let mut documents = Vec::new();
    if let Some(cluster) = &broker.cluster {
        let (api_version, kind) = ("eventing.knative.dev/v1alpha1", "RabbitmqBrokerConfig");
        let config_name = builder.values.name(kind, name);
        let mut config = builder.object(api_version, kind, &config_name, namespace);
        config["spec"] = json!({ "rabbitmqClusterReference": cluster_reference(builder, cluster) });
        if let Some(queue_type) = &broker.queue_type {
            config["spec"]["queueType"] = queue_type.value.as_str().into();
        }
        documents.push(config);
        object["spec"]["config"] = json!({
            "apiVersion": api_version,
            "kind": kind,
            "name": config_name,
            "namespace": builder.values.namespace(&broker.namespace),
        });
    }
    if let Some(errors) = &builder.catalog.spec.errors {
        object["spec"]["delivery"] = delivery(builder, errors);
    }
    documents.push(object);
    documents
}

fn delivery(builder: &Builder<'_>, errors: &ErrorsFile) -> Json {
    let (values, retry) = (builder.values, &errors.retry);
    let mut delivery = json!({
        "retry": values.setting(&RETRY, retry.attempts.value),
        "backoffPolicy": values.setting(&BACKOFF_POLICY, retry.backoff.value.as_str()),
        "backoffDelay": values.setting(&BACKOFF_DELAY, retry.delay.value.as_str()),
    });
    if let Some(sink) = &errors.dead_letter.sink {
        delivery["deadLetterSink"] = builder.destination(sink);
    }
    delivery
}

pub(super) fn cluster_reference(builder: &Builder<'_>, cluster: &ObjectRef) -> Json {
    let mut reference = json!({ "name": builder.values.name(&cluster.kind, &cluster.name) });
    if let Some(namespace) = &cluster.namespace {
        reference["namespace"] = builder.values.namespace(namespace).into();
    }
    reference
}

fn event_type(builder: &Builder<'_>, name: &Text, broker: &Broker, event: &EventType<'_>) -> Json {
    let catalog = builder.catalog;
    let own = builder.values.name("Broker", name);
    let namespace = Some(broker.namespace.value.as_str());
    let prefix = builder.values.start("EventType", &catalog.header.prefix);
    let id = format!("{prefix}.{}", event.file_name);
    let mut object = builder.object("eventing.knative.dev/v1beta2", "EventType", &id, namespace);
    object["spec"] = json!({
        // A family's types are given as a template.
        "type": event.r#type.replace('*', "{action}"),
        "schema": catalog.schemas[event.data].url,
        "description": event.declared.summary.as_ref().map_or("", |s| s.value.trim()),
        "reference": {
            "apiVersion": "eventing.knative.dev/v1",
            "kind": "Broker",
            "name": own,
            "namespace": builder.values.namespace(&broker.namespace),
        },
    });
    object
}
