//! The floor of the benchmarks: a bare hyper server that parses the same JSON and answers with it.
//! With `CONSTANT_EVENT` set it answers with a response event instead, always the same one: what it
//! costs to send such an answer, whoever made it.

use std::convert::Infallible;
use std::net::Ipv4Addr;
use std::sync::LazyLock;

use bytes::Bytes;
use http::header::{CONTENT_TYPE, HeaderValue};
use http::{Request, Response};
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use knative_lambda_events::LambdaEvent;
use knative_lambda_events::response::Success;
use serde_json::{Value, json};
use tokio::net::TcpListener;

async fn answer(request: Request<Incoming>) -> Result<Response<Full<Bytes>>, Infallible> {
    let body = request.into_body().collect().await;
    let body = body.map(|body| body.to_bytes()).unwrap_or_default();
    let event: Value = serde_json::from_slice(&body).unwrap_or_default();
    let result = json!({ "greeting": event["payload"], "attempt": 1 });
    let result = result.to_string();
    if *CONSTANT_EVENT {
        return Ok(constant_event());
    }
    let mut response = Response::new(Full::new(result.into()));
    response
        .headers_mut()
        .insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    Ok(response)
}

static CONSTANT_EVENT: LazyLock<bool> =
    LazyLock::new(|| std::env::var_os("CONSTANT_EVENT").is_some());

fn constant_event() -> Response<Full<Bytes>> {
    const DATA: &str = r#"{"functionName":"hello","namespace":"default","invocationId":"evt-1","result":{"statusCode":200,"body":{"greeting":{"message":"Hello, World!"},"attempt":1}},"metrics":{"durationMs":1,"coldStart":false,"memoryUsedMb":7}}"#;
    let mut response = Response::new(Full::new(Bytes::from_static(DATA.as_bytes())));
    for (name, value) in [
        ("ce-specversion", "1.0"),
        ("ce-id", "5a1f0c3e-2b34-5c0a-9d57-0d6a3f3e1b11"),
        ("ce-source", "io.knative.lambda/runtime/default/hello"),
        ("ce-type", Success::TYPE),
        ("ce-subject", "default/hello"),
        ("ce-time", "2025-12-04T10:30:00.123456Z"),
        ("ce-dataschema", Success::DATASCHEMA),
        ("ce-causationid", "evt-1"),
        ("content-type", Success::DATACONTENTTYPE),
    ] {
        let value = HeaderValue::from_static(value);
        response.headers_mut().insert(name, value);
    }
    response
}

#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
async fn main() -> std::io::Result<()> {
    let port = std::env::var("PORT")
        .ok()
        .and_then(|port| port.parse().ok())
        .unwrap_or(8080);
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await?;
    loop {
        let (stream, _) = listener.accept().await?;
        let _ = stream.set_nodelay(true);
        tokio::spawn(async move {
            let server = hyper::server::conn::http1::Builder::new();
            let _ = server
                .serve_connection(TokioIo::new(stream), service_fn(answer))
                .await;
        });
    }
}
