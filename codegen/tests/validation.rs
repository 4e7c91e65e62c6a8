//! Values held against schemas here and by the `jsonschema` crate: the verdicts must agree.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::path::Path;

use knative_lambda_codegen::check::data::validate;
use knative_lambda_codegen::check::{Index, SchemaRef};
use knative_lambda_codegen::load::{Limits, Node, from_memory, parse};
use knative_lambda_codegen::model;
use knative_lambda_codegen::source::{SourceFile, Sources};
use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::FileFailurePersistence;
use serde_json::{Map, Value, json};

/// Names of members; few, so that values and schemas meet.
const NAMES: [&str; 3] = ["a", "b", "größe"];

fn number() -> BoxedStrategy<Value> {
    prop_oneof![
        (-4_i64..5).prop_map(Value::from),
        (-8_i64..9).prop_map(|halves| json!(halves as f64 / 2.0)),
    ]
    .boxed()
}

fn text() -> BoxedStrategy<Value> {
    select(vec![
        "",
        "a",
        "ab",
        "äb",
        "𝄞",
        "null",
        "1",
        "2025-12-04",
        "2025-02-30",
        "2025-12-04T10:30:00Z",
        "550e8400-e29b-41d4-a716-446655440000",
    ])
    .prop_map(Value::from)
    .boxed()
}

fn any_value() -> BoxedStrategy<Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        number(),
        text()
    ];
    leaf.prop_recursive(2, 8, 3, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::btree_map(select(NAMES.to_vec()), inner, 0..4).prop_map(|map| {
                Value::Object(map.into_iter().map(|(k, v)| (k.to_owned(), v)).collect())
            }),
        ]
    })
    .boxed()
}

/// Some of the keywords, each there or not.
fn keywords(all: Vec<(&'static str, BoxedStrategy<Value>)>) -> BoxedStrategy<Map<String, Value>> {
    let each: Vec<_> = all
        .into_iter()
        .map(|(word, value)| {
            prop::option::weighted(0.3, value).prop_map(move |v| v.map(|v| (word.to_owned(), v)))
        })
        .collect();
    each.prop_map(|found| found.into_iter().flatten().collect())
        .boxed()
}

fn count() -> BoxedStrategy<Value> {
    (0_u64..4).prop_map(Value::from).boxed()
}

fn typed(r#type: &'static str, nullable: bool, mut rest: Map<String, Value>) -> Value {
    let word = if nullable {
        json!([r#type, "null"])
    } else {
        json!(r#type)
    };
    rest.insert("type".into(), word);
    Value::Object(rest)
}

fn leaf_schema() -> BoxedStrategy<Value> {
    let numbers = vec![
        ("minimum", number()),
        ("maximum", number()),
        ("exclusiveMinimum", number()),
        ("exclusiveMaximum", number()),
    ];
    let texts = vec![
        ("minLength", count()),
        ("maxLength", count()),
        (
            "pattern",
            select(vec!["^a", "b$", "^[a-z]{1,2}$", "ä|1"])
                .prop_map(Value::from)
                .boxed(),
        ),
        (
            "format",
            select(vec!["date", "date-time", "uuid"])
                .prop_map(Value::from)
                .boxed(),
        ),
    ];
    let values = prop::collection::vec(any_value(), 1..4).prop_map(Value::from);
    let listed = keywords(vec![("const", any_value()), ("enum", values.boxed())]);
    prop_oneof![
        (
            select(vec!["integer", "number"]),
            any::<bool>(),
            keywords(numbers)
        )
            .prop_map(|(t, nullable, rest)| typed(t, nullable, rest)),
        (any::<bool>(), keywords(texts)).prop_map(|(n, rest)| typed("string", n, rest)),
        any::<bool>().prop_map(|n| typed("boolean", n, Map::new())),
        listed.prop_map(Value::Object),
        Just(json!({ "$ref": "#/$defs/Part" })),
    ]
    .boxed()
}

fn schema() -> BoxedStrategy<Value> {
    leaf_schema()
        .prop_recursive(3, 16, 3, |inner| {
            let list = keywords(vec![
                ("items", inner.clone()),
                ("minItems", count()),
                ("maxItems", count()),
                ("uniqueItems", any::<bool>().prop_map(Value::from).boxed()),
            ]);
            let members = prop::collection::btree_map(select(NAMES.to_vec()), inner.clone(), 0..4);
            let additional = prop_oneof![any::<bool>().prop_map(Value::from), inner];
            let object = keywords(vec![
                ("additionalProperties", additional.boxed()),
                ("minProperties", count()),
                ("maxProperties", count()),
            ]);
            prop_oneof![
                (any::<bool>(), list).prop_map(|(n, rest)| typed("array", n, rest)),
                (any::<bool>(), members, object, any::<u8>()).prop_map(
                    |(nullable, members, mut rest, required)| {
                        let names = members.keys().enumerate();
                        let required = names.filter(|(i, _)| required >> i & 1 == 1);
                        let required: Vec<_> = required.map(|(_, name)| *name).collect();
                        rest.insert("required".into(), json!(required));
                        rest.insert("properties".into(), json!(members));
                        typed("object", nullable, rest)
                    }
                ),
            ]
        })
        .boxed()
}

/// A value that has a chance to fit: of the schema's type, with its members.
fn value_for(schema: &Value, part: &Value) -> BoxedStrategy<Value> {
    let likely = match schema["type"].as_str().or(schema["type"][0].as_str()) {
        _ if schema.get("$ref").is_some() => return value_for(part, &Value::Null),
        Some("integer" | "number") => number(),
        Some("string") => text(),
        Some("boolean") => any::<bool>().prop_map(Value::from).boxed(),
        Some("array") => {
            let item = schema
                .get("items")
                .map_or_else(any_value, |i| value_for(i, part));
            prop::collection::vec(item, 0..4)
                .prop_map(Value::from)
                .boxed()
        }
        Some("object") => {
            let members = schema["properties"]
                .as_object()
                .cloned()
                .unwrap_or_default();
            let each: Vec<_> = members
                .into_iter()
                .map(|(name, schema)| {
                    prop::option::weighted(0.8, value_for(&schema, part))
                        .prop_map(move |v| v.map(|v| (name.clone(), v)))
                })
                .collect();
            let other = prop::option::weighted(0.2, (select(NAMES.to_vec()), any_value()));
            (each, other)
                .prop_map(|(members, other)| {
                    let mut map: Map<String, Value> = members.into_iter().flatten().collect();
                    map.extend(other.map(|(name, value)| (name.to_owned(), value)));
                    Value::Object(map)
                })
                .boxed()
        }
        _ => {
            let listed = schema["enum"].as_array().cloned().unwrap_or_default();
            let listed: Vec<_> = listed
                .into_iter()
                .chain(schema.get("const").cloned())
                .collect();
            if listed.is_empty() {
                any_value()
            } else {
                select(listed).boxed()
            }
        }
    };
    prop_oneof![6 => likely, 1 => any_value()].boxed()
}

/// What JSON Schema calls the same: writers are closed here, where a schema lists members.
fn closed(schema: &Value) -> Value {
    match schema {
        Value::Object(map) => {
            let mut map: Map<_, _> = map
                .iter()
                .map(|(word, value)| {
                    let value = match word.as_str() {
                        "properties" | "$defs" => Value::Object(
                            value
                                .as_object()
                                .unwrap()
                                .iter()
                                .map(|(k, v)| (k.clone(), closed(v)))
                                .collect(),
                        ),
                        "items" | "additionalProperties" => closed(value),
                        _ => value.clone(),
                    };
                    (word.clone(), value)
                })
                .collect();
            let lists = map
                .get("properties")
                .is_some_and(|p| !p.as_object().unwrap().is_empty());
            if lists && !map.contains_key("additionalProperties") {
                map.insert("additionalProperties".into(), json!(false));
            }
            Value::Object(map)
        }
        other => other.clone(),
    }
}

/// A value as the compiler sees it. JSON is YAML.
fn node(text: String) -> Node {
    let mut sources = Sources::new(Path::new("."));
    let file = sources.add(SourceFile::new(
        "value.yaml".into(),
        "value.yaml".into(),
        text,
    ));
    let mut findings = Vec::new();
    let document = parse(file, sources.get(file), &Limits::default(), &mut findings);
    assert!(findings.is_empty(), "{findings:#?}");
    document.root.unwrap()
}

/// Whether the value fits, in this crate's view.
fn fits(root: &Value, part: &Value, value: &Value) -> bool {
    let file = json!({
        "schema": "any", "version": "1.0.0", "title": "Any", "description": "Any.",
        "root": root, "$defs": { "Part": part },
    });
    let files = vec![("data/any.yaml".to_owned(), file.to_string().into_bytes())];
    let loaded = from_memory(Path::new("spec"), files, &Limits::default());
    let value = node(value.to_string());
    let mut findings = Vec::new();
    let (spec, _) = model::read(&loaded, &mut findings);
    let index = Index::new(&spec);
    let file = spec.data.first().unwrap_or_else(|| panic!("{findings:#?}"));
    let schema = &file.body.root;
    validate(&index, SchemaRef { file, schema }, &value).is_empty()
}

/// The same by the `jsonschema` crate.
fn fits_elsewhere(root: &Value, part: &Value, value: &Value) -> bool {
    let mut schema = closed(root);
    schema["$defs"] = json!({ "Part": closed(part) });
    let validator = jsonschema::draft202012::options()
        .should_validate_formats(true)
        .build(&schema)
        .unwrap();
    validator.is_valid(value)
}

#[test]
fn items_that_the_api_server_would_merge_do_not_fit() {
    let port = json!({
        "type": "object", "description": "A port.", "required": ["number"], "properties": {
            "number": { "type": "integer", "description": "Its number.", "x-unit": "1" },
            "protocol": { "type": "string", "description": "Its protocol.", "default": "TCP" },
            "about": { "type": "string", "description": "What for." },
        },
    });
    let by = |keys: Value| {
        json!({
            "type": "array", "description": "Ports.", "items": { "$ref": "#/$defs/Part", "description": "One." },
            "x-kubernetes-list-type": "map", "x-kubernetes-list-map-keys": keys,
        })
    };
    let ports = by(json!(["number", "protocol"]));
    for (second, expected) in [
        (json!({ "number": 2 }), true),
        (json!({ "number": 1, "protocol": "UDP" }), true),
        (json!({ "number": 1, "about": "x" }), false),
        (json!({ "number": 1, "protocol": "TCP" }), false),
    ] {
        let value = json!([{ "number": 1 }, second]);
        assert_eq!(fits(&ports, &port, &value), expected, "{value}");
    }
    let list = json!({ "type": "array", "description": "Words.", "items": { "type": "string", "description": "One." } });
    for (kind, value, expected) in [
        ("set", json!(["a", "b"]), true),
        ("set", json!(["a", "b", "a"]), false),
        ("atomic", json!(["a", "a"]), true),
    ] {
        let mut inside = list.clone();
        inside["x-kubernetes-list-type"] = kind.into();
        assert_eq!(fits(&inside, &port, &value), expected, "{kind}: {value}");
        let beside = json!({ "$ref": "#/$defs/Part", "description": "Words.", "x-kubernetes-list-type": kind });
        assert_eq!(fits(&beside, &list, &value), expected, "{kind}: {value}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 2500,
        max_shrink_iters: 500,
        failure_persistence: Some(Box::new(FileFailurePersistence::Off)),
        ..ProptestConfig::default()
    })]

    #[test]
    fn verdicts_agree_with_those_of_another_validator(
        (root, part, value) in (schema(), leaf_schema()).prop_flat_map(|(root, part)| {
            // A definition that refers to itself leads nowhere.
            let part = if part.get("$ref").is_some() { json!({ "type": "null" }) } else { part };
            let value = value_for(&root, &part);
            (Just(root), Just(part), value)
        })
    ) {
        prop_assert_eq!(fits(&root, &part, &value), fits_elsewhere(&root, &part, &value));
    }
}
