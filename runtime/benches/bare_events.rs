//! What answering with an event costs at least: the bare hyper server, which reads the attributes
//! of an event and answers with a response event. It has no deadline, no metrics, no log, and
//! refuses nothing.

use std::convert::Infallible;
use std::net::Ipv4Addr;

use bytes::Bytes;
use http::{HeaderMap, Request, Response};
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use knative_lambda_events::data::{ResponseEvent, ResponseEventInvocationResult};
use knative_lambda_events::response::Success;
use knative_lambda_events::support::Timestamp;
use knative_lambda_events::{LambdaEvent, Origin};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use uuid::Uuid;

async fn answer(request: Request<Incoming>) -> Result<Response<Full<Bytes>>, Infallible> {
    let (head, body) = request.into_parts();
    let body = body.collect().await;
    let body = body.map(|body| body.to_bytes()).unwrap_or_default();
    let event: Value = serde_json::from_slice(&body).unwrap_or_default();
    let result = json!({ "greeting": event["payload"], "attempt": 1 });
    Ok(respond(&head.headers, result).unwrap_or_default())
}

fn respond(headers: &HeaderMap, result: Value) -> Option<Response<Full<Bytes>>> {
    let attribute = |name| headers.get(name)?.to_str().ok();
    let (id, source) = (attribute("ce-id")?, attribute("ce-source")?);
    attribute("ce-type")?;
    let origin = Origin::new("runtime", "default", "hello");
    let own = Uuid::new_v5(&Uuid::NAMESPACE_URL, format!("{source}{id}").as_bytes());
    let mut invocation = ResponseEventInvocationResult::new(200);
    invocation.body = Some(result);
    let data = ResponseEvent::new("hello", "default", id, invocation);
    Response::builder()
        .header("ce-specversion", "1.0")
        .header("ce-id", own.to_string())
        .header("ce-source", origin.source())
        .header("ce-type", Success::TYPE)
        .header("ce-subject", origin.subject())
        .header("ce-time", Timestamp::now().as_str())
        .header("ce-dataschema", Success::DATASCHEMA)
        .header("ce-causationid", id)
        .header("content-type", Success::DATACONTENTTYPE)
        .body(Full::new(serde_json::to_vec(&data).ok()?.into()))
        .ok()
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
