//! JSON text (RFC 8259) to a tree with places.
//!
//! Written here because `serde_json` keeps no places; it still reads the escapes of texts. The
//! YAML parser would accept comments, bare words and more that is no JSON.

use std::collections::HashMap;

use serde_json::Value as Json;

use crate::check::rules;
use crate::check::rules::json_syntax;
use crate::diagnostics::Finding;
use crate::load::{Map, Node, Value};
use crate::source::{FileId, Span, Spanned};

/// Deepest nesting that is read.
const DEPTH: usize = 64;

/// Parses one JSON text. What is wrong is pushed to `findings`; the tree is then `None`.
pub(super) fn parse(file: FileId, text: &str, findings: &mut Vec<Finding>) -> Option<Node> {
    let mut parser = Parser {
        file,
        text,
        at: 0,
        duplicates: Vec::new(),
    };
    let parsed = parser.document();
    findings.append(&mut parser.duplicates);
    match parsed {
        Ok(node) => Some(node),
        Err(finding) => {
            findings.push(*finding);
            None
        }
    }
}

/// The value of a tree that was parsed from `text` in `file`. Whole numbers that a [`Value`]
/// cannot hold are read again from the text.
///
/// # Errors
/// The place of a whole number that would lose digits.
pub(super) fn to_json(node: &Node, file: FileId, text: &str) -> Result<Json, Span> {
    Ok(match &node.value {
        // A fixed value may stand at the place of another, so the two are compared.
        Value::Float(number) if node.span.file == file => {
            let digits = text.get(node.span.range()).unwrap_or("");
            let whole = |b: u8| b.is_ascii_digit() || b == b'-';
            if digits.bytes().all(whole) && digits.parse() == Ok(*number) {
                digits
                    .parse::<u64>()
                    .map(Json::from)
                    .map_err(|_| node.span)?
            } else {
                node.to_json()
            }
        }
        Value::Seq(items) => {
            let items = items.iter().map(|item| to_json(item, file, text));
            Json::Array(items.collect::<Result<_, _>>()?)
        }
        Value::Map(map) => {
            let members = map.iter().map(|(key, value)| {
                to_json(value, file, text).map(|value| (key.value.clone(), value))
            });
            Json::Object(members.collect::<Result<_, _>>()?)
        }
        _ => node.to_json(),
    })
}

type Parsed<T> = Result<T, Box<Finding>>;

struct Parser<'a> {
    file: FileId,
    text: &'a str,
    at: usize,
    duplicates: Vec<Finding>,
}

impl<'a> Parser<'a> {
    fn document(&mut self) -> Parsed<Node> {
        // RFC 8259, section 8.1: a byte order mark may be ignored.
        if self.text.starts_with('\u{feff}') {
            self.at = '\u{feff}'.len_utf8();
        }
        self.blank();
        let node = self.value(0)?;
        self.blank();
        match self.peek() {
            None => Ok(node),
            Some(b'#' | b'/') => Err(self.unexpected("a value")),
            Some(_) => Err(Box::new(json_syntax::more(self.here()))),
        }
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn blank(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
    }

    fn eat(&mut self, byte: u8) -> bool {
        let found = self.peek() == Some(byte);
        self.at += usize::from(found);
        found
    }

    /// The character that is read next.
    fn here(&self) -> Span {
        let rest = self.text.get(self.at..).unwrap_or("");
        let len = rest.chars().next().map_or(0, char::len_utf8);
        Span::new(self.file, self.at, self.at + len)
    }

    fn span(&self, start: usize) -> Span {
        Span::new(self.file, start, self.at)
    }

    /// Refuses what stands here where `expected` should.
    fn unexpected(&self, expected: &str) -> Box<Finding> {
        let rest = self.text.get(self.at..).unwrap_or("");
        let word = |c: char| c.is_alphanumeric() || matches!(c, '_' | '$' | '.' | '-');
        let len = rest.len() - rest.trim_start_matches(word).len();
        let span = match len {
            0 => self.here(),
            // A long word is not worth a long line.
            _ => Span::new(self.file, self.at, self.at + len),
        };
        Box::new(json_syntax::unexpected(span, rest, &rest[..len], expected))
    }

    fn value(&mut self, depth: usize) -> Parsed<Node> {
        if depth > DEPTH {
            return Err(Box::new(json_syntax::too_deep(self.here(), DEPTH)));
        }
        let start = self.at;
        let value = match self.peek() {
            Some(b'{') => self.object(depth)?,
            Some(b'[') => self.array(depth)?,
            Some(b'"') => Value::String(self.string()?),
            Some(b'-' | b'0'..=b'9') => self.number()?,
            _ => self.word()?,
        };
        let span = self.span(start);
        Ok(Node { value, span })
    }

    fn word(&mut self) -> Parsed<Value> {
        let rest = self.text.get(self.at..).unwrap_or("");
        let len = rest.len() - rest.trim_start_matches(|c: char| c.is_alphanumeric()).len();
        let value = match &rest[..len] {
            "null" => Value::Null,
            "true" => Value::Bool(true),
            "false" => Value::Bool(false),
            _ => return Err(self.unexpected("a value")),
        };
        self.at += len;
        Ok(value)
    }

    fn object(&mut self, depth: usize) -> Parsed<Value> {
        self.at += 1;
        let mut map = Map::default();
        let mut keys: HashMap<String, Span> = HashMap::new();
        self.blank();
        if self.eat(b'}') {
            return Ok(Value::Map(map));
        }
        loop {
            let start = self.at;
            if self.peek() != Some(b'"') {
                return Err(self.unexpected("a name in double quotes"));
            }
            let key = self.string()?;
            let span = self.span(start);
            self.blank();
            if !self.eat(b':') {
                return Err(self.unexpected("`:`"));
            }
            self.blank();
            let value = self.value(depth + 1)?;
            if let Some(first) = keys.get(&key) {
                let finding = rules::duplicate_key::report(&key, span, *first);
                self.duplicates.push(finding);
            } else {
                keys.insert(key.clone(), span);
                map.push(Spanned::new(key, span), value);
            }
            self.blank();
            if self.eat(b'}') {
                return Ok(Value::Map(map));
            }
            if !self.eat(b',') {
                return Err(self.unexpected("`,` or `}`"));
            }
            self.blank();
        }
    }

    fn array(&mut self, depth: usize) -> Parsed<Value> {
        self.at += 1;
        let mut items = Vec::new();
        self.blank();
        if self.eat(b']') {
            return Ok(Value::Seq(items));
        }
        loop {
            items.push(self.value(depth + 1)?);
            self.blank();
            if self.eat(b']') {
                return Ok(Value::Seq(items));
            }
            if !self.eat(b',') {
                return Err(self.unexpected("`,` or `]`"));
            }
            self.blank();
        }
    }

    fn string(&mut self) -> Parsed<String> {
        let start = self.at;
        self.at += 1;
        let mut escaped = false;
        loop {
            match self.peek() {
                Some(b'"') => break,
                Some(b'\\') => {
                    escaped = true;
                    self.at += 2;
                }
                Some(0..0x20) => return Err(Box::new(json_syntax::control(self.here()))),
                Some(_) => self.at += 1,
                None => {
                    let span = Span::new(self.file, start, start + 1);
                    return Err(Box::new(json_syntax::unclosed(span)));
                }
            }
        }
        self.at += 1;
        let quoted = self.text.get(start..self.at).unwrap_or("");
        if !escaped {
            return Ok(quoted.trim_matches('"').to_owned());
        }
        serde_json::from_str(quoted).map_err(|_| Box::new(json_syntax::escape(self.span(start))))
    }

    fn number(&mut self) -> Parsed<Value> {
        let start = self.at;
        let rest = self.text.get(start..).unwrap_or("");
        let sign = |c: char| c.is_ascii_digit() || matches!(c, '+' | '-' | '.' | 'e' | 'E');
        let written = &rest[..rest.len() - rest.trim_start_matches(sign).len()];
        self.at += written.len();
        let number = if !is_number(written) {
            None
        } else if let Ok(number) = written.parse() {
            Some(Value::Int(number))
        } else {
            let number = written.parse::<f64>().ok();
            number.filter(|n| n.is_finite()).map(Value::Float)
        };
        number.ok_or_else(|| Box::new(json_syntax::number(self.span(start), written)))
    }
}

/// `-? (0 | [1-9] digits) (. digits)? ([eE] [+-]? digits)?`
fn is_number(text: &str) -> bool {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let text = text.strip_prefix('-').unwrap_or(text);
    let (text, exponent) = match text.split_once(['e', 'E']) {
        Some((text, exponent)) => (text, Some(exponent)),
        None => (text, None),
    };
    let (whole, fraction) = match text.split_once('.') {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (text, None),
    };
    digits(whole)
        && (whole == "0" || !whole.starts_with('0'))
        && fraction.is_none_or(digits)
        && exponent.is_none_or(|e| digits(e.strip_prefix(['+', '-']).unwrap_or(e)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(text: &str) -> String {
        let mut findings = Vec::new();
        let node = parse(FileId(0), text, &mut findings);
        assert_eq!(
            node.is_none(),
            !findings.iter().all(|f| f.code.0 == 5),
            "{text}"
        );
        findings
            .first()
            .map_or(String::new(), |f| f.message.clone())
    }

    #[test]
    fn agrees_with_serde_json_on_what_is_json() {
        for text in [
            "{}",
            "[]",
            "null",
            " \t\r\n1 ",
            "1e5",
            "1.5E-3",
            "\"\\u00e9\\n\"",
            "[1,[2,{\"a\":[]}]]",
            "\"\\ud83d\\ude00\"",
            "18446744073709551615",
            "",
            "{",
            "[1,]",
            "{\"a\":1,}",
            "{a:1}",
            "{'a':1}",
            "01",
            "+1",
            ".5",
            "1.",
            "1e",
            "NaN",
            "True",
            "nulll",
            "\"a",
            "\"\\x\"",
            "\"\\ud800\"",
            "\"\t\"",
            "1 2",
            "// c\n1",
            "1 # c",
            "{\"a\" 1}",
            "[1 2]",
            "1e999",
            "\u{feff}{}",
            "\"\\",
            "\u{a0}1",
            "[\"a\"]]",
        ] {
            let mut findings = Vec::new();
            let node = parse(FileId(0), text, &mut findings);
            let expected = serde_json::from_str::<Json>(text.trim_start_matches('\u{feff}'));
            assert_eq!(node.is_some(), expected.is_ok(), "{text:?}: {findings:?}");
            assert_eq!(node.is_none(), !findings.is_empty(), "{text:?}");
            if let (Some(node), Ok(expected)) = (node, expected) {
                assert_eq!(
                    to_json(&node, FileId(0), text).ok(),
                    Some(expected),
                    "{text:?}"
                );
            }
        }
    }

    #[test]
    fn says_what_people_did() {
        assert_eq!(refusal("{\"a\": 1 // x\n}"), "a comment in JSON");
        assert_eq!(refusal("{'a': 1}"), "text in single quotes");
        assert_eq!(refusal("{a: 1}"), "`a` without quotes");
        assert_eq!(refusal("[1,]"), "a comma before `]`");
        assert_eq!(refusal("[None]"), "`None` is no JSON value");
        assert_eq!(
            refusal("{\"a\": [1"),
            "the text ends where `,` or `]` is expected"
        );
        assert_eq!(refusal("{\"a\": 1, \"a\": 2}"), "`a` is there twice");
    }

    #[test]
    fn depth_is_bounded() {
        let text = "[".repeat(100_000);
        assert_eq!(refusal(&text), "nested more than 64 levels deep");
    }

    #[test]
    fn whole_numbers_lose_no_digits() {
        let mut findings = Vec::new();
        let text = "[123456789012345678901234567890]";
        let node = parse(FileId(0), text, &mut findings).unwrap_or(Node {
            value: Value::Null,
            span: Span::new(FileId(0), 0, 0),
        });
        assert_eq!(
            to_json(&node, FileId(0), text),
            Err(Span::new(FileId(0), 1, 31))
        );
    }
}
