//! The table of the HTTP binding and the JSON format (`tests/http_binding`), sent to a function:
//! the handler tells what it got.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use knative_lambda_runtime::cloudevent::Data;
use serde_json::{Value, json};

use crate::case::Language;
use crate::function::Function;
use crate::message::{Case, Expected};
use crate::pattern::{Seen, compare};
use crate::wire::{Message, Request, exchange};
use crate::{binary, modes, structured};

/// Depth from which the answers around data are too deep to be read here.
const DEEP: usize = 64;

/// Events of a batch that takes seconds.
const LARGE: usize = 1_000;

/// The cases of the table; the largest batch for one language, as no language reads it.
pub(crate) fn cases(language: Language) -> Vec<Case> {
    let mut cases = [binary::cases(), structured::cases(), modes::cases()].concat();
    let is_large = |case: &Case| matches!(case.expected, Expected::Batch(count) if count > LARGE);
    cases.retain(|case| language == Language::Rust || !is_large(case));
    cases
}

/// Sends a case; says what is not as expected.
pub(crate) fn run(case: &Case, language: Language, function: &Function) -> Vec<String> {
    let headers = case.message.headers.iter();
    let request = Request {
        method: "POST".into(),
        path: "/".into(),
        headers: headers
            .map(|(name, value)| (name.to_string(), value.as_bytes().to_vec()))
            .collect(),
        body: case.message.body.to_vec(),
    };
    let answer = match exchange(function.port, &request) {
        Ok(answer) => answer,
        Err(error) => return vec![error.to_string()],
    };
    let mut differences = Vec::new();
    let status = answer.status();
    if status != expected_status(&case.expected) {
        let body = String::from_utf8_lossy(&answer.body);
        differences.push(format!("status {status}: {body}"));
        return differences;
    }
    let (expected, found) = match &case.expected {
        Expected::Data(data) if is_deep(data) => return differences,
        Expected::Data(data) => (told(data, language), result(&answer)),
        Expected::Attribute(name, Some(text)) => {
            let found = result(&answer)["attributes"][name].clone();
            let text_of = found
                .as_str()
                .map_or_else(|| found.to_string(), str::to_owned);
            (json!(text), json!(text_of))
        }
        Expected::Attribute(name, None) => {
            (Value::Null, result(&answer)["attributes"][name].clone())
        }
        Expected::Batch(0) | Expected::Unsupported => return differences,
        Expected::Batch(count) => {
            let replies: Vec<Value> = serde_json::from_slice(&answer.body).unwrap_or_default();
            (json!(count), json!(replies.len()))
        }
        Expected::Plain => (json!("json"), result(&answer)["kind"].clone()),
        Expected::Bad(attribute) => (json!([null, attribute]), problem(&answer)),
        Expected::BadAt(index, attribute) => (json!([index, attribute]), problem(&answer)),
    };
    compare(
        "found",
        &expected,
        Some(&found),
        &mut Seen::new(),
        &mut differences,
    );
    differences
}

fn expected_status(expected: &Expected) -> u16 {
    match expected {
        Expected::Attribute(..) | Expected::Data(_) | Expected::Plain => 200,
        Expected::Batch(0) => 202,
        Expected::Batch(_) => 200,
        Expected::Bad(_) | Expected::BadAt(..) => 400,
        Expected::Unsupported => 415,
    }
}

fn is_deep(data: &Data) -> bool {
    let is_opening = |byte: &&u8| matches!(byte, b'[' | b'{');
    data.as_bytes().iter().take_while(is_opening).count() > DEEP
}

/// What the handler tells of data.
fn told(data: &Data, language: Language) -> Value {
    let (kind, value) = match data {
        Data::Absent => ("absent", Value::Null),
        Data::Json(json) => ("json", serde_json::from_slice(json).unwrap()),
        Data::Text(text) => ("text", String::from_utf8_lossy(text).into()),
        Data::Binary(bytes) => ("bytes", STANDARD.encode(bytes).into()),
    };
    match (kind, &value, language) {
        // JSON has no other nothing in Go, and a text in JSON no other type than text here.
        ("json", Value::Null, Language::Go | Language::Python) => {
            json!({ "kind": "absent", "value": null })
        }
        ("json", Value::String(_), language) if language != Language::Rust => {
            json!({ "kind": "text", "value": value })
        }
        _ => json!({ "kind": kind, "value": value }),
    }
}

fn result(answer: &Message) -> Value {
    let body: Value = serde_json::from_slice(&answer.body).unwrap_or_default();
    let data = body.get("data").unwrap_or(&body);
    data["result"]["body"].clone()
}

fn problem(answer: &Message) -> Value {
    let body: Value = serde_json::from_slice(&answer.body).unwrap_or_default();
    json!([body["index"], body["attribute"]])
}
