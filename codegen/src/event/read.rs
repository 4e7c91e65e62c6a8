//! Reads events: one JSON object, a list of them, or one a line.
//!
//! Files with an event a line are read line by line; only lines with findings are kept.

use std::io::{self, BufRead, Read as _};
use std::path::Path;

use super::json;
use crate::check::data::Mismatch;
use crate::check::rules::{events_too_large, invalid_event, not_utf8};
use crate::diagnostics::Finding;
use crate::load::{Node, Value};
use crate::source::{FileId, SourceFile, Sources, Span};

/// Bounds on what is read.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Bytes of one line with an event.
    pub line_bytes: usize,
    /// Bytes of a file that is one JSON text.
    pub document_bytes: usize,
    /// Findings after which reading stops.
    pub findings: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            line_bytes: 1 << 20,
            document_bytes: 16 << 20,
            findings: 10_000,
        }
    }
}

/// How events are laid out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// One object over several lines.
    Document,
    /// An object a line.
    Lines,
    /// A list of objects.
    Batch,
}

/// One event as it was read.
#[derive(Clone, Copy, Debug)]
pub struct Event<'a> {
    /// The event.
    pub node: &'a Node,
    /// How the input is laid out.
    pub form: Form,
    /// The text that the places of `node` lie in.
    pub(super) text: &'a str,
    /// The index that places carry.
    pub(super) file: FileId,
}

impl<'a> Event<'a> {
    /// The event as it is written.
    pub fn written(&self) -> &'a str {
        self.text.get(self.node.span.range()).unwrap_or("")
    }

    /// The value of a tree that was made from this event.
    ///
    /// # Errors
    /// When a whole number is too large to be carried without losing digits.
    pub fn to_json(&self, node: &Node) -> Result<serde_json::Value, Mismatch> {
        json::to_json(node, self.file, self.text).map_err(|span| Mismatch {
            span,
            message: "a whole number that would lose digits".into(),
            help: "write numbers beyond 64 bits as text".into(),
            known: None,
        })
    }
}

/// What reading adds to.
#[derive(Debug)]
pub struct Reading<'a> {
    /// Gets the text of every event with a finding.
    pub sources: &'a mut Sources,
    /// Gets what is wrong, in the order of the input.
    pub findings: &'a mut Vec<Finding>,
}

/// Calls `each` for every event of `input`; what `each` finds belongs into the list it is given.
///
/// `path` names the input in findings. Returns the form, `None` where there is nothing but
/// blank lines.
///
/// # Errors
/// When `input` cannot be read.
pub fn read(
    input: &mut dyn BufRead,
    path: &Path,
    limits: &Limits,
    reading: Reading<'_>,
    each: &mut dyn FnMut(Event<'_>, &mut Vec<Finding>),
) -> io::Result<Option<Form>> {
    let mut reader = Reader {
        path,
        limits,
        reading,
        each,
    };
    // Until the form is known, a line may be the whole of a document.
    let mut lines = Lines {
        input,
        limit: limits.document_bytes,
        read: (0, 0),
    };
    let Some(first) = lines.next_filled()? else {
        return Ok(None);
    };
    let begins = |line: &Line, with: u8| line.first() == Some(with);
    let mut second = None;
    let form = if begins(&first, b'[') {
        Form::Batch
    } else if begins(&first, b'{') && is_closed(&first.bytes) {
        Form::Lines
    } else {
        // An object that goes on, or no JSON at all; unless the next line is an object.
        second = lines.next_filled()?;
        match &second {
            Some(line) if begins(line, b'{') && is_closed(&line.bytes) => Form::Lines,
            _ => Form::Document,
        }
    };
    lines.limit = limits.line_bytes;
    if form == Form::Lines {
        let mut line = Some(first);
        while let Some(current) = line {
            if !reader.line(current) {
                break;
            }
            line = match second.take() {
                Some(line) => Some(line),
                None => lines.next_filled()?,
            };
        }
    } else {
        reader.document(form, first, second, lines)?;
    }
    Ok(Some(form))
}

/// One line, with its line break.
struct Line {
    /// At most the limit and one byte more.
    bytes: Vec<u8>,
    /// Its whole length.
    len: u64,
    /// Lines and bytes before it.
    before: (usize, u64),
}

impl Line {
    fn first(&self) -> Option<u8> {
        let bytes = self
            .bytes
            .strip_prefix(b"\xef\xbb\xbf")
            .unwrap_or(&self.bytes);
        bytes.iter().copied().find(|b| !b.is_ascii_whitespace())
    }
}

struct Lines<'a> {
    input: &'a mut dyn BufRead,
    limit: usize,
    /// Lines and bytes read so far.
    read: (usize, u64),
}

impl Lines<'_> {
    /// The next line that is not blank.
    fn next_filled(&mut self) -> io::Result<Option<Line>> {
        while let Some(line) = self.next()? {
            if line.first().is_some() {
                return Ok(Some(line));
            }
        }
        Ok(None)
    }

    fn next(&mut self) -> io::Result<Option<Line>> {
        let mut bytes = Vec::new();
        let limit = self.limit as u64 + 1;
        let mut len = (&mut *self.input)
            .take(limit)
            .read_until(b'\n', &mut bytes)? as u64;
        if len == 0 {
            return Ok(None);
        }
        if len == limit && bytes.last() != Some(&b'\n') {
            len += self.skip()?;
        }
        let before = self.read;
        self.read = (before.0 + 1, before.1 + len);
        Ok(Some(Line { bytes, len, before }))
    }

    /// Skips the rest of a line; returns its length.
    fn skip(&mut self) -> io::Result<u64> {
        let mut skipped = 0;
        loop {
            let buffer = self.input.fill_buf()?;
            let end = buffer.iter().position(|b| *b == b'\n');
            let len = end.map_or(buffer.len(), |end| end + 1);
            let done = end.is_some() || buffer.is_empty();
            self.input.consume(len);
            skipped += len as u64;
            if done {
                return Ok(skipped);
            }
        }
    }
}

/// Whether a line is one value in brackets, as far as the brackets tell.
fn is_closed(line: &[u8]) -> bool {
    let line = line.trim_ascii_end();
    let (mut depth, mut quoted, mut escaped) = (0_usize, false, false);
    for (at, byte) in line.iter().enumerate() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if quoted => escaped = true,
            b'"' => quoted = !quoted,
            b'{' | b'[' if !quoted => depth += 1,
            b'}' | b']' if !quoted => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    return at + 1 == line.len();
                }
            }
            _ => {}
        }
    }
    false
}

struct Reader<'a> {
    path: &'a Path,
    limits: &'a Limits,
    reading: Reading<'a>,
    each: &'a mut dyn FnMut(Event<'_>, &mut Vec<Finding>),
}

impl Reader<'_> {
    /// Reads an event. Whether to go on.
    fn line(&mut self, mut line: Line) -> bool {
        let before = self.reading.findings.len();
        let limit = self.limits.line_bytes;
        let file = self.reading.sources.next_id();
        let too_long = line.bytes.len() > limit;
        if too_long {
            // Enough to recognise it by.
            line.bytes.truncate(80);
            let finding = events_too_large::line(Span::new(file, 0, 1), line.len, limit);
            self.reading.findings.push(finding);
        }
        while line.bytes.last().is_some_and(u8::is_ascii_whitespace) {
            line.bytes.pop();
        }
        let text = if too_long {
            String::from_utf8_lossy(&line.bytes).into_owned()
        } else {
            self.text(line.bytes)
        };
        if self.reading.findings.len() == before
            && let Some(node) = json::parse(file, &text, self.reading.findings)
        {
            self.event(&node, Form::Lines, &text, file);
        }
        self.keep(before, text, line.before);
        let stop = self.reading.findings.len() > self.limits.findings;
        if stop && let Some(last) = self.reading.findings.last() {
            let finding = events_too_large::findings(last.primary.span, self.limits.findings);
            self.reading.findings.push(finding);
        }
        !stop
    }

    /// Reads the rest of a file that is one JSON text.
    fn document(
        &mut self,
        form: Form,
        first: Line,
        second: Option<Line>,
        lines: Lines<'_>,
    ) -> io::Result<()> {
        let limit = self.limits.document_bytes;
        let before = self.reading.findings.len();
        let file = self.reading.sources.next_id();
        let start = first.before;
        let mut bytes = first.bytes;
        let mut cut = first.len > bytes.len() as u64;
        if let (false, Some(second)) = (cut, second) {
            // Blank lines between the two count for places.
            let between = (second.before.1 - start.1) as usize - bytes.len();
            let lines = second.before.0 - start.0 - 1;
            bytes.resize(bytes.len() + between.saturating_sub(lines), b' ');
            bytes.resize(bytes.len() + lines, b'\n');
            bytes.extend(&second.bytes);
            cut |= second.len > second.bytes.len() as u64;
        }
        if !cut {
            let rest = (limit + 1).saturating_sub(bytes.len());
            lines.input.take(rest as u64).read_to_end(&mut bytes)?;
        }
        if cut || bytes.len() > limit {
            bytes.truncate(80);
            let finding = events_too_large::document(Span::new(file, 0, 1), limit);
            self.reading.findings.push(finding);
            self.keep(before, String::from_utf8_lossy(&bytes).into_owned(), start);
            return Ok(());
        }
        let text = self.text(bytes);
        if self.reading.findings.len() == before
            && let Some(node) = json::parse(file, &text, self.reading.findings)
        {
            match &node.value {
                Value::Seq(events) if form == Form::Batch => {
                    for event in events {
                        self.event(event, form, &text, file);
                        if self.reading.findings.len() > self.limits.findings {
                            let limit = self.limits.findings;
                            let finding = events_too_large::findings(event.span.part(0, 1), limit);
                            self.reading.findings.push(finding);
                            break;
                        }
                    }
                }
                _ => self.event(&node, form, &text, file),
            }
        }
        self.keep(before, text, start);
        Ok(())
    }

    fn event(&mut self, node: &Node, form: Form, text: &str, file: FileId) {
        if node.as_map().is_some() {
            let event = Event {
                node,
                form,
                text,
                file,
            };
            (self.each)(event, self.reading.findings);
            return;
        }
        self.reading.findings.push(invalid_event::report(Mismatch {
            span: node.span,
            message: format!("an event is an object, not {}", node.kind()),
            help: "write one object an event".into(),
            known: None,
        }));
    }

    /// The text of `bytes`, up to the first that is not UTF-8.
    fn text(&mut self, bytes: Vec<u8>) -> String {
        match String::from_utf8(bytes) {
            Ok(text) => text,
            Err(error) => {
                let offset = error.utf8_error().valid_up_to();
                let file = self.reading.sources.next_id();
                let finding = not_utf8::report(Span::new(file, offset, offset));
                self.reading.findings.push(finding);
                let mut valid = error.into_bytes();
                valid.truncate(offset);
                String::from_utf8(valid).unwrap_or_default()
            }
        }
    }

    /// Keeps a text that has findings.
    fn keep(&mut self, before: usize, text: String, place: (usize, u64)) {
        if self.reading.findings.len() > before {
            let path = self.path.to_string_lossy().into_owned();
            let source = SourceFile::part(path, self.path.to_path_buf(), text, place);
            self.reading.sources.add(source);
        }
    }
}
