//! The ingress and the dispatchers of Knative's RabbitMQ broker.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use jiff::{SignedDuration, Span, SpanRelativeTo};
use lapin::Connection;
use lapin::options::QueueDeclareOptions;
use lapin::types::FieldTable;
use serde_json::{Value, json};

use crate::place::{Place, listens, ready};
use crate::process::Process;
use crate::{Error, RabbitMq, Topology};

/// The exchange of the ingress that the bed starts.
const EXCHANGE: &str = "testbed";

/// Starts ingresses and dispatchers, and has one ingress from the start.
pub struct Broker {
    ingress: Ingress,
    connection: Connection,
    rabbitmq: Arc<RabbitMq>,
    binaries: PathBuf,
    place: Place,
    started: AtomicUsize,
}

/// An ingress, which publishes the events that it is sent, until this is dropped.
#[derive(Debug)]
pub struct Ingress {
    _process: Process,
    url: String,
}

impl Ingress {
    /// Where it takes events.
    pub fn url(&self) -> &str {
        &self.url
    }
}

/// A dispatcher, which delivers the events of a queue, until this is dropped.
#[derive(Debug)]
pub struct Dispatcher {
    _process: Process,
}

/// What a dispatcher does with a queue. Durations are ISO 8601, as in manifests.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DispatcherSettings {
    /// The queue.
    pub queue: String,
    /// Where its events go.
    pub subscriber: String,
    /// Where the subscriber's replies go; the bed's own ingress where it is not set.
    pub ingress: Option<String>,
    /// Whether these are dead letters, which are dropped where they cannot be delivered.
    pub dead_letters: bool,
    /// The exchange of events that cannot be delivered.
    pub dead_letter_exchange: Option<String>,
    /// How many times it tries again.
    pub retry: Option<u64>,
    /// `exponential` or `linear`.
    pub backoff_policy: Option<String>,
    /// How long it waits before it tries again.
    pub backoff_delay: Option<String>,
    /// Longest time for a delivery.
    pub timeout: Option<String>,
    /// How many events it delivers at the same time.
    pub parallelism: Option<String>,
}

impl DispatcherSettings {
    /// The variables that the program reads.
    fn environment(&self) -> Result<Vec<(&'static str, String)>, Error> {
        let duration = |text: &Option<String>| text.as_deref().map(go_duration).transpose();
        let optional = [
            ("DLX", self.dead_letters.then(|| "true".to_owned())),
            ("DLX_NAME", self.dead_letter_exchange.clone()),
            ("RETRY", self.retry.map(|retry| retry.to_string())),
            ("BACKOFF_POLICY", self.backoff_policy.clone()),
            ("BACKOFF_DELAY", duration(&self.backoff_delay)?),
            ("TIMEOUT", duration(&self.timeout)?),
            ("PARALLELISM", self.parallelism.clone()),
        ];
        let required = [
            ("QUEUE_NAME", self.queue.clone()),
            ("SUBSCRIBER", self.subscriber.clone()),
        ];
        let optional = optional
            .into_iter()
            .filter_map(|(name, value)| Some((name, value?)));
        Ok(required.into_iter().chain(optional).collect())
    }
}

/// A Broker and its Triggers, which run until this is dropped.
#[derive(Debug)]
pub struct Reconciled {
    ingress: Ingress,
    _dispatchers: Vec<Dispatcher>,
    topology: Topology,
}

impl Reconciled {
    /// The Broker's address.
    pub fn url(&self) -> &str {
        self.ingress.url()
    }

    /// What it was made of.
    pub fn topology(&self) -> &Topology {
        &self.topology
    }
}

impl Broker {
    pub(crate) async fn start(
        binaries: PathBuf,
        rabbitmq: Arc<RabbitMq>,
        place: Place,
    ) -> Result<Self, Error> {
        let exchange = json!({
            "name": EXCHANGE, "vhost": "/", "type": "headers", "durable": true,
            "auto_delete": false, "internal": false, "arguments": {},
        });
        rabbitmq.define(&json!({ "exchanges": [exchange] })).await?;
        let connection = rabbitmq.connection().await?;
        let started = AtomicUsize::new(0);
        Ok(Self {
            ingress: ingress(&binaries, &rabbitmq, &place, "ingress", EXCHANGE).await?,
            connection,
            rabbitmq,
            binaries,
            place,
            started,
        })
    }

    /// Address of the ingress that the bed has from the start; it publishes to the headers exchange
    /// `testbed`.
    pub fn url(&self) -> &str {
        self.ingress.url()
    }

    /// Starts another ingress for an exchange.
    ///
    /// # Errors
    /// When it does not start.
    pub async fn ingress(&self, exchange: &str) -> Result<Ingress, Error> {
        let name = self.name("ingress");
        ingress(&self.binaries, &self.rabbitmq, &self.place, &name, exchange).await
    }

    /// Starts a dispatcher and waits until it consumes its queue.
    ///
    /// # Errors
    /// When the queue is not there, a duration is malformed, or it does not start.
    pub async fn dispatcher(&self, settings: &DispatcherSettings) -> Result<Dispatcher, Error> {
        let before = self.consumers(&settings.queue).await?;
        let mut command = Command::new(self.binaries.join("dispatcher"));
        command.envs(settings.environment()?);
        command.env("RABBIT_URL", self.rabbitmq.url());
        let ingress = settings.ingress.as_deref().unwrap_or(self.url());
        command.env("BROKER_INGRESS_URL", ingress);
        let mut process = start(&mut command, &self.place, &self.name("dispatcher"))?;
        ready("dispatcher", &mut process, || async {
            let consumers = self.consumers(&settings.queue).await;
            consumers.is_ok_and(|consumers| consumers > before)
        })
        .await?;
        Ok(Dispatcher { _process: process })
    }

    /// Makes a Broker and its Triggers as Knative's controllers would, from their manifests;
    /// see [`Topology::new`].
    ///
    /// # Errors
    /// When a manifest is not as it must be, or something does not start.
    pub async fn reconcile(
        &self,
        broker: &Value,
        config: &Value,
        triggers: &[Value],
        resolve: impl Fn(&Value) -> String,
    ) -> Result<Reconciled, Error> {
        let topology = Topology::new(broker, config, triggers, resolve)?;
        self.rabbitmq.define(&topology.definitions).await?;
        let ingress = self.ingress(&topology.exchange).await?;
        let mut dispatchers = Vec::with_capacity(topology.dispatchers.len());
        for settings in &topology.dispatchers {
            let settings = DispatcherSettings {
                ingress: Some(ingress.url().to_owned()),
                ..settings.clone()
            };
            dispatchers.push(self.dispatcher(&settings).await?);
        }
        Ok(Reconciled {
            ingress,
            _dispatchers: dispatchers,
            topology,
        })
    }

    /// How many consumers a queue has.
    async fn consumers(&self, queue: &str) -> Result<u32, Error> {
        let failed = |error| Error::request("rabbitmq", error);
        // An unknown queue closes the channel.
        let channel = self.connection.create_channel().await.map_err(failed)?;
        let options = QueueDeclareOptions {
            passive: true,
            ..QueueDeclareOptions::default()
        };
        let declared = channel
            .queue_declare(queue.into(), options, FieldTable::default())
            .await;
        Ok(declared.map_err(failed)?.consumer_count())
    }

    /// A name of its own for a log.
    fn name(&self, program: &str) -> String {
        let number = self.started.fetch_add(1, Ordering::Relaxed) + 1;
        format!("{program}-{number}")
    }
}

async fn ingress(
    binaries: &Path,
    rabbitmq: &RabbitMq,
    place: &Place,
    name: &str,
    exchange: &str,
) -> Result<Ingress, Error> {
    let [port] = place.ports.take()?;
    let mut command = Command::new(binaries.join("ingress"));
    command.env("BROKER_URL", rabbitmq.url());
    command.env("EXCHANGE_NAME", exchange);
    command.env("PORT", port.to_string());
    let mut process = start(&mut command, place, name)?;
    // It listens once it is connected to RabbitMQ.
    ready("ingress", &mut process, || listens(port)).await?;
    Ok(Ingress {
        _process: process,
        url: format!("http://127.0.0.1:{port}"),
    })
}

fn start(command: &mut Command, place: &Place, name: &str) -> Result<Process, Error> {
    command.env("NAMESPACE", "default");
    command.env("SYSTEM_NAMESPACE", "knative-eventing");
    command.env("POD_NAME", name);
    place.start(name, command)
}

/// An ISO 8601 duration as Go reads durations.
fn go_duration(text: &str) -> Result<String, Error> {
    let span: Result<Span, _> = text.parse();
    let days = SpanRelativeTo::days_are_24_hours();
    let duration: Result<SignedDuration, _> = span.and_then(|span| span.to_duration(days));
    let duration = duration.map_err(|error| Error::request("manifest", error))?;
    Ok(format!("{}ms", duration.as_millis()))
}

#[cfg(test)]
mod tests {
    use super::go_duration;

    #[test]
    fn durations_of_manifests() {
        for (text, expected) in [
            ("PT1S", "1000ms"),
            ("PT0.2S", "200ms"),
            ("P1DT2H", "93600000ms"),
        ] {
            assert_eq!(go_duration(text).ok().as_deref(), Some(expected));
        }
        assert!(go_duration("1s of it").is_err());
    }
}
