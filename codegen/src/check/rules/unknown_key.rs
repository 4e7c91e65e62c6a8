use crate::check::rule;
use crate::diagnostics::Finding;
use crate::source::Spanned;

rule! {
    /// An object has a key that means nothing there.
    ///
    /// ## What it does
    /// Reports a key that its object does not have, and the key that may have been meant.
    ///
    /// ## Why
    /// A misspelt key says nothing, and nobody notices that it is silent.
    ///
    /// ## Fails
    /// ```yaml catalog.yaml
    /// # …
    /// sumary: A shop.
    /// ```
    ///
    /// ## Passes
    /// ```yaml catalog.yaml
    /// # …
    /// summary: A shop.
    /// ```
    "unknown-key", 12, Error
}

pub(crate) fn report(key: &Spanned<String>, known: &[&str]) -> Finding {
    let finding = Finding::new(&META, key.span, format!("unknown key `{}`", key.value))
        .label("means nothing here")
        .did_you_mean(key.span, &key.value, known.iter().copied());
    if finding.help.is_empty() {
        return finding.help(format!("known keys are {}", known.join(", ")));
    }
    finding
}
