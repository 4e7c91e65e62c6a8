//! Applies one [`FieldRule`] to a legacy event: where a new value comes from and what becomes of it.

use crate::load::{Map, Node, Value};
use crate::model::FieldRule;
use crate::source::{Span, Spanned};

/// A legacy event.
#[derive(Clone, Copy)]
pub(super) struct Legacy<'a> {
    pub(super) attributes: &'a Map,
    pub(super) data: Option<&'a Node>,
    /// Where values are placed that the event itself does not hold.
    pub(super) place: Span,
}

/// The value that a rule finds or makes. Spans lead to the place in the legacy event that it
/// comes from.
pub(super) fn apply(rule: &FieldRule, legacy: Legacy<'_>) -> Option<Node> {
    let found = if !rule.from.is_empty() {
        rule.from
            .iter()
            .find_map(|path| legacy.member(path))
            .cloned()
    } else if !rule.join.is_empty() {
        join(rule, legacy)
    } else {
        let attribute = rule.attribute.as_ref();
        attribute.and_then(|name| legacy.attribute(name)).cloned()
    };
    found.and_then(|node| transform(rule, node)).or_else(|| {
        let fixed = rule.value.as_ref().or(rule.default.as_ref())?;
        Some(placed(fixed, legacy.place))
    })
}

/// Where a rule looks, in words.
pub(super) fn described(rule: &FieldRule) -> String {
    let names: Vec<String> = if let Some(attribute) = &rule.attribute {
        vec![format!("`{}`", attribute.value)]
    } else {
        let in_data = |path: &str| match path.strip_prefix('@') {
            Some(attribute) => format!("`{attribute}`"),
            None => format!("`data.{path}`"),
        };
        let joined = rule.join.iter().flat_map(|item| item.split('|'));
        let paths = rule.from.iter().map(|path| path.value.as_str());
        paths
            .chain(joined)
            .map(|path| in_data(path.trim()))
            .collect()
    };
    names.join(", ")
}

/// The paths in the old data that a rule names.
pub(super) fn paths(rule: &FieldRule) -> impl Iterator<Item = &str> {
    let joined = rule.join.iter().flat_map(|item| item.split('|'));
    let from = rule.from.iter().map(|path| path.value.as_str());
    from.chain(joined.map(str::trim).filter(|path| !path.starts_with('@')))
}

impl<'a> Legacy<'a> {
    fn member(self, path: &str) -> Option<&'a Node> {
        let found = path
            .split('.')
            .try_fold(self.data?, |node, key| node.as_map()?.get(key))?;
        (!matches!(found.value, Value::Null)).then_some(found)
    }

    fn attribute(self, name: &str) -> Option<&'a Node> {
        let found = self.attributes.get(name)?;
        let usable = !matches!(found.value, Value::Null) && !name.starts_with("data_");
        (usable && name != "data").then_some(found)
    }
}

fn join(rule: &FieldRule, legacy: Legacy<'_>) -> Option<Node> {
    let mut joined = String::new();
    let mut place = None;
    for (number, item) in rule.join.iter().enumerate() {
        let (text, span) = item.split('|').find_map(|path| {
            let path = path.trim();
            let node = match path.strip_prefix('@') {
                Some(name) => legacy.attribute(name),
                None => legacy.member(path),
            }?;
            let text = text(node).filter(|text| !text.is_empty())?;
            Some((text, node.span))
        })?;
        if number > 0 {
            joined.push('-');
        }
        joined.push_str(&text);
        place = place.or(Some(span));
    }
    Some(Node {
        value: Value::String(joined),
        span: place?,
    })
}

fn transform(rule: &FieldRule, mut node: Node) -> Option<Node> {
    let span = node.span;
    let string = |text: String| Node {
        value: Value::String(text),
        span,
    };
    if let (Some(part), Some(text)) = (&rule.part, text(&node)) {
        let index = usize::try_from(part.value).ok()?;
        node = string(text.split('/').nth(index)?.to_owned());
    }
    if let (Some(prefix), Some(text)) = (&rule.trim_prefix, text(&node))
        && let Some(rest) = text.strip_prefix(prefix.as_str())
    {
        node = string(rest.to_owned());
    }
    if let Some(replaced) = text(&node).and_then(|text| rule.map.get(&text)) {
        node = placed(replaced, span);
    }
    if let (Some(length), Some(text)) = (&rule.name_length, text(&node)) {
        let length = usize::try_from(length.value).unwrap_or(usize::MAX);
        node = string(name(&text, length)?);
    }
    if let (Some(key), Value::String(_)) = (&rule.wrap, &node.value) {
        let mut map = Map::default();
        map.push(Spanned::new(key.value.clone(), span), node);
        node = Node {
            value: Value::Map(map),
            span,
        };
    }
    Some(node)
}

/// A scalar as text. Whole numbers that lost digits are none.
pub(super) fn text(node: &Node) -> Option<String> {
    match &node.value {
        Value::String(text) => Some(text.clone()),
        Value::Int(number) => Some(number.to_string()),
        Value::Float(number) if number.abs() < 9e15 => Some(node.to_json().to_string()),
        Value::Bool(flag) => Some(flag.to_string()),
        _ => None,
    }
}

/// A value of the spec at a place in the event.
fn placed(node: &Node, span: Span) -> Node {
    let value = match &node.value {
        Value::Seq(items) => Value::Seq(items.iter().map(|item| placed(item, span)).collect()),
        Value::Map(map) => {
            let mut copy = Map::default();
            for (key, value) in map.iter() {
                let key = Spanned::new(key.value.clone(), span);
                copy.push(key, placed(value, span));
            }
            Value::Map(copy)
        }
        other => other.clone(),
    };
    Node { value, span }
}

/// A Kubernetes name of at most `length` characters, as [`FieldRule::name_length`] says.
fn name(text: &str, length: usize) -> Option<String> {
    let mut name = String::with_capacity(text.len());
    for c in text.chars() {
        let c = c.to_ascii_lowercase();
        if c.is_ascii_lowercase() || c.is_ascii_digit() {
            name.push(c);
        } else if !name.is_empty() && !name.ends_with('-') {
            name.push('-');
        }
    }
    name.truncate(name.trim_end_matches('-').len());
    if name.is_empty() {
        return None;
    }
    if name.len() > length {
        let hash = fnv1a(text.as_bytes());
        let digits = format!("{:08x}", (hash >> 32) ^ (hash & 0xffff_ffff));
        name.truncate(length.saturating_sub(9));
        name.truncate(name.trim_end_matches('-').len());
        if !name.is_empty() {
            name.push('-');
        }
        name.push_str(&digits);
        name.truncate(length);
    }
    Some(name)
}

/// 64-bit FNV-1a (draft-eastlake-fnv): short, and the same in every language.
fn fnv1a(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3)
    })
}

#[cfg(test)]
mod tests {
    use super::{fnv1a, name};

    #[test]
    fn the_hash_is_fnv1a() {
        // Values of the reference implementation.
        assert_eq!(fnv1a(b""), 0xcbf2_9ce4_8422_2325);
        assert_eq!(fnv1a(b"a"), 0xaf63_dc4c_8601_ec8c);
        assert_eq!(fnv1a(b"foobar"), 0x8594_4171_f739_67e8);
    }

    #[test]
    fn names_are_short_and_keep_their_difference() {
        let short = |text, length| name(text, length).unwrap_or_default();
        assert_eq!(short("Acme_Corp//Parser 1!", 50), "acme-corp-parser-1");
        assert_eq!(short("foobar", 6), "foobar");
        assert_eq!(short("--é--", 50), "");
        let hash = 0x8594_4171_u32 ^ 0xf739_67e8;
        assert_eq!(short("foobar", 5), format!("{hash:08x}")[..5]);
        let (a, b) = ("x".repeat(60), format!("{}y", "x".repeat(59)));
        assert_eq!(short(&a, 50).len(), 50);
        assert_ne!(short(&a, 50), short(&b, 50));
        let cut = short(&format!("{}-{}", "a".repeat(40), "b".repeat(20)), 50);
        assert!(
            cut.starts_with(&format!("{}-", "a".repeat(40))) && !cut.contains("--"),
            "{cut}"
        );
    }
}
