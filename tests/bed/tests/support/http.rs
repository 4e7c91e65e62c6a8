//! Requests to servers of the bed.

use http_body_util::{BodyExt as _, Full};
use hyper::body::Bytes;
use hyper::{Method, Request};
use hyper_util::client::legacy::Client;
use hyper_util::rt::TokioExecutor;
use knative_lambda_events::HttpMessage;
use serde_json::Value;

/// Sends a request; gives the status and the body of whatever answer.
async fn send(method: Method, url: &str, message: HttpMessage) -> (u16, String) {
    let mut request = Request::builder().method(method).uri(url);
    for (name, value) in &message.headers {
        request = request.header(name, value);
    }
    let request = request.body(Full::new(Bytes::from(message.body))).unwrap();
    let client = Client::builder(TokioExecutor::new()).build_http();
    let answer = client.request(request).await.unwrap();
    let status = answer.status().as_u16();
    let body = answer.into_body().collect().await.unwrap().to_bytes();
    (status, String::from_utf8_lossy(&body).into_owned())
}

/// Posts headers and a body.
pub(crate) async fn post(url: &str, message: HttpMessage) -> (u16, String) {
    send(Method::POST, url, message).await
}

/// A message with JSON as body.
pub(crate) fn json(body: &Value) -> HttpMessage {
    HttpMessage {
        headers: vec![("content-type".into(), "application/json".into())],
        body: body.to_string().into_bytes(),
    }
}

/// Reads JSON.
pub(crate) async fn get(url: &str) -> Value {
    let nothing = HttpMessage {
        headers: Vec::new(),
        body: Vec::new(),
    };
    let (status, body) = send(Method::GET, url, nothing).await;
    assert_eq!(status, 200, "{url}: {body}");
    serde_json::from_str(&body).unwrap()
}
