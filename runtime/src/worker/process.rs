//! The process of a worker: started in a session of its own, killed with all that it started.

use std::ffi::OsString;
use std::io;
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use knative_lambda_events::environment::Environment;
use tokio::net::{UnixListener, UnixStream};
use tokio::process::{Child, ChildStderr, ChildStdout, Command};
use tokio::time::timeout;

use super::tree::{self, Leader};

/// How a worker is started.
#[derive(Clone, Debug)]
pub struct Launch {
    /// Its program and arguments.
    pub command: Vec<OsString>,
    /// Folder with the user's code, in which it runs.
    pub code: PathBuf,
    /// Where to find the handler.
    pub handler: String,
    /// Variables beside those of the runtime.
    pub variables: Vec<(String, String)>,
    /// Variables of the runtime that it must not see.
    pub hidden: Vec<String>,
    /// Calls that it runs at the same time.
    pub concurrency: usize,
    /// Most bytes of a result.
    pub result_limit: u64,
}

/// One life of a worker.
#[derive(Debug)]
pub struct Process {
    child: Child,
    leader: Leader,
    mark: String,
}

/// A worker before it has connected.
#[derive(Debug)]
pub struct Started {
    /// The process.
    pub process: Process,
    /// What it writes to standard output.
    pub stdout: Option<ChildStdout>,
    /// What it writes to standard error.
    pub stderr: Option<ChildStderr>,
    listener: UnixListener,
}

impl Launch {
    /// Starts a worker that will connect to `socket`. `mark` is unlike that of any other life.
    ///
    /// # Errors
    /// When the socket cannot be made, or the program not be started.
    pub fn start(&self, socket: &Path, mark: &str) -> io::Result<Started> {
        let _ = std::fs::remove_file(socket);
        let listener = UnixListener::bind(socket)?;
        // A second program, this one again, gives the worker its session before it runs.
        let mut command = Command::new(std::env::current_exe()?);
        command
            .arg(super::SHIM)
            .arg(std::process::id().to_string())
            .args(&self.command)
            .current_dir(&self.code)
            .envs(self.variables.iter().map(|(name, value)| (name, value)))
            .env("LAMBDA_SOCKET", socket)
            .env("LAMBDA_CODE", &self.code)
            .env("LAMBDA_CONCURRENCY", self.concurrency.to_string())
            .env("LAMBDA_RESULT_LIMIT", self.result_limit.to_string())
            .env(Environment::HANDLER.name, &self.handler)
            .env(tree::MARK, mark)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true);
        for name in &self.hidden {
            command.env_remove(name);
        }
        let (mut child, leader) = Leader::start(|| {
            let child = command.spawn()?;
            let pid = child.id().and_then(|pid| i32::try_from(pid).ok());
            let pid = pid.ok_or_else(|| io::Error::other("the worker has ended at once"))?;
            Ok((child, pid))
        })?;
        let (stdout, stderr) = (child.stdout.take(), child.stderr.take());
        let mark = mark.to_owned();
        let process = Process {
            child,
            leader,
            mark,
        };
        Ok(Started {
            process,
            stdout,
            stderr,
            listener,
        })
    }
}

impl Started {
    /// Waits until it has connected; the error is what it did instead.
    ///
    /// # Errors
    /// When it ends, or takes longer than `patience`.
    pub async fn connected(&mut self, patience: Duration) -> Result<UnixStream, String> {
        tokio::select! {
            // One that has connected has said why it has ended since.
            biased;
            stream = self.listener.accept() => match stream {
                Ok((stream, _)) => Ok(stream),
                Err(error) => Err(format!("its socket failed: {error}")),
            },
            status = self.process.child.wait() => Err(match status {
                Ok(status) => format!("it {}", ending(status)),
                Err(error) => error.to_string(),
            }),
            () = tokio::time::sleep(patience) => {
                Err(format!("it has not connected within {} s", patience.as_secs()))
            }
        }
    }
}

impl Process {
    /// Its id.
    pub fn pid(&self) -> i32 {
        self.leader.pid()
    }

    /// Waits for its end.
    ///
    /// # Errors
    /// When the kernel does not tell.
    pub async fn wait(&mut self) -> io::Result<ExitStatus> {
        self.child.wait().await
    }

    /// Kills it and everything that it has started; when this returns nothing of it runs.
    pub async fn kill(mut self) -> Option<ExitStatus> {
        let (pid, mark) = (self.pid(), self.mark.clone());
        // Reading /proc and waiting for the dead takes a thread of its own.
        let _ = tokio::task::spawn_blocking(move || tree::kill_all(pid, &mark)).await;
        // An uninterruptible process can keep even SIGKILL waiting.
        timeout(Duration::from_secs(1), self.child.wait())
            .await
            .ok()?
            .ok()
    }
}

/// How a process ended, to follow its subject in a sentence.
pub(super) fn ending(status: ExitStatus) -> String {
    match (status.code(), status.signal()) {
        (Some(code), _) => format!("exited with status {code}"),
        (None, Some(signal)) => match nix::sys::signal::Signal::try_from(signal) {
            Ok(signal) => format!("was ended by {signal}"),
            Err(_) => format!("was ended by signal {signal}"),
        },
        (None, None) => "ended".into(),
    }
}
