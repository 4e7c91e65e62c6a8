//! Random data of every schema: what the schema allows survives being read and written as its type,
//! and what the type refuses the schema refuses too, with the place.
#![allow(clippy::unwrap_used, clippy::expect_used)]

#[path = "support/catalog.rs"]
mod catalog;
#[path = "support/examples.rs"]
#[allow(dead_code, reason = "only numbers are compared")]
mod examples;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use fastrand::Rng;
use knative_lambda_codegen::check::SchemaRef;
use knative_lambda_codegen::check::data::{Mismatch, validate};
use knative_lambda_codegen::ir::{Catalog, DataSchema, Field, StringFormat, Type, TypeDef};
use knative_lambda_codegen::load::{Limits, Node, parse};
use knative_lambda_codegen::model::Schema;
use knative_lambda_codegen::source::{SourceFile, Sources};
use knative_lambda_events::{Redact, data};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};

use catalog::with_catalog;
use examples::plain_numbers;

/// Values of each schema.
const CASES: usize = 200;

/// Reads a value as a type and writes it again.
type Through = fn(&Value) -> Result<Value, String>;

fn through<T: DeserializeOwned + Serialize + Redact + PartialEq>(
    value: &Value,
) -> Result<Value, String> {
    let typed: T = serde_json::from_value(value.clone()).map_err(|error| error.to_string())?;
    let written = serde_json::to_value(&typed).unwrap();
    assert!(typed == serde_json::from_value(written.clone()).unwrap());
    // Whatever is masked, the shape stays.
    assert!(typed.redacted().is_object());
    Ok(written)
}

/// A table from the names of schemas to types.
macro_rules! types {
    ($($name:literal => $type:ident,)*) => {
        &[$(($name, through::<data::$type> as Through),)*]
    };
}

const TYPES: &[(&str, Through)] = types! {
    "alert" => Alert,
    "audit-access" => AuditAccess,
    "audit-change" => AuditChange,
    "base-event" => BaseEvent,
    "build-cancel-command" => BuildCancelCommand,
    "build-command" => BuildCommand,
    "build-event" => BuildEvent,
    "contract-created" => ContractCreated,
    "error-event" => ErrorEvent,
    "exploit-validated" => ExploitValidated,
    "function-deploy-command" => FunctionDeployCommand,
    "function-event" => FunctionEvent,
    "function-rollback-command" => FunctionRollbackCommand,
    "invoke-event" => InvokeEvent,
    "lambda-function-metadata" => LambdaFunctionMetadata,
    "lambda-function-spec" => LambdaFunctionSpec,
    "lambda-function-status" => LambdaFunctionStatus,
    "metric" => Metric,
    "notifi-build-start" => NotifiBuildStart,
    "notifi-execution-response" => NotifiExecutionResponse,
    "notifi-parser-start" => NotifiParserStart,
    "response-event" => ResponseEvent,
    "service-command" => ServiceCommand,
    "service-delete-command" => ServiceDeleteCommand,
    "service-event" => ServiceEvent,
    "vuln-found" => VulnFound,
};

/// Makes values by the types of members, and by what their schemas list.
struct Generator<'g> {
    catalog: &'g Catalog<'g>,
    random: Rng,
}

impl Generator<'_> {
    fn value(&mut self, r#type: &Type, schema: Option<&Schema>, depth: usize) -> Value {
        // What the author shows has the right pattern and bounds.
        let shown = schema.map_or(&[][..], |schema| &schema.examples);
        if !shown.is_empty() && self.random.u8(..4) > 0 {
            return self.random.choice(shown).unwrap().to_json();
        }
        match r#type {
            Type::Any => self.anything(depth.min(2)),
            Type::Boolean => self.random.bool().into(),
            Type::Integer(_) => self.random.i64(0..50).into(),
            Type::Number => (f64::from(self.random.u16(..)) / 8.0).into(),
            Type::String(format) => self.text(*format),
            Type::List(item) => {
                let count = if depth == 0 {
                    0
                } else {
                    self.random.usize(..3)
                };
                let items = (0..count).map(|_| self.value(item, None, depth - 1));
                items.collect()
            }
            Type::Map(value) => {
                let count = if depth == 0 {
                    0
                } else {
                    self.random.usize(..3)
                };
                let members = (0..count).map(|n| {
                    let value = self.value(value, None, depth - 1);
                    (format!("key-{n}"), value)
                });
                Value::Object(members.collect())
            }
            Type::Nullable(_) if self.random.u8(..3) == 0 => Value::Null,
            Type::Nullable(inner) => self.value(inner, schema, depth),
            Type::Named(id) => match self.catalog.type_def(*id) {
                TypeDef::Enum(texts) => {
                    let variant = self.random.choice(&texts.variants).unwrap();
                    variant.value.into()
                }
                TypeDef::Struct(object) => {
                    let mut members = Map::new();
                    for field in &object.fields {
                        if field.required || (depth > 0 && self.random.u8(..3) == 0) {
                            members.insert(field.name.into(), self.member(field, depth));
                        }
                    }
                    Value::Object(members)
                }
            },
        }
    }

    fn member(&mut self, field: &Field<'_>, depth: usize) -> Value {
        self.value(&field.r#type, Some(field.schema), depth.saturating_sub(1))
    }

    fn text(&mut self, format: StringFormat) -> Value {
        let texts: &[&str] = match format {
            StringFormat::Plain => &["a", "hello-python", "größe 𝄞", "2025-12-04", "1"],
            StringFormat::DateTime => &["2025-12-04T10:20:00Z", "2025-12-04T12:30:00.250+02:00"],
            StringFormat::GoDuration => &["5m0s", "1.5h", "300ms", "0s"],
            StringFormat::IsoDuration => &["PT1S", "P1DT2H", "PT0.5S"],
        };
        (*self.random.choice(texts).unwrap()).into()
    }

    fn anything(&mut self, depth: usize) -> Value {
        match self.random.u8(..if depth == 0 { 4 } else { 6 }) {
            0 => Value::Null,
            1 => self.random.bool().into(),
            2 => self.random.i32(..).into(),
            3 => "text".into(),
            4 => json!([self.anything(depth - 1), self.anything(depth - 1)]),
            _ => json!({ "a": self.anything(depth - 1) }),
        }
    }

    /// Changes one value, anywhere.
    fn spoil(&mut self, value: &mut Value) {
        let inner = match value {
            Value::Object(members) if !members.is_empty() => {
                let at = self.random.usize(..members.len());
                if self.random.u8(..4) == 0 {
                    let name = members.keys().nth(at).unwrap().clone();
                    members.remove(&name);
                    return;
                }
                members.values_mut().nth(at)
            }
            Value::Array(items) if !items.is_empty() => self.random.choice(items.iter_mut()),
            _ => None,
        };
        match inner {
            Some(inner) if self.random.u8(..3) > 0 => self.spoil(inner),
            Some(inner) => *inner = self.anything(1),
            None => *value = self.anything(1),
        }
    }
}

/// A value as the compiler sees it. JSON is YAML.
fn node(value: &Value) -> Node {
    let mut sources = Sources::new(Path::new("."));
    let path = "value.yaml";
    let file = SourceFile::new(path.into(), path.into(), value.to_string());
    let file = sources.add(file);
    let mut findings = Vec::new();
    let document = parse(file, sources.get(file), &Limits::default(), &mut findings);
    assert!(findings.is_empty(), "{findings:#?}");
    document.root.unwrap()
}

fn mismatches(catalog: &Catalog<'_>, schema: &DataSchema<'_>, value: &Value) -> Vec<Mismatch> {
    let file = schema.declared;
    let schema = &file.body.root;
    validate(&catalog.index, SchemaRef { file, schema }, &node(value))
}

/// Calls `test` with random values of every schema.
fn for_all(mut test: impl FnMut(&mut Generator<'_>, &DataSchema<'_>, Through, Value)) {
    with_catalog(|catalog| {
        let types: BTreeSet<_> = TYPES.iter().map(|(name, _)| *name).collect();
        let schemas = catalog.schemas.iter().map(|schema| schema.name);
        assert_eq!(types, schemas.collect());
        let mut generator = Generator {
            catalog,
            random: Rng::with_seed(7),
        };
        for schema in &catalog.schemas {
            let (_, through) = TYPES.iter().find(|(name, _)| *name == schema.name).unwrap();
            for _ in 0..CASES {
                let value = generator.value(&schema.root, None, 5);
                test(&mut generator, schema, *through, value);
            }
        }
    });
}

#[test]
fn what_a_schema_allows_survives() {
    let mut allowed = BTreeMap::<String, usize>::new();
    for_all(|generator, schema, through, mut value| {
        let found = mismatches(generator.catalog, schema, &value);
        // What validations refuse has the right types all the same.
        let fits = found
            .iter()
            .all(|m| m.help.starts_with("it must hold that "));
        *allowed.entry(schema.name.to_owned()).or_default() += usize::from(fits);
        if fits {
            value["unheardOf"] = generator.anything(2);
            let written = through(&value).unwrap_or_else(|error| panic!("{error}: {value}"));
            assert_eq!(plain_numbers(&written), plain_numbers(&value));
        }
    });
    let scarce: Vec<_> = allowed.iter().filter(|(_, n)| **n < CASES / 10).collect();
    assert!(scarce.is_empty(), "too few values fit: {scarce:?}");
}

#[test]
fn what_a_type_refuses_its_schema_refuses_with_the_place() {
    let (mut refused, mut misfits) = (0, 0);
    for_all(|generator, schema, through, mut value| {
        generator.spoil(&mut value);
        if !value.is_object() {
            return;
        }
        let found = mismatches(generator.catalog, schema, &value);
        let length = value.to_string().len();
        for mismatch in &found {
            misfits += 1;
            let end = mismatch.span.end as usize;
            assert!(
                end <= length && !mismatch.message.is_empty(),
                "{mismatch:?}"
            );
        }
        if let Err(error) = through(&value) {
            refused += 1;
            assert!(
                !found.is_empty(),
                "{} refuses {value}: {error}",
                schema.name
            );
        }
    });
    assert!(
        refused > CASES && misfits > refused,
        "{refused} of {misfits}"
    );
}
