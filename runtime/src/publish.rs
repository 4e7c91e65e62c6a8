//! Events on their way out: to the broker, the dead-letter sink and the scheduler.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, Method, Request, StatusCode, Uri};
use http_body_util::Full;
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use knative_lambda_events::environment::LogLevel;
use knative_lambda_events::errors::RETRY;
use knative_lambda_events::support::policy::Backoff;
use tokio::sync::{Semaphore, watch};
use tokio::time::{sleep, timeout};

use crate::log::{Logger, fields};

/// Longest wait for one answer.
const PATIENCE: Duration = Duration::from_secs(10);

/// Messages that wait to be taken at most; those beyond are dropped, logged and counted.
const BUFFER: usize = 1_000;

/// A message for a sink.
#[derive(Clone, Debug)]
pub struct Message {
    /// Its headers.
    pub headers: HeaderMap,
    /// Its body.
    pub body: Bytes,
}

/// Why a message was not taken.
#[derive(Clone, Debug, PartialEq)]
pub enum Refused {
    /// The sink's answer.
    Status(StatusCode),
    /// There was none.
    Unreachable(String),
}

impl Refused {
    /// Whether the same message may be taken later: Knative's data plane names the statuses.
    fn is_retryable(&self) -> bool {
        match self {
            Self::Unreachable(_) => true,
            Self::Status(status) => {
                let code = status.as_u16().to_string();
                let class = format!("{}xx", status.as_u16() / 100);
                RETRY
                    .statuses
                    .iter()
                    .any(|known| *known == code || *known == class)
            }
        }
    }
}

impl std::fmt::Display for Refused {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Status(status) => write!(f, "answered {status}"),
            Self::Unreachable(why) => f.write_str(why),
        }
    }
}

/// Posts messages. Clones share connections and buffer.
#[derive(Clone, Debug)]
pub struct Publisher {
    client: Client<HttpConnector, Full<Bytes>>,
    buffer: Arc<Semaphore>,
    /// Told when nothing in the background is to be tried any more.
    ending: watch::Sender<bool>,
    dropped: Arc<AtomicU64>,
    logger: Logger,
}

impl Publisher {
    /// A publisher without connections.
    pub fn new(logger: Logger) -> Self {
        let mut connector = HttpConnector::new();
        connector.set_nodelay(true);
        connector.set_connect_timeout(Some(Duration::from_secs(5)));
        Self {
            client: Client::builder(TokioExecutor::new()).build(connector),
            buffer: Arc::new(Semaphore::new(BUFFER)),
            ending: watch::Sender::new(false),
            dropped: Arc::default(),
            logger,
        }
    }

    /// Posts a message once.
    ///
    /// # Errors
    /// When the sink does not take it.
    pub async fn post(&self, sink: &Uri, message: &Message) -> Result<(), Refused> {
        let mut request = Request::new(Full::new(message.body.clone()));
        *request.method_mut() = Method::POST;
        *request.uri_mut() = sink.clone();
        *request.headers_mut() = message.headers.clone();
        match timeout(PATIENCE, self.client.request(request)).await {
            Ok(Ok(response)) if response.status().is_success() => Ok(()),
            Ok(Ok(response)) => Err(Refused::Status(response.status())),
            Ok(Err(error)) => Err(Refused::Unreachable(format!(
                "cannot be reached: {}",
                root(&error)
            ))),
            Err(_) => {
                let seconds = PATIENCE.as_secs();
                Err(Refused::Unreachable(format!(
                    "has not answered within {seconds} s"
                )))
            }
        }
    }

    /// Posts a message up to `attempts` times, with waits that begin with `delay` and double.
    ///
    /// # Errors
    /// When the sink has not taken it, with its last answer.
    pub async fn deliver(
        &self,
        sink: &Uri,
        message: &Message,
        attempts: u32,
        delay: Duration,
    ) -> Result<(), Refused> {
        let mut delay = delay;
        let mut attempt = 1;
        loop {
            match self.post(sink, message).await {
                Err(refused) if refused.is_retryable() && attempt < attempts => {
                    sleep(delay).await;
                    attempt += 1;
                    if matches!(RETRY.backoff, Backoff::Exponential) {
                        delay = delay.saturating_mul(2);
                    }
                }
                end => return end,
            }
        }
    }

    /// Posts a message in the background, as often as the catalogue's retry policy says. `what`
    /// names it in the log.
    pub fn deliver_later(&self, sink: &Uri, message: Message, what: &'static str) {
        let Ok(place) = Arc::clone(&self.buffer).try_acquire_owned() else {
            self.lost(sink, &message, what, "too many messages wait to be taken");
            return;
        };
        let (publisher, sink) = (self.clone(), sink.clone());
        tokio::spawn(async move {
            let attempts = u32::try_from(RETRY.attempts)
                .unwrap_or(u32::MAX)
                .saturating_add(1);
            let mut ending = publisher.ending.subscribe();
            tokio::select! {
                taken = publisher.deliver(&sink, &message, attempts, RETRY.delay) => {
                    if let Err(refused) = taken {
                        publisher.lost(&sink, &message, what, &format!("the sink {refused}"));
                    }
                }
                _ = ending.wait_for(|ending| *ending) => {
                    publisher.lost(&sink, &message, what, "the process ends");
                }
            }
            drop(place);
        });
    }

    /// Waits until everything in the background is done.
    pub async fn flush(&self) {
        let _ = self.buffer.acquire_many(BUFFER as u32).await;
    }

    /// Gives up what is left in the background; the log names each message. Returns their number.
    pub async fn give_up(&self) -> u64 {
        let before = self.dropped();
        self.ending.send_replace(true);
        self.flush().await;
        self.dropped() - before
    }

    /// Messages that were given up.
    pub fn dropped(&self) -> u64 {
        self.dropped.load(Ordering::Relaxed)
    }

    fn lost(&self, sink: &Uri, message: &Message, what: &str, why: &str) {
        self.dropped.fetch_add(1, Ordering::Relaxed);
        let mut fields = fields! { "sink" => sink.to_string(), "message_kind" => what };
        let id = message.headers.get("ce-id").and_then(|id| id.to_str().ok());
        if let Some(id) = id {
            fields.insert("eventId".into(), id.into());
        }
        let text = format!("A message was given up: {why}.");
        self.logger.line(LogLevel::Error, &text, fields);
    }
}

/// What lies at the bottom of an error.
fn root(error: &dyn std::error::Error) -> String {
    let mut error = error;
    while let Some(source) = error.source() {
        error = source;
    }
    error.to_string()
}
