//! Refuses what typify would drop silently.
//!
//! The lists are what experiments with typify 0.8 showed; the tests in `mod.rs` hold them against
//! the version that is linked.

use knative_lambda_codegen::diagnostics::nearest;
use serde_json::{Map, Value};

/// A keyword that the generated types would not keep.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Refusal {
    /// JSON pointer to the keyword.
    pub(crate) pointer: String,
    /// Why, and what to do.
    pub(crate) message: String,
}

/// Keywords that are dropped, or make a type that holds other values, and what to write instead.
const DROPPED: &[(&str, &str)] = &[
    ("const", "write `enum` with the one value"),
    (
        "dependentRequired",
        "describe the cases with `oneOf`, each with its own `required`",
    ),
    ("dependentSchemas", "describe the cases with `oneOf`"),
    ("dependencies", "describe the cases with `oneOf`"),
    (
        "unevaluatedProperties",
        "list the members in one schema with `additionalProperties: false`",
    ),
    (
        "unevaluatedItems",
        "give every item of the list the same schema with `items`",
    ),
    (
        "prefixItems",
        "a tuple whose `items` are `false` becomes a list that can hold nothing: make it an object \
         with a member for each place",
    ),
    (
        "additionalItems",
        "give every item of the list the same schema with `items`",
    ),
    ("if", "describe the cases with `oneOf`"),
    ("then", "describe the cases with `oneOf`"),
    ("else", "describe the cases with `oneOf`"),
    ("contains", "check the items in a function of your own"),
    ("minContains", "check the items in a function of your own"),
    ("maxContains", "check the items in a function of your own"),
    (
        "$dynamicRef",
        "refer to a definition with `$ref: \"#/$defs/…\"`",
    ),
    (
        "$recursiveRef",
        "refer to a definition with `$ref: \"#/$defs/…\"`",
    ),
];

/// Bounds that are dropped: the type holds every value that the schema allows, and others. The
/// user may take over checking them.
pub(crate) const BOUNDS: &[&str] = &[
    "minimum",
    "maximum",
    "exclusiveMinimum",
    "exclusiveMaximum",
    "multipleOf",
    "minItems",
    "maxItems",
    "uniqueItems",
    "minProperties",
    "maxProperties",
];

/// Keywords that the types keep, where [`Walk::keeps`] does not say otherwise.
const KEPT: &[&str] = &[
    "$ref",
    "type",
    "enum",
    "format",
    "pattern",
    "minLength",
    "maxLength",
    "properties",
    "required",
    "additionalProperties",
    "patternProperties",
    "propertyNames",
    "items",
    "allOf",
    "anyOf",
    "oneOf",
    "not",
];

/// Keywords that say nothing about which values are valid.
const NOTES: &[&str] = &[
    "$schema",
    "$id",
    "$anchor",
    "$comment",
    "$defs",
    "definitions",
    "title",
    "description",
    "default",
    "examples",
    "deprecated",
    "readOnly",
    "writeOnly",
    "contentEncoding",
    "contentMediaType",
    "contentSchema",
];

/// Everything in `schema` that typify would drop. The bounds in `unchecked` are let through.
pub(crate) fn refusals(schema: &Value, unchecked: &[String]) -> Vec<Refusal> {
    let mut walk = Walk {
        root: schema,
        unchecked,
        refusals: Vec::new(),
    };
    walk.schema(schema, "");
    walk.refusals
}

struct Walk<'a> {
    root: &'a Value,
    unchecked: &'a [String],
    refusals: Vec<Refusal>,
}

impl Walk<'_> {
    fn refuse(&mut self, at: &str, keyword: &str, message: String) {
        self.refusals.push(Refusal {
            pointer: format!("{at}/{}", escaped(keyword)),
            message,
        });
    }

    /// One schema. Depth is bounded by the JSON parser.
    fn schema(&mut self, schema: &Value, at: &str) {
        // `true` and `false` are kept.
        let Value::Object(keywords) = schema else {
            return;
        };
        for (keyword, value) in keywords {
            self.keyword(keywords, keyword, value, at);
        }
    }

    fn keyword(&mut self, schema: &Map<String, Value>, keyword: &str, value: &Value, at: &str) {
        let below = format!("{at}/{}", escaped(keyword));
        if let Some((_, instead)) = DROPPED.iter().find(|(dropped, _)| *dropped == keyword) {
            let message = format!("`{keyword}` would be lost\nhelp: {instead}");
            self.refuse(at, keyword, message);
        } else if BOUNDS.contains(&keyword) {
            let accepted = self.unchecked.iter().any(|u| u == keyword);
            if !accepted && !keeps_bound(schema, keyword, value) {
                let message = format!(
                    "`{keyword}` would not be checked\n\
                     help: check it yourself and say so: `unchecked(\"{keyword}\")` after the file"
                );
                self.refuse(at, keyword, message);
            }
        } else if KEPT.contains(&keyword) {
            if let Some(problem) = self.problem(schema, keyword, value, at) {
                self.refuse(at, keyword, problem);
            }
        } else if !NOTES.contains(&keyword) && !keyword.starts_with("x-") {
            let known = KEPT.iter().chain(BOUNDS).chain(NOTES).copied();
            let help = nearest(keyword, known).map_or_else(
                || "remove it, or begin its name with `x-` if it is a note".to_owned(),
                |near| format!("did you mean `{near}`?"),
            );
            let message = format!("`{keyword}` is no keyword of JSON Schema\nhelp: {help}");
            self.refuse(at, keyword, message);
        } else if keyword == "$id" && !at.is_empty() {
            let message = "an `$id` inside a schema changes what references below it mean\n\
                 help: remove it";
            self.refuse(at, keyword, message.to_owned());
        }
        match (keyword, value) {
            ("items" | "additionalProperties" | "propertyNames", value) if !value.is_array() => {
                self.schema(value, &below);
            }
            ("allOf" | "anyOf" | "oneOf" | "items", Value::Array(schemas)) => {
                for (number, schema) in schemas.iter().enumerate() {
                    self.schema(schema, &format!("{below}/{number}"));
                }
            }
            (
                "properties" | "patternProperties" | "$defs" | "definitions",
                Value::Object(schemas),
            ) => {
                for (name, schema) in schemas {
                    if schema == &Value::Bool(false) {
                        let message = format!(
                            "`{name}` may never be there, which types cannot say\nhelp: remove it"
                        );
                        self.refuse(at, keyword, message);
                    }
                    self.schema(schema, &format!("{below}/{}", escaped(name)));
                }
            }
            _ => {}
        }
    }

    /// Why a keyword that is kept elsewhere would not be here.
    fn problem(
        &self,
        schema: &Map<String, Value>,
        keyword: &str,
        value: &Value,
        at: &str,
    ) -> Option<String> {
        let problem = match keyword {
            "$ref" => {
                let reference = value.as_str().unwrap_or_default();
                if self.refers(reference) {
                    return None;
                }
                format!(
                    "`{reference}` is no definition of this file\n\
                     help: write `#/$defs/` and the name of one, or `#` for the whole schema"
                )
            }
            // Only a list of values that it is not becomes a check.
            "not" => {
                let values = value
                    .as_object()
                    .filter(|not| not.len() == 1)
                    .and_then(|not| not.get("enum"))
                    .and_then(Value::as_array);
                if values.is_some_and(|v| !v.is_empty() && v.iter().all(Value::is_string)) {
                    return None;
                }
                "`not` is kept only where it lists texts: `not: { enum: […] }`\n\
                 help: describe what the value may be instead"
                    .to_owned()
            }
            "enum" => {
                let values = value.as_array()?;
                if values.iter().any(Value::is_boolean) {
                    "an `enum` with `true` or `false` would allow both\n\
                     help: write `type: boolean`, and check the value yourself"
                        .to_owned()
                } else if kinds(values) > 1 {
                    "an `enum` with values of several types has no type\n\
                     help: write `oneOf` with an `enum` for each type"
                        .to_owned()
                } else {
                    return None;
                }
            }
            "patternProperties" => {
                let patterns = value.as_object()?;
                let alone = schema.get("properties").is_none()
                    && schema.get("additionalProperties") == Some(&Value::Bool(false));
                if patterns.is_empty() || patterns.len() == 1 && alone {
                    return None;
                }
                "`patternProperties` is kept only where it has one pattern and stands without \
                 `properties` beside `additionalProperties: false`\n\
                 help: put these members into an object of their own"
                    .to_owned()
            }
            "propertyNames" if schema.contains_key("properties") => {
                "`propertyNames` beside `properties` would be lost\n\
                 help: remove it: the names are listed already"
                    .to_owned()
            }
            "anyOf" if schema.contains_key("properties") => {
                "`anyOf` beside `properties` would lose the members that a case does not name\n\
                 help: write `oneOf`, or list all members in each case"
                    .to_owned()
            }
            "oneOf" if overlap(value) => {
                "cases of `oneOf` with the same type would not exclude each other\n\
                 help: leave one of them, or write an `enum` in each"
                    .to_owned()
            }
            "pattern" | "minLength" | "maxLength" if has_type_of_its_own(schema) => {
                format!(
                    "`{keyword}` beside this `format` would be lost\n\
                     help: remove one of the two"
                )
            }
            // The type and what is in its `Option` would have the same name.
            "type" if at.is_empty() && value.is_array() => {
                "the schema of a whole file has one type\n\
                 help: write that type; what is `null` belongs to the member that holds it"
                    .to_owned()
            }
            _ => return None,
        };
        Some(problem)
    }

    /// Whether a reference leads to a definition of the file.
    fn refers(&self, reference: &str) -> bool {
        if reference == "#" {
            return true;
        }
        let (folder, name) = match reference.strip_prefix("#/").and_then(|r| r.split_once('/')) {
            Some((folder @ ("$defs" | "definitions"), name)) => (folder, name),
            _ => return false,
        };
        let definitions = self.root.get(folder);
        definitions.is_some_and(|definitions| definitions.get(name).is_some())
    }
}

/// Whether the `format` of a text becomes a type that holds nothing else.
fn has_type_of_its_own(schema: &Map<String, Value>) -> bool {
    let format = schema.get("format").and_then(Value::as_str);
    let formats = ["uuid", "date", "date-time", "ip", "ipv4", "ipv6"];
    format.is_some_and(|format| formats.contains(&format))
}

/// Whether the type itself keeps a bound: an integer type or an array that has just these values.
fn keeps_bound(schema: &Map<String, Value>, keyword: &str, value: &Value) -> bool {
    let is = |ty| schema.get("type").and_then(Value::as_str) == Some(ty);
    match keyword {
        "uniqueItems" => value == &Value::Bool(false),
        "minItems" | "maxItems" => {
            let exact = schema.get("minItems") == schema.get("maxItems");
            exact && is("array") && schema.get("items").is_some()
        }
        "minimum" | "maximum" if is("integer") => {
            let bound = |keyword| schema.get(keyword).map(Value::as_f64);
            let range = (bound("minimum"), bound("maximum"));
            // `i64` is not among them: it is what every other integer becomes.
            let ranges = [8, 16, 32, 64].map(|bits| (Some(Some(0.0)), max(bits)));
            let signed = [7, 15, 31, 63].map(|bits| (Some(Some(-2f64.powi(bits))), max(bits)));
            range == (Some(Some(0.0)), None)
                || range == (Some(Some(1.0)), None)
                || ranges.contains(&range)
                || signed.contains(&range)
        }
        _ => false,
    }
}

/// Greatest number of `bits` bits.
fn max(bits: i32) -> Option<Option<f64>> {
    Some(Some(2f64.powi(bits) - 1.0))
}

/// Number of JSON types among `values`; null goes with any other.
fn kinds(values: &[Value]) -> usize {
    let is = |kind: fn(&Value) -> bool| usize::from(values.iter().any(kind));
    is(Value::is_string) + is(Value::is_number) + is(Value::is_array) + is(Value::is_object)
}

/// A name as a part of a JSON pointer.
fn escaped(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}

/// Whether two cases are scalars of the same type that bounds alone tell apart.
fn overlap(cases: &Value) -> bool {
    let scalar = |case: &Value| {
        let name = case.get("type")?.as_str()?;
        let listed = case.get("enum").is_some();
        (!listed && !matches!(name, "object" | "array")).then(|| name.to_owned())
    };
    let mut seen = std::collections::HashSet::new();
    let mut types = cases.as_array().into_iter().flatten().filter_map(scalar);
    types.any(|name| !seen.insert(name))
}
