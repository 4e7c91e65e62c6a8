#[path = "../support/mod.rs"]
mod support;

use knative_lambda_macros::LambdaEvent;
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize, LambdaEvent)]
#[lambda_event(type = "com.example.shop.request.order.cancel", crate = "support")]
struct Misspelt {
    #[serde(rename = "orderId")]
    order_id: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    raeson: Option<String>,
}

#[derive(Serialize, Deserialize, LambdaEvent)]
#[lambda_event(type = "com.example.shop.request.order.cancel", crate = "support")]
struct WithoutRenameAll {
    order_id: String,
}

#[derive(Serialize, Deserialize, LambdaEvent)]
#[lambda_event(type = "com.example.shop.request.order.cancel", crate = "support")]
struct RenamedWrongly {
    #[serde(rename = "orderld")]
    order_id: String,
    colour: bool,
}

fn main() {}
