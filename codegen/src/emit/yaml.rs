//! YAML from JSON values, in block style, for manifests and their pages.
//!
//! Text stands without quotes only where both YAML 1.1 and 1.2 read it as that text.

use serde_json::Value;

/// The value as a YAML document, without `---`.
pub fn to_yaml(value: &Value) -> String {
    let mut out = String::new();
    match value {
        Value::Object(map) if !map.is_empty() => object(&mut out, map, 0, false),
        Value::Array(items) if !items.is_empty() => array(&mut out, items, 0),
        scalar => {
            self::scalar(&mut out, scalar, 0);
            out.push('\n');
        }
    }
    out
}

fn indent(out: &mut String, depth: usize) {
    out.extend(std::iter::repeat_n("  ", depth));
}

/// `inline`: the first member stands on a line that was begun.
fn object(out: &mut String, map: &serde_json::Map<String, Value>, depth: usize, inline: bool) {
    for (i, (key, value)) in map.iter().enumerate() {
        if i > 0 || !inline {
            indent(out, depth);
        }
        text(out, key);
        out.push(':');
        match value {
            Value::Object(inner) if !inner.is_empty() => {
                out.push('\n');
                object(out, inner, depth + 1, false);
            }
            Value::Array(items) if !items.is_empty() => {
                out.push('\n');
                array(out, items, depth + 1);
            }
            other => {
                out.push(' ');
                scalar(out, other, depth + 1);
                out.push('\n');
            }
        }
    }
}

fn array(out: &mut String, items: &[Value], depth: usize) {
    for item in items {
        indent(out, depth);
        out.push('-');
        match item {
            Value::Object(map) if !map.is_empty() => {
                out.push(' ');
                object(out, map, depth + 1, true);
            }
            Value::Array(inner) if !inner.is_empty() => {
                out.push('\n');
                array(out, inner, depth + 1);
            }
            other => {
                out.push(' ');
                scalar(out, other, depth + 1);
                out.push('\n');
            }
        }
    }
}

fn scalar(out: &mut String, value: &Value, depth: usize) {
    match value {
        Value::String(s) if is_block(s) => block(out, s, depth),
        Value::String(s) => text(out, s),
        Value::Array(_) => out.push_str("[]"),
        Value::Object(_) => out.push_str("{}"),
        other => out.push_str(&other.to_string()),
    }
}

/// Whether a text of several lines can stand as a literal block without losing anything.
fn is_block(text: &str) -> bool {
    text.trim_end_matches('\n').contains('\n')
        && !text.starts_with([' ', '\n', '\t'])
        && !text.ends_with("\n\n")
        && text.lines().all(|line| !line.ends_with([' ', '\t']))
        && text.chars().all(|c| c == '\n' || is_printable(c))
}

fn block(out: &mut String, text: &str, depth: usize) {
    out.push_str(if text.ends_with('\n') { "|" } else { "|-" });
    for line in text.lines() {
        out.push('\n');
        if !line.is_empty() {
            indent(out, depth);
            out.push_str(line);
        }
    }
}

fn is_printable(c: char) -> bool {
    !c.is_control() && !matches!(c, '\u{2028}' | '\u{2029}' | '\u{feff}')
}

/// Text on one line, quoted where it has to be.
fn text(out: &mut String, text: &str) {
    if is_plain(text) {
        out.push_str(text);
    } else {
        // JSON texts are YAML texts, once what JSON leaves as it is and YAML does not is escaped.
        for c in Value::from(text).to_string().chars() {
            if is_printable(c) {
                out.push(c);
            } else {
                out.push_str(&format!("\\u{:04x}", u32::from(c)));
            }
        }
    }
}

fn is_plain(text: &str) -> bool {
    const WORDS: &[&str] = &[
        "", "null", "true", "false", "yes", "no", "on", "off", "y", "n", "=", "<<",
    ];
    let Some(first) = text.chars().next() else {
        return false;
    };
    let number_like = first.is_ascii_digit()
        || matches!(first, '.' | '+' | '-')
            && text[1..].starts_with(|c: char| {
                c.is_ascii_digit() || matches!(c, '.' | 'i' | 'I' | 'n' | 'N')
            });
    !number_like
        && !WORDS.contains(&text.to_ascii_lowercase().as_str())
        && (first.is_alphabetic() || matches!(first, '_' | '/' | '.' | '$' | '(' | '^'))
        && !text.contains(": ")
        && !text.contains(" #")
        && !text.ends_with([':', ' '])
        && text.chars().all(is_printable)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn structure() {
        let value = json!({
            "kind": "Trigger", "spec": {"filters": [{"prefix": {"type": "a."}}, "x"], "none": {}, "list": []},
            "grid": [[1, 2], [null]],
        });
        let expected = "\
kind: Trigger
spec:
  filters:
    - prefix:
        type: a.
    - x
  none: {}
  list: []
grid:
  -
    - 1
    - 2
  -
    - null
";
        assert_eq!(to_yaml(&value), expected);
    }

    #[test]
    fn text_that_reads_as_something_else_is_quoted() {
        for text in [
            "",
            "true",
            "No",
            "1",
            "0x1f",
            "1e3",
            "-1",
            ".5",
            ".inf",
            "12:30",
            "2025-01-01",
            "a: b",
            "a #b",
            "- x",
            "* x",
            "&x",
            "#x",
            "x:",
            " x",
            "~",
            "null",
            "{x}",
            "[x]",
            "%x",
            "@x",
            "`x",
            "!x",
            ">x",
            "?",
        ] {
            let yaml = to_yaml(&Value::from(text));
            assert!(yaml.starts_with('"'), "{text} stands as {yaml}");
        }
        for text in [
            "io.x/y",
            "a:b",
            "lambda-broker",
            "req.a == \"b\"",
            "/hook/x",
        ] {
            assert_eq!(to_yaml(&Value::from(text)), format!("{text}\n"));
        }
    }

    #[test]
    fn lines_stand_as_a_block() {
        assert_eq!(to_yaml(&json!({"run": "a\n  b\n"})), "run: |\n  a\n    b\n");
        assert_eq!(to_yaml(&json!({"run": "a\nb"})), "run: |-\n  a\n  b\n");
        assert_eq!(to_yaml(&json!({"run": " a\nb"})), "run: \" a\\nb\"\n");
        assert_eq!(
            to_yaml(&json!({"run": "a\u{7f}\u{85}"})),
            "run: \"a\\u007f\\u0085\"\n"
        );
    }
}
