//! The published schemas accept what the catalogue shows, and the editor schemas refuse what the
//! loader refuses. Both are judged by the `jsonschema` crate.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use jsonschema::{Draft, Validator};
use knative_lambda_codegen::emit::{editor_schema, json_schema};
use knative_lambda_codegen::load::{self, Limits, from_memory};
use knative_lambda_codegen::model::{self, KINDS};
use knative_lambda_codegen::{compile, event};
use serde_json::Value;

/// The built-in catalogue.
fn spec() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../spec")
}

/// Emitted schemas of the built-in catalogue, by path below their folder.
fn published() -> HashMap<String, Value> {
    let (checked, files) = compile(&spec(), |catalog| (json_schema::TARGET.emit)(catalog)).unwrap();
    let files = files.unwrap_or_else(|| panic!("{} findings", checked.findings.len()));
    let folder = format!("{}/", json_schema::TARGET.folder);
    files
        .into_iter()
        .map(|file| {
            let path = file.path.strip_prefix(&folder).unwrap().to_owned();
            (path, serde_json::from_str(&file.content).unwrap())
        })
        .collect()
}

fn validator(schema: &Value) -> Validator {
    jsonschema::options()
        .with_draft(Draft::Draft202012)
        .should_validate_formats(false)
        .build(schema)
        .unwrap()
}

fn problems(validator: &Validator, value: &Value) -> Vec<String> {
    validator
        .iter_errors(value)
        .map(|e| format!("{}: {e}", e.instance_path()))
        .collect()
}

#[test]
fn published_schemas_are_schemas() {
    let schemas = published();
    assert!(schemas.len() > 60);
    for (path, schema) in &schemas {
        let problem = jsonschema::meta::validate(schema)
            .err()
            .map(|e| e.to_string());
        assert_eq!(problem, None, "{path}");
        assert!(
            schema["$id"].as_str().unwrap().starts_with("https://"),
            "{path}"
        );
    }
}

#[test]
fn every_example_fits_the_published_schema_of_its_event() {
    let schemas = published();
    let mut seen = 0;
    compile(&spec(), |catalog| {
        for declared in &catalog.events {
            let schema = validator(&schemas[&format!("events/{}.json", declared.file_name)]);
            let of = event::Declared::Own(catalog.index.event(&declared.short).unwrap());
            for example in &declared.declared.examples {
                let whole = event::complete(&catalog.index, of, example);
                assert_eq!(
                    problems(&schema, &whole),
                    [] as [String; 0],
                    "{}",
                    declared.r#type
                );
                let mut other = whole.clone();
                other["type"] = "com.example.other".into();
                assert!(
                    !schema.is_valid(&other),
                    "{} accepts any type",
                    declared.r#type
                );
                let mut bare = whole;
                bare.as_object_mut().unwrap().remove("data");
                assert!(!schema.is_valid(&bare), "{} needs no data", declared.r#type);
                seen += 1;
            }
        }
    })
    .unwrap();
    assert!(seen >= 37);
}

#[test]
fn data_that_circulates_is_valid_unchanged() {
    let schemas = published();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/examples");
    let mut seen = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
        let text = std::fs::read_to_string(&path).unwrap();
        let value: Value = serde_json::from_str(&text).unwrap();
        let schema = schemas
            .iter()
            .find(|(path, _)| path.starts_with(&format!("{name}/v")))
            .unwrap_or_else(|| panic!("no schema {name}"));
        // The bundle holds the schemas that this one refers to.
        let mut bundle = schemas["bundle.json"].clone();
        bundle["$ref"] = schema.1["$id"].clone();
        assert_eq!(
            problems(&validator(&bundle), &value),
            [] as [String; 0],
            "{name}"
        );
        assert_eq!(
            schema.1["examples"][0], value,
            "{name} shows another example first"
        );
        seen += 1;
    }
    assert_eq!(seen, 6);
}

/// The schema that an editor uses for a file of the spec.
fn editor_validators() -> HashMap<&'static str, Validator> {
    KINDS
        .iter()
        .map(|kind| {
            let schema: Value = serde_json::from_str(&editor_schema::document(kind)).unwrap();
            let validator = jsonschema::options()
                .with_draft(Draft::Draft7)
                .build(&schema)
                .unwrap();
            (kind.path, validator)
        })
        .collect()
}

fn kind_of(path: &str) -> &'static str {
    let folder = path
        .split_once('/')
        .map(|(folder, _)| format!("{folder}/*.yaml"));
    let wanted = folder.as_deref().unwrap_or(path);
    KINDS.iter().find(|kind| kind.path == wanted).unwrap().path
}

/// The files of a spec as JSON.
fn documents(root: &Path) -> Vec<(String, Value)> {
    let loaded = load::load(root, &Limits::default()).unwrap();
    loaded
        .sources
        .iter()
        .map(|(file, source)| {
            let document = load::parse(file, source, &loaded.limits, &mut Vec::new());
            (source.path.clone(), document.root.unwrap().to_json())
        })
        .collect()
}

#[test]
fn editor_schemas_accept_the_catalogues() {
    let validators = editor_validators();
    let base = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/base");
    for root in [spec(), base] {
        for (path, value) in documents(&root) {
            let validator = &validators[kind_of(&path)];
            assert_eq!(problems(validator, &value), [] as [String; 0], "{path}");
        }
    }
}

#[test]
fn editor_schemas_refuse_what_the_loader_refuses() {
    let validators = editor_validators();
    let documents = documents(&spec());
    let mut random = fastrand::Rng::with_seed(7);
    let mut refused = 0;
    for round in 0..3000 {
        let (path, value) = &documents[random.usize(..documents.len())];
        let mut value = value.clone();
        mutate(&mut value, &mut random);
        // JSON is YAML: the loader reads the changed document as it is.
        let files = vec![(path.clone(), value.to_string().into_bytes())];
        let loaded = from_memory(Path::new("spec"), files, &Limits::default());
        let mut findings = Vec::new();
        model::read(&loaded, &mut findings);
        let loader: Vec<_> = findings
            .iter()
            .filter(|f| (12..=16).contains(&f.code.0) || f.code.0 == 301)
            .map(|f| f.message.as_str())
            .collect();
        let editor = problems(&validators[kind_of(path)], &value);
        assert_eq!(
            loader.is_empty(),
            editor.is_empty(),
            "round {round}, {path}\nloader: {loader:?}\neditor: {editor:?}\n{value:#}"
        );
        refused += usize::from(!loader.is_empty());
    }
    assert!(
        (500..2900).contains(&refused),
        "{refused} of 3000 changed files were refused"
    );
}

/// Changes one place of a document: a key renamed, removed or added, or a value of another type.
fn mutate(value: &mut Value, random: &mut fastrand::Rng) {
    match value {
        Value::Object(map) if !map.is_empty() && random.u8(..6) > 0 => {
            let number = random.usize(..map.len());
            let member = map.values_mut().nth(number).unwrap();
            mutate(member, random);
        }
        Value::Array(items) if !items.is_empty() && random.u8(..6) > 0 => {
            let number = random.usize(..items.len());
            mutate(&mut items[number], random);
        }
        Value::Object(map) if !map.is_empty() => {
            let key = map.keys().nth(random.usize(..map.len())).unwrap().clone();
            match random.u8(..3) {
                0 => drop(map.remove(&key)),
                1 => {
                    let member = map.remove(&key).unwrap();
                    map.insert(format!("{key}x"), member);
                }
                _ => drop(map.insert("unheard".into(), Value::Bool(true))),
            }
        }
        other => {
            let values = [
                Value::Null,
                Value::Bool(true),
                Value::from(-3),
                Value::from(1.5),
                Value::from(7),
                Value::from("word"),
                Value::from("  "),
                Value::Array(Vec::new()),
                Value::Object(serde_json::Map::new()),
            ];
            *other = values[random.usize(..values.len())].clone();
        }
    }
}
