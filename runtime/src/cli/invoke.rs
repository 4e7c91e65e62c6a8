//! `invoke`: one event, without a port.

use std::io::{self, IsTerminal, Read};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use bytes::Bytes;
use clap::Args;
use http::HeaderMap;
use http::header::{CONTENT_TYPE, HeaderValue};
use knative_lambda_events::environment::{Environment, LogFormat};
use knative_lambda_events::types;
use knative_lambda_runtime::app;
use knative_lambda_runtime::cloudevent::{self, Event, Received};
use knative_lambda_runtime::log::Logger;
use knative_lambda_runtime::process::{self, Unserved};
use serde::de::IgnoredAny;
use tokio::time::timeout;

use super::local::{Function, Local};
use super::{go, misuse, print};

/// Exit status of a program that was ended by an interrupt.
const INTERRUPTED: u8 = 130;

/// Longest wait for a worker's end, and for events that are on their way to a broker.
const FAREWELL: Duration = Duration::from_secs(10);

/// Runs one event through the handler in a file and prints the response event
///
/// The response is printed as JSON to standard output, the log to standard error. No port is
/// opened, and no environment is needed.
#[derive(Args)]
#[command(after_help = "Examples:
  lambda-runtime invoke main.py --data '{\"name\": \"Ada\"}'
  lambda-runtime invoke main.py --event event.json
  curl -s https://example.com/event.json | lambda-runtime invoke main.py --event -
  lambda-runtime invoke main.py --data '{}' | jq .data.result.body

Exit codes: 0 response.success, 1 response.error or response.timeout, 2 wrong use")]
pub(crate) struct Invoke {
    #[command(flatten)]
    local: Local,
    #[command(flatten)]
    input: Input,
    /// Seconds that the handler may run [default: TIMEOUT_SECONDS, or else 60].
    #[arg(long, value_name = "SECONDS", value_parser = clap::value_parser!(u64).range(1..))]
    timeout: Option<u64>,
}

#[derive(Args)]
#[group(required = true, multiple = false)]
struct Input {
    /// Data of the event, JSON.
    #[arg(long, value_name = "JSON")]
    data: Option<String>,
    /// File with the event, a CloudEvent in its JSON form; `-` is standard input.
    #[arg(long, value_name = "FILE")]
    event: Option<PathBuf>,
}

impl Invoke {
    pub(crate) fn run(self) -> Result<ExitCode, Unserved> {
        let seconds = self.timeout.as_ref();
        let seconds = seconds.map(|seconds| (Environment::TIMEOUT_SECONDS, seconds.to_string()));
        let function = self.local.settle(seconds.as_slice())?;
        let environment = &function.environment;
        let received = self.input.read(environment.body_limit_bytes)?;
        let format = environment.log_format.unwrap_or(LogFormat::Human);
        let logger = Logger::to_stream(environment.log_level, format, io::stderr());
        let log = logger.clone();
        let response = process::supervise(|folder| call(&function, received, log, folder));
        logger.flush();
        // The answer to a response is empty.
        let Some(response) = response? else {
            return Ok(ExitCode::SUCCESS);
        };
        show(&response)?;
        Ok(ExitCode::from(u8::from(
            response.r#type != types::RESPONSE_SUCCESS,
        )))
    }
}

impl Input {
    fn read(&self, limit: u64) -> Result<Received, Unserved> {
        let (media_type, text, name) = match (&self.data, &self.event) {
            (_, Some(path)) => {
                let shown = path.display().to_string();
                let text = read(path, limit).map_err(|why| misuse(format!("{shown}: {why}")))?;
                ("application/cloudevents+json", text, shown)
            }
            (data, None) => {
                let text = data.clone().unwrap_or_default();
                // As plain JSON it would be the body of a request.
                if let Err(error) = serde_json::from_str::<IgnoredAny>(&text) {
                    return Err(misuse(format!(
                        "--data is no JSON: {error}; in a shell it stands in single quotes: --data '{{\"name\": \"Ada\"}}'"
                    )));
                }
                ("application/json", text.into_bytes(), "--data".to_owned())
            }
        };
        let headers = HeaderMap::from_iter([(CONTENT_TYPE, HeaderValue::from_static(media_type))]);
        cloudevent::read(&headers, text.into())
            .map_err(|refusal| misuse(format!("{name}: {}", refusal.detail)))
    }
}

fn read(path: &Path, limit: u64) -> Result<Vec<u8>, String> {
    let mut text = Vec::new();
    let source: Box<dyn Read> = match path.to_str() {
        Some("-") => Box::new(io::stdin().lock()),
        _ => Box::new(std::fs::File::open(path).map_err(|error| error.to_string())?),
    };
    let read = source.take(limit + 1).read_to_end(&mut text);
    read.map_err(|error| error.to_string())?;
    match text.len() as u64 > limit {
        true => Err(format!("longer than {limit} bytes")),
        false => Ok(text),
    }
}

async fn call(
    function: &Function,
    received: Received,
    logger: Logger,
    folder: PathBuf,
) -> Result<Option<Event>, Unserved> {
    let failed = |message| Unserved { status: 1, message };
    go::build(&function.code).await.map_err(failed)?;
    let variables = function.variables.clone();
    let made = app::with_workers(
        &function.environment,
        &function.code,
        variables,
        logger,
        folder,
    );
    let (service, pool) = made.map_err(failed)?;
    let event = match received {
        Received::Event(event) => event,
        Received::Plain(json) => service.plain(json),
        Received::Batch(_) => return Err(misuse("one event is run, not a batch")),
    };
    let answer = tokio::select! {
        answer = service.invoke(event) => answer,
        _ = tokio::signal::ctrl_c() => return Err(Unserved {
            status: INTERRUPTED,
            message: "interrupted".into(),
        }),
    };
    // What is still on its way then has been tried for long enough.
    let _ = timeout(FAREWELL, async {
        pool.drain().await;
        service.publisher.flush().await;
    })
    .await;
    Ok(answer.event().cloned())
}

/// Prints an event: for people on a terminal, else in one line.
fn show(event: &Event) -> Result<(), Unserved> {
    let (_, json) = event.to_structured();
    let mut text = match io::stdout().is_terminal() {
        true => pretty(&json).unwrap_or_else(|| json.to_vec()),
        false => json.to_vec(),
    };
    text.push(b'\n');
    print(&text)
}

fn pretty(json: &Bytes) -> Option<Vec<u8>> {
    let value: serde_json::Value = serde_json::from_slice(json).ok()?;
    serde_json::to_vec_pretty(&value).ok()
}
