//! The parts of a bed, and whether they can run here.

use std::collections::BTreeSet;
use std::io::{self, Write as _};
use std::sync::{Mutex, PoisonError};

use crate::programs::go_version;
use crate::rabbitmq;

/// A server, or a group of servers, of the bed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Part {
    /// etcd, kube-apiserver and kube-controller-manager.
    Kubernetes,
    /// Flux's notification-controller; brings [`Part::Kubernetes`].
    Flux,
    /// RabbitMQ.
    RabbitMq,
    /// Ingress and dispatchers of Knative's RabbitMQ broker; brings [`Part::RabbitMq`].
    Broker,
    /// Alertmanager.
    Alertmanager,
}

impl Part {
    /// All parts.
    pub const ALL: [Self; 5] = [
        Self::Kubernetes,
        Self::Flux,
        Self::RabbitMq,
        Self::Broker,
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
            Self::Broker => "broker",
            Self::Alertmanager => "alertmanager",
        }
    }

    /// What keeps it from being started on this machine, if anything does.
    pub fn missing(self) -> Option<String> {
        let built = || go_version().err();
        let missing = match self {
            Self::RabbitMq => rabbitmq::script().err(),
            Self::Broker => rabbitmq::script().err().or_else(built),
            Self::Kubernetes | Self::Flux | Self::Alertmanager => built(),
        };
        missing.map(|error| error.to_string())
    }
}

/// Whether tests that need servers of Go sources can run here; see [`available_for`].
///
/// # Panics
/// As [`available_for`].
pub fn available() -> bool {
    available_for(&[Part::Kubernetes])
}

/// Whether tests that need the parts can run here; says why where they cannot, once in a process.
///
/// # Panics
/// With `CI=true`, where nothing may be skipped.
#[allow(clippy::panic, reason = "for tests, which panic")]
pub fn available_for(parts: &[Part]) -> bool {
    static TOLD: Mutex<BTreeSet<String>> = Mutex::new(BTreeSet::new());
    let Some(why) = parts.iter().find_map(|part| part.missing()) else {
        return true;
    };
    let ci = std::env::var_os("CI").is_some_and(|value| value == "true");
    assert!(!ci, "nothing is skipped in CI: {why}");
    let line = format!("skipped: {why}");
    let mut told = TOLD.lock().unwrap_or_else(PoisonError::into_inner);
    if told.insert(why) {
        say(&line);
    }
    false
}

/// Prints a line that is seen also where tests pass, whose output is not shown.
pub(crate) fn say(line: &str) {
    // There is nobody to tell that nobody can be told.
    let _ = writeln!(io::stderr(), "{line}");
}
