use crate::check::rule;
use crate::diagnostics::Finding;
use crate::source::Span;

rule! {
    /// A given event is not well-formed JSON.
    ///
    /// ## What it does
    /// Reports the first place in a line or file with events where JSON (RFC 8259) cannot be read any further. Other lines are still read.
    ///
    /// ## Why
    /// Events travel as JSON. Comments, single quotes, names without quotes and commas before a closing bracket are accepted by some programs and refused by others, so an event that holds them may be lost on its way.
    ///
    /// ## Fails
    /// ```json
    /// { id: '1', }
    /// ```
    ///
    /// ## Passes
    /// ```json
    /// { "id": "1" }
    /// ```
    "json-syntax", 1001, Error
}

const HELP: &str = "events are read as JSON (RFC 8259): one object, one a line, or a list of them";

/// `rest` is the text from the place on, `word` the word there, which may be empty.
pub(crate) fn unexpected(span: Span, rest: &str, word: &str, expected: &str) -> Finding {
    let finding = |message: String| Finding::new(&META, span, message);
    if rest.is_empty() {
        return finding(format!("the text ends where {expected} is expected")).help(HELP);
    }
    if rest.starts_with("//") || rest.starts_with("/*") || rest.starts_with('#') {
        return finding("a comment in JSON".into()).help("remove it: JSON has no comments");
    }
    if rest.starts_with('\'') {
        return finding("text in single quotes".into()).help("write double quotes");
    }
    if let Some(bracket) = rest.chars().next().filter(|c| matches!(c, '}' | ']'))
        && matches!(expected, "a value" | "a name in double quotes")
    {
        return finding(format!("a comma before `{bracket}`"))
            .help("remove the comma, or write what should follow it");
    }
    let meant = match word {
        "None" | "nil" | "undefined" | "NULL" | "Null" => "null",
        "True" | "TRUE" | "yes" => "true",
        "False" | "FALSE" | "no" => "false",
        _ => "",
    };
    if expected == "a value" && !meant.is_empty() {
        return finding(format!("`{word}` is no JSON value")).help(format!("write `{meant}`"));
    }
    if matches!(word, "NaN" | "Infinity" | "-Infinity") {
        return finding(format!("`{word}` is no JSON value")).help("write a number, or `null`");
    }
    let short = !word.is_empty() && word.chars().count() <= 40;
    if matches!(expected, "a value" | "a name in double quotes") && short {
        return finding(format!("`{word}` without quotes")).help(format!("write `\"{word}\"`"));
    }
    finding(format!("{expected} is expected here")).help(HELP)
}

/// A value follows the one that was read.
pub(crate) fn more(span: Span) -> Finding {
    Finding::new(&META, span, "more text after the value")
        .label("not read")
        .help("write one event a line, or a list: `[{…}, {…}]`")
}

/// Text that is not closed.
pub(crate) fn unclosed(span: Span) -> Finding {
    Finding::new(&META, span, "a text that does not end")
        .label("begins here")
        .help("close it with `\"`")
}

/// A control character inside text.
pub(crate) fn control(span: Span) -> Finding {
    Finding::new(&META, span, "a control character inside text")
        .help("write `\\n` for a line break, `\\t` for a tab, `\\u00XX` for others")
}

/// An escape that JSON does not know.
pub(crate) fn escape(span: Span) -> Finding {
    Finding::new(&META, span, "an escape that JSON does not know").help(
        "after a backslash stands one of `\"\\/bfnrt`, or `u` and four hexadecimal digits; \
         surrogates stand in pairs",
    )
}

/// Something that begins like a number.
pub(crate) fn number(span: Span, written: &str) -> Finding {
    let help = if written.trim_start_matches('-').starts_with('0') {
        "write it without a leading zero, or as text"
    } else {
        "write digits, with a fraction or an exponent after them if need be"
    };
    Finding::new(&META, span, "not a number that JSON knows").help(help)
}

/// Nested too deep.
pub(crate) fn too_deep(span: Span, limit: usize) -> Finding {
    Finding::new(&META, span, format!("nested more than {limit} levels deep"))
        .help("make the data flatter; an event is not read beyond that depth")
}
