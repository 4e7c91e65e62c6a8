use crate::check::edit::insert_member;
use crate::check::secret::secret_word;
use crate::check::{Context, Role, Visit, rule};
use crate::diagnostics::{Finding, Fix};
use crate::model::JsonType;

rule! {
    /// A member looks like a secret and does not say whether it is one.
    ///
    /// ## What it does
    /// Reports a member without `x-sensitive` whose name holds a word such as `password`, `token`,
    /// `secret`, `apiKey`, `credential` or `privateKey`. Numbers and booleans are no secrets. Where it is
    /// only the name of a secret that is kept elsewhere, say `x-sensitive: false`.
    ///
    /// ## Why
    /// Sensitive values are redacted in logs, audit events and docs. One that nobody marked is printed.
    ///
    /// ## Fails
    /// ```yaml data/order.yaml
    /// # …
    /// root:
    ///   properties:
    ///     paymentToken: { type: string, description: Given by the bank. }
    /// ```
    ///
    /// ## Passes
    /// ```yaml data/order.yaml
    /// # …
    /// root:
    ///   properties:
    ///     paymentToken: { type: string, description: Given by the bank., x-sensitive: true }
    /// ```
    "unmarked-secret", 315, Error, each_schema check
}

fn check(context: &Context<'_>, visit: &Visit<'_>, findings: &mut Vec<Finding>) {
    let schema = visit.schema;
    let (Role::Member(name), None) = (visit.role, &schema.x_sensitive) else { return };
    let plain = |t: JsonType| matches!(t, JsonType::Integer | JsonType::Number | JsonType::Boolean | JsonType::Null);
    if schema.r#type.as_ref().is_some_and(|t| t.types.iter().all(|t| plain(t.value))) {
        return;
    }
    let Some(word) = secret_word(&name.value) else { return };
    let finding = Finding::new(&META, name.span, format!("`{}` looks like a secret", name.value))
        .label(format!("`{word}` in its name, and no `x-sensitive`"))
        .help("add `x-sensitive: true`, so that it is redacted in logs, audit events and docs")
        .help("add `x-sensitive: false` if it may be seen by everybody");
    findings.push(match insert_member(context.sources, schema.span, "x-sensitive: true") {
        Some(edit) => finding.fix(Fix {
            title: "add `x-sensitive: true`".into(),
            edits: vec![edit],
            safe: true,
        }),
        None => finding,
    });
}
