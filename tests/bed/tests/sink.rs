//! The sink that records what it is sent.
#![allow(clippy::unwrap_used, missing_docs)]

use std::time::Duration;

use hyper::StatusCode;
use knative_lambda_testbed::http::{get, post};
use knative_lambda_testbed::{Answer, Sink};
use serde_json::{Value, json};

#[tokio::test]
async fn a_sink_records_and_answers_as_told() {
    let sink = Sink::start().await.unwrap();
    let reply = json!({ "specversion": "1.0", "id": "1", "type": "t", "source": "/s" });
    sink.answer([
        Answer::status(StatusCode::IM_A_TEAPOT),
        Answer::status(StatusCode::OK).event(&reply),
    ]);
    let url = format!("{}/here", sink.url());
    let refused = post(&url, &[("ce-id", "a")], "body").await.unwrap();
    assert_eq!(refused.status, StatusCode::IM_A_TEAPOT);
    let replied = get(sink.url(), &[]).await.unwrap();
    assert_eq!(
        replied.headers["content-type"],
        "application/cloudevents+json"
    );
    assert_eq!(
        serde_json::from_slice::<Value>(&replied.body).unwrap(),
        reply
    );
    let silent = get(sink.url(), &[]).await.unwrap();
    assert_eq!(
        (silent.status, silent.body.len()),
        (StatusCode::ACCEPTED, 0)
    );

    let all = sink.wait_for(3, Duration::ZERO).await.unwrap();
    assert_eq!(
        (all[0].method.as_str(), all[0].path.as_str()),
        ("POST", "/here")
    );
    assert_eq!(all[0].header("CE-ID"), Some("a"));
    assert_eq!(all[0].body, "body");

    let late = sink
        .wait_for(4, Duration::from_millis(20))
        .await
        .unwrap_err();
    assert!(late.to_string().contains("/here"), "{late}");

    let url = sink.url().to_owned();
    drop(sink);
    // The port is free again once the runtime has ended the server.
    tokio::time::sleep(Duration::from_millis(20)).await;
    assert!(get(&url, &[]).await.is_err());
}
