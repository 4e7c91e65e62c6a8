//! Whether a validation of a schema (`x-kubernetes-validations`) holds.

use std::cell::RefCell;
use std::collections::HashMap;
use std::sync::{Arc, OnceLock};

use cel::extractors::This;
use cel::objects::{Key, Map};
use cel::{Context, Env, ExecutionError, Program, Value as Cel, extensions};
use regex_lite::Regex;

use super::MAX_LENGTH;
use crate::load::{Node, Value};

/// Says of a rule whether it holds for `self`; `None` where it cannot be said here: it does not
/// parse, or calls a function that only the API server has.
pub(crate) fn holds(rule: &str, value: &Node) -> Option<bool> {
    if rule.len() > MAX_LENGTH {
        return None;
    }
    let env = env()?;
    let mut context = Context::with_env(env.clone());
    context.add_function("matches", matches).ok()?;
    context.add_variable_from_value("self", cel(value));
    let result = PROGRAMS.with_borrow_mut(|programs| {
        let program = recall(programs, rule, || env.compile(rule).ok())?;
        program.execute(&context).ok()
    })?;
    match result {
        Cel::Bool(holds) => Some(holds),
        _ => None,
    }
}

thread_local! {
    /// Rules and patterns, compiled: the same few are applied to each example.
    static PROGRAMS: RefCell<HashMap<String, Option<Program>>> = RefCell::default();
    static PATTERNS: RefCell<HashMap<String, Option<Regex>>> = RefCell::default();
}

/// What `make` made of `text`, now or before.
fn recall<'m, T>(
    made: &'m mut HashMap<String, Option<T>>,
    text: &str,
    make: impl FnOnce() -> Option<T>,
) -> Option<&'m T> {
    if !made.contains_key(text) {
        made.insert(text.to_owned(), make());
    }
    made.get(text)?.as_ref()
}

/// The functions of the CEL specification and of the strings library, as the API server has them.
fn env() -> Option<Arc<Env>> {
    static ENV: OnceLock<Option<Arc<Env>>> = OnceLock::new();
    let make = || {
        let mut env = Env::stdlib();
        env.add_extension(extensions::strings).ok()?;
        Some(Arc::new(env))
    };
    ENV.get_or_init(make).clone()
}

fn matches(This(text): This<Arc<String>>, pattern: Arc<String>) -> Result<bool, ExecutionError> {
    PATTERNS.with_borrow_mut(|patterns| {
        recall(patterns, &pattern, || Regex::new(&pattern).ok())
            .map(|pattern| pattern.is_match(&text))
            .ok_or_else(|| ExecutionError::function_error("matches", "not a pattern"))
    })
}

fn cel(node: &Node) -> Cel {
    match &node.value {
        Value::Null => Cel::Null,
        Value::Bool(value) => Cel::Bool(*value),
        Value::Int(value) => Cel::Int(*value),
        Value::Float(value) => Cel::Float(*value),
        Value::String(text) => Cel::String(Arc::new(text.clone())),
        Value::Seq(items) => Cel::List(Arc::new(items.iter().map(cel).collect())),
        Value::Map(map) => {
            let entry = |(key, value): (&crate::source::Spanned<String>, &Node)| {
                (Key::String(Arc::new(key.value.clone())), cel(value))
            };
            let map: HashMap<_, _> = map.iter().map(entry).collect();
            Cel::Map(Map { map: Arc::new(map) })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::{FileId, Span};

    fn text(text: &str) -> Node {
        Node {
            value: Value::String(text.to_owned()),
            span: Span::new(FileId(0), 0, 0),
        }
    }

    #[test]
    fn rules_hold_or_not() {
        let key = "!self.split('/').exists(part, part == '..' || part.startsWith('-'))";
        assert_eq!(holds(key, &text("a/b.py")), Some(true));
        assert_eq!(holds(key, &text("a/../b.py")), Some(false));
        let host = "!self.lowerAscii().matches('^(localhost|.*[.]internal)(:[0-9]+)?$')";
        assert_eq!(holds(host, &text("minio:9000")), Some(true));
        assert_eq!(holds(host, &text("METADATA.google.internal")), Some(false));
        let names =
            r"type(self) == string || self.all(name, name.matches(r'^[a-z]+(\[[a-z]*\])?$'))";
        assert_eq!(holds(names, &text("-i")), Some(true));
        // What only the API server can say.
        assert_eq!(holds("url(self).getHost() == ''", &text("a")), None);
        assert_eq!(holds("self.", &text("a")), None);
        assert_eq!(holds("self", &text("a")), None);
    }
}
