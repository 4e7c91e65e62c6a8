//! Legacy events become valid live ones.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod support;

use knative_lambda_events::migrations::{MIGRATIONS, migrate};
use knative_lambda_events::support::migration::MigrateError;
use knative_lambda_events::{Data, Envelope, Event};
use serde_json::{Value, json};

use support::with_catalog;

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
