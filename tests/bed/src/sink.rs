//! A server that records what it is sent and answers as told.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use http_body_util::{BodyExt as _, Full};
use hyper::body::{Bytes, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{HeaderMap, Method, Request, Response, StatusCode, header};
use hyper_util::rt::TokioIo;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::{JoinHandle, JoinSet};

use crate::Error;

/// A request that a sink took.
#[derive(Clone, Debug)]
pub struct Received {
    /// When its body had arrived.
    pub at: Instant,
    /// Its method.
    pub method: Method,
    /// Its path, which tells subscribers apart that share a sink.
    pub path: String,
    /// Its headers.
    pub headers: HeaderMap,
    /// Its body.
    pub body: Bytes,
}

impl Received {
    /// A header's value, where it is there and text.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }
}

/// What a sink answers to one request.
#[derive(Clone, Debug)]
pub struct Answer {
    status: StatusCode,
    headers: HeaderMap,
    body: Bytes,
    delay: Duration,
}

impl Answer {
    /// A status without a body.
    pub fn status(status: StatusCode) -> Self {
        Self {
            status,
            headers: HeaderMap::new(),
            body: Bytes::new(),
            delay: Duration::ZERO,
        }
    }

    /// With an event in structured mode as its body.
    #[must_use]
    pub fn event(mut self, event: &serde_json::Value) -> Self {
        let media_type = header::HeaderValue::from_static("application/cloudevents+json");
        self.headers.insert(header::CONTENT_TYPE, media_type);
        self.body = event.to_string().into();
        self
    }

    /// Sent after a while.
    #[must_use]
    pub fn after(mut self, delay: Duration) -> Self {
        self.delay = delay;
        self
    }
}

/// A server on loopback that records what it is sent, until this is dropped.
///
/// It answers 202 where it is not told otherwise.
#[derive(Debug)]
pub struct Sink {
    url: String,
    shared: Arc<Shared>,
    server: JoinHandle<()>,
}

#[derive(Debug)]
struct Shared {
    received: watch::Sender<Vec<Received>>,
    answers: Mutex<VecDeque<Answer>>,
}

impl Sink {
    /// Starts it on a free port.
    ///
    /// # Errors
    /// When there is none.
    pub async fn start() -> Result<Self, Error> {
        let failed = |error| Error::file("127.0.0.1", error);
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.map_err(failed)?;
        let port = listener.local_addr().map_err(failed)?.port();
        let shared = Arc::new(Shared {
            received: watch::Sender::default(),
            answers: Mutex::default(),
        });
        Ok(Self {
            url: format!("http://127.0.0.1:{port}"),
            server: tokio::spawn(serve(listener, Arc::clone(&shared))),
            shared,
        })
    }

    /// Its address; a path may follow.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Answers to the next requests, in their order.
    pub fn answer(&self, answers: impl IntoIterator<Item = Answer>) {
        self.shared.answers().extend(answers);
    }

    /// What it was sent so far.
    pub fn received(&self) -> Vec<Received> {
        self.shared.received.borrow().clone()
    }

    /// Waits until it was sent `count` requests or more.
    ///
    /// # Errors
    /// When it was not in time; says what came.
    pub async fn wait_for(&self, count: usize, time: Duration) -> Result<Vec<Received>, Error> {
        let mut news = self.shared.received.subscribe();
        let all = tokio::time::timeout(time, news.wait_for(|all| all.len() >= count)).await;
        if let Ok(Ok(all)) = all {
            return Ok(all.clone());
        }
        let came = self.received();
        let paths: Vec<_> = came.iter().map(|request| request.path.as_str()).collect();
        let what = format!("{count} requests did not come in {time:?}, but these: {paths:?}");
        Err(Error::request("sink", what))
    }
}

impl Drop for Sink {
    fn drop(&mut self) {
        self.server.abort();
    }
}

impl Shared {
    fn answers(&self) -> std::sync::MutexGuard<'_, VecDeque<Answer>> {
        // Nothing in it can be half done.
        self.answers.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn take(
        &self,
        request: Request<Incoming>,
    ) -> Result<Response<Full<Bytes>>, hyper::Error> {
        let (head, body) = request.into_parts();
        let received = Received {
            body: body.collect().await?.to_bytes(),
            at: Instant::now(),
            method: head.method,
            path: head.uri.path().to_owned(),
            headers: head.headers,
        };
        let answer = self.answers().pop_front();
        self.received.send_modify(|all| all.push(received));
        let answer = answer.unwrap_or_else(|| Answer::status(StatusCode::ACCEPTED));
        tokio::time::sleep(answer.delay).await;
        let mut response = Response::new(Full::new(answer.body));
        *response.status_mut() = answer.status;
        *response.headers_mut() = answer.headers;
        Ok(response)
    }
}

/// Serves connections, which end with this.
async fn serve(listener: TcpListener, shared: Arc<Shared>) {
    let mut connections = JoinSet::new();
    while let Ok((stream, _)) = listener.accept().await {
        let shared = Arc::clone(&shared);
        connections.spawn(async move {
            let service = service_fn(|request| shared.take(request));
            // A client may leave whenever it likes.
            let _ = http1::Builder::new()
                .serve_connection(TokioIo::new(stream), service)
                .await;
        });
        while connections.try_join_next().is_some() {}
    }
}
