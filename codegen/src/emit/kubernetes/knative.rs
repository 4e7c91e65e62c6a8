//! Knative Eventing: brokers with their dead letters, Triggers, EventTypes.

use serde_json::{Value as Json, json};

use super::settings::{BACKOFF_DELAY, BACKOFF_POLICY, MAX_LENGTH, MESSAGE_TTL, OVERFLOW, RETRY};
use super::{Builder, Group, ManifestFile, Values};
use crate::check::data::iso_seconds;
use crate::emit::{OutputFile, Target};
use crate::ir::{Catalog, EventType};
use crate::model::{Broker, DeadLetterPolicy, ErrorsFile, ObjectRef, Text};

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
            let cluster = broker.cluster.as_ref()?;
            Some(dead_letters(
                builder,
                name,
                broker,
                cluster,
                &errors.dead_letter,
            ))
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
    let own = builder.values.name(name);
    let namespace = Some(broker.namespace.value.as_str());
    let mut object = builder.object("eventing.knative.dev/v1", "Broker", &own, namespace);
    object["metadata"]["annotations"] =
        json!({ "eventing.knative.dev/broker.class": broker.class.value });
    object["spec"] = json!({});
    let mut documents = Vec::new();
    if let Some(cluster) = &broker.cluster {
        let (api_version, kind) = ("eventing.knative.dev/v1alpha1", "RabbitmqBrokerConfig");
        let mut config = builder.object(api_version, kind, &own, namespace);
        config["spec"] = json!({ "rabbitmqClusterReference": cluster_reference(builder, cluster) });
        if let Some(queue_type) = &broker.queue_type {
            config["spec"]["queueType"] = queue_type.value.as_str().into();
        }
        documents.push(config);
        object["spec"]["config"] = json!({
            "apiVersion": api_version,
            "kind": kind,
            "name": own,
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

/// An exchange with a queue for the dead letters of no function; those of a function have a queue
/// of its own. The broker's own queue, from which letters go to the sink, has the same bounds.
fn dead_letters(
    builder: &Builder<'_>,
    name: &Text,
    broker: &Broker,
    cluster: &ObjectRef,
    policy: &DeadLetterPolicy,
) -> Vec<Json> {
    let cluster = cluster_reference(builder, cluster);
    let topology = Topology {
        builder,
        broker,
        policy,
        cluster,
    };
    let mut exchange = topology.object("Exchange", &kubernetes_name(&policy.exchange));
    exchange["spec"] = json!({
        "name": policy.exchange.value,
        "type": "topic",
        "durable": true,
        "rabbitmqClusterReference": topology.cluster,
    });
    let prefix = &policy.routing_key_prefix.value;
    let [queue, binding] = topology.queue(&kubernetes_name(prefix), prefix);
    let mut own = topology.object(
        "Policy",
        &format!("{}-dead-letters", builder.values.name(name)),
    );
    let namespace = builder.values.namespace(&broker.namespace);
    let start = builder.values.queue_start(&broker.namespace);
    own["spec"] = json!({
        "name": format!("{namespace}.{}.dead-letters", builder.values.name(name)),
        "pattern": format!("^[bt][.]{start}"),
        "applyTo": "queues",
        // Above the broker's own policy, by which a letter that expires would come back.
        "priority": 10,
        "definition": bounds(builder, policy),
        "rabbitmqClusterReference": topology.cluster,
    });
    vec![exchange, queue, binding, own]
}

/// The queue of a function's dead letters; `{name}` stands for the function.
pub(super) fn dead_letter_queue(
    builder: &Builder<'_>,
    broker: &Broker,
    policy: &DeadLetterPolicy,
) -> Vec<Json> {
    let Some(cluster) = &broker.cluster else {
        return Vec::new();
    };
    let cluster = cluster_reference(builder, cluster);
    let topology = Topology {
        builder,
        broker,
        policy,
        cluster,
    };
    let key = format!("{}.{{name}}", policy.routing_key_prefix.value);
    topology.queue(&policy.queue, &key).into()
}

/// Resources of RabbitMQ's topology operator.
struct Topology<'a> {
    builder: &'a Builder<'a>,
    broker: &'a Broker,
    policy: &'a DeadLetterPolicy,
    cluster: Json,
}

impl Topology<'_> {
    fn object(&self, kind: &str, name: &str) -> Json {
        let namespace = Some(self.broker.namespace.value.as_str());
        self.builder
            .object("rabbitmq.com/v1beta1", kind, name, namespace)
    }

    /// A queue of dead letters, bound to their exchange.
    fn queue(&self, name: &str, key: &str) -> [Json; 2] {
        let bounds = bounds(self.builder, self.policy);
        let mut queue = self.object("Queue", name);
        queue["spec"] = json!({
            "name": name,
            "type": "quorum",
            "durable": true,
            "arguments": {
                "x-message-ttl": bounds["message-ttl"],
                "x-max-length": bounds["max-length"],
                "x-overflow": bounds["overflow"],
            },
            "rabbitmqClusterReference": self.cluster,
        });
        let mut binding = self.object("Binding", name);
        binding["spec"] = json!({
            "source": self.policy.exchange.value,
            "destination": name,
            "destinationType": "queue",
            "routingKey": key,
            "rabbitmqClusterReference": self.cluster,
        });
        [queue, binding]
    }
}

fn bounds(builder: &Builder<'_>, policy: &DeadLetterPolicy) -> Json {
    let values = builder.values;
    let ttl = iso_seconds(&policy.ttl).saturating_mul(1000);
    json!({
        "message-ttl": values.setting(&MESSAGE_TTL, ttl),
        "max-length": values.setting(&MAX_LENGTH, policy.max_length.value),
        "overflow": values.setting(&OVERFLOW, policy.overflow.value.as_str()),
    })
}

/// Names in RabbitMQ may have dots, those of these resources are labels.
fn kubernetes_name(name: &str) -> String {
    name.replace('.', "-")
}

fn cluster_reference(builder: &Builder<'_>, cluster: &ObjectRef) -> Json {
    let mut reference = json!({ "name": builder.values.name(&cluster.name) });
    if let Some(namespace) = &cluster.namespace {
        reference["namespace"] = builder.values.namespace(namespace).into();
    }
    reference
}

fn event_type(builder: &Builder<'_>, name: &Text, broker: &Broker, event: &EventType<'_>) -> Json {
    let catalog = builder.catalog;
    let own = builder.values.name(name);
    let namespace = Some(broker.namespace.value.as_str());
    let prefix = &catalog.header.prefix.value;
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
