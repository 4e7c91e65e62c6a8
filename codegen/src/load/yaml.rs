//! YAML text to tree, through granit-parser's events.
//!
//! Accepts the part of YAML 1.2 that reads the same to everyone: one document,
//! no tags, no merge keys, no duplicate keys. Depth, nodes and alias copies are bounded.

use std::collections::HashMap;

use granit_parser::{ErrorKind, Event, Options, Parser, ScalarStyle, ScanError};

use super::suppression::{self, Suppression};
use super::{Document, Limits, Map, Node, Value};
use crate::check::rules;
use crate::diagnostics::Finding;
use crate::source::{FileId, SourceFile, Span, Spanned};

/// Parses one file. What is wrong is pushed to `findings`; the tree is then `None`.
pub fn parse(
    file: FileId,
    source: &SourceFile,
    limits: &Limits,
    findings: &mut Vec<Finding>,
) -> Document {
    let mut builder = Builder {
        file,
        text: &source.text,
        limits,
        findings,
        stack: Vec::new(),
        anchors: HashMap::new(),
        nodes: 0,
        root: None,
        suppressions: Vec::new(),
        refused: false,
    };
    builder.run();
    let root = if builder.refused { None } else { builder.root };
    Document {
        file,
        root,
        suppressions: builder.suppressions,
    }
}

/// A collection that is still open.
enum Open {
    Seq {
        items: Vec<Node>,
        start: usize,
        anchor: usize,
    },
    Map {
        map: Map,
        key: Option<Spanned<String>>,
        start: usize,
        anchor: usize,
    },
}

/// Stands for a key that was there before. No key of a file can hold a NUL.
const DUPLICATE: &str = "\0";

struct Builder<'a> {
    file: FileId,
    text: &'a str,
    limits: &'a Limits,
    findings: &'a mut Vec<Finding>,
    stack: Vec<Open>,
    /// Values with an anchor, and how many values each holds, by number of the anchor.
    anchors: HashMap<usize, (Node, usize)>,
    nodes: usize,
    root: Option<Node>,
    suppressions: Vec<Suppression>,
    /// Something made the tree unusable: parsing stops.
    refused: bool,
}

impl Builder<'_> {
    fn run(&mut self) {
        let mut options = Options::default();
        options.block_nesting_limit = self.limits.depth;
        options.flow_nesting_limit = self.limits.depth;
        options.disallow_directives = true;
        let text = self.text;
        // Comments cost an event each, and only suppressions are of interest.
        options.emit_comments = suppression::are_in(text);
        for event in Parser::new_from_str_with_options(text, options) {
            match event {
                Ok((event, span)) => {
                    let bytes = span.byte_range().unwrap_or(0..0);
                    self.event(event, bytes);
                }
                Err(error) => self.syntax(&error),
            }
            if self.refused {
                return;
            }
        }
    }

    fn span(&self, range: std::ops::Range<usize>) -> Span {
        let end = range.end.min(self.text.len());
        Span::new(self.file, range.start.min(end), end)
    }

    fn refuse(&mut self, finding: Finding) {
        self.findings.push(finding);
        self.refused = true;
    }

    fn syntax(&mut self, error: &ScanError) {
        let offset = error
            .marker()
            .byte_offset()
            .unwrap_or(self.text.len())
            .min(self.text.len());
        self.refuse(match error.kind() {
            // The parser counts ahead of the tree.
            ErrorKind::RecursionLimitExceeded => {
                let span = self.span(offset..offset + 1);
                rules::limit_exceeded::too_deep(span, self.limits.depth)
            }
            kind => rules::yaml_syntax::report(self.file, self.text, offset, kind),
        });
    }

    fn event(&mut self, event: Event<'_>, bytes: std::ops::Range<usize>) {
        let span = self.span(bytes.clone());
        match event {
            Event::DocumentStart(..) if self.root.is_some() => {
                self.refuse(rules::multiple_documents::report(span));
            }
            Event::Comment(text, _) => {
                self.suppressions
                    .extend(suppression::parse(&text, span, self.findings));
            }
            Event::Scalar(_, _, _, Some(_))
            | Event::SequenceStart(_, _, Some(_))
            | Event::MappingStart(_, _, Some(_)) => {
                self.refuse(rules::yaml_tag::report(span));
            }
            Event::Scalar(text, style, anchor, None) => self.scalar(&text, style, anchor, span),
            Event::SequenceStart(_, anchor, None) => {
                self.open(
                    Open::Seq {
                        items: Vec::new(),
                        start: bytes.start,
                        anchor,
                    },
                    span,
                );
            }
            Event::MappingStart(_, anchor, None) => {
                self.open(
                    Open::Map {
                        map: Map::default(),
                        key: None,
                        start: bytes.start,
                        anchor,
                    },
                    span,
                );
            }
            Event::SequenceEnd | Event::MappingEnd => self.close(bytes.end),
            Event::Alias(id) => self.alias(id, span),
            _ => {}
        }
    }

    fn scalar(&mut self, text: &str, style: ScalarStyle, anchor: usize, span: Span) {
        // A plain scalar that is left out is reported as `~` with an empty place.
        let value = match style {
            ScalarStyle::Plain if span.start == span.end => Value::Null,
            ScalarStyle::Plain => plain(text),
            _ => Value::String(text.to_owned()),
        };
        let span = if matches!(style, ScalarStyle::Literal | ScalarStyle::Folded) {
            self.trim_end(span)
        } else {
            span
        };
        if let Some(Open::Map {
            map,
            key: key @ None,
            ..
        }) = self.stack.last_mut()
        {
            // Keys are text whatever they look like; `on:` and `3.11:` are common.
            let text = if span.start == span.end {
                String::new()
            } else {
                text.to_owned()
            };
            if text == "<<" && style == ScalarStyle::Plain {
                self.refuse(rules::merge_key::report(span));
                return;
            }
            // A later entry with the same key is read, and dropped when its value is complete.
            if let Some((first, _)) = map.entry(&text) {
                self.findings
                    .push(rules::duplicate_key::report(&text, span, first.span));
                *key = Some(Spanned::new(String::from(DUPLICATE), span));
            } else {
                *key = Some(Spanned::new(text, span));
            }
            return;
        }
        self.node(Node { value, span }, anchor);
    }

    fn trim_end(&self, span: Span) -> Span {
        let text = self.text.get(span.range()).unwrap_or("");
        Span::new(
            self.file,
            span.start as usize,
            span.start as usize + text.trim_end().len(),
        )
    }

    fn open(&mut self, open: Open, span: Span) {
        if let Some(Open::Map { key: None, .. }) = self.stack.last() {
            self.refuse(rules::yaml_complex_key::report(span));
            return;
        }
        if self.stack.len() >= self.limits.depth {
            self.refuse(rules::limit_exceeded::too_deep(span, self.limits.depth));
            return;
        }
        self.stack.push(open);
    }

    fn close(&mut self, end: usize) {
        let (value, start, anchor) = match self.stack.pop() {
            Some(Open::Seq {
                items,
                start,
                anchor,
            }) => (Value::Seq(items), start, anchor),
            Some(Open::Map {
                map, start, anchor, ..
            }) => (Value::Map(map), start, anchor),
            None => return,
        };
        // A block collection ends where the next token begins; its place should not.
        let text = self.text.get(start..end).unwrap_or("");
        let span = self.span(start..start + text.trim_end().len());
        self.node(Node { value, span }, anchor);
    }

    fn alias(&mut self, id: usize, span: Span) {
        if let Some(Open::Map { key: None, .. }) = self.stack.last() {
            self.refuse(rules::yaml_complex_key::report(span));
            return;
        }
        let Some((node, size)) = self.anchors.get(&id) else {
            // An alias inside its own anchor.
            self.refuse(rules::yaml_syntax::recursive_alias(span));
            return;
        };
        self.nodes += size;
        let node = Node {
            value: node.value.clone(),
            span,
        };
        self.node(node, 0);
    }

    fn node(&mut self, node: Node, anchor: usize) {
        self.nodes += 1;
        if self.nodes > self.limits.nodes {
            self.refuse(rules::limit_exceeded::too_many_nodes(
                node.span,
                self.limits.nodes,
            ));
            return;
        }
        if anchor != 0 {
            // Copies kept for aliases count too: anchors may nest.
            let size = count(&node);
            self.nodes += size;
            self.anchors.insert(anchor, (node.clone(), size));
        }
        match self.stack.last_mut() {
            None => self.root = Some(node),
            Some(Open::Seq { items, .. }) => items.push(node),
            Some(Open::Map { map, key, .. }) => {
                if let Some(key) = key.take()
                    && key.value != DUPLICATE
                {
                    map.push(key, node);
                }
            }
        }
    }
}

fn count(node: &Node) -> usize {
    match &node.value {
        Value::Seq(items) => 1 + items.iter().map(count).sum::<usize>(),
        Value::Map(map) => 1 + map.iter().map(|(_, v)| count(v)).sum::<usize>(),
        _ => 1,
    }
}

/// Resolves a plain scalar by the core schema (YAML 1.2.2, section 10.3.2).
fn plain(text: &str) -> Value {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => Value::Null,
        "true" | "True" | "TRUE" => Value::Bool(true),
        "false" | "False" | "FALSE" => Value::Bool(false),
        _ => number(text).unwrap_or_else(|| Value::String(text.to_owned())),
    }
}

fn number(text: &str) -> Option<Value> {
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    if !digits.starts_with(|c: char| c.is_ascii_digit() || c == '.') {
        return None;
    }
    if let Some(hex) = text.strip_prefix("0x") {
        return i64::from_str_radix(hex, 16).ok().map(Value::Int);
    }
    if let Some(octal) = text.strip_prefix("0o") {
        return i64::from_str_radix(octal, 8).ok().map(Value::Int);
    }
    if digits.bytes().all(|b| b.is_ascii_digit()) {
        return text
            .parse()
            .map(Value::Int)
            .or_else(|_| text.parse().map(Value::Float))
            .ok();
    }
    let float = digits
        .bytes()
        .all(|b| b.is_ascii_digit() || matches!(b, b'.' | b'e' | b'E' | b'+' | b'-'));
    let number = if float {
        text.parse::<f64>().ok()?
    } else {
        return None;
    };
    number.is_finite().then_some(Value::Float(number))
}
