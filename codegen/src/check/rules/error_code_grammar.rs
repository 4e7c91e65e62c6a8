use crate::check::{Context, rule};
use crate::diagnostics::Finding;

rule! {
    /// The code of an error class is not in upper case with underscores.
    ///
    /// ## What it does
    /// A code is made of words of capital letters and digits, joined by single underscores, and begins with
    /// a letter.
    ///
    /// ## Why
    /// Codes become constants in every language, and are searched for in logs.
    ///
    /// ## Fails
    /// ```yaml errors.yaml
    /// # …
    /// classes:
    ///   UnknownOrder:
    ///     code: unknown-order
    /// ```
    ///
    /// ## Passes
    /// ```yaml errors.yaml
    /// # …
    /// classes:
    ///   UnknownOrder:
    ///     code: UNKNOWN_ORDER
    /// ```
    "error-code-grammar", 702, Error, check
}

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for (_, class) in context.spec.errors.iter().flat_map(|f| f.body.classes.iter()) {
        if !is_constant(&class.code) {
            findings.push(
                Finding::new(&META, class.code.span, format!("`{}` is no code", class.code.value))
                    .label("not in upper case with underscores")
                    .help(format!("write it as `{}`", constant(&class.code))),
            );
        }
    }
}

/// Words of capital letters and digits, joined by `_`.
pub(super) fn is_constant(text: &str) -> bool {
    let word = |w: &str| !w.is_empty() && w.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit());
    text.starts_with(|c: char| c.is_ascii_uppercase()) && text.split('_').all(word)
}

/// `unknown-order` and `UnknownOrder` as `UNKNOWN_ORDER`.
pub(super) fn constant(text: &str) -> String {
    let mut made = String::new();
    let mut lower = false;
    for c in text.chars() {
        if !c.is_ascii_alphanumeric() || (c.is_ascii_uppercase() && lower) {
            made.push('_');
        }
        lower = c.is_ascii_lowercase();
        if c.is_ascii_alphanumeric() {
            made.push(c.to_ascii_uppercase());
        }
    }
    let words: Vec<_> = made.split('_').filter(|w| !w.is_empty()).collect();
    let digits = |name: &String| name.starts_with(|c: char| c.is_ascii_digit());
    Some(words.join("_")).filter(|name| !name.is_empty() && !digits(name)).unwrap_or_else(|| "SOME_NAME".to_owned())
}
