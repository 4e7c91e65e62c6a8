use crate::check::data::{format_problem, is_dns_label, matches_pattern};
use crate::check::{Context, rule};
use crate::diagnostics::Finding;
use crate::load::{Node, Value};
use crate::model::{Variable, VariableType};

rule! {
    /// The default of an environment variable is not of its type.
    ///
    /// ## What it does
    /// Reads `default` as the program would read the variable: a whole number, a port, `true` or `false`, an
    /// address, a name, the path of a handler, one of the values.
    ///
    /// ## Why
    /// A program whose variable is not set would refuse to start.
    ///
    /// ## Fails
    /// ```yaml environment.yaml
    /// # …
    /// variables:
    ///   PORT: { summary: Port to listen on., type: port, default: 80800 }
    /// ```
    ///
    /// ## Passes
    /// ```yaml environment.yaml
    /// # …
    /// variables:
    ///   PORT: { summary: Port to listen on., type: port, default: 8080 }
    /// ```
    "invalid-variable-default", 706, Error, check
}

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for (name, variable) in context.spec.environment.iter().flat_map(|f| f.body.variables.iter()) {
        let Some(default) = &variable.default else { continue };
        if let Some(expected) = problem(variable, default) {
            findings.push(
                Finding::new(&META, default.span, format!("the default of `{}` is not {expected}", name.value))
                    .label(format!("read as {}", variable.r#type.as_str()))
                    .also(variable.r#type.span, "its type")
                    .help(format!("write {expected}")),
            );
        }
    }
}

/// What was expected instead.
fn problem(variable: &Variable, default: &Node) -> Option<String> {
    // What a program reads is text.
    let text = match &default.value {
        Value::String(text) => text.clone(),
        Value::Int(number) => number.to_string(),
        Value::Bool(value) => value.to_string(),
        _ => return Some("one value".into()),
    };
    let number = text.parse::<i64>().ok();
    let (fine, expected) = match variable.r#type.value {
        VariableType::String => return None,
        VariableType::Integer => (number.is_some(), "a whole number"),
        VariableType::Port => (number.is_some_and(|n| (1..=65535).contains(&n)), "a port from 1 to 65535"),
        VariableType::Boolean => (matches!(text.as_str(), "true" | "false"), "`true` or `false`"),
        VariableType::Seconds => (number.is_some_and(|n| n >= 0), "a whole number of seconds"),
        VariableType::Dns1123Label => (is_dns_label(&text), "a name of up to 63 of `a-z`, `0-9` and `-`"),
        VariableType::Handler => (
            matches_pattern(r"^((([A-Za-z_][\w-]*/)*[A-Za-z_][\w-]*)[.])?[A-Za-z_]\w*$", &text),
            "`function`, `module.function` or `dir/module.function`",
        ),
        VariableType::Url => {
            let web = text.starts_with("http://") || text.starts_with("https://");
            (web && format_problem("uri", &text).is_none(), "an absolute `http` or `https` URL")
        }
        VariableType::Enum => {
            let values: Vec<_> = variable.values.iter().map(|v| v.value.as_str()).collect();
            let fine = values.is_empty() || values.contains(&text.as_str());
            return (!fine).then(|| format!("one of {}", values.join(", ")));
        }
    };
    (!fine).then(|| expected.to_owned())
}
