use crate::check::rule;
use crate::diagnostics::Finding;
use crate::source::{FileId, Span};

rule! {
    /// A file is not well-formed YAML.
    ///
    /// ## What it does
    /// Reports the first place in a file where YAML 1.2 cannot be read any further. The other files of the spec are still checked.
    ///
    /// ## Why
    /// Nothing in the file can be trusted after that place.
    ///
    /// ## Fails
    /// ```yaml spec/entities.txt
    /// ```
    "yaml-syntax", 1, Error
}

/// `text` is the file, `message` the parser's.
pub(crate) fn report(file: FileId, text: &str, offset: usize, message: &str) -> Finding {
    // The end of a file is no place to point at when the last line is there to see.
    let offset = if offset >= text.len() { text.trim_end().len() } else { offset };
    let line = text.get(..offset).unwrap_or("").rfind('\n').map_or(0, |n| n + 1);
    let indent: &str = text.get(line..).map_or("", |t| &t[..t.len() - t.trim_start_matches([' ', '\t']).len()]);
    if let Some(tab) = indent.find('\t') {
        return Finding::new(&META, Span::new(file, line + tab, line + tab + 1), "a tab in the indentation")
            .label("tab")
            .help("indent with spaces: YAML allows no tabs here");
    }
    let next = text.get(offset..).and_then(|t| t.chars().next()).filter(|c| *c != '\n');
    let span = Span::new(file, offset, offset + next.map_or(0, char::len_utf8));
    let message = message.split(" at byte ").next().unwrap_or(message);
    Finding::new(&META, span, format!("not well-formed YAML: {message}"))
        .label("YAML cannot be read from here")
        .help("check the indentation, and quote text that holds `: `, ` #` or begins with one of `[]{}&*!|>@%`")
}

/// An anchor that contains an alias to itself.
pub(crate) fn recursive_alias(span: Span) -> Finding {
    Finding::new(&META, span, "an alias inside its own anchor")
        .help("write the value out: a value cannot contain itself")
}
