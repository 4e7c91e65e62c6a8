//! A test bed of real servers on loopback.
//!
//! [`Bed::start`] builds what it needs (once), starts it in folders of its own on free ports, and
//! waits until it answers. Dropping the bed ends everything, and so does the end of the process
//! that holds it, even when that is killed. Several beds can run side by side.

mod alertmanager;
pub mod apply;
mod broker;
mod clients;
mod crds;
mod definitions;
mod error;
mod flux;
mod folder;
mod health;
pub mod http;
mod knative;
mod kubelet;
mod kubernetes;
mod logs;
mod part;
mod place;
mod pod_status;
mod ports;
mod process;
mod programs;
mod rabbitmq;
mod serving;
mod shared;
mod sink;
mod start;
mod topology;

use std::path::Path;
use std::sync::Arc;

pub use alertmanager::Alertmanager;
pub use broker::{Broker, Dispatcher, DispatcherSettings, Ingress, Reconciled};
pub use clients::Clients;
pub use crds::Crds;
pub use error::Error;
pub use flux::Flux;
pub use health::answers;
pub use knative::Knative;
pub use kubelet::{Kubelet, PodState};
pub use kubernetes::{Kubernetes, OPERATOR};
pub use part::{Part, available, available_for};
pub use programs::state_folder;
pub use rabbitmq::RabbitMq;
pub use serving::{RevisionFailure, RevisionState, Serving, write_service_status};
pub use shared::shared;
pub use sink::{Answer, Received, Sink};
pub use topology::Topology;

use folder::Folder;
use place::Place;
use ports::Ports;
use start::Start;

/// Servers that run until this is dropped.
pub struct Bed {
    flux: Option<Flux>,
    kubernetes: Option<Kubernetes>,
    broker: Option<Broker>,
    rabbitmq: Option<Arc<RabbitMq>>,
    alertmanager: Option<Alertmanager>,
    place: Place,
    /// Deleted last, when nothing writes there any more.
    _folder: Folder,
}

impl Bed {
    /// Starts the parts, and what they need, and waits until they answer. Says on stderr when a
    /// program is built first.
    ///
    /// # Errors
    /// When a program is missing, cannot be built, ends early or does not answer in time.
    pub async fn start(parts: &[Part]) -> Result<Self, Error> {
        Self::start_with(parts, part::say).await
    }

    /// As [`Bed::start`]; `note` is told what takes long.
    ///
    /// # Errors
    /// As [`Bed::start`].
    pub async fn start_with(
        parts: &[Part],
        note: impl Fn(&str) + Clone + Send + 'static,
    ) -> Result<Self, Error> {
        let folder = Folder::new()?;
        let place = Place {
            folder: folder.path().to_path_buf(),
            logs: logs::folder(folder.path())?,
            ports: Arc::new(Ports::new()?),
        };
        let start = Start {
            parts,
            place: &place,
            note,
        };
        let ((kubernetes, flux), (rabbitmq, broker), alertmanager) =
            tokio::try_join!(start.clusters(), start.messages(), start.alertmanager())?;
        Ok(Self {
            flux,
            kubernetes,
            broker,
            rabbitmq,
            alertmanager,
            place,
            _folder: folder,
        })
    }

    /// Whether a part was started, be it for another part.
    pub fn has(&self, part: Part) -> bool {
        match part {
            Part::Kubernetes => self.kubernetes.is_some(),
            Part::Flux => self.flux.is_some(),
            Part::RabbitMq => self.rabbitmq.is_some(),
            Part::Broker => self.broker.is_some(),
            Part::Alertmanager => self.alertmanager.is_some(),
        }
    }

    /// The API server, where it is part of the bed.
    pub fn kubernetes(&self) -> Option<&Kubernetes> {
        self.kubernetes.as_ref()
    }

    /// Flux, where it is part of the bed.
    pub fn flux(&self) -> Option<&Flux> {
        self.flux.as_ref()
    }

    /// RabbitMQ, where it is part of the bed.
    pub fn rabbitmq(&self) -> Option<&RabbitMq> {
        self.rabbitmq.as_deref()
    }

    /// Knative's RabbitMQ broker, where it is part of the bed.
    pub fn broker(&self) -> Option<&Broker> {
        self.broker.as_ref()
    }

    /// Alertmanager, where it is part of the bed.
    pub fn alertmanager(&self) -> Option<&Alertmanager> {
        self.alertmanager.as_ref()
    }

    /// Variables that other programs find the servers by.
    pub fn environment(&self) -> Vec<(&'static str, String)> {
        let mut variables = Vec::new();
        if let Some(kubernetes) = &self.kubernetes {
            let path = kubernetes.kubeconfig().display().to_string();
            variables.push(("KUBECONFIG", path));
        }
        if let Some(flux) = &self.flux {
            variables.push(("FLUX_RECEIVER_URL", flux.receiver().to_owned()));
        }
        if let Some(rabbitmq) = &self.rabbitmq {
            variables.push(("AMQP_URL", rabbitmq.url().to_owned()));
            variables.push(("RABBITMQ_MANAGEMENT_URL", rabbitmq.management().to_owned()));
        }
        if let Some(broker) = &self.broker {
            variables.push(("BROKER_URL", broker.url().to_owned()));
        }
        if let Some(alertmanager) = &self.alertmanager {
            variables.push(("ALERTMANAGER_URL", alertmanager.url().to_owned()));
        }
        variables
    }

    /// Folder of the logs, one file a server; it stays.
    pub fn logs(&self) -> &Path {
        &self.place.logs
    }
}

/// The time as Kubernetes writes it.
fn clock() -> String {
    let now = jiff::Timestamp::now();
    now.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}
