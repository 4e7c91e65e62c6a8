//! `run`: a handler on a laptop.

use std::net::Ipv4Addr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use clap::Args;
use clap::builder::styling::{AnsiColor, Style};
use knative_lambda_events::environment::{Environment, LogLevel};
use knative_lambda_runtime::app;
use knative_lambda_runtime::language::{Code, Language};
use knative_lambda_runtime::log::Logger;
use knative_lambda_runtime::process::{self, Unserved};
use knative_lambda_runtime::worker::Pool;
use serde_json::Map;
use tokio::net::TcpListener;
use tokio::process::Command;

use super::local::{Function, Local};
use super::watch::Saves;
use super::{dim, go, misuse, say, styled};

/// Ports that are tried after the usual one.
const NEXT_PORTS: u16 = 100;

/// Serves the handler in a file on this machine
///
/// Nothing else is needed: the function gets the name of its file or folder, the namespace
/// `default`, and a port of 127.0.0.1. Variables of the environment say the rest, as in a
/// container: see `docs/reference/environment.md`. Ctrl-C ends it.
#[derive(Args)]
#[command(after_help = "Examples:
  lambda-runtime run main.py
  lambda-runtime run . --watch --port 9000
  lambda-runtime run src/mail.js --handler send --env-file .env

Exit codes: 0 ended by Ctrl-C, 1 cannot be served or calls were cut off, 2 wrong use")]
pub(crate) struct Run {
    #[command(flatten)]
    local: Local,
    /// Loads the handler again when a source file beside it is saved.
    #[arg(long)]
    watch: bool,
    /// Port [default: PORT, or else the first free one from 8080].
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    port: Option<u16>,
}

impl Run {
    pub(crate) fn run(self) -> Result<(), Unserved> {
        let port = self.port.map(|port| (Environment::PORT, port.to_string()));
        let function = self.local.settle(port.as_slice())?;
        let logger = process::logger(&function.environment);
        let log = logger.clone();
        let outcome = process::supervise(|folder| serve(function, self.watch, log, folder));
        logger.flush();
        outcome
    }
}

async fn serve(
    mut function: Function,
    watch: bool,
    logger: Logger,
    folder: PathBuf,
) -> Result<(), Unserved> {
    if watch {
        settle_program(&mut function.code).await;
        // Python takes bytecode for that of a file of the same length and second.
        let variables = &mut function.variables;
        variables.push(("PYTHONDONTWRITEBYTECODE".into(), "1".into()));
    }
    let Function {
        code, environment, ..
    } = &function;
    let mut saves = match watch {
        true => Some(Saves::of(&code.folder, code.language).map_err(misuse)?),
        false => None,
    };
    let listener = listen(environment.port, function.has_port).await?;
    // Before the first answer there must be something to run.
    while let Err(why) = go::build(&function.code).await {
        match &mut saves {
            None => return Err(unserved(why)),
            Some(saves) => {
                say(&format!("{why}\n{}", dim("The next save tries again.")));
                saves.next().await.map_err(unserved)?;
            }
        }
    }
    let variables = function.variables.clone();
    let (service, pool) = app::with_workers(environment, code, variables, logger.clone(), folder)
        .map_err(unserved)?;
    greet(&function, &listener, watch)?;
    let reload = async {
        match saves {
            Some(saves) => reload(&function, saves, &pool, &logger).await,
            None => std::future::pending().await,
        }
    };
    // No proxy forwards anything here, so that nothing is to be waited for.
    tokio::select! {
        ended = process::answer(environment, service, listener, Duration::ZERO) => ended,
        failed = reload => failed,
    }
}

/// Opens the port, or where it was not asked for, the next one that is free.
async fn listen(port: u16, asked_for: bool) -> Result<TcpListener, Unserved> {
    let last = match asked_for {
        true => port,
        false => port.saturating_add(NEXT_PORTS),
    };
    let mut refused = None;
    for port in port..=last {
        match TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await {
            Ok(listener) => return Ok(listener),
            Err(error) => refused = Some(format!("port {port}: {error}")),
        }
    }
    Err(unserved(refused.unwrap_or_default()))
}

/// Finds the interpreter itself. What `PATH` has is a script of a version manager on many machines,
/// which takes longer than the interpreter and would do so after each save.
async fn settle_program(code: &mut Code) {
    let question = match code.language {
        Language::Python => ["-c", "import sys; print(sys.executable)"],
        Language::NodeJs => ["-p", "process.execPath"],
        Language::Go => return,
    };
    let asked = Command::new(&code.program)
        .args(question)
        .current_dir(&code.folder)
        .output();
    // Without an answer, or an interpreter, the start of the worker says what is wrong.
    let said = asked.await.ok().filter(|output| output.status.success());
    let path = said.and_then(|output| String::from_utf8(output.stdout).ok());
    if let Some(path) = path
        .map(|path| PathBuf::from(path.trim_end()))
        .filter(|p| p.is_file())
    {
        code.program = path;
    }
}

/// Says where the function is, and how to call it.
fn greet(function: &Function, listener: &TcpListener, watch: bool) -> Result<(), Unserved> {
    let port = listener.local_addr()?.port();
    let usual = function.environment.port;
    if port != usual {
        say(&format!(
            "Port {usual} is taken; the next free one is {port}."
        ));
    }
    let url = format!("http://127.0.0.1:{port}");
    let bold = Style::new().bold();
    say(&format!(
        "{} serves {} at {}\n\n  curl {url} -d '{{\"message\": \"Hello\"}}'\n",
        styled(bold, &function.environment.function_name),
        function
            .file
            .file_name()
            .unwrap_or_default()
            .to_string_lossy(),
        styled(AnsiColor::Cyan.on_default(), &url),
    ));
    say(&dim(match watch {
        true => "Saved files are loaded at once. Ctrl-C ends.",
        false => "Ctrl-C ends.",
    }));
    Ok(())
}

/// Replaces the workers after each save. It returns only when saves are noticed no more.
async fn reload(
    function: &Function,
    mut saves: Saves,
    pool: &Arc<Pool>,
    logger: &Logger,
) -> Result<(), Unserved> {
    loop {
        saves.next().await.map_err(unserved)?;
        let begun = Instant::now();
        if let Err(why) = go::build(&function.code).await {
            say(&format!("{why}\n{}", dim("The handler stays as it was.")));
            continue;
        }
        pool.reload();
        let text = match pool.started().await {
            Ok(()) => format!("Reloaded in {} ms.", begun.elapsed().as_millis()),
            // The log has the reason.
            Err(_) => "The handler was not loaded; the next save tries again.".to_owned(),
        };
        logger.line(LogLevel::Info, &text, Map::new());
    }
}

fn unserved(message: impl ToString) -> Unserved {
    Unserved {
        status: 1,
        message: message.to_string(),
    }
}
