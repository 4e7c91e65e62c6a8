//! What the files of a spec mean, typed and with places.
//!
//! One submodule a kind of file. Declaring a type with [`decode::object!`] gives it
//! a decoder that reports every error, and a JSON Schema for editors.

pub mod decode;

mod alerting;
mod catalog;
mod dashboards;
mod data;
mod events;
mod files;
mod flows;
mod metrics;
mod migrations;
mod network;
mod routes;
mod runtime;

pub use alerting::*;
pub use catalog::*;
pub use dashboards::*;
pub use data::*;
pub use decode::{Dict, Text};
pub use events::*;
pub use files::{FileKind, KINDS, Memory, read, read_again};
pub use flows::*;
pub use metrics::*;
pub use migrations::*;
pub use network::*;
pub use routes::*;
pub use runtime::*;

use std::sync::Arc;

use crate::source::FileId;

/// One file of the spec, understood.
#[derive(Clone, Debug)]
pub struct SpecFile<T> {
    /// The file.
    pub file: FileId,
    /// What it says; shared with [`Memory`].
    pub body: Arc<T>,
}

impl<T> std::ops::Deref for SpecFile<T> {
    type Target = T;
    fn deref(&self) -> &T {
        &self.body
    }
}

/// All files of a spec, understood. What could not be read is missing.
#[derive(Clone, Debug, Default)]
pub struct Spec {
    /// `catalog.yaml`.
    pub catalog: Option<SpecFile<CatalogFile>>,
    /// `extensions.yaml`.
    pub extensions: Option<SpecFile<ExtensionsFile>>,
    /// `errors.yaml`.
    pub errors: Option<SpecFile<ErrorsFile>>,
    /// `runtimes.yaml`.
    pub runtimes: Option<SpecFile<RuntimesFile>>,
    /// `environment.yaml`.
    pub environment: Option<SpecFile<EnvironmentFile>>,
    /// `migrations.yaml`.
    pub migrations: Option<SpecFile<MigrationsFile>>,
    /// `broker.yaml`.
    pub broker: Option<SpecFile<BrokerFile>>,
    /// `consumers.yaml`.
    pub consumers: Option<SpecFile<ConsumersFile>>,
    /// `observers.yaml`.
    pub observers: Option<SpecFile<ObserversFile>>,
    /// `flux.yaml`.
    pub flux: Option<SpecFile<FluxFile>>,
    /// `cdevents.yaml`.
    pub cdevents: Option<SpecFile<CdEventsFile>>,
    /// `alerting.yaml`.
    pub alerting: Option<SpecFile<AlertingFile>>,
    /// `metrics.yaml`.
    pub metrics: Option<SpecFile<MetricsFile>>,
    /// `dashboards.yaml`.
    pub dashboards: Option<SpecFile<DashboardsFile>>,
    /// `network.yaml`.
    pub network: Option<SpecFile<NetworkFile>>,
    /// `events/*.yaml`.
    pub events: Vec<SpecFile<EventsFile>>,
    /// `data/*.yaml`.
    pub data: Vec<SpecFile<SchemaFile>>,
    /// `partners/*.yaml`.
    pub partners: Vec<SpecFile<PartnerFile>>,
    /// `resources/*.yaml`.
    pub resources: Vec<SpecFile<ResourceFile>>,
    /// `flows/*.yaml`.
    pub flows: Vec<SpecFile<FlowFile>>,
    /// Files that are there but could not be read, by path. References to what they
    /// would have defined are not reported again.
    pub broken: Vec<String>,
}

impl Spec {
    /// Adds the files of `part`, which come after those that are there.
    fn absorb(&mut self, part: Self) {
        self.catalog = self.catalog.take().or(part.catalog);
        self.extensions = self.extensions.take().or(part.extensions);
        self.errors = self.errors.take().or(part.errors);
        self.runtimes = self.runtimes.take().or(part.runtimes);
        self.environment = self.environment.take().or(part.environment);
        self.migrations = self.migrations.take().or(part.migrations);
        self.broker = self.broker.take().or(part.broker);
        self.consumers = self.consumers.take().or(part.consumers);
        self.observers = self.observers.take().or(part.observers);
        self.flux = self.flux.take().or(part.flux);
        self.cdevents = self.cdevents.take().or(part.cdevents);
        self.alerting = self.alerting.take().or(part.alerting);
        self.metrics = self.metrics.take().or(part.metrics);
        self.dashboards = self.dashboards.take().or(part.dashboards);
        self.network = self.network.take().or(part.network);
        self.events.extend(part.events);
        self.data.extend(part.data);
        self.partners.extend(part.partners);
        self.resources.extend(part.resources);
        self.flows.extend(part.flows);
        self.broken.extend(part.broken);
    }

    /// Whether `folder/name.yaml` is there but could not be read.
    pub fn is_broken(&self, folder: &str, name: &str) -> bool {
        self.broken.iter().any(|path| {
            path.strip_prefix(folder)
                .and_then(|p| p.strip_prefix('/'))
                .and_then(|p| p.rsplit_once('.'))
                .is_some_and(|(stem, _)| stem == name)
        })
    }
}
