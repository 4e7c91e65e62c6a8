//! The programs by which people bring manifests to a cluster: kubectl and Helm.

use std::path::PathBuf;
use std::process::Command;

use crate::part::say;
use crate::programs::Program;
use crate::{Error, Kubernetes};

/// kubectl and Helm, built from their published sources.
#[derive(Debug)]
pub struct Clients {
    binaries: PathBuf,
}

impl Clients {
    /// Builds them unless they are there; says on stderr when it does.
    ///
    /// # Errors
    /// When Go is missing or the build fails.
    pub async fn build() -> Result<Self, Error> {
        Ok(Self {
            binaries: Program::Clients.built(say).await?,
        })
    }

    /// kubectl, as an administrator of the cluster.
    pub fn kubectl(&self, cluster: &Kubernetes) -> Command {
        let mut kubectl = Command::new(self.binaries.join("kubectl"));
        kubectl.env("KUBECONFIG", cluster.kubeconfig());
        kubectl
    }

    /// Folder of the programs, for `PATH`.
    pub fn folder(&self) -> &std::path::Path {
        &self.binaries
    }

    /// Helm.
    pub fn helm(&self) -> Command {
        Command::new(self.binaries.join("helm"))
    }
}
