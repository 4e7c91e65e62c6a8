use crate::check::rule;
use crate::diagnostics::Finding;
use crate::load::Node;
use crate::load::Value;

rule! {
    /// A value is of another type than its key takes.
    "wrong-type", 14, Error
}

pub(crate) fn report(node: &Node, expected: &str) -> Finding {
    let finding = Finding::new(&META, node.span, format!("expected {expected}, found {}", node.kind()));
    let scalar = matches!(node.value, Value::Bool(_) | Value::Int(_) | Value::Float(_));
    let yes_no = node.as_str().is_some_and(|s| matches!(s, "yes" | "no" | "on" | "off"));
    if expected == "text" && scalar {
        finding.help("put it in quotes to make it text")
    } else if yes_no {
        finding.help("YAML 1.2 knows `true` and `false` only; this is text")
    } else if matches!(node.value, Value::Null) {
        finding.help("write a value, or remove the key")
    } else {
        finding.help(format!("write {expected} here"))
    }
}
