use crate::check::{Context, Role, Visit, rule};
use crate::diagnostics::Finding;
use crate::ir::names::pascal;
use crate::model::Text;

rule! {
    /// A type would be named like one that every Rust program knows.
    ///
    /// ## What it does
    /// Reports a schema, or an `x-rust-name` of a type, that makes a Rust type with a name of the
    /// prelude: `Option`, `Result`, `String`, `Vec`, `Box`, `Some`, `None`, `Ok`, `Err` and so on.
    ///
    /// Words that are reserved in a target need no rule: they are escaped where they stand, as `r#type`
    /// in Rust and `class_` in Python, and members keep their name on the wire.
    ///
    /// ## Why
    /// Who imports the generated types loses the standard one, and the compiler's messages about that
    /// are hard to understand.
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
    "reserved-name", 115, Warning, each_schema check
}

/// Types, traits and variants of the prelude that generated code or its users write.
const PRELUDE: &[&str] = &[
    "Box", "Clone", "Copy", "Debug", "Default", "Drop", "Eq", "Err", "Fn", "From", "Hash", "Into", "Iterator", "None", "Ok",
    "Option", "Ord", "Result", "Send", "Sized", "Some", "String", "Sync", "ToString", "Vec",
];

fn check(_: &Context<'_>, visit: &Visit<'_>, findings: &mut Vec<Finding>) {
    let schema = visit.schema;
    match (&schema.x_rust_name, visit.role) {
        (Some(name), _) => report(name, &name.value, findings),
        (None, Role::Root) => report(&visit.file.body.schema, &pascal(&visit.file.body.schema), findings),
        _ => {}
    }
}

fn report(name: &Text, rust: &str, findings: &mut Vec<Finding>) {
    if PRELUDE.contains(&rust) {
        findings.push(
            Finding::new(&META, name.span, format!("the Rust type would be named `{rust}`"))
                .label(format!("hides the `{rust}` that every Rust program knows"))
                .help("add a word that says what it is about, or give the schema an `x-rust-name`"),
        );
    }
}
