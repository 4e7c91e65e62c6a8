use std::borrow::Cow;

use granit_parser::ErrorKind;

use crate::check::rule;
use crate::diagnostics::Finding;
use crate::source::{FileId, Span};

rule! {
    /// A file is not well-formed YAML.
    ///
    /// ## What it does
    /// Reports the first place in a file where YAML 1.2 cannot be read any further. The other files of the
    /// spec are still checked.
    ///
    /// ## Why
    /// Nothing in the file can be trusted after that place.
    ///
    /// ## Fails
    /// ```yaml data/note.yaml
    /// schema: note
    /// description: a remark: in words
    /// ```
    ///
    /// ## Passes
    /// ```yaml data/note.yaml
    /// schema: note
    /// version: 1.0.0
    /// title: Note
    /// description: "a remark: in words"
    /// root: { type: object }
    /// ```
    "yaml-syntax", 1, Error
}

/// `text` is the file, read up to `offset`.
pub(crate) fn report(file: FileId, text: &str, offset: usize, kind: &ErrorKind) -> Finding {
    // The end of a file is no place to point at when the last line is there to see.
    let offset = if offset >= text.len() { text.trim_end().len() } else { offset };
    if let Some(tab) = tab_in_indentation(text, offset) {
        return Finding::new(&META, Span::new(file, tab, tab + 1), "a tab in the indentation")
            .label("tab")
            .help("indent with spaces: YAML allows no tabs here");
    }
    let next = text.get(offset..).and_then(|t| t.chars().next()).filter(|c| *c != '\n');
    let span = Span::new(file, offset, offset + next.map_or(0, char::len_utf8));
    if let Some(open) = unclosed(text, offset) {
        let sign = &text[open..=open];
        return Finding::new(&META, Span::new(file, open, open + 1), format!("not well-formed YAML: this `{sign}` is never closed"))
            .label("opened here")
            .also(span, "YAML cannot be read from here")
            .help("close it where the value ends");
    }
    let (message, help) = explain(kind);
    Finding::new(&META, span, format!("not well-formed YAML: {message}"))
        .label("YAML cannot be read from here")
        .help(help)
}

/// What the parser means, and what to do about it.
fn explain(kind: &ErrorKind) -> (Cow<'static, str>, &'static str) {
    let (message, help) = match kind {
        ErrorKind::MappingValueNotAllowed => (
            "a `:` that follows no key",
            "quote text that holds `: `; otherwise check the indentation of this line and the one above",
        ),
        ErrorKind::UnclosedQuotedScalar => (
            "a quote that is never closed",
            "close it; a quote inside single quotes is written twice",
        ),
        ErrorKind::UnclosedFlowCollection { .. }
        | ErrorKind::UnexpectedEofFlowSequence
        | ErrorKind::UnexpectedEofFlowMapping
        | ErrorKind::ExpectedFlowMappingSeparator
        | ErrorKind::ExpectedFlowSequenceSeparator
        | ErrorKind::MismatchedFlowCollectionEnd { .. } => (
            "a `[` or `{` whose end is missing, or a `,` between two entries",
            "close it, or quote the text if it is one",
        ),
        ErrorKind::InvalidIndentation
        | ErrorKind::ExpectedBlockMappingKey
        | ErrorKind::ExpectedBlockSequenceEntry
        | ErrorKind::BlockSequenceEntryNotAllowed => (
            "the indentation fits no line above",
            "line it up with the other entries of the same object or list",
        ),
        ErrorKind::SimpleKeyExpected => (
            "a line that is neither `key: value` nor part of a text",
            "add the `:`, or indent the line below the text that it continues",
        ),
        ErrorKind::UnknownAnchor => (
            "an alias without an anchor of that name before it",
            "quote text that begins with `*`, or define the anchor first",
        ),
        ErrorKind::UnexpectedCharacter { .. } => (
            "no value begins with this character",
            "quote text that begins with one of `@`, `%` and the backquote",
        ),
        ErrorKind::UnknownQuotedScalarEscape => (
            "a backslash that means nothing in double quotes",
            "write `\\\\` for a backslash, or use single quotes",
        ),
        ErrorKind::DirectiveDisallowed => (
            "a YAML directive",
            "remove it; quote text that begins with `%`",
        ),
        other => {
            return (
                other.to_string().into(),
                "check the indentation, and quote text that holds `: `, ` #` or begins with one of `[]{}&*!|>@%`",
            );
        }
    };
    (message.into(), help)
}

/// Lines that a value in quotes or brackets runs over before one suspects that its end is missing.
const FAR: usize = 500;

/// A quote or bracket before `offset` that seems to lack its end: a bracket that is open there, or a
/// quote that is, or that ended only there because another began.
fn unclosed(text: &str, offset: usize) -> Option<usize> {
    let from = text.get(..offset)?.rmatch_indices('\n').nth(FAR).map_or(0, |(at, _)| at + 1);
    let read = text.as_bytes().get(from..offset)?;
    let mut brackets = Vec::new();
    // Where the last value in quotes begins, and where it ends if it does.
    let mut quoted: Option<(usize, Option<usize>)> = None;
    let mut starts = true;
    let mut at = 0;
    while let Some(sign) = read.get(at) {
        match sign {
            b'"' | b'\'' if starts => {
                let end = closing(read, at);
                quoted = Some((at, end));
                at = end.unwrap_or(read.len());
            }
            b'[' | b'{' if starts => brackets.push(at),
            b']' | b'}' => {
                brackets.pop();
            }
            b'#' if at == 0 || read[at - 1].is_ascii_whitespace() => {
                at += read[at..].iter().position(|b| *b == b'\n').unwrap_or(read.len());
            }
            _ => {}
        }
        // A value begins after these, and blanks.
        starts = match read.get(at) {
            Some(b' ') => starts,
            Some(b'\n' | b'[' | b'{' | b',' | b':' | b'-') => true,
            _ => false,
        };
        at += 1;
    }
    let lacks_end = |(begin, end): &(usize, Option<usize>)| match *end {
        Some(end) => read[*begin..end].contains(&b'\n') && !read[end..].contains(&b'\n'),
        None => true,
    };
    let quote = quoted.filter(lacks_end).map(|(begin, _)| begin);
    let bracket = brackets.last().copied();
    // A bracket whose line was left.
    let bracket = bracket.filter(|begin| read[*begin..].contains(&b'\n'));
    quote.or(bracket).map(|begin| from + begin)
}

/// Where the value in quotes ends that begins at `at`.
fn closing(read: &[u8], at: usize) -> Option<usize> {
    let quote = read[at];
    let mut next = at + 1;
    while let Some(sign) = read.get(next) {
        match sign {
            b'\\' if quote == b'"' => next += 1,
            sign if *sign == quote && quote == b'\'' && read.get(next + 1) == Some(&quote) => next += 1,
            sign if *sign == quote => return Some(next),
            _ => {}
        }
        next += 1;
    }
    None
}

/// A tab before the first character of the line at `offset` or of the one before, where the parser
/// may still have been.
fn tab_in_indentation(text: &str, offset: usize) -> Option<usize> {
    let start = |end: usize| text.get(..end).unwrap_or("").rfind('\n').map_or(0, |n| n + 1);
    let line = start(offset);
    let before = start(line.saturating_sub(1));
    [line, before].into_iter().find_map(|line| {
        let rest = text.get(line..)?;
        let indent = rest.len() - rest.trim_start_matches([' ', '\t']).len();
        rest[..indent].find('\t').map(|tab| line + tab)
    })
}

/// An anchor that contains an alias to itself.
pub(crate) fn recursive_alias(span: Span) -> Finding {
    Finding::new(&META, span, "an alias inside its own anchor")
        .help("write the value out: a value cannot contain itself")
}
