use crate::check::rule;
use crate::diagnostics::Finding;
use crate::load::Node;

rule! {
    /// An object lacks a key that it must have.
    "missing-key", 13, Error
}

pub(crate) fn report(object: &Node, key: &str) -> Finding {
    Finding::new(&META, object.span.part(0, 1), format!("`{key}` is missing"))
        .label(format!("this object has no `{key}`"))
        .help(format!("add `{key}:`"))
}
