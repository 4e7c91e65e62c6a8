#[path = "../support/mod.rs"]
mod support;

use knative_lambda_macros::LambdaEvent;
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize, LambdaEvent)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[lambda_event(type = "com.example.shop.request.order.cancel", crate = "support")]
struct Closed {
    order_id: String,
}

#[derive(Serialize, Deserialize, LambdaEvent)]
#[serde(transparent)]
#[lambda_event(type = "com.example.shop.request.order.cancel", crate = "support")]
struct Transparent {
    order_id: String,
}

#[derive(Serialize, Deserialize, LambdaEvent)]
#[lambda_event(type = "com.example.shop.request.order.cancel", crate = "support")]
struct TwoNames {
    #[serde(rename(serialize = "orderId", deserialize = "order_id"))]
    order_id: String,
}

#[derive(Serialize, Deserialize, LambdaEvent)]
#[lambda_event(type = "com.example.shop.measure.stock.mug", crate = "support")]
struct Further {
    pieces: u32,
    berlin: String,
    #[serde(flatten)]
    others: std::collections::BTreeMap<String, bool>,
}

fn main() {}
