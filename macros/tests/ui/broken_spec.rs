#[path = "../support/mod.rs"]
mod support;

use knative_lambda_macros::LambdaEvent;
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize, LambdaEvent)]
#[lambda_event(type = "com.example.shop.request.order.cancel", spec = "broken", crate = "support")]
struct Broken {}

#[derive(Serialize, Deserialize, LambdaEvent)]
#[lambda_event(type = "com.example.shop.request.order.cancel", spec = "broken", crate = "support")]
struct Again {}

fn main() {}
