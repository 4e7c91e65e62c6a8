//! Posts at an even pace, whatever the answers take, and prints the latencies in microseconds:
//! `pace URL RATE SECONDS CONNECTIONS`.

#![allow(
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a tool for benchmarks"
)]

use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::Bytes;
use http::{Request, Uri};
use http_body_util::{BodyExt, Full};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use tokio::sync::Mutex;

fn request(url: &Uri, number: u64) -> Request<Full<Bytes>> {
    let body = format!(
        r#"{{"functionName":"hello","namespace":"default","payload":{{"number":{number}}}}}"#
    );
    Request::post(url.clone())
        .header("content-type", "application/json")
        .header("ce-specversion", "1.0")
        .header("ce-id", number.to_string())
        .header("ce-source", "pace")
        .header("ce-type", "io.knative.lambda.invoke.sync")
        .body(Full::new(body.into()))
        .unwrap()
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [url, rate, seconds, connections] = &arguments[..] else {
        println!("usage: pace URL RATE SECONDS CONNECTIONS");
        return;
    };
    let url: Uri = url.parse().unwrap();
    let (rate, seconds): (u64, u64) = (rate.parse().unwrap(), seconds.parse().unwrap());
    let mut connector = HttpConnector::new();
    connector.set_nodelay(true);
    let client: Client<_, Full<Bytes>> = Client::builder(TokioExecutor::new())
        .pool_max_idle_per_host(connections.parse().unwrap())
        .build(connector);
    let latencies = Arc::new(Mutex::new(Vec::new()));
    let begun = Instant::now();
    let mut tasks = Vec::new();
    for number in 0..rate * seconds {
        // Spinning is exact, where sleeping is late by up to a millisecond.
        let due = begun + Duration::from_nanos(number * 1_000_000_000 / rate);
        while Instant::now() < due {
            tokio::task::yield_now().await;
        }
        let (client, request, latencies) = (
            client.clone(),
            request(&url, number),
            Arc::clone(&latencies),
        );
        tasks.push(tokio::spawn(async move {
            let answer = client.request(request).await.unwrap();
            assert!(answer.status().is_success(), "{}", answer.status());
            let _ = answer.into_body().collect().await;
            // The first calls open connections and warm caches.
            if number > rate / 2 {
                latencies.lock().await.push(due.elapsed());
            }
        }));
    }
    for task in tasks {
        task.await.unwrap();
    }
    let mut latencies = latencies.lock().await;
    latencies.sort_unstable();
    let at = |share: f64| latencies[((latencies.len() - 1) as f64 * share) as usize].as_micros();
    println!("{} {} {}", at(0.5), at(0.99), at(1.0));
}
