#[path = "../support/mod.rs"]
mod support;

use knative_lambda_macros::LambdaEvent;
use serde::{Deserialize, Serialize};

use std::collections::{BTreeMap, HashMap};

#[derive(Serialize, Deserialize, LambdaEvent)]
#[serde(rename_all = "camelCase")]
#[lambda_event(type = "com.example.shop.fact.order.placed", crate = "support")]
struct Scalars {
    order_id: u64,
    placed_at: i64,
    currency: bool,
    total_cents: f64,
    lines: Vec<String>,
    #[serde(default)]
    address: String,
    #[serde(default)]
    gift: u8,
    #[serde(default)]
    weight: u32,
    #[serde(default)]
    details: Vec<u8>,
}

#[derive(Serialize, Deserialize, LambdaEvent)]
#[serde(rename_all = "camelCase")]
#[lambda_event(type = "com.example.shop.fact.order.placed", crate = "support")]
struct Nested {
    order_id: char,
    placed_at: String,
    currency: Box<str>,
    total_cents: u16,
    lines: HashMap<String, u32>,
    #[serde(default)]
    tags: BTreeMap<String, u32>,
    #[serde(default)]
    address: HashMap<String, bool>,
}

fn main() {}
