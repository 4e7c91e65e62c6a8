#[path = "../support/mod.rs"]
mod support;

use knative_lambda_macros::LambdaEvent;
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize, LambdaEvent)]
struct WithoutType {}

#[derive(Serialize, Deserialize, LambdaEvent)]
#[lambda_event(typ = "com.example.shop.request.order.cancel", crate = "support")]
struct MisspeltKey {}

#[derive(Serialize, Deserialize, LambdaEvent)]
#[lambda_event(type = "com.example.shop.request.order.cancel", crate = "support")]
enum Choice {
    One,
}

#[derive(Serialize, Deserialize, LambdaEvent)]
#[lambda_event(type = "com.example.shop.request.order.cancel", crate = "support")]
struct Wrapper(String);

fn main() {}
