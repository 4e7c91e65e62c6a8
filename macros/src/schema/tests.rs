//! The gate against the typify that is linked: what it lets through is kept, what it refuses is not.

#![allow(clippy::unwrap_used)]

use serde_json::{Value, json};

use super::{gate, types};

/// Pointers to what is refused in a schema that is the member `a` of an object.
fn refused(schema: Value, unchecked: &[&str]) -> Vec<String> {
    let unchecked: Vec<String> = unchecked.iter().map(|u| (*u).to_owned()).collect();
    gate::refusals(&around(schema), &unchecked)
        .into_iter()
        .map(|refusal| {
            assert!(refusal.message.contains("\nhelp: "), "{}", refusal.message);
            refusal
                .pointer
                .strip_prefix("/properties/a")
                .map_or(refusal.pointer.clone(), str::to_owned)
        })
        .collect()
}

fn around(schema: Value) -> Value {
    json!({
        "title": "T", "type": "object", "required": ["a"], "properties": { "a": schema },
        "$defs": { "Name": { "type": "string" } },
    })
}

/// Rust that typify makes of it, without the documentation, which repeats the schema.
fn rust(schema: &Value) -> String {
    let types = types(around(schema.clone())).unwrap();
    let file: syn::File = syn::parse2(types).unwrap();
    let text = quote::quote!(#file).to_string();
    let mut kept = String::new();
    let mut rest = text.as_str();
    while let Some(start) = rest.find("# [doc = ") {
        kept.push_str(&rest[..start]);
        let after = &rest[start..];
        // Ends at the quote that no backslash escapes.
        let literal = after.find('"').unwrap() + 1;
        let mut end = literal;
        while !after[end..].starts_with('"') {
            end += if after[end..].starts_with('\\') { 2 } else { 1 };
            while !after.is_char_boundary(end) {
                end += 1;
            }
        }
        rest = after[end..].split_once(']').unwrap().1;
    }
    kept + rest
}

/// Each with the same schema without the keyword: typify makes the same type of both.
#[test]
fn what_typify_drops_is_refused() {
    let object = json!({ "type": "object", "properties": { "q": { "type": "string" } } });
    let list = json!({ "type": "array", "items": { "type": "string" } });
    let number = json!({ "type": "integer" });
    let cases = [
        (json!({ "type": "string" }), "const", json!("x")),
        (json!({ "type": "boolean" }), "const", json!(true)),
        (json!({ "type": "boolean" }), "enum", json!([true])),
        (object.clone(), "dependentRequired", json!({ "q": ["z"] })),
        (object.clone(), "dependencies", json!({ "q": ["z"] })),
        (
            object.clone(),
            "dependentSchemas",
            json!({ "q": { "required": ["z"] } }),
        ),
        (object.clone(), "unevaluatedProperties", json!(false)),
        (object.clone(), "propertyNames", json!({ "pattern": "^x-" })),
        (
            object.clone(),
            "patternProperties",
            json!({ "^x-": { "type": "integer" } }),
        ),
        (object.clone(), "minProperties", json!(1)),
        (object, "maxProperties", json!(3)),
        (list.clone(), "unevaluatedItems", json!(false)),
        (list.clone(), "minContains", json!(1)),
        (list.clone(), "maxContains", json!(1)),
        (list.clone(), "minItems", json!(1)),
        (list.clone(), "maxItems", json!(3)),
        (
            json!({ "type": "array" }),
            "prefixItems",
            json!([{ "type": "string" }]),
        ),
        (
            json!({ "type": "string", "format": "uuid" }),
            "maxLength",
            json!(3),
        ),
        (
            json!({ "type": "string", "format": "date" }),
            "minLength",
            json!(3),
        ),
        (
            json!({ "type": "string", "format": "ipv4" }),
            "pattern",
            json!("^1"),
        ),
        (number.clone(), "minimum", json!(3)),
        (number.clone(), "maximum", json!(3)),
        (number.clone(), "exclusiveMinimum", json!(3)),
        (number.clone(), "exclusiveMaximum", json!(3)),
        (number, "multipleOf", json!(5)),
        (json!({}), "$dynamicRef", json!("#q")),
        (json!({}), "$recursiveRef", json!("#")),
    ];
    for (schema, keyword, value) in cases {
        let mut with = schema.clone();
        with[keyword] = value;
        assert_eq!(refused(with.clone(), &[]), [format!("/{keyword}")]);
        assert_eq!(rust(&with), rust(&schema), "{keyword} is kept");
        assert!(refused(schema, &[]).is_empty());
    }
}

#[test]
fn what_typify_cannot_take_is_refused() {
    for (schema, pointers) in [
        (
            json!({ "type": "object", "if": { "required": ["x"] }, "then": {}, "else": {} }),
            vec!["/if", "/then", "/else"],
        ),
        (
            json!({ "type": "string", "not": { "pattern": "x" } }),
            vec!["/not"],
        ),
        (json!({ "not": { "type": "string" } }), vec!["/not"]),
        (json!({ "enum": ["a", 1] }), vec!["/enum"]),
        (json!({ "$ref": "other.json" }), vec!["/$ref"]),
        (json!({ "$ref": "#name" }), vec!["/$ref"]),
        (json!({ "$ref": "#/$defs/Missing" }), vec!["/$ref"]),
        (
            json!({ "type": "array", "items": { "type": "string" }, "contains": {} }),
            vec!["/contains"],
        ),
    ] {
        assert_eq!(refused(schema.clone(), &[]), pointers);
        let taken = std::panic::catch_unwind(|| types(around(schema)));
        assert!(!matches!(taken, Ok(Ok(_))), "{pointers:?} is taken");
    }
}

#[test]
fn a_file_has_one_type() {
    let schema = json!({ "title": "T", "type": ["object", "null"] });
    assert_eq!(gate::refusals(&schema, &[])[0].pointer, "/type");
}

#[test]
fn cases_beside_members_are_refused_where_they_lose_some() {
    let schema = json!({
        "type": "object",
        "properties": { "x": { "type": "string" }, "y": { "type": "string" } },
        "anyOf": [{ "required": ["x"] }, { "required": ["y"] }],
    });
    assert_eq!(refused(schema.clone(), &[]), ["/anyOf"]);
    let rust = rust(&schema).replace(' ', "");
    assert!(
        rust.contains("Variant0{x:::std::string::String,}"),
        "{rust}"
    );
}

#[test]
fn what_types_would_let_through_is_refused() {
    let never = json!({ "type": "object", "properties": { "t": false } });
    assert_eq!(refused(never, &[]), ["/properties"]);
    let overlapping =
        json!({ "oneOf": [{ "type": "string" }, { "type": "string", "maxLength": 3 }] });
    assert!(refused(overlapping, &["maxLength"]).contains(&"/oneOf".to_owned()));
}

/// A tuple that is closed by `items: false` would become a list of nothing.
#[test]
fn closed_tuples_are_refused() {
    let tuple = json!({
        "type": "array", "prefixItems": [{ "type": "string" }], "items": false,
        "minItems": 1, "maxItems": 1,
    });
    assert_eq!(refused(tuple.clone(), &[]), ["/prefixItems"]);
    assert!(
        rust(&tuple).contains("pub enum TAItem { }"),
        "{}",
        rust(&tuple)
    );
}

#[test]
fn what_typify_keeps_is_let_through() {
    for (schema, kept) in [
        (json!({ "type": "string", "enum": ["x"] }), "\"x\""),
        (json!({ "type": "string", "maxLength": 5 }), "5usize"),
        (json!({ "type": "string", "minLength": 2 }), "2usize"),
        (json!({ "type": "string", "pattern": "^abc" }), "^abc"),
        (
            json!({ "type": "string", "not": { "enum": ["x"] } }),
            "\"x\"",
        ),
        (json!({ "type": "integer", "enum": [7] }), "7_i64"),
        (json!({ "type": "integer", "minimum": 0 }), "u64"),
        (json!({ "type": "integer", "minimum": 1 }), "NonZeroU64"),
        (
            json!({ "type": "integer", "minimum": 0, "maximum": 65535 }),
            "u16",
        ),
        (
            json!({ "type": "integer", "minimum": -128, "maximum": 127 }),
            "i8",
        ),
        (
            json!({ "type": "array", "items": { "type": "string" }, "minItems": 2, "maxItems": 2 }),
            "2usize",
        ),
        (json!({ "type": ["string", "null"] }), "Option"),
        (json!({ "$ref": "#/$defs/Name" }), "Name"),
        (json!({ "$ref": "#" }), "Box"),
        (
            json!({ "type": "object", "additionalProperties": false, "properties": {
                "q": { "type": "string" } } }),
            "deny_unknown_fields",
        ),
        (
            json!({ "type": "object", "propertyNames": { "pattern": "^x-" } }),
            "^x-",
        ),
        (
            json!({ "type": "object", "patternProperties": { "^x-": { "type": "integer" } },
                "additionalProperties": false }),
            "^x-",
        ),
        (
            json!({ "oneOf": [{ "type": "string" }, { "type": "integer" }] }),
            "untagged",
        ),
        (
            json!({ "allOf": [{ "type": "string" }, { "maxLength": 3 }] }),
            "3usize",
        ),
        (
            json!({ "type": "string", "x-unit": "ms", "description": "d" }),
            "String",
        ),
    ] {
        assert_eq!(
            refused(schema.clone(), &[]),
            Vec::<String>::new(),
            "{schema}"
        );
        let rust = rust(&schema);
        assert!(rust.contains(kept), "{schema} loses {kept}: {rust}");
    }
}

#[test]
fn bounds_can_be_taken_over_and_nothing_else() {
    let schema = json!({ "type": "integer", "minimum": 3, "maximum": 9, "const": 4 });
    assert_eq!(
        refused(schema.clone(), &["minimum"]),
        ["/maximum", "/const"]
    );
    assert_eq!(
        refused(schema, &["minimum", "maximum", "const"]),
        ["/const"]
    );
}

#[test]
fn places_are_json_pointers() {
    let schema = json!({ "oneOf": [
        { "type": "object", "properties": { "a/b~c": { "const": 1 } } },
        { "type": "array", "items": { "not": {} } },
    ] });
    assert_eq!(
        refused(schema, &[]),
        ["/oneOf/0/properties/a~1b~0c/const", "/oneOf/1/items/not"]
    );
}

#[test]
fn misspelt_keywords_are_no_notes() {
    let schema = around(json!({ "type": "string", "patern": "^a" }));
    let refusals = gate::refusals(&schema, &[]);
    assert_eq!(refusals.len(), 1);
    assert!(refusals[0].message.contains("did you mean `pattern`?"));
}
