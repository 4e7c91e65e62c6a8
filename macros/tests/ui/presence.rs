#[path = "../support/mod.rs"]
mod support;

use knative_lambda_macros::LambdaEvent;
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize, LambdaEvent)]
#[serde(rename_all = "camelCase")]
#[lambda_event(type = "com.example.shop.request.order.cancel", crate = "support")]
struct Required {
    order_id: Option<String>,
}

#[derive(Serialize, Deserialize, LambdaEvent)]
#[serde(rename_all = "camelCase")]
#[lambda_event(type = "com.example.shop.request.order.cancel", crate = "support")]
struct LeftOut {
    #[serde(skip_serializing_if = "String::is_empty")]
    order_id: String,
}

#[derive(Serialize, Deserialize, LambdaEvent)]
#[serde(rename_all = "camelCase")]
#[lambda_event(type = "com.example.shop.request.order.cancel", crate = "support")]
struct AlwaysThere {
    order_id: String,
    reason: String,
}

#[derive(Serialize, Deserialize, LambdaEvent)]
#[serde(rename_all = "camelCase")]
#[lambda_event(type = "com.example.shop.request.order.cancel", crate = "support")]
struct SentAsNull {
    order_id: String,
    reason: Option<String>,
}

#[derive(Serialize, Deserialize, LambdaEvent)]
#[serde(rename_all = "camelCase")]
#[lambda_event(type = "com.example.shop.request.order.cancel", crate = "support")]
struct AnyValue {
    order_id: String,
    #[serde(default)]
    reason: serde_json::Value,
}

fn main() {}
