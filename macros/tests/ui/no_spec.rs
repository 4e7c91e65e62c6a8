#[path = "../support/mod.rs"]
mod support;

use knative_lambda_macros::LambdaEvent;
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize, LambdaEvent)]
#[lambda_event(type = "com.example.shop.request.order.cancel", spec = "nowhere", crate = "support")]
struct Nowhere {}

fn main() {}
