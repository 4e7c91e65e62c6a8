#[path = "../support/mod.rs"]
mod support;

use knative_lambda_macros::LambdaEvent;
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize, LambdaEvent)]
#[lambda_event(type = "com.example.shop.fact.order.palced", crate = "support")]
struct Misspelt {}

#[derive(Serialize, Deserialize, LambdaEvent)]
#[lambda_event(type = "request.order.cancle", crate = "support")]
struct Relative {}

#[derive(Serialize, Deserialize, LambdaEvent)]
#[lambda_event(type = "com.example.bank.account.opened", crate = "support")]
struct Elsewhere {}

#[derive(Serialize, Deserialize, LambdaEvent)]
#[lambda_event(type = "com.example.shop.measure.stcok.*", crate = "support")]
struct Family {}

fn main() {}
