use crate::check::{Context, rule};
use crate::diagnostics::Finding;
use crate::model::{Broker, Text};

rule! {
    /// A Broker cannot work with RabbitMQ as it is described.
    ///
    /// ## What it does
    /// A Broker of the class `RabbitMQBroker` needs `cluster`, a `RabbitmqCluster`. `queueType` is `quorum` or
    /// `classic`, and `parallelism` is from 1 to 1000.
    ///
    /// ## Why
    /// Knative refuses other Brokers, their configuration, or their Triggers.
    ///
    /// ## Fails
    /// ```yaml broker.yaml
    /// # …
    /// brokers:
    ///   shop:
    ///     queueType: quorom
    /// ```
    ///
    /// ## Passes
    /// ```yaml broker.yaml
    /// # …
    /// brokers:
    ///   shop:
    ///     queueType: classic
    /// ```
    "rabbitmq-broker", 635, Error, check
}

/// eventing-rabbitmq, `config/broker/300-rabbitmqbrokerconfig.yaml`.
const QUEUE_TYPES: &[&str] = &["quorum", "classic"];
const CLUSTER: &str = "RabbitmqCluster";
/// eventing-rabbitmq, `pkg/apis/eventing/v1alpha1/trigger_validation.go`.
const PARALLELISM: std::ops::RangeInclusive<u64> = 1..=1000;

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for (name, broker) in context.spec.broker.iter().flat_map(|f| f.body.brokers.iter()) {
        findings.extend(cluster(name, broker));
        if let Some(queue) = broker.queue_type.as_ref().filter(|q| !QUEUE_TYPES.contains(&q.value.as_str())) {
            findings.push(
                Finding::new(&META, queue.span, format!("RabbitMQ brokers have no queues of the type `{}`", queue.value))
                    .label("neither `quorum` nor `classic`")
                    .help("write `quorum` for queues that survive the loss of a node, or `classic`")
                    .did_you_mean(queue.span, queue, QUEUE_TYPES.iter().copied()),
            );
        }
        if let Some(parallelism) = broker.parallelism.as_ref().filter(|p| !PARALLELISM.contains(&p.value)) {
            findings.push(
                Finding::new(&META, parallelism.span, format!("a Trigger cannot have {} events under way", parallelism.value))
                    .label("out of range")
                    .help("write a number from 1 to 1000"),
            );
        }
    }
}

fn cluster(name: &Text, broker: &Broker) -> Option<Finding> {
    match &broker.cluster {
        None if broker.compares_whole_values() => Some(
            Finding::new(&META, broker.class.span, format!("the Broker `{}` has no RabbitMQ cluster", name.value))
                .label("a Broker of this class needs one")
                .help(format!("add `cluster: {{ apiVersion: rabbitmq.com/v1beta1, kind: {CLUSTER}, name: …, namespace: … }}`")),
        ),
        Some(cluster) if cluster.kind.value != CLUSTER => Some(
            Finding::new(&META, cluster.kind.span, format!("a `{}` holds no queues", cluster.kind.value))
                .label("no RabbitMQ cluster")
                .help(format!("name a `{CLUSTER}`"))
                .did_you_mean(cluster.kind.span, &cluster.kind, [CLUSTER]),
        ),
        _ => None,
    }
}
