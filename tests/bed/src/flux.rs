//! Flux's notification-controller.

use std::path::Path;
use std::process::Command;

use crate::place::{Place, listens, ready};
use crate::process::Process;
use crate::{Crds, Error, Kubernetes};

/// The controller that turns requests to Receivers into reconciliations.
#[derive(Debug)]
pub struct Flux {
    _controller: Process,
    receiver: String,
}

impl Flux {
    pub(crate) async fn start(
        binaries: &Path,
        kubernetes: &Kubernetes,
        place: &Place,
    ) -> Result<Self, Error> {
        kubernetes.crds(Crds::FluxNotification).await?;
        let [receiver, events, health, metrics] = place.ports.take()?;
        let address = |port: u16| format!("127.0.0.1:{port}");
        let mut controller = Command::new(binaries.join("notification-controller"));
        controller.env("KUBECONFIG", kubernetes.kubeconfig());
        controller.env("RUNTIME_NAMESPACE", "flux-system");
        controller.args(["--receiverAddr", &address(receiver)]);
        controller.args(["--events-addr", &address(events)]);
        controller.args(["--health-addr", &address(health)]);
        controller.args(["--metrics-addr", &address(metrics)]);
        controller.arg("--enable-leader-election=false");
        let mut controller = place.start("notification-controller", &controller)?;
        ready("notification-controller", &mut controller, || {
            listens(receiver)
        })
        .await?;
        Ok(Self {
            _controller: controller,
            receiver: format!("http://127.0.0.1:{receiver}"),
        })
    }

    /// Address of the server that takes hooks; a Receiver's `status.webhookPath` goes after it.
    pub fn receiver(&self) -> &str {
        &self.receiver
    }
}
