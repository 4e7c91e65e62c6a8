//! Writes lines of Rust as rustfmt would.

use std::fmt::{Arguments, Write as _};

/// Longest line.
const WIDTH: usize = 100;
/// Longest list of arguments of a call, parentheses left out.
const CALL_WIDTH: usize = 60;
/// Longest list of arguments of an attribute, parentheses left out.
const ATTRIBUTE_WIDTH: usize = 70;

/// A file, or a part of one, that is being written.
pub(super) struct Writer {
    text: String,
    depth: usize,
}

/// Bytes that most parts have at least.
const USUAL_LENGTH: usize = 4096;

impl Default for Writer {
    fn default() -> Self {
        Self {
            text: String::with_capacity(USUAL_LENGTH),
            depth: 0,
        }
    }
}

impl Writer {
    /// The text.
    pub(super) fn finish(self) -> String {
        self.text
    }

    /// Writes an empty line.
    pub(super) fn blank(&mut self) {
        self.text.push('\n');
    }

    /// Writes a line.
    pub(super) fn line(&mut self, line: Arguments<'_>) {
        self.indent();
        // Writing to a string cannot fail.
        let _ = self.text.write_fmt(line);
        self.text.push('\n');
    }

    /// Writes a line and indents those that follow.
    pub(super) fn open(&mut self, line: Arguments<'_>) {
        self.line(line);
        self.depth += 1;
    }

    /// Ends the indentation and writes a line.
    pub(super) fn close(&mut self, line: &str) {
        self.depth -= 1;
        self.line(format_args!("{line}"));
    }

    /// Indents what `write` writes.
    pub(super) fn indented(&mut self, write: impl FnOnce(&mut Self)) {
        self.depth += 1;
        write(self);
        self.depth -= 1;
    }

    fn indent(&mut self) {
        for _ in 0..self.depth {
            self.text.push_str("    ");
        }
    }

    fn room(&self) -> usize {
        WIDTH.saturating_sub(self.depth * 4)
    }

    /// Writes `///` and a text, its paragraphs wrapped.
    pub(super) fn doc(&mut self, text: &str) {
        self.comment("///", text);
    }

    /// Writes `//!` and a text, its paragraphs wrapped.
    pub(super) fn module_doc(&mut self, text: &str) {
        self.comment("//!", text);
    }

    fn comment(&mut self, sign: &str, text: &str) {
        let room = self.room().saturating_sub(sign.len() + 1);
        let mut lines = DocLines::new(text);
        while let Some((line, prose)) = lines.next() {
            let mut rest = line.as_str();
            while prose && width(rest) > room {
                let Some(end) = break_before(rest, room) else {
                    break;
                };
                self.line(format_args!("{sign} {}", &rest[..end]));
                rest = rest[end..].trim_start();
            }
            if rest.is_empty() {
                self.line(format_args!("{sign}"));
            } else {
                self.line(format_args!("{sign} {rest}"));
            }
        }
    }

    /// Writes `head(arguments)tail`, one argument a line where they do not fit.
    pub(super) fn signature(&mut self, head: &str, arguments: &[String], tail: &str) {
        let joined = arguments.join(", ");
        let fits = width(head) + width(&joined) + width(tail) + 2 <= self.room();
        self.listed(head, &joined, arguments, tail, fits);
    }

    /// Writes `head(arguments)tail`, a call or pattern.
    pub(super) fn call(&mut self, head: &str, arguments: &[String], tail: &str) {
        let joined = arguments.join(", ");
        let one_line = width(head) + width(&joined) + width(tail) + 2 <= self.room();
        let fits = one_line && width(&joined) <= CALL_WIDTH;
        self.listed(head, &joined, arguments, tail, fits);
    }

    /// Writes `#[name(arguments)]`.
    pub(super) fn attribute(&mut self, name: &str, arguments: &[String]) {
        let joined = arguments.join(", ");
        let fits = width(&joined) <= ATTRIBUTE_WIDTH;
        if fits {
            self.line(format_args!("#[{name}({joined})]"));
            return;
        }
        self.open(format_args!("#[{name}("));
        for (number, argument) in arguments.iter().enumerate() {
            // Attributes get no comma after the last argument.
            let comma = if number + 1 < arguments.len() {
                ","
            } else {
                ""
            };
            self.line(format_args!("{argument}{comma}"));
        }
        self.close(")]");
    }

    fn listed(&mut self, head: &str, joined: &str, arguments: &[String], tail: &str, fits: bool) {
        if fits {
            self.line(format_args!("{head}({joined}){tail}"));
            return;
        }
        self.open(format_args!("{head}("));
        for argument in arguments {
            self.line(format_args!("{argument},"));
        }
        self.close(&format!("){tail}"));
    }

    /// Writes `format!(text, values)`.
    pub(super) fn format(&mut self, text: &str, values: &[String]) {
        let text = literal(text);
        let joined = format!("{text}, {}", values.join(", "));
        if width(&joined) <= CALL_WIDTH {
            self.line(format_args!("format!({joined})"));
            return;
        }
        self.open(format_args!("format!("));
        self.line(format_args!("{text},"));
        self.filled(values);
        self.close(")");
    }

    /// Writes `head value;`, the value on a line of its own where it does not fit.
    pub(super) fn assign(&mut self, head: &str, value: &str) {
        if width(head) + width(value) + 2 <= self.room() {
            self.line(format_args!("{head} {value};"));
            return;
        }
        self.open(format_args!("{head}"));
        self.line(format_args!("{value};"));
        self.depth -= 1;
    }

    /// Writes `use path::{names};`.
    pub(super) fn import(&mut self, path: &str, names: &[&str]) {
        let joined = names.join(", ");
        // For rustfmt these lines end a column earlier.
        if width(path) + width(&joined) + 9 < self.room() {
            self.line(format_args!("use {path}::{{{joined}}};"));
            return;
        }
        self.open(format_args!("use {path}::{{"));
        let names: Vec<_> = names.iter().map(|name| (*name).to_owned()).collect();
        self.filled(&names);
        self.close("};");
    }

    /// Writes `name: type,`, the type on a line of its own where it does not fit.
    pub(super) fn member(&mut self, name: &str, r#type: &str) {
        if width(name) + width(r#type) + 3 <= self.room() {
            self.line(format_args!("{name}: {},", r#type));
            return;
        }
        self.open(format_args!("{name}:"));
        self.line(format_args!("{},", r#type));
        self.depth -= 1;
    }

    /// Writes `value.method,`, the method on a line of its own where it does not fit.
    pub(super) fn method(&mut self, value: &str, method: &str) {
        if width(value) + width(method) + 2 <= self.room() {
            self.line(format_args!("{value}.{method},"));
            return;
        }
        self.open(format_args!("{value}"));
        self.line(format_args!(".{method},"));
        self.depth -= 1;
    }

    /// Writes `let name = head(arguments);`.
    pub(super) fn let_call(&mut self, name: &str, head: &str, arguments: &[String]) {
        let joined = arguments.join(", ");
        let call = format!("{head}({joined})");
        let beside = width(name) + width(&call) + 8 <= self.room();
        if width(&joined) <= CALL_WIDTH && !beside && width(&call) + 5 <= self.room() {
            self.open(format_args!("let {name} ="));
            self.line(format_args!("{call};"));
            self.depth -= 1;
        } else {
            self.call(&format!("let {name} = {head}"), arguments, ";");
        }
    }

    /// Writes `head&[name { … }, …]end` with a function for what stands in the braces; a single
    /// item shares the lines of the brackets.
    pub(super) fn structs<T>(
        &mut self,
        head: &str,
        name: &str,
        items: &[T],
        end: &str,
        mut write: impl FnMut(&mut Self, &T),
    ) {
        match items {
            [] => self.line(format_args!("{head}&[]{end}")),
            [one] => {
                self.open(format_args!("{head}&[{name} {{"));
                write(self, one);
                self.close(&format!("}}]{end}"));
            }
            _ => {
                self.open(format_args!("{head}&["));
                for item in items {
                    self.open(format_args!("{name} {{"));
                    write(self, item);
                    self.close("},");
                }
                self.close(&format!("]{end}"));
            }
        }
    }

    /// Writes `pattern => value,`, the value in a block where it does not fit.
    pub(super) fn arm(&mut self, pattern: &str, value: &str) {
        if width(pattern) + width(value) + 5 <= self.room() {
            self.line(format_args!("{pattern} => {value},"));
            return;
        }
        self.open(format_args!("{pattern} => {{"));
        self.line(format_args!("{value}"));
        self.close("}");
    }

    /// Writes `pattern => head(arguments),`, in a block where it does not fit.
    pub(super) fn arm_call(&mut self, pattern: &str, head: &str, arguments: &[String]) {
        let call = format!("{head}({})", arguments.join(", "));
        if width(pattern) + width(&call) + 5 <= self.room() {
            self.line(format_args!("{pattern} => {call},"));
            return;
        }
        self.open(format_args!("{pattern} => {{"));
        self.call(head, arguments, "");
        self.close("}");
    }

    /// Writes `pattern => value.method,`, in a block and the method on a line of its own where they
    /// do not fit.
    pub(super) fn arm_method(&mut self, pattern: &str, value: &str, method: &str) {
        if width(value) + width(method) + 5 <= self.room() {
            self.arm(pattern, &format!("{value}.{method}"));
            return;
        }
        self.open(format_args!("{pattern} => {{"));
        self.open(format_args!("{value}"));
        self.line(format_args!(".{method}"));
        self.depth -= 1;
        self.close("}");
    }

    /// Writes `head&[items]end`.
    pub(super) fn slice(&mut self, head: &str, items: &[String], end: &str) {
        let joined = items.join(", ");
        let one_line = width(head) + width(&joined) + width(end) + 3 <= self.room();
        if one_line && width(&joined) <= CALL_WIDTH {
            self.line(format_args!("{head}&[{joined}]{end}"));
            return;
        }
        self.open(format_args!("{head}&["));
        // Short items share lines, others have one each.
        if items.iter().all(|item| width(item) <= 10) {
            self.filled(items);
        } else {
            for item in items {
                self.line(format_args!("{item},"));
            }
        }
        self.close(&format!("]{end}"));
    }

    /// Writes `head&[("a", "b"), …]end`.
    pub(super) fn pairs<'t>(
        &mut self,
        head: &str,
        pairs: impl Iterator<Item = (&'t str, &'t str)>,
        end: &str,
    ) {
        let pairs: Vec<_> = pairs.map(|(a, b)| [literal(a), literal(b)]).collect();
        let items: Vec<_> = pairs.iter().map(|[a, b]| format!("({a}, {b})")).collect();
        if items.iter().all(|item| width(item) <= CALL_WIDTH + 2) {
            self.slice(head, &items, end);
            return;
        }
        // A single pair shares the lines of the brackets.
        if let [one] = pairs.as_slice() {
            self.call(&format!("{head}&["), one, &format!("]{end}"));
            return;
        }
        self.open(format_args!("{head}&["));
        for pair in &pairs {
            self.call("", pair, ",");
        }
        self.close(&format!("]{end}"));
    }

    fn filled(&mut self, items: &[String]) {
        let mut line = String::new();
        for item in items {
            if !line.is_empty() && width(&line) + width(item) + 2 > self.room() {
                self.line(format_args!("{line}"));
                line.clear();
            }
            if !line.is_empty() {
                line.push(' ');
            }
            line.push_str(item);
            line.push(',');
        }
        self.line(format_args!("{line}"));
    }
}

/// Lines of a text in Markdown, as documentation takes them.
struct DocLines<'t> {
    lines: std::iter::Peekable<std::str::Lines<'t>>,
    fenced: bool,
}

impl<'t> DocLines<'t> {
    fn new(text: &'t str) -> Self {
        Self {
            lines: text.trim().lines().peekable(),
            fenced: false,
        }
    }

    /// The next line, and whether it may be wrapped.
    fn next(&mut self) -> Option<(String, bool)> {
        let line = self.lines.next()?.trim_end();
        if line.trim_start().starts_with("```") {
            self.fenced = !self.fenced;
            // Rust, which code without a language is taken for, would be compiled and run as a test.
            let language = line.trim_start().trim_start_matches('`').trim();
            let is_rust = language.is_empty() || language.starts_with("rust");
            let line = match self.fenced && is_rust {
                true => format!("{}text", line.trim_end_matches(language).trim_end()),
                false => line.to_owned(),
            };
            return Some((line, false));
        }
        if self.fenced || !is_prose(line) {
            return Some((line.replace('\t', "    "), false));
        }
        let mut paragraph = line.to_owned();
        while let Some(next) = self.lines.next_if(|next| is_prose(next)) {
            paragraph.push(' ');
            paragraph.push_str(next.trim());
        }
        Some((paragraph, true))
    }
}

/// Whether a line of Markdown is part of a paragraph.
fn is_prose(line: &str) -> bool {
    let first = line.chars().next().unwrap_or(' ');
    !(first.is_whitespace() || first.is_ascii_digit() || "-*+#|>`~=".contains(first))
        || (first == '`' && !line.starts_with("```"))
}

/// Where a line that is too long is broken: at the last space within `room` that is not followed
/// by something that begins a block of its own.
fn break_before(line: &str, room: usize) -> Option<usize> {
    let mut at = None;
    let mut column = 0;
    let mut code = false;
    for (index, c) in line.char_indices() {
        if c == '`' {
            code = !code;
        }
        let next = line[index..].trim_start();
        if c == ' ' && !code && is_prose(next) {
            if column > room {
                return at.or(Some(index));
            }
            at = Some(index);
        }
        column += 1;
    }
    at.filter(|_| column > room)
}

/// Width of a text in characters, as far as rustfmt counts them.
pub(super) fn width(text: &str) -> usize {
    if text.is_ascii() {
        text.len()
    } else {
        text.chars().count()
    }
}

/// A string literal.
pub(super) fn literal(text: &str) -> String {
    format!("{text:?}")
}
