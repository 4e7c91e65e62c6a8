use crate::check::rule;
use crate::diagnostics::Finding;
use crate::load::Node;

rule! {
    /// A value is not one of the words that its key takes.
    ///
    /// ## What it does
    /// Reports a word outside the list of those that have a meaning at its place.
    ///
    /// ## Why
    /// Each of the words makes the compiler do something; another one cannot.
    ///
    /// ## Fails
    /// ```yaml catalog.yaml
    /// # …
    /// categories:
    ///   command:
    ///     tense: future
    /// ```
    ///
    /// ## Passes
    /// ```yaml catalog.yaml
    /// # …
    /// categories:
    ///   command:
    ///     tense: any
    /// ```
    "unknown-word", 15, Error
}

pub(crate) fn report(node: &Node, words: &[&str]) -> Finding {
    let Some(word) = node.as_str() else {
        return Finding::new(&META, node.span, format!("expected a word, found {}", node.kind()))
            .help(format!("write one of {}", words.join(", ")));
    };
    Finding::new(&META, node.span, format!("`{word}` is none of the words that can stand here"))
        .did_you_mean(node.span, word, words.iter().copied())
        .help(format!("write one of {}", words.join(", ")))
}
