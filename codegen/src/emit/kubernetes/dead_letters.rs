//! Where dead letters lie: RabbitMQ's exchange, queues and policies, made by its topology operator.

use serde_json::{Value as Json, json};

use super::Builder;
use super::knative::cluster_reference;
use super::settings::{MAX_LENGTH, MESSAGE_TTL, OVERFLOW};
use crate::check::data::iso_seconds;
use crate::model::{Broker, DeadLetterPolicy};

/// The dead letters of one broker.
pub(super) struct DeadLetters<'a> {
    builder: &'a Builder<'a>,
    broker: &'a Broker,
    policy: &'a DeadLetterPolicy,
    cluster: Json,
}

impl<'a> DeadLetters<'a> {
    /// `None` where the broker has no RabbitMQ cluster, or the spec no policy.
    pub(super) fn of(builder: &'a Builder<'a>, broker: &'a Broker) -> Option<Self> {
        let cluster = broker.cluster.as_ref()?;
        let errors = builder.catalog.spec.errors.as_ref()?;
        Some(Self {
            builder,
            broker,
            policy: &errors.dead_letter,
            cluster: cluster_reference(builder, cluster),
        })
    }

    /// An exchange with a queue for the dead letters of no function; those of a function have a
    /// queue of its own. The broker's own queue, from which letters go to the sink, has the same
    /// bounds. `name` is that of the broker.
    pub(super) fn of_broker(&self, name: &str) -> Vec<Json> {
        let values = self.builder.values;
        let exchange = kubernetes_name(&self.policy.exchange);
        let mut exchange = self.object("Exchange", &values.name("Exchange", &exchange));
        exchange["spec"] = json!({
            "name": self.policy.exchange.value,
            "type": "topic",
            "durable": true,
            "rabbitmqClusterReference": self.cluster,
        });
        let prefix = &self.policy.routing_key_prefix.value;
        let [queue, binding] = self.queue(&kubernetes_name(prefix), prefix);
        let own = values.start("Policy", name);
        let name = values.name("Broker", name);
        let namespace = values.namespace(&self.broker.namespace);
        let start = values.queue_start(&self.broker.namespace);
        let mut policy = self.object("Policy", &format!("{own}-dead-letters"));
        policy["spec"] = json!({
            "name": format!("{namespace}.{name}.dead-letters"),
            "pattern": format!("^[bt][.]{start}"),
            "applyTo": "queues",
            // Above the broker's own policy, by which a letter that expires would come back.
            "priority": 10,
            "definition": self.bounds(),
            "rabbitmqClusterReference": self.cluster,
        });
        vec![exchange, queue, binding, policy]
    }

    /// The queue of a function's dead letters; `{name}` stands for the function.
    pub(super) fn of_function(&self) -> [Json; 2] {
        let key = format!("{}.{{name}}", self.policy.routing_key_prefix.value);
        self.queue(&self.policy.queue, &key)
    }

    fn object(&self, kind: &str, name: &str) -> Json {
        let namespace = Some(self.broker.namespace.value.as_str());
        self.builder
            .object("rabbitmq.com/v1beta1", kind, name, namespace)
    }

    /// A queue of dead letters, bound to their exchange.
    fn queue(&self, name: &str, key: &str) -> [Json; 2] {
        let bounds = self.bounds();
        let own = |kind| self.builder.values.name(kind, name);
        let mut queue = self.object("Queue", &own("Queue"));
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
        let mut binding = self.object("Binding", &own("Binding"));
        binding["spec"] = json!({
            "source": self.policy.exchange.value,
            "destination": name,
            "destinationType": "queue",
            "routingKey": key,
            "rabbitmqClusterReference": self.cluster,
        });
        [queue, binding]
    }

    fn bounds(&self) -> Json {
        let (values, policy) = (self.builder.values, self.policy);
        let ttl = iso_seconds(&policy.ttl).saturating_mul(1000);
        json!({
            "message-ttl": values.setting(&MESSAGE_TTL, ttl),
            "max-length": values.setting(&MAX_LENGTH, policy.max_length.value),
            "overflow": values.setting(&OVERFLOW, policy.overflow.value.as_str()),
        })
    }
}

/// Names in RabbitMQ may have dots, those of these resources are labels.
fn kubernetes_name(name: &str) -> String {
    name.replace('.', "-")
}
