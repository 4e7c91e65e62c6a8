//! Types from schemas that users bring.

#![cfg(feature = "schema")]
#![allow(clippy::unwrap_used, missing_docs)]

use knative_lambda_macros::lambda_schema;
use serde_json::json;

mod shipment {
    super::lambda_schema!(
        "tests/catalogue/schemas/shipment.schema.json",
        unchecked("minItems"),
    );
}

mod rating {
    super::lambda_schema!("tests/catalogue/schemas/rating.yaml");
}

#[test]
fn a_schema_without_title_is_named_after_its_file() {
    let value = json!({ "carrier": "bike", "parcels": [{ "grams": 250 }], "pickup": 7 });
    let shipment: shipment::Shipment = serde_json::from_value(value.clone()).unwrap();
    assert_eq!(shipment.parcels[0].grams, 250_u16);
    assert_eq!(serde_json::to_value(shipment).unwrap(), value);
}

#[test]
fn what_the_gate_lets_through_is_checked() {
    let read = serde_json::from_value::<rating::Rating>;
    assert!(read(json!({ "stars": 5, "text": "good" })).is_ok());
    assert!(read(json!({ "stars": 6 })).is_err());
    assert!(read(json!({ "stars": 5, "text": "much too long, far too long" })).is_err());
    assert!(read(json!({})).is_err());
}
