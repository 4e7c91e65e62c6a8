//! Structs that fit the catalogue in `tests/catalogue/spec`.

#![allow(clippy::unwrap_used, missing_docs, dead_code)]

mod support;

use std::collections::{BTreeMap, HashMap};

use knative_lambda_macros::LambdaEvent;
use serde::{Deserialize, Serialize};
use support::LambdaEvent as _;

#[derive(Serialize, Deserialize)]
struct Line {
    sku: String,
    quantity: u16,
}

/// Every member, in its usual type.
#[derive(Serialize, Deserialize, LambdaEvent)]
#[serde(rename_all = "camelCase")]
#[lambda_event(
    type = "com.example.shop.fact.order.placed",
    spec = "tests/catalogue/spec",
    crate = "support"
)]
struct Placed {
    order_id: String,
    placed_at: String,
    currency: Currency,
    total_cents: u32,
    lines: Vec<Line>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    address: Option<HashMap<String, String>>,
    #[serde(default)]
    gift: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    weight: Option<f64>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    tags: BTreeMap<String, String>,
    coupon: Option<String>,
    #[serde(default)]
    details: serde_json::Map<String, serde_json::Value>,
    #[serde(skip)]
    seen: bool,
}

#[derive(Serialize, Deserialize)]
enum Currency {
    #[serde(rename = "EUR")]
    Euro,
    #[serde(other)]
    Other,
}

#[derive(Serialize, Deserialize, Default)]
#[serde(rename_all = "camelCase")]
struct Head {
    order_id: String,
    placed_at: String,
    currency: String,
}

/// A part of the members in a struct of their own, the rest as they come.
#[derive(Serialize, Deserialize, LambdaEvent, Default)]
#[serde(rename_all = "camelCase", default)]
#[lambda_event(
    type = "fact.order.shipped",
    spec = "tests/catalogue/spec/",
    crate = "crate::support"
)]
struct Shipped {
    #[serde(flatten)]
    head: Head,
    #[serde(rename = "totalCents")]
    total: i64,
    lines: Box<[serde_json::Value]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    coupon: Option<Option<String>>,
    #[serde(with = "flag")]
    gift: u8,
    #[serde(flatten)]
    rest: BTreeMap<String, serde_json::Value>,
}

mod flag {
    use serde::{Deserialize as _, Deserializer, Serializer};

    pub(super) fn serialize<S: Serializer>(flag: &u8, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_bool(*flag != 0)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u8, D::Error> {
        bool::deserialize(deserializer).map(u8::from)
    }
}

/// A type of an open family.
#[derive(Serialize, Deserialize, LambdaEvent)]
#[lambda_event(
    type = "com.example.shop.measure.stock.mug",
    spec = "tests/catalogue/spec",
    crate = "support"
)]
struct Mugs {
    pieces: u64,
    berlin: u32,
    #[serde(flatten)]
    elsewhere: HashMap<String, u32>,
}

/// All types of the family.
#[derive(Serialize, Deserialize, LambdaEvent)]
#[lambda_event(
    type = "measure.stock.*",
    spec = "tests/catalogue/spec",
    crate = "support"
)]
struct Stock {
    pieces: u64,
}

/// Generic over what the user brings.
#[derive(Serialize, Deserialize, LambdaEvent)]
#[serde(rename_all = "camelCase", bound = "")]
#[lambda_event(
    type = "com.example.shop.request.order.cancel",
    spec = "tests/catalogue/spec",
    crate = "support"
)]
struct Cancel<Id: Serialize + serde::de::DeserializeOwned> {
    order_id: Id,
}

#[test]
fn the_trait_says_what_the_catalogue_says() {
    assert_eq!(Placed::TYPE, "com.example.shop.fact.order.placed");
    assert_eq!(
        Placed::DATASCHEMA,
        "https://shop.example.com/schemas/order/v1.2.0"
    );
    assert_eq!(Placed::DATACONTENTTYPE, "application/json");
    assert!(Placed::REQUIRED_EXTENSIONS.is_empty());
    assert_eq!(Shipped::TYPE, "com.example.shop.fact.order.shipped");
    assert_eq!(Mugs::TYPE, "com.example.shop.measure.stock.mug");
    assert!(!Mugs::FAMILY);
    assert_eq!(Stock::TYPE, "com.example.shop.measure.stock.");
    assert!(Stock::FAMILY);
    assert_eq!(Cancel::<String>::REQUIRED_EXTENSIONS, ["idempotencykey"]);
}

#[test]
fn what_is_sent_can_be_read() {
    let sent = serde_json::json!({
        "orderId": "4711", "placedAt": "2026-11-24T09:00:00Z", "currency": "EUR",
        "totalCents": 1999, "lines": [{ "sku": "mug", "quantity": 1 }], "gift": true,
        "carrier": "post",
    });
    let shipped: Shipped = serde_json::from_value(sent.clone()).unwrap();
    assert_eq!(serde_json::to_value(shipped).unwrap(), sent);
    let placed: Placed = serde_json::from_value(sent).unwrap();
    assert!(placed.gift && placed.weight.is_none());
}
