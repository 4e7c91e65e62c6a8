//! HTTP: the listener, the routes, and an end without losses.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicIsize, Ordering};
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use http::header::{ALLOW, CONNECTION, CONTENT_LENGTH, CONTENT_TYPE, EXPECT, HeaderValue};
use http::request::Parts;
use http::{Method, Request, Response, StatusCode};
use http_body_util::{BodyExt, Full, LengthLimitError, Limited};
use hyper::body::{Body, Incoming};
use knative_lambda_events::environment::LogLevel;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::time::{Instant, sleep, timeout};

use crate::connection;
use crate::log::fields;
use crate::metrics;
use crate::per_thread::PerThread;
use crate::problem::Problem;
use crate::service::Service;

/// Longest wait for a body.
const BODY: Duration = Duration::from_secs(60);

/// Memory that a body gets before it has come, at most.
const EXPECTED: usize = 1 << 20;

/// Longest time in which a body that is too long is read on.
const DISCARD: Duration = Duration::from_secs(5);

/// An HTTP server for a function.
#[derive(Debug)]
pub struct Server {
    service: Arc<Service>,
    body_limit: usize,
    linger: Duration,
    closing: AtomicBool,
    /// Tells connections to end with the answer that they write. Each holds a receiver until then.
    ending: watch::Sender<bool>,
    /// Calls that have begun less those that have ended, by the thread that has seen it.
    running: PerThread<AtomicIsize>,
}

impl Server {
    /// A server that reads bodies of up to `body_limit` bytes. Once it was asked to end, it does
    /// so after `linger` without any call: proxies forward for a moment longer.
    pub fn new(service: Arc<Service>, body_limit: usize, linger: Duration) -> Arc<Self> {
        Arc::new(Self {
            service,
            body_limit,
            linger,
            closing: AtomicBool::new(false),
            ending: watch::Sender::new(false),
            running: PerThread::default(),
        })
    }

    /// Answers requests until `stop` resolves; then ends what is in flight, and sends what is to
    /// be sent, for up to `drain`. Requests that still arrive are served for the first half of it,
    /// and then refused.
    ///
    /// # Errors
    /// When the listener fails, or something was left after that time.
    pub async fn serve(
        self: &Arc<Self>,
        listener: TcpListener,
        stop: impl Future<Output = ()>,
        drain: Duration,
    ) -> io::Result<()> {
        tokio::pin!(stop);
        loop {
            tokio::select! {
                connection = listener.accept() => self.accepted(connection).await,
                () = &mut stop => break,
            }
        }
        self.closing.store(true, Ordering::Relaxed);
        let calls = self.calls();
        if calls > 0 {
            let text = "Asked to end: calls in flight come first, unless it is asked again.";
            self.service
                .logger
                .line(LogLevel::Info, text, fields! { "calls" => calls });
        }
        let finished = timeout(drain, async {
            let last_calls = async {
                // Who never stops asking is not waited for.
                let _ = timeout(drain / 2, self.idle()).await;
                self.service.executor.drain().await;
            };
            tokio::select! {
                () = last_calls => {}
                () = async { loop { self.accepted(listener.accept().await).await } } => {}
            }
            drop(listener);
            // Answers are written to their end.
            self.ending.send_replace(true);
            self.ending.closed().await;
            self.service.publisher.flush().await;
        });
        if finished.await.is_err() {
            let seconds = drain.as_secs();
            let text = format!("Calls or messages were left after {seconds} s.");
            self.service
                .logger
                .line(LogLevel::Warn, &text, fields! { "calls" => self.calls() });
            return Err(io::Error::new(
                io::ErrorKind::TimedOut,
                format!("calls or messages were left after {seconds} s"),
            ));
        }
        Ok(())
    }

    /// Calls that run.
    pub fn calls(&self) -> usize {
        let parts = self.running.iter();
        let running: isize = parts.map(|part| part.load(Ordering::Relaxed)).sum();
        running.max(0).unsigned_abs()
    }

    /// Resolves when no call has run for a moment.
    async fn idle(&self) {
        let mut since = Instant::now();
        loop {
            if self.calls() > 0 {
                since = Instant::now();
            } else if since.elapsed() >= self.linger {
                return;
            }
            sleep(Duration::from_millis(10)).await;
        }
    }

    async fn accepted(self: &Arc<Self>, connection: io::Result<(TcpStream, SocketAddr)>) {
        match connection {
            Ok((stream, _)) => {
                let _ = stream.set_nodelay(true);
                tokio::spawn(connection::serve(Arc::clone(self), stream));
            }
            Err(error) => {
                // Out of descriptors, mostly: others must end first.
                let text = format!("A connection cannot be accepted: {error}");
                self.service.logger.line(LogLevel::Warn, &text, fields! {});
                sleep(Duration::from_millis(50)).await;
            }
        }
    }

    /// Resolves to `true` when connections are to end with the answer that they write. The server
    /// waits for all who hold it.
    pub(crate) fn ending(&self) -> watch::Receiver<bool> {
        self.ending.subscribe()
    }

    /// Answers a request.
    pub(crate) async fn route(&self, request: Request<Incoming>) -> Response<Full<Bytes>> {
        let mut response = match (request.method(), request.uri().path()) {
            (&Method::GET | &Method::HEAD, "/health/live") => {
                text(StatusCode::OK, "alive\n".into())
            }
            (&Method::GET | &Method::HEAD, "/health/ready") => match self.ready() {
                Ok(()) => text(StatusCode::OK, "ready\n".into()),
                Err(why) => text(StatusCode::SERVICE_UNAVAILABLE, format!("{why}\n")),
            },
            (&Method::GET | &Method::HEAD, "/metrics") => self.metrics(),
            (_, "/health/live" | "/health/ready" | "/metrics") => not_allowed("GET, HEAD"),
            (&Method::POST, "/") => self.receive(request).await,
            (&Method::OPTIONS, "/") => {
                let mut response = text(StatusCode::OK, String::new());
                response
                    .headers_mut()
                    .insert(ALLOW, HeaderValue::from_static("POST, OPTIONS"));
                response
            }
            (_, "/") => not_allowed("POST, OPTIONS"),
            _ => Problem::new(StatusCode::NOT_FOUND, "Events are posted to `/`.").response(),
        };
        if self.closing.load(Ordering::Relaxed) {
            response
                .headers_mut()
                .insert(CONNECTION, HeaderValue::from_static("close"));
        }
        response
    }

    fn ready(&self) -> Result<(), String> {
        match self.closing.load(Ordering::Relaxed) {
            true => Err("shutting down".into()),
            false => self.service.executor.ready(),
        }
    }

    fn metrics(&self) -> Response<Full<Bytes>> {
        let Service {
            executor,
            publisher,
            logger,
            metrics,
            ..
        } = &*self.service;
        let mut response = text(StatusCode::OK, metrics.encode(executor, publisher, logger));
        response.headers_mut().insert(
            CONTENT_TYPE,
            HeaderValue::from_static(metrics::CONTENT_TYPE),
        );
        response
    }

    async fn receive(&self, request: Request<Incoming>) -> Response<Full<Bytes>> {
        let _running = Running::new(&self.running);
        // What is not named is dropped: see below.
        let (Parts { headers, .. }, mut body) = request.into_parts();
        let too_long = || {
            let detail = format!("The body is longer than {} bytes.", self.body_limit);
            Problem::new(StatusCode::PAYLOAD_TOO_LARGE, detail).response()
        };
        let announced = headers
            .get(CONTENT_LENGTH)
            .and_then(|length| length.to_str().ok()?.parse().ok());
        if announced.is_some_and(|length: u64| length > self.body_limit as u64) {
            // Who waits to be asked for the body is not asked.
            if !headers.contains_key(EXPECT) {
                tokio::spawn(discard(body));
            }
            return too_long();
        }
        let limited = Limited::new(&mut body, self.body_limit);
        let read = match limited.size_hint().exact() {
            Some(0) => Bytes::new(),
            _ => match timeout(BODY, copy(limited)).await {
                Ok(Ok(read)) => read,
                Ok(Err(error)) if error.is::<LengthLimitError>() => {
                    tokio::spawn(discard(body));
                    return too_long();
                }
                Ok(Err(error)) => {
                    let detail = format!("The body cannot be read: {error}");
                    return Problem::new(StatusCode::BAD_REQUEST, detail).response();
                }
                Err(_) => {
                    let detail = format!("The body has not arrived within {} s.", BODY.as_secs());
                    return Problem::new(StatusCode::REQUEST_TIMEOUT, detail).response();
                }
            },
        };
        self.service.receive(headers, read).await
    }
}

/// Reads a body into memory of its own. As a part of the buffer that the connection is read into, it
/// would make the connection take another buffer for each request.
async fn copy<B: Body<Data = Bytes> + Unpin>(mut body: B) -> Result<Bytes, B::Error> {
    let expected = usize::try_from(body.size_hint().lower()).unwrap_or(EXPECTED);
    let mut whole = BytesMut::with_capacity(expected.min(EXPECTED));
    while let Some(frame) = body.frame().await {
        if let Some(data) = frame?.data_ref() {
            whole.extend_from_slice(data);
        }
    }
    Ok(whole.freeze())
}

/// Reads for a moment what is not wanted: a client that writes all before it reads would meet a
/// closed connection in place of the answer.
async fn discard(mut body: Incoming) {
    let _ = timeout(DISCARD, async {
        while let Some(Ok(_)) = body.frame().await {}
    })
    .await;
}

/// Counts a request as long as it is held.
struct Running<'c>(&'c PerThread<AtomicIsize>);

impl<'c> Running<'c> {
    fn new(counts: &'c PerThread<AtomicIsize>) -> Self {
        counts.own().fetch_add(1, Ordering::Relaxed);
        Self(counts)
    }
}

impl Drop for Running<'_> {
    fn drop(&mut self) {
        self.0.own().fetch_sub(1, Ordering::Relaxed);
    }
}

fn text(status: StatusCode, body: String) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::new(body.into()));
    *response.status_mut() = status;
    response.headers_mut().insert(
        CONTENT_TYPE,
        HeaderValue::from_static("text/plain; charset=utf-8"),
    );
    response
}

fn not_allowed(allowed: &'static str) -> Response<Full<Bytes>> {
    let detail = format!("Allowed here: {allowed}.");
    let mut response = Problem::new(StatusCode::METHOD_NOT_ALLOWED, detail).response();
    response
        .headers_mut()
        .insert(ALLOW, HeaderValue::from_static(allowed));
    response
}
