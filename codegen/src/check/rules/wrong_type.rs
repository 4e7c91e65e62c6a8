use crate::check::rule;
use crate::diagnostics::Finding;
use crate::load::Node;
use crate::load::Value;

rule! {
    /// A value is of another type than its key takes.
    ///
    /// ## What it does
    /// Reports text where a list is expected, a number where text is, and so on. YAML gives types to words
    /// without quotes: `1.0` is a number, `yes` is text.
    ///
    /// ## Why
    /// A value that is converted silently is not the value that was written: the version `1.10` would become
    /// `1.1`.
    ///
    /// ## Fails
    /// ```yaml catalog.yaml
    /// # …
    /// cloudevents: 1.0
    /// ```
    ///
    /// ## Passes
    /// ```yaml catalog.yaml
    /// # …
    /// cloudevents: "1.0"
    /// ```
    "wrong-type", 14, Error
}

pub(crate) fn report(node: &Node, expected: &str) -> Finding {
    let found = match node.value {
        Value::Int(number) => format!("the integer {number}"),
        _ => node.kind().to_owned(),
    };
    let found = if expected.starts_with("a whole number") { found } else { node.kind().to_owned() };
    let finding = Finding::new(&META, node.span, format!("expected {expected}, found {found}"));
    let scalar = matches!(node.value, Value::Bool(_) | Value::Int(_) | Value::Float(_));
    let yes_no = node.as_str().is_some_and(|s| matches!(s, "yes" | "no" | "on" | "off"));
    if expected == "text" && matches!(node.value, Value::Float(_)) {
        finding.help("put it in quotes to make it text; with three parts, such as `1.0.0`, it is text as it stands")
    } else if expected == "text" && scalar {
        finding.help("put it in quotes to make it text")
    } else if yes_no {
        finding.help("YAML 1.2 knows `true` and `false` only; this is text")
    } else if matches!(node.value, Value::Null) {
        finding.help("write a value, or remove the key")
    } else {
        finding.help(format!("write {expected} here"))
    }
}
