//! The names of the catalogue, as handlers of each language see them.

use std::path::Path;

use knative_lambda_codegen::compile;
use knative_lambda_codegen::ir::names::{pascal, screaming};
use knative_lambda_events::errors::ErrorClass;
use knative_lambda_events::event_type::EventType;
use serde_json::{Map, Value, json};

use crate::host::{Data, Host, Language, RESULT};

/// A name: its kind, its constant in Python and Node.js, what that is in Go, and its value.
struct Name {
    kind: &'static str,
    screaming: String,
    pascal: String,
    value: String,
}

fn named(kind: &'static str, value: &str) -> Name {
    Name {
        kind,
        screaming: screaming(value),
        pascal: pascal(value),
        value: value.to_owned(),
    }
}

/// What the crate of typed events has; the names that it has no list of are those of the spec.
fn names() -> Vec<Name> {
    let spec = Path::new(env!("CARGO_MANIFEST_DIR")).join("../spec");
    let (_, names) = compile(&spec, |catalog| {
        let types = catalog.events.iter().zip(EventType::NAMES);
        let mut names: Vec<_> = types
            .map(|(event, value)| Name {
                kind: "EventType",
                screaming: event.constant(),
                pascal: event.pascal_constant(),
                value: (*value).to_owned(),
            })
            .collect();
        let classes = ErrorClass::ALL.iter();
        names.extend(classes.map(|class| named("ErrorClass", class.as_str())));
        let extensions = catalog.spec.extensions.as_ref().unwrap();
        let extensions = extensions.body.extensions.names();
        names.extend(extensions.map(|name| named("Extension", name)));
        let variables = catalog.spec.environment.as_ref().unwrap();
        let variables = variables.body.variables.names();
        names.extend(variables.map(|name| named("Variable", name)));
        names
    })
    .unwrap();
    names.unwrap()
}

#[test]
fn handlers_see_the_names_of_the_catalogue() {
    let (mut by_kind, mut by_name) = (json!({}), Map::new());
    for name in names() {
        by_kind[name.kind][name.screaming] = json!(name.value);
        by_name.insert(name.kind.to_owned() + &name.pascal, json!(name.value));
    }
    for (language, code, handler, expected) in [
        (Language::Python, "python", "names.handler", &by_kind),
        (Language::Node, "node", "names.handler", &by_kind),
        (Language::Go, "go-names", "Handler", &Value::from(by_name)),
    ] {
        let mut host = Host::ready(language, code, handler, 1);
        let (outcome, _) = host.call(1, &Data::Nothing);
        assert_eq!(outcome.kind, RESULT, "{language:?}");
        assert_eq!(&outcome.json(), expected, "{language:?}");
    }
}
