use crate::check::data::walk;
use crate::check::{Context, Role, rule};
use crate::diagnostics::Finding;
use crate::ir::names::pascal;
use crate::model::Text;

rule! {
    /// A type would be named like one that every Rust program knows.
    ///
    /// ## What it does
    /// Reports a schema, or an `x-rust-name` of a type, that makes a Rust type with a name of the
    /// prelude, and an event type with a name that the code around it uses: `Option`, `Result`, `String`, `Vec`, `Box`, `Some`, `None`, `Ok`, `Err` and so on.
    ///
    /// Words that are reserved in a target need no rule: they are escaped where they stand, as `r#type`
    /// in Rust and `class_` in Python, and members keep their name on the wire.
    ///
    /// ## Why
    /// The generated code uses the standard ones, and would not compile.
    ///
    /// ## Fails
    /// ```yaml data/option.yaml
    /// schema: option
    /// version: 1.0.0
    /// title: Option
    /// description: A choice.
    /// root:
    ///   type: object
    ///   properties:
    ///     label: { type: string, description: Words for it. }
    /// ```
    ///
    /// ## Passes
    /// ```yaml data/choice.yaml
    /// schema: choice
    /// version: 1.0.0
    /// title: Choice
    /// description: A choice.
    /// root:
    ///   type: object
    ///   properties:
    ///     label: { type: string, description: Words for it. }
    /// ```
    "reserved-name", 115, Error, check
}

/// Types, traits and variants of the prelude that generated code or its users write.
const PRELUDE: &[&str] = &[
    "Box", "Clone", "Copy", "Debug", "Default", "Drop", "Eq", "Err", "Fn", "From", "Hash", "Into", "Iterator", "None", "Ok",
    "Option", "Ord", "Result", "Send", "Sized", "Some", "String", "Sync", "ToString", "Vec",
];

/// Names that the modules of event types use.
const USED_BY_EVENTS: &[&str] = &[
    "Box", "CloudEvent", "Deserialize", "Envelope", "Err", "EventError", "From", "Into", "LambdaEvent", "None", "Ok",
    "Option", "Origin", "Result", "Serialize", "Some", "String", "Vec",
];

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for file in &context.spec.data {
        walk(file, |visit| match (&*visit.schema.x_rust_name, visit.role) {
            (Some(name), _) => report(name, &name.value, findings),
            (None, Role::Root) => report(&visit.file.body.schema, &pascal(&visit.file.body.schema), findings),
            _ => {}
        });
    }
    for event in &context.index.events {
        let rust = pascal(event.key.value.trim_end_matches(".*"));
        if USED_BY_EVENTS.contains(&rust.as_str()) {
            findings.push(
                Finding::new(&META, event.key.span, format!("the Rust type would be named `{rust}`"))
                    .label("the code of event types uses another type of this name")
                    .help("choose another action, or give the category entities"),
            );
        }
    }
}

fn report(name: &Text, rust: &str, findings: &mut Vec<Finding>) {
    if PRELUDE.contains(&rust) {
        findings.push(
            Finding::new(&META, name.span, format!("the Rust type would be named `{rust}`"))
                .label(format!("hides the `{rust}` that every Rust program knows"))
                .help("add a word that says what it is about; a schema may have an `x-rust-name` instead"),
        );
    }
}
