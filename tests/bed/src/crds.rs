//! The CustomResourceDefinitions of the systems that manifests are for.

use std::path::PathBuf;

use crate::Error;
use crate::programs::module;

/// A system's CustomResourceDefinitions, from the Go module that publishes them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Crds {
    /// Knative Serving: Service, Configuration, Route, Revision, …
    KnativeServing,
    /// Knative Eventing: Broker, Trigger, EventType, SinkBinding, …
    KnativeEventing,
    /// Knative's RabbitMQ broker: RabbitmqBrokerConfig.
    EventingRabbitmq,
    /// RabbitMQ's topology operator: Exchange, Queue, Binding, Policy, …
    RabbitmqTopology,
    /// RabbitMQ's cluster operator: RabbitmqCluster.
    RabbitmqCluster,
    /// Flux's source-controller: GitRepository, OCIRepository, …
    FluxSource,
    /// Flux's kustomize-controller: Kustomization.
    FluxKustomize,
    /// Flux's image-reflector-controller: ImageRepository, ImagePolicy.
    FluxImage,
    /// Flux's notification-controller: Receiver, Alert, Provider.
    FluxNotification,
    /// The Prometheus operator: PrometheusRule, ServiceMonitor, …
    PrometheusOperator,
}

impl Crds {
    /// All systems.
    pub const ALL: [Self; 10] = [
        Self::KnativeServing,
        Self::KnativeEventing,
        Self::EventingRabbitmq,
        Self::RabbitmqTopology,
        Self::RabbitmqCluster,
        Self::FluxSource,
        Self::FluxKustomize,
        Self::FluxImage,
        Self::FluxNotification,
        Self::PrometheusOperator,
    ];

    /// The Go module, its version, and the file or folder in it.
    fn source(self) -> (&'static str, &'static str, &'static str) {
        match self {
            Self::KnativeServing => (
                "knative.dev/serving",
                "v0.50.0",
                "config/core/300-resources",
            ),
            Self::KnativeEventing => ("knative.dev/eventing", "v0.50.0", "config/core/resources"),
            Self::EventingRabbitmq => (
                "knative.dev/eventing-rabbitmq",
                "v0.48.0",
                "config/broker/300-rabbitmqbrokerconfig.yaml",
            ),
            Self::RabbitmqTopology => (
                "github.com/rabbitmq/messaging-topology-operator",
                "v1.17.4",
                "config/crd/bases",
            ),
            Self::RabbitmqCluster => (
                "github.com/rabbitmq/cluster-operator/v2",
                "v2.16.0",
                "config/crd/bases",
            ),
            Self::FluxSource => (
                "github.com/fluxcd/source-controller",
                "v1.7.0",
                "config/crd/bases",
            ),
            // Newer versions need a newer Go.
            Self::FluxKustomize => (
                "github.com/fluxcd/kustomize-controller",
                "v1.9.0",
                "config/crd/bases",
            ),
            Self::FluxImage => (
                "github.com/fluxcd/image-reflector-controller",
                "v1.1.1",
                "config/crd/bases",
            ),
            // The version that `go/flux` pins.
            Self::FluxNotification => (
                "github.com/fluxcd/notification-controller",
                "v1.9.3",
                "config/crd/bases",
            ),
            Self::PrometheusOperator => (
                "github.com/prometheus-operator/prometheus-operator",
                "v0.85.0",
                "example/prometheus-operator-crd",
            ),
        }
    }

    /// The file or folder; downloads the module once.
    pub(crate) async fn path(self) -> Result<PathBuf, Error> {
        let (name, version, path) = self.source();
        Ok(module(name, version).await?.join(path))
    }
}
