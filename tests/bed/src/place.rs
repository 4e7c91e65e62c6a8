//! Where a bed's servers live: folders, ports, logs.

use std::future::Future;
use std::path::PathBuf;
use std::process::Command;
use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::Error;
use crate::ports::Ports;
use crate::process::Process;
use crate::programs::tail;

/// Longest time until a server answers. Starts take seconds; machines that build beside it, more.
const PATIENCE: Duration = Duration::from_secs(120);

/// How often a server is asked whether it is there.
const PULSE: Duration = Duration::from_millis(50);

/// What one bed has to itself.
#[derive(Clone, Debug)]
pub(crate) struct Place {
    /// For data; deleted with the bed.
    pub(crate) folder: PathBuf,
    /// For logs, which stay.
    pub(crate) logs: PathBuf,
    /// For servers to listen at.
    pub(crate) ports: Arc<Ports>,
}

impl Place {
    /// A folder of its own for a server.
    pub(crate) fn folder(&self, name: &str) -> Result<PathBuf, Error> {
        let folder = self.folder.join(name);
        std::fs::create_dir_all(&folder).map_err(|error| Error::file(&folder, error))?;
        Ok(folder)
    }

    /// Writes a file for a server.
    pub(crate) fn file(&self, name: &str, content: &str) -> Result<PathBuf, Error> {
        let path = self.folder.join(name);
        std::fs::write(&path, content).map_err(|error| Error::file(&path, error))?;
        Ok(path)
    }

    /// Starts a server.
    pub(crate) fn start(&self, name: &str, command: &Command) -> Result<Process, Error> {
        let log = self.logs.join(format!("{name}.log"));
        Process::start(command, &log).map_err(|error| Error::file(command.get_program(), error))
    }
}

/// Waits until `answers` says that the server is there.
pub(crate) async fn ready<F: Future<Output = bool>>(
    name: &'static str,
    process: &mut Process,
    mut answers: impl FnMut() -> F,
) -> Result<(), Error> {
    let started = Instant::now();
    loop {
        if answers().await {
            return Ok(());
        }
        let what = if !process.is_running() {
            "ended"
        } else if started.elapsed() > PATIENCE {
            "does not answer"
        } else {
            tokio::time::sleep(PULSE).await;
            continue;
        };
        return Err(Error::Server {
            name,
            what: what.to_owned(),
            log: tail(process.log()),
        });
    }
}

/// Whether somebody listens at a port.
pub(crate) async fn listens(port: u16) -> bool {
    tokio::net::TcpStream::connect(("127.0.0.1", port))
        .await
        .is_ok()
}
