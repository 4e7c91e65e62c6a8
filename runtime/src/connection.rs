//! A connection: its version of HTTP, its idle time and its end.

use std::convert::Infallible;
use std::io;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use hyper::server::conn::{http1, http2};
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use tokio::net::TcpStream;
use tokio::time::{sleep, timeout};

use crate::server::Server;

/// How long a connection may be idle. Proxies keep theirs for 90 s, and a connection that ends
/// while a request is on its way costs that request.
const IDLE: Duration = Duration::from_secs(150);

/// Serves a connection to its end. Events that it brings go to `server`.
pub(crate) async fn serve(server: Arc<Server>, stream: TcpStream) {
    // Only what has begun has the parser's own limits.
    let Ok(Ok(is_http2)) = timeout(IDLE, begins_as_http2(&stream)).await else {
        return;
    };
    let mut ending = server.ending();
    let requests = Arc::new(Requests::of(server));
    let service = service_fn(|request| {
        // A count of its own: that of the server would be written by all threads.
        let requests = Arc::clone(&requests);
        requests.begun.fetch_add(1, Ordering::Relaxed);
        async move {
            let response = requests.server.route(request).await;
            requests.answered.fetch_add(1, Ordering::Relaxed);
            Ok::<_, Infallible>(response)
        }
    });
    let stream = TokioIo::new(stream);
    // Both kinds of connections are driven alike, and have no trait in common.
    macro_rules! drive {
        ($connection:expr) => {
            let mut connection = pin!($connection);
            tokio::select! {
                // One that breaks has told its caller already.
                _ = connection.as_mut() => {}
                () = requests.none_for_long() => {}
                () = async { drop(ending.wait_for(|ending| *ending).await) } => {
                    connection.as_mut().graceful_shutdown();
                    let _ = connection.await;
                }
            }
        };
    }
    if is_http2 {
        let mut builder = http2::Builder::new(TokioExecutor::new());
        builder
            .timer(TokioTimer::new())
            .keep_alive_interval(IDLE)
            .max_concurrent_streams(1_000);
        drive!(builder.serve_connection(stream, service));
    } else {
        let mut builder = http1::Builder::new();
        // One write for head and body.
        builder.writev(false);
        drive!(builder.serve_connection(stream, service));
    }
}

/// Waits for a connection to begin, and tells by which version of HTTP. A version that only shows
/// while it is read costs a layer below the parser, which each request passes.
async fn begins_as_http2(stream: &TcpStream) -> io::Result<bool> {
    // No method of HTTP/1 begins so (RFC 9113, 3.4).
    const PREFACE: &[u8] = b"PRI * HTTP/2.0";
    let mut begin = [0; PREFACE.len()];
    let mut pause = Duration::from_millis(1);
    loop {
        let length = stream.peek(&mut begin).await?;
        if length == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        if length == PREFACE.len() || !PREFACE.starts_with(&begin[..length]) {
            return Ok(&begin[..length] == PREFACE);
        }
        // The rest is on its way, mostly. What is there already is no news to wait for.
        sleep(pause).await;
        pause = (pause * 2).min(Duration::from_secs(1));
    }
}

/// Requests of a connection. Its idle time is seen by looking at them now and then: a timer that
/// each request sets again, as hyper has one, costs several times as much.
struct Requests {
    server: Arc<Server>,
    begun: AtomicUsize,
    answered: AtomicUsize,
}

impl Requests {
    fn of(server: Arc<Server>) -> Self {
        Self {
            server,
            begun: AtomicUsize::new(0),
            answered: AtomicUsize::new(0),
        }
    }

    /// Resolves when none has come or run for a time between [`IDLE`] and a third more. One whose
    /// head does not end has not come.
    async fn none_for_long(&self) {
        let (mut before, mut looks) = (0, 0);
        while looks < 3 {
            sleep(IDLE / 3).await;
            let begun = self.begun.load(Ordering::Relaxed);
            let is_idle = begun == before && begun == self.answered.load(Ordering::Relaxed);
            looks = if is_idle { looks + 1 } else { 0 };
            before = begun;
        }
    }
}
