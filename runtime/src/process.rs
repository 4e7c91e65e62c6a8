//! The process of a function: its log, its signals, its port, its children.

use std::future::Future;
use std::io::{self, IsTerminal, Write};
use std::net::{Ipv4Addr, Ipv6Addr};
use std::os::unix::process::CommandExt;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use knative_lambda_events::environment::{Environment, LogFormat, LogLevel};
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};

use crate::log::{Logger, fields};
use crate::server::Server;
use crate::service::Service;
use crate::worker::reap_orphans;

/// Time without a call after which a function ends that was asked to: Knative's proxy forwards for
/// a moment longer.
const LINGER: Duration = Duration::from_millis(250);

/// Why a function cannot be served.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unserved {
    /// Exit status.
    pub status: u8,
    /// What people read.
    pub message: String,
}

impl From<io::Error> for Unserved {
    fn from(error: io::Error) -> Self {
        Self {
            status: 1,
            message: error.to_string(),
        }
    }
}

/// The log that the environment asks for, on standard output.
pub fn logger(environment: &Environment) -> Logger {
    let terminal = io::stdout().is_terminal();
    let usual = if terminal {
        LogFormat::Human
    } else {
        LogFormat::Json
    };
    Logger::to_stream(
        environment.log_level,
        environment.log_format.unwrap_or(usual),
        io::stdout(),
    )
}

/// Runs `main` on one thread, with a folder of its own for sockets. Workers are started by this
/// thread: they die with it. What they leave behind is adopted by this process.
///
/// # Errors
/// Those of `main`, and of the system.
pub fn supervise<T, F: Future<Output = Result<T, Unserved>>>(
    main: impl FnOnce(PathBuf) -> F,
) -> Result<T, Unserved> {
    nix::sys::prctl::set_child_subreaper(true).map_err(io::Error::from)?;
    // Made with mode 0700.
    let folder = tempfile::Builder::new().prefix("lambda-").tempdir()?;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let outcome = runtime.block_on(async {
        tokio::spawn(bury_orphans());
        main(folder.path().to_owned()).await
    });
    // Threads that are still busy, with a worker that does not die for instance, are left.
    runtime.shutdown_background();
    outcome
}

/// Serves a function until a signal asks it to end.
///
/// # Errors
/// When it cannot be put together, or the port be opened.
pub async fn serve(
    environment: &Environment,
    logger: Logger,
    service: impl FnOnce() -> Result<Arc<Service>, String>,
) -> Result<(), Unserved> {
    let port = environment.port;
    let listener = listen(port).await;
    let listener = listener.map_err(|error| Unserved {
        status: 1,
        message: format!("port {port}: {error}"),
    })?;
    let service = service().map_err(|message| Unserved {
        status: 78,
        message,
    })?;
    logger.line(
        LogLevel::Info,
        "The function is served.",
        fields! {
            "function" => service.function.name.as_str(),
            "namespace" => service.function.namespace.as_str(),
            "port" => port,
        },
    );
    answer(environment, service, listener, LINGER).await?;
    logger.line(LogLevel::Info, "The function has ended.", fields! {});
    Ok(())
}

/// Answers requests until a signal asks to end, and then those in flight. See [`Server::new`] for
/// `linger`.
///
/// # Errors
/// When the listener or the system fails, or calls were cut off.
pub async fn answer(
    environment: &Environment,
    service: Arc<Service>,
    listener: TcpListener,
    linger: Duration,
) -> Result<(), Unserved> {
    let mut stop = Stop::new()?;
    let limit = usize::try_from(environment.body_limit_bytes).unwrap_or(usize::MAX);
    let (executor, publisher) = (service.executor.clone(), service.publisher.clone());
    let server = Server::new(service, limit, linger);
    let asked = async {
        tokio::select! {
            () = stop.asked() => {}
            () = executor.worn_out() => {}
        }
    };
    let drained = server.serve(listener, asked, environment.drain_seconds);
    let served = tokio::select! {
        served = drained => served,
        // The second signal is meant.
        () = stop_again() => Ok(()),
    };
    let messages = publisher.give_up().await;
    served?;
    match (server.calls(), messages) {
        (0, 0) => Ok(()),
        (calls, messages) => Err(Unserved {
            status: 1,
            message: format!(
                "ended by a second signal; calls that were cut off: {calls}, messages: {messages}"
            ),
        }),
    }
}

async fn listen(port: u16) -> io::Result<TcpListener> {
    match TcpListener::bind((Ipv6Addr::UNSPECIFIED, port)).await {
        Err(error) if error.kind() != io::ErrorKind::AddrInUse => {
            TcpListener::bind((Ipv4Addr::UNSPECIFIED, port)).await
        }
        listener => listener,
    }
}

/// The signals that ask a process to end.
struct Stop {
    terminate: tokio::signal::unix::Signal,
    interrupt: tokio::signal::unix::Signal,
}

impl Stop {
    fn new() -> io::Result<Self> {
        Ok(Self {
            terminate: signal(SignalKind::terminate())?,
            interrupt: signal(SignalKind::interrupt())?,
        })
    }

    async fn asked(&mut self) {
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
        }
    }
}

/// Resolves at the second signal.
async fn stop_again() {
    let Ok(mut stop) = Stop::new() else {
        return std::future::pending().await;
    };
    stop.asked().await;
    stop.asked().await;
}

/// Buries processes that workers have left behind and this process has adopted.
async fn bury_orphans() {
    let Ok(mut ended) = signal(SignalKind::child()) else {
        return;
    };
    while ended.recv().await.is_some() {
        // Those that end together are buried together.
        tokio::time::sleep(Duration::from_secs(1)).await;
        let _ = tokio::task::spawn_blocking(reap_orphans).await;
    }
}

/// Starts this program anew in the same process: what runs in it ends. Returns only on failure.
pub(crate) fn begin_again() -> Unserved {
    let program = std::env::current_exe();
    let error = match program {
        Ok(program) => std::process::Command::new(program)
            .args(std::env::args_os().skip(1))
            .exec(),
        Err(error) => error,
    };
    error.into()
}

/// Says why the program ends.
pub(crate) fn complain(message: &str) {
    // Nothing can be done where nobody listens.
    let _ = writeln!(io::stderr(), "error: {message}");
}
