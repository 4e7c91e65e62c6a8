//! Legacy events become valid live ones.
#![allow(clippy::unwrap_used, clippy::expect_used)]

#[path = "support/catalog.rs"]
mod catalog;

use std::path::Path;

use knative_lambda_codegen::event::Migrations;
use knative_lambda_codegen::load::{Limits, Node, parse};
use knative_lambda_codegen::source::{SourceFile, Sources};
use knative_lambda_events::migrations::{MIGRATIONS, migrate};
use knative_lambda_events::support::migration::MigrateError;
use knative_lambda_events::{Data, Envelope, Event};
use serde_json::{Value, json};

use catalog::with_catalog;

#[test]
fn every_example_becomes_what_the_catalogue_says() {
    let examples: Vec<(Value, String, Option<Value>)> = with_catalog(|catalog| {
        let file = catalog.spec.migrations.as_ref().unwrap();
        let mut examples = Vec::new();
        for (_, migration) in file.body.migrations.iter() {
            for example in &migration.examples {
                let to = catalog.index.full_type(&migration.to);
                let becomes = example.becomes.as_ref().map(|node| node.to_json());
                examples.push((example.event.to_json(), to, becomes));
            }
        }
        assert_eq!(file.body.migrations.len(), MIGRATIONS.len());
        examples
    });
    assert!(examples.len() >= MIGRATIONS.len());
    for (legacy, to, becomes) in examples {
        let before = Envelope::from_value(legacy).unwrap();
        let after = migrate(before.clone()).unwrap();
        assert_eq!(after.r#type, to);
        assert_eq!(
            (&after.id, &after.source, &after.time),
            (&before.id, &before.source, &before.time)
        );
        if let Some(becomes) = becomes {
            assert_eq!(after.data, Some(Data::Json(becomes)));
        }
        // It can be read as its type, and carries what that must carry.
        let event = Event::from_envelope(after.clone()).unwrap();
        assert_eq!(event.to_envelope().unwrap(), after);
    }
}

fn parser_build(data: Value) -> Envelope {
    Envelope::from_value(json!({
        "specversion": "1.0", "id": "1", "source": "network.notifi.acme",
        "type": "network.notifi.lambda.build.start", "data": data,
    }))
    .unwrap()
}

#[test]
fn long_names_are_cut_and_keep_their_difference() {
    let name = |parser: &str| {
        let data = json!({ "thirdPartyId": "Acme Corp", "parserId": parser });
        match migrate(parser_build(data)).unwrap().data {
            Some(Data::Json(data)) => data["name"].as_str().unwrap().to_owned(),
            other => panic!("{other:?}"),
        }
    };
    assert_eq!(name("p1"), "acme-corp-p1");
    let (a, b) = (name(&"x".repeat(60)), name(&format!("{}y", "x".repeat(59))));
    assert_eq!((a.len(), b.len()), (50, 50));
    assert_ne!(a, b);
}

#[test]
fn what_is_missing_is_named() {
    let error = migrate(parser_build(json!({ "thirdPartyId": "acme" }))).unwrap_err();
    assert_eq!(
        error.to_string(),
        "nothing in the legacy event fills `name`"
    );
    let error = migrate(parser_build(json!("text"))).unwrap_err();
    assert!(matches!(error, MigrateError::DataShape), "{error}");
}

#[test]
fn live_events_stay_as_they_are() {
    let mut event = parser_build(json!({}));
    event.r#type = "io.knative.lambda.command.build.start".into();
    assert_eq!(migrate(event.clone()).unwrap(), event);
}

/// The event with one member of its data changed, for every member and several changes.
fn variants(event: &Value) -> Vec<Value> {
    let mut pointers = Vec::new();
    collect(&event["data"], "/data".into(), &mut pointers);
    let long = "Some_Name/with parts".repeat(4);
    let mut variants = vec![event.clone()];
    for pointer in pointers {
        for value in [
            Value::Null,
            7.into(),
            true.into(),
            "".into(),
            long.as_str().into(),
        ] {
            let mut variant = event.clone();
            *variant.pointer_mut(&pointer).unwrap() = value;
            variants.push(variant);
        }
        let (parent, name) = pointer.rsplit_once('/').unwrap();
        let mut variant = event.clone();
        if let Some(Value::Object(members)) = variant.pointer_mut(parent) {
            members.remove(name);
            members.insert(format!("{name}Other"), "kept".into());
            variants.push(variant);
        }
    }
    variants
}

fn collect(value: &Value, pointer: String, pointers: &mut Vec<String>) {
    for (name, member) in value.as_object().into_iter().flatten() {
        let pointer = format!("{pointer}/{name}");
        pointers.push(pointer.clone());
        collect(member, pointer, pointers);
    }
}

fn node(json: &Value) -> Node {
    let mut sources = Sources::new(Path::new(""));
    let file = SourceFile::new("event.json".into(), "event.json".into(), json.to_string());
    let id = sources.add(file);
    let mut findings = Vec::new();
    let document = parse(id, sources.get(id), &Limits::default(), &mut findings);
    document.root.unwrap()
}

#[test]
fn the_compiler_translates_in_the_same_way() {
    let (mut both, mut neither) = (0, 0);
    with_catalog(|catalog| {
        let migrations = Migrations::new(&catalog.index);
        let file = catalog.spec.migrations.as_ref().unwrap();
        for (_, migration) in file.body.migrations.iter() {
            for event in migration
                .examples
                .iter()
                .flat_map(|e| variants(&e.event.to_json()))
            {
                let crates = migrate(Envelope::from_value(event.clone()).unwrap());
                // It validates the result too, and so refuses more.
                match (migrations.migrate(migration, &node(&event)), crates) {
                    (Ok(expected), Ok(found)) => {
                        assert_eq!(found.to_value(), expected.to_json(), "from {event}");
                        both += 1;
                    }
                    (Ok(_), Err(error)) => panic!("{error}: {event}"),
                    (Err(_), _) => neither += 1,
                }
            }
        }
    });
    assert!(both > 100 && neither > 10, "{both} {neither}");
}
