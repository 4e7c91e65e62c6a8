//! A test bed of real servers on loopback.
//!
//! [`Bed::start`] builds what it needs (once), starts it in folders of its own on free ports, and
//! waits until it answers. Dropping the bed ends everything, and so does the end of the process
//! that holds it, even when that is killed. Several beds can run side by side.

mod alertmanager;
pub mod apply;
mod crds;
mod error;
mod flux;
mod kubernetes;
mod place;
mod process;
mod programs;
mod rabbitmq;

use std::path::{Path, PathBuf};

pub use alertmanager::Alertmanager;
pub use crds::Crds;
pub use error::Error;
pub use flux::Flux;
pub use kubernetes::{Kubernetes, OPERATOR};
pub use programs::state_folder;
pub use rabbitmq::RabbitMq;

use place::Place;
use programs::Program;

/// A server, or a group of servers, of the bed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Part {
    /// etcd, kube-apiserver and kube-controller-manager.
    Kubernetes,
    /// Flux's notification-controller; brings [`Part::Kubernetes`].
    Flux,
    /// RabbitMQ.
    RabbitMq,
    /// Alertmanager.
    Alertmanager,
}

impl Part {
    /// All parts.
    pub const ALL: [Self; 4] = [
        Self::Kubernetes,
        Self::Flux,
        Self::RabbitMq,
        Self::Alertmanager,
    ];

    /// The part with that name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|part| part.name() == name)
    }

    /// Its name on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Kubernetes => "kubernetes",
            Self::Flux => "flux",
            Self::RabbitMq => "rabbitmq",
            Self::Alertmanager => "alertmanager",
        }
    }
}

/// Servers that run until this is dropped.
pub struct Bed {
    flux: Option<Flux>,
    kubernetes: Option<Kubernetes>,
    rabbitmq: Option<RabbitMq>,
    alertmanager: Option<Alertmanager>,
    /// Deleted last, when nothing writes there any more.
    _folder: tempfile::TempDir,
    logs: PathBuf,
}

impl Bed {
    /// Starts the parts, and what they need, and waits until they answer. Says on stderr when a
    /// program is built first.
    ///
    /// # Errors
    /// When a program is missing, cannot be built, ends early or does not answer in time.
    pub async fn start(parts: &[Part]) -> Result<Self, Error> {
        #[allow(
            clippy::print_stderr,
            reason = "tests that build for minutes must say so"
        )]
        let note = |what: &str| eprintln!("{what}");
        Self::start_with(parts, note).await
    }

    /// As [`Bed::start`]; `note` is told what takes long.
    ///
    /// # Errors
    /// As [`Bed::start`].
    pub async fn start_with(
        parts: &[Part],
        note: impl Fn(&str) + Clone + Send + 'static,
    ) -> Result<Self, Error> {
        let folder = tempfile::Builder::new()
            .prefix("testbed-")
            .tempdir()
            .map_err(|error| Error::file(std::env::temp_dir(), error))?;
        let name = folder.path().file_name().unwrap_or_default();
        let logs = state_folder().join("logs").join(name);
        std::fs::create_dir_all(&logs).map_err(|error| Error::file(logs.clone(), error))?;
        let place = Place {
            folder: folder.path().to_path_buf(),
            logs: logs.clone(),
        };
        let build = |program: Program| {
            let note = note.clone();
            async move {
                let built = tokio::task::spawn_blocking(move || program.build(note)).await;
                built.unwrap_or_else(|error| std::panic::resume_unwind(error.into_panic()))
            }
        };
        let wants = |part: Part| parts.contains(&part);
        let clusters = async {
            if !wants(Part::Kubernetes) && !wants(Part::Flux) {
                return Ok((None, None));
            }
            let kubernetes =
                Kubernetes::start(&build(Program::ControlPlane).await?, &place).await?;
            let flux = match wants(Part::Flux) {
                true => Some(Flux::start(&build(Program::Flux).await?, &kubernetes, &place).await?),
                false => None,
            };
            Ok((Some(kubernetes), flux))
        };
        let rabbitmq = async {
            match wants(Part::RabbitMq) {
                true => RabbitMq::start(&place).await.map(Some),
                false => Ok(None),
            }
        };
        let alertmanager = async {
            match wants(Part::Alertmanager) {
                true => Alertmanager::start(&build(Program::Alertmanager).await?, &place)
                    .await
                    .map(Some),
                false => Ok(None),
            }
        };
        let ((kubernetes, flux), rabbitmq, alertmanager) =
            tokio::try_join!(clusters, rabbitmq, alertmanager)?;
        Ok(Self {
            flux,
            kubernetes,
            rabbitmq,
            alertmanager,
            _folder: folder,
            logs,
        })
    }

    /// What keeps the parts from being started on this machine, if anything does.
    pub fn missing(parts: &[Part]) -> Option<String> {
        let missing = parts.iter().find_map(|part| match part {
            Part::RabbitMq => rabbitmq::script().err(),
            Part::Kubernetes | Part::Flux | Part::Alertmanager => programs::go_version().err(),
        });
        missing.map(|error| error.to_string())
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
        self.rabbitmq.as_ref()
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
        }
        if let Some(alertmanager) = &self.alertmanager {
            variables.push(("ALERTMANAGER_URL", alertmanager.url().to_owned()));
        }
        variables
    }

    /// Folder of the logs, one file a server; it stays.
    pub fn logs(&self) -> &Path {
        &self.logs
    }
}

/// Whether tests that need servers of Go sources can run here; see [`available_for`].
///
/// # Panics
/// As [`available_for`].
pub fn available() -> bool {
    available_for(&[Part::Kubernetes])
}

/// Whether tests that need the parts can run here; says why where they cannot.
///
/// # Panics
/// With `CI=true`, where nothing may be skipped.
#[allow(
    clippy::print_stderr,
    clippy::panic,
    reason = "for tests, which print and panic"
)]
pub fn available_for(parts: &[Part]) -> bool {
    let Some(why) = Bed::missing(parts) else {
        return true;
    };
    let ci = std::env::var_os("CI").is_some_and(|value| value == "true");
    assert!(!ci, "nothing is skipped in CI: {why}");
    eprintln!("skipped: {why}");
    false
}
