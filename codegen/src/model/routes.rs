//! `spec/consumers.yaml`, `spec/observers.yaml`, `spec/broker.yaml`, `spec/flux.yaml`,
//! `spec/cdevents.yaml`: who receives which events, and through what.

use super::Correction;
use super::decode::{Dict, Text, choice, object};
use crate::load::Node;
use crate::source::Spanned;

object! {
    /// The brokers that carry the events.
    pub struct BrokerFile {
        /// Brokers, by name of the resource.
        "brokers" => brokers: Dict<Broker>,
    }
}

object! {
    /// A Knative Broker.
    pub struct Broker {
        /// What it carries.
        "summary" => summary: Text,
        /// Kubernetes namespace.
        "namespace" => namespace: Text,
        /// Class, as `eventing.knative.dev/broker.class`.
        "class" => class: Text,
        /// Address of its ingress.
        "url" => url: Text,
        /// RabbitMQ cluster that holds its queues.
        "cluster" => cluster: Option<ObjectRef>,
        /// Type of its queues.
        "queueType" => queue_type: Option<Text>,
        /// Events that a Trigger has under way at the same time. The RabbitMQ broker has one where nobody
        /// says more, and waits with all others while that one is tried again.
        "parallelism" => parallelism: Option<Spanned<u64>>,
    }
}

impl Broker {
    /// Whether its Triggers compare whole attributes only: `spec.filters` has no effect there, and
    /// a Trigger that has nothing else gets every event (eventing-rabbitmq,
    /// `pkg/reconciler/trigger`, up to v0.48 at least).
    pub fn compares_whole_values(&self) -> bool {
        self.class.value == "RabbitMQBroker"
    }
}

object! {
    /// A Kubernetes object.
    pub struct ObjectRef {
        /// API group and version.
        "apiVersion" => api_version: Option<Text>,
        /// Kind.
        "kind" => kind: Text,
        /// Name.
        "name" => name: Text,
        /// Namespace.
        "namespace" => namespace: Option<Text>,
    }
}

object! {
    /// Programs that act on events.
    pub struct ConsumersFile {
        /// Consumers, by name.
        "consumers" => consumers: Dict<Subscriber>,
    }
}

object! {
    /// Programs that watch events.
    pub struct ObserversFile {
        /// Observers, by name.
        "observers" => observers: Dict<Subscriber>,
    }
}

object! {
    /// A program that receives events.
    pub struct Subscriber {
        /// Name as people write it.
        "title" => title: Option<Text>,
        /// What it does with them.
        "summary" => summary: Text,
        /// More about it, in Markdown.
        "description" => description: Option<Text>,
        /// Event types it receives: relative to the prefix, or whole names of a partner. `*` at the
        /// end stands for any rest.
        "events" => events: Vec<Text>,
        /// Triggers that bring them. Together they bring each of `events` once.
        "triggers" => triggers: Vec<Trigger>,
        /// How events reach it where no Trigger does.
        "via" => via: Option<Text>,
        /// Events of special interest to it, each with the reason.
        "highlights" => highlights: Dict<Text>,
        /// Events that reach it, one of a scope: `function` where each function gets its own.
        "scope" => scope: Option<Text>,
        /// What was corrected.
        "corrected" => corrected: Option<Correction>,
    }
}

object! {
    /// A Knative Trigger.
    pub struct Trigger {
        /// Name of the resource; placeholder `{name}` in a scope.
        "name" => name: Text,
        /// Kubernetes namespace.
        "namespace" => namespace: Text,
        /// Broker, one of `broker.yaml`.
        "broker" => broker: Text,
        /// Event types: exact names make `filter.attributes`, patterns make `filters`.
        "events" => events: Vec<Text>,
        /// Event types left out although they match.
        "except" => except: Vec<Text>,
        /// Further attributes that events must have, with their exact values; placeholders
        /// `{namespace}` and `{name}` in a scope.
        "attributes" => attributes: Dict<Text>,
        /// Where it delivers.
        "subscriber" => subscriber: Destination,
        /// What was corrected.
        "corrected" => corrected: Option<Correction>,
    }
}

object! {
    /// Where events are delivered: a reference, an address, or both.
    pub struct Destination {
        /// An addressable Kubernetes object.
        "ref" => reference: Option<ObjectRef>,
        /// An address, or a path at the object.
        "uri" => uri: Option<Text>,
    }
}

object! {
    /// Flux notification-controller.
    pub struct FluxFile {
        /// What it is for, in Markdown.
        "summary" => summary: Text,
        /// Version of the controller that the facts were measured with.
        "controllerVersion" => controller_version: Text,
        /// Address of the controller's webhook receiver.
        "endpoint" => endpoint: Text,
        /// ServiceAccount of the relays that stand before Receivers.
        "relayAccount" => relay_account: Option<ObjectRef>,
        /// How a Receiver's path is computed.
        "path" => path: Text,
        /// Receivers, by name of the resource.
        "receivers" => receivers: Dict<Receiver>,
        /// What Flux does on which event.
        "useCases" => use_cases: Vec<FluxUseCase>,
        /// Triggers that publish events to a Receiver.
        "triggers" => triggers: Vec<FluxTrigger>,
        /// SinkBindings that publish events to a Receiver.
        "sinkBindings" => sink_bindings: Vec<SinkBinding>,
        /// How the secret of a webhook is made.
        "webhookSecret" => webhook_secret: WebhookSecret,
    }
}

object! {
    /// A Flux Receiver.
    pub struct Receiver {
        /// What it does.
        "summary" => summary: Text,
        /// Kubernetes namespace.
        "namespace" => namespace: Text,
        /// Type of payload, such as `cdevents`.
        "type" => r#type: Text,
        /// Event types, exact.
        "events" => events: Vec<Text>,
        /// Secret that holds the token.
        "secret" => secret: Text,
        /// Objects that are reconciled.
        "resources" => resources: Vec<ObjectRef>,
        /// CEL expression over `req` (the body) and `res` (the object's metadata).
        "resourceFilter" => resource_filter: Option<Text>,
        /// Steps that follow, in order.
        "steps" => steps: Vec<Text>,
        /// What was corrected.
        "corrected" => corrected: Vec<Correction>,
    }
}

object! {
    /// What Flux does on an event.
    pub struct FluxUseCase {
        /// The event type.
        "event" => event: Text,
        /// What Flux does.
        "action" => action: Text,
        /// What that is good for.
        "useCase" => use_case: Text,
    }
}

object! {
    /// A Trigger that publishes events to a Receiver.
    pub struct FluxTrigger {
        /// Name of the resource.
        "name" => name: Text,
        /// Kubernetes namespace.
        "namespace" => namespace: Text,
        /// Broker.
        "broker" => broker: Text,
        /// Event types.
        "events" => events: Vec<Text>,
        /// The Receiver.
        "receiver" => receiver: Text,
        /// Where the body becomes a CDEvent on its way.
        "relay" => relay: Option<Text>,
        /// What was corrected.
        "corrected" => corrected: Option<Correction>,
    }
}

object! {
    /// A Knative SinkBinding that publishes events to a Receiver.
    pub struct SinkBinding {
        /// Name of the resource.
        "name" => name: Text,
        /// Kubernetes namespace.
        "namespace" => namespace: Text,
        /// What gets the address of the sink.
        "subject" => subject: ObjectRef,
        /// The Receiver.
        "receiver" => receiver: Text,
        /// Where the body becomes a CDEvent on its way.
        "relay" => relay: Option<Text>,
        /// What was corrected.
        "corrected" => corrected: Option<Correction>,
    }
}

object! {
    /// How the secret of a webhook is made.
    pub struct WebhookSecret {
        /// What it is for.
        "summary" => summary: Text,
        /// Shell commands, each with a comment.
        "steps" => steps: Vec<ShellStep>,
    }
}

object! {
    /// One step of a procedure in the shell.
    pub struct ShellStep {
        /// What it does.
        "summary" => summary: Text,
        /// The command.
        "run" => run: Text,
    }
}

object! {
    /// How events become CDEvents.
    pub struct CdEventsFile {
        /// Version of the CDEvents specification.
        "version" => version: Text,
        /// What the mapping is for, in Markdown.
        "summary" => summary: Text,
        /// CDEvents of standard types.
        "mapping" => mapping: Vec<CdEvent>,
        /// CDEvents of all other types.
        "custom" => custom: CustomCdEvent,
        /// What was corrected.
        "corrected" => corrected: Vec<Correction>,
    }
}

object! {
    /// A standard CDEvent and the event that becomes it.
    pub struct CdEvent {
        /// Type without its version, such as `dev.cdevents.service.deployed`.
        "type" => r#type: Text,
        /// Version of the type.
        "version" => version: Text,
        /// What it says.
        "summary" => summary: Text,
        /// The event type.
        "event" => event: Text,
        /// Subject of the CDEvent, by dotted path. Values are paths in the event (`source`, `data.name`),
        /// or texts after `=`, in which `{path}` stands for the value at that path.
        "subject" => subject: Dict<Text>,
    }
}

object! {
    /// CDEvents of types that have no standard one.
    pub struct CustomCdEvent {
        /// Type; placeholders `{entity}`, `{action}`. Where an event has no entity, its category stands
        /// for it.
        "type" => r#type: Text,
        /// Version of the type.
        "version" => version: Text,
        /// Type of the subject; placeholder `{entity}`.
        "subjectType" => subject_type: Text,
    }
}

choice! {
    /// How a partner's event type stands to this catalogue.
    pub enum Standing {
        /// Sent under a name that was replaced.
        Legacy = "legacy",
        /// Sent by others under their own name.
        Foreign = "foreign",
    }
}

object! {
    /// A system beside the platform, with events or services of its own.
    pub struct PartnerFile {
        /// Name in kebab case, the same as the file's.
        "partner" => partner: Text,
        /// Name as people write it.
        "title" => title: Text,
        /// What it is.
        "summary" => summary: Text,
        /// More about it, in Markdown.
        "description" => description: Option<Text>,
        /// Exchange that it publishes to.
        "exchange" => exchange: Option<Text>,
        /// Its programs.
        "components" => components: Dict<PartnerComponent>,
        /// Its event types, by full name.
        "events" => events: Dict<PartnerEvent>,
        /// Addresses that it is called back at.
        "callbacks" => callbacks: Dict<Callback>,
        /// Services that functions may call.
        "services" => services: Dict<PartnerService>,
        /// Environment variables that functions get to reach it.
        "environment" => environment: Dict<Text>,
        /// Flow that shows it, a name from `flows/`.
        "flow" => flow: Option<Text>,
    }
}

object! {
    /// A program of a partner.
    pub struct PartnerComponent {
        /// What it does.
        "summary" => summary: Text,
        /// Event types it receives.
        "receives" => receives: Vec<Text>,
        /// Event types it sends.
        "sends" => sends: Vec<Text>,
    }
}

object! {
    /// An event type of a partner.
    pub struct PartnerEvent {
        /// What it says.
        "summary" => summary: Text,
        /// Whether it was replaced, or is its own.
        "standing" => standing: Standing,
        /// Who receives it.
        "consumer" => consumer: Option<Text>,
        /// Schema of its data.
        "data" => data: Option<Text>,
        /// Complete events.
        "examples" => examples: Vec<super::EventExample>,
    }
}

object! {
    /// An HTTP address of a partner that functions report to.
    pub struct Callback {
        /// What it is for.
        "summary" => summary: Text,
        /// HTTP method.
        "method" => method: Text,
        /// Address.
        "url" => url: Text,
        /// Media type of the body.
        "contentType" => content_type: Text,
        /// Schema of the body.
        "data" => data: Text,
        /// Bodies, each checked.
        "examples" => examples: Vec<Node>,
    }
}

object! {
    /// A service of a partner.
    pub struct PartnerService {
        /// Name as people write it.
        "title" => title: Text,
        /// Host and port.
        "address" => address: Text,
        /// Protocol.
        "protocol" => protocol: Text,
        /// What functions use it for.
        "purpose" => purpose: Text,
        /// Environment variable that holds its address.
        "variable" => variable: Option<Text>,
    }
}

object! {
    /// A custom resource of the platform.
    pub struct ResourceFile {
        /// Name in kebab case, the same as the file's.
        "resource" => resource: Text,
        /// What it is.
        "summary" => summary: Text,
        /// More about it, in Markdown.
        "description" => description: Option<Text>,
        /// API group.
        "group" => group: Text,
        /// API version.
        "version" => version: Text,
        /// Kind.
        "kind" => kind: Text,
        /// Plural name.
        "plural" => plural: Text,
        /// Singular name.
        "singular" => singular: Text,
        /// Short names for the command line.
        "shortNames" => short_names: Vec<Text>,
        /// Groups of resources that it belongs to.
        "categories" => categories: Vec<Text>,
        /// Longest name, so that names of objects made for it fit.
        "nameMaxLength" => name_max_length: Option<Spanned<u64>>,
        /// Regular expression that names match, where objects made for it have stricter names.
        "namePattern" => name_pattern: Option<Text>,
        /// Schema of `metadata`, a name from `data/`. An admission policy holds manifests to its validations.
        "metadata" => metadata: Option<Text>,
        /// Namespaces of the platform itself, where the validations of `metadata` do not hold.
        "trustedNamespaces" => trusted_namespaces: Vec<Text>,
        /// Schema of `spec`, a name from `data/`.
        "spec" => spec: Text,
        /// Schema of `status`, a name from `data/`.
        "status" => status: Text,
        /// Columns of `kubectl get`.
        "columns" => columns: Vec<PrinterColumn>,
        /// Types of conditions.
        "conditions" => conditions: Dict<Text>,
        /// Finalizer.
        "finalizer" => finalizer: Option<Text>,
        /// Labels on the objects made for it.
        "labels" => labels: Dict<Text>,
        /// Annotations with a meaning.
        "annotations" => annotations: Dict<Text>,
        /// Whole manifests; each is checked.
        "examples" => examples: Vec<Node>,
    }
}

impl ResourceFile {
    /// Names of the schemas of its parts.
    pub fn schemas(&self) -> impl Iterator<Item = &Text> {
        [&self.spec, &self.status].into_iter().chain(&self.metadata)
    }
}

object! {
    /// A column of `kubectl get`.
    pub struct PrinterColumn {
        /// Heading.
        "name" => name: Text,
        /// JSON path of the value.
        "jsonPath" => json_path: Text,
        /// Type of the value.
        "type" => r#type: Text,
        /// What it shows.
        "description" => description: Option<Text>,
    }
}
