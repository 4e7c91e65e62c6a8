//! Handlers in Rust: what they get, and what they give back.

use std::future::Future;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::{Duration, Instant};

use knative_lambda_events::environment::{Environment, LogLevel};
use knative_lambda_events::errors::ErrorClass;
use knative_lambda_events::{CloudEvent, Envelope, Event, LambdaEvent};
use serde::Serialize;
use serde_json::{Map, Value};

use crate::app;
use crate::call::{Call, Failure, MAX_RESULT_DEPTH};
use crate::cloudevent::{self, Data};
use crate::log::Logger;
use crate::native;
use crate::process::{self, Unserved};

/// What a handler can take: [`Event`] for any event of the catalogue, [`CloudEvent<T>`] for one
/// type, a struct that derives `LambdaEvent` among them, [`cloudevent::Event`] for any event at all, and
/// [`Value`] for its data alone.
pub trait FromEvent: Sized + Send + 'static {
    /// Reads an event.
    ///
    /// # Errors
    /// A `ValidationError` that says why it cannot be read.
    fn from_event(event: &cloudevent::Event) -> Result<Self, HandlerError>;
}

impl FromEvent for cloudevent::Event {
    fn from_event(event: &cloudevent::Event) -> Result<Self, HandlerError> {
        Ok(event.clone())
    }
}

/// The event in the form that typed events are read from.
fn envelope(event: &cloudevent::Event) -> Result<Envelope, HandlerError> {
    let data = match &event.data {
        Data::Absent => None,
        Data::Json(json) => Some(knative_lambda_events::Data::Json(parse(json)?)),
        Data::Text(text) => Some(knative_lambda_events::Data::Text(
            String::from_utf8_lossy(text).into_owned(),
        )),
        Data::Binary(bytes) => Some(knative_lambda_events::Data::Binary(bytes.to_vec())),
    };
    Ok(Envelope {
        id: event.id.to_string(),
        source: event.source.to_string(),
        r#type: event.r#type.to_string(),
        subject: event.subject.as_ref().map(ToString::to_string),
        // It was read as one already.
        time: event.time.as_ref().and_then(|time| time.parse().ok()),
        datacontenttype: event.datacontenttype.as_ref().map(ToString::to_string),
        dataschema: event.dataschema.as_ref().map(ToString::to_string),
        extensions: event
            .extensions
            .iter()
            .map(|(name, value)| (name.to_string(), value.clone()))
            .collect(),
        data,
    })
}

impl FromEvent for Event {
    fn from_event(event: &cloudevent::Event) -> Result<Self, HandlerError> {
        Self::from_envelope(envelope(event)?).map_err(HandlerError::validation)
    }
}

impl<T: LambdaEvent + Send + 'static> FromEvent for CloudEvent<T> {
    fn from_event(event: &cloudevent::Event) -> Result<Self, HandlerError> {
        Self::from_envelope(envelope(event)?).map_err(HandlerError::validation)
    }
}

impl FromEvent for Value {
    fn from_event(event: &cloudevent::Event) -> Result<Self, HandlerError> {
        match &event.data {
            Data::Absent => Ok(Self::Null),
            Data::Json(json) => parse(json),
            Data::Text(text) => Ok(String::from_utf8_lossy(text).into()),
            Data::Binary(_) => Err(HandlerError::validation("the data are bytes, not JSON")),
        }
    }
}

fn parse(json: &[u8]) -> Result<Value, HandlerError> {
    serde_json::from_slice(json).map_err(HandlerError::validation)
}

/// Why a handler fails. Any error becomes one of class `RuntimeError`.
#[derive(Clone, Debug, PartialEq)]
pub struct HandlerError(Failure);

impl HandlerError {
    /// The handler refuses its input: no version of it will ever take this event.
    pub fn validation(message: impl ToString) -> Self {
        Self(Failure::new(
            ErrorClass::ValidationError,
            message.to_string(),
        ))
    }

    /// The same call may succeed later, because a service did not answer for instance.
    pub fn transient(message: impl ToString) -> Self {
        Self(Failure::new(
            ErrorClass::TransientError,
            message.to_string(),
        ))
    }

    /// The handler failed, and will fail again.
    pub fn runtime(message: impl ToString) -> Self {
        Self(Failure::new(ErrorClass::RuntimeError, message.to_string()))
    }

    /// When another try may help, of a transient error.
    #[must_use]
    pub fn after(mut self, wait: Duration) -> Self {
        self.0.retry_after = Some(wait);
        self
    }
}

impl<E: std::error::Error> From<E> for HandlerError {
    fn from(error: E) -> Self {
        Self::runtime(error)
    }
}

/// What a handler may know of its call.
#[derive(Clone, Debug)]
pub struct Context {
    /// Identifies the call; retries keep it.
    pub invocation_id: String,
    /// Identifies the chain of events that the call belongs to.
    pub correlation_id: Option<String>,
    /// 1 for the first delivery.
    pub attempt: u64,
    /// When the handler is stopped.
    pub deadline: Instant,
    /// W3C trace context.
    pub traceparent: Option<String>,
    /// What belongs to it.
    pub tracestate: Option<String>,
    logger: &'static Logger,
}

impl Context {
    /// Time that is left.
    pub fn remaining(&self) -> Duration {
        self.deadline.saturating_duration_since(Instant::now())
    }

    /// Writes a line to the log, with the id of the call.
    pub fn log(&self, level: LogLevel, message: &str, mut fields: Map<String, Value>) {
        fields.insert("invocationId".into(), self.invocation_id.as_str().into());
        self.logger.line(level, message, fields);
    }
}

/// Serves a function whose handler is this one, as the environment says, until a signal asks it to
/// end: the whole of a program's `main`. Status 78 means a wrong environment.
///
/// ```no_run
/// use knative_lambda_runtime::{Context, Event, HandlerError, run};
/// use serde_json::{Value, json};
///
/// async fn handler(_event: Event, _context: Context) -> Result<Value, HandlerError> {
///     Ok(json!({ "message": "Hello!", "processed": true }))
/// }
///
/// fn main() -> std::process::ExitCode {
///     run(handler)
/// }
/// ```
pub fn run<E, R, F, Fut>(handler: F) -> ExitCode
where
    E: FromEvent,
    R: Serialize,
    F: Fn(E, Context) -> Fut + Send + Sync + 'static,
    Fut: Future<Output = Result<R, HandlerError>> + Send + 'static,
{
    // One thread that waits for others would be one too few where a handler keeps the other.
    let threads = std::thread::available_parallelism().map_or(2, |count| count.get().max(2));
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(threads)
        .enable_all()
        .build();
    let outcome = match runtime {
        Ok(runtime) => {
            let outcome = runtime.block_on(serve(handler));
            runtime.shutdown_background();
            outcome
        }
        Err(error) => Err(error.into()),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(unserved) => {
            process::complain(&unserved.message);
            ExitCode::from(unserved.status)
        }
    }
}

/// As [`run`], in a Tokio runtime of the caller's, which should have two threads at least.
///
/// A handler that does not give way after its deadline cannot be stopped: its call is answered,
/// those that run are ended, and the program is started anew in the same process.
///
/// # Errors
/// When the environment is wrong, or the port cannot be opened.
pub async fn serve<E, R, F, Fut>(handler: F) -> Result<(), Unserved>
where
    E: FromEvent,
    R: Serialize,
    F: Fn(E, Context) -> Fut + Send + Sync + 'static,
    Fut: Future<Output = Result<R, HandlerError>> + Send + 'static,
{
    let environment = Environment::from_env();
    let environment = environment.map_err(|error| Unserved {
        status: 78,
        message: error.to_string(),
    })?;
    let logger = process::logger(&environment);
    let handler = erase(
        handler,
        environment.timeout_seconds,
        usize::try_from(environment.result_limit_bytes).unwrap_or(usize::MAX),
        logger.clone(),
    );
    let mut native = None;
    let served = process::serve(&environment, logger.clone(), || {
        let (service, own) = app::native(&environment, handler, logger.clone())?;
        native = Some(own);
        Ok(service)
    });
    let outcome = served.await;
    logger.flush();
    if native.is_some_and(|native| native.is_stuck()) {
        return Err(process::begin_again());
    }
    outcome
}

/// Hides the types of a handler. It and its log stay until the process ends: all threads would
/// write the count of those who share them, for each call.
fn erase<E, R, F, Fut>(
    handler: F,
    timeout: Duration,
    result_limit: usize,
    logger: Logger,
) -> native::Handler
where
    E: FromEvent,
    R: Serialize,
    F: Fn(E, Context) -> Fut + Send + Sync + 'static,
    Fut: Future<Output = Result<R, HandlerError>> + Send + 'static,
{
    let handler: &'static F = Box::leak(Box::new(handler));
    let logger: &'static Logger = Box::leak(Box::new(logger));
    Arc::new(move |call: Arc<Call>| {
        tokio::spawn(async move {
            let now = Instant::now();
            let context = Context {
                deadline: call
                    .deadline
                    .map_or(now + timeout, |deadline| deadline.min(now + timeout)),
                invocation_id: call.invocation_id.clone(),
                correlation_id: call.correlation_id.clone(),
                attempt: call.attempt,
                traceparent: call.traceparent.clone(),
                tracestate: call.tracestate.clone(),
                logger,
            };
            let event = E::from_event(&call.event).map_err(|error| error.0)?;
            let result = handler(event, context).await.map_err(|error| error.0)?;
            let refused = |what| {
                let message = format!("The handler's result {what}.");
                Failure::new(ErrorClass::RuntimeError, message)
            };
            let json = serde_json::to_vec(&result)
                .map_err(|error| refused(format!("is not JSON: {error}")))?;
            if json.len() > result_limit {
                return Err(refused(format!(
                    "has {} bytes, more than the {result_limit} that are allowed",
                    json.len()
                )));
            }
            cloudevent::check_depth(&json, MAX_RESULT_DEPTH).map_err(refused)?;
            Ok(json.into())
        })
    })
}
