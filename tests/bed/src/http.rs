//! A small HTTP client: for events, and for the servers' own APIs.

use http_body_util::{BodyExt as _, Full};
use hyper::body::Bytes;
use hyper::{HeaderMap, Method, Request, StatusCode};
use hyper_util::client::legacy::Client;
use hyper_util::rt::TokioExecutor;

use crate::Error;

/// What a server answered.
#[derive(Clone, Debug)]
pub struct Response {
    /// Its status.
    pub status: StatusCode,
    /// Its headers.
    pub headers: HeaderMap,
    /// Its body.
    pub body: Bytes,
}

/// Sends a POST request; every status is an answer.
///
/// # Errors
/// When the address or a header is malformed, or nobody answers.
pub async fn post(
    url: &str,
    headers: &[(&str, &str)],
    body: impl Into<Bytes>,
) -> Result<Response, Error> {
    send(Method::POST, url, headers, body.into()).await
}

/// Sends a GET request; every status is an answer.
///
/// # Errors
/// As [`post`].
pub async fn get(url: &str, headers: &[(&str, &str)]) -> Result<Response, Error> {
    send(Method::GET, url, headers, Bytes::new()).await
}

async fn send(
    method: Method,
    url: &str,
    headers: &[(&str, &str)],
    body: Bytes,
) -> Result<Response, Error> {
    let failed = |error: &dyn std::fmt::Display| Error::request("http", format!("{url}: {error}"));
    let mut request = Request::builder().method(method).uri(url);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let request = request.body(Full::new(body)).map_err(|e| failed(&e))?;
    let client = Client::builder(TokioExecutor::new()).build_http();
    let answer = client.request(request).await.map_err(|e| failed(&e))?;
    let (head, body) = answer.into_parts();
    let body = body.collect().await.map_err(|e| failed(&e))?;
    Ok(Response {
        status: head.status,
        headers: head.headers,
        body: body.to_bytes(),
    })
}
