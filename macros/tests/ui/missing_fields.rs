#[path = "../support/mod.rs"]
mod support;

use knative_lambda_macros::LambdaEvent;
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize, LambdaEvent)]
#[serde(rename_all = "camelCase")]
#[lambda_event(type = "com.example.shop.fact.order.placed", crate = "support")]
struct Missing {
    order_id: String,
    currency: String,
}

#[derive(Serialize, Deserialize, LambdaEvent)]
#[serde(rename_all = "camelCase")]
#[lambda_event(type = "com.example.shop.request.order.cancel", crate = "support")]
struct NotSent {
    #[serde(skip_serializing)]
    order_id: String,
}

fn main() {}
