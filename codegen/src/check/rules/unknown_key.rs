use crate::check::rule;
use crate::diagnostics::Finding;
use crate::source::Spanned;

rule! {
    /// An object has a key that means nothing there.
    "unknown-key", 12, Error
}

pub(crate) fn report(key: &Spanned<String>, known: &[&str]) -> Finding {
    Finding::new(&META, key.span, format!("unknown key `{}`", key.value))
        .label("means nothing here")
        .did_you_mean(key.span, &key.value, known.iter().copied())
        .help(format!("known keys are {}", known.join(", ")))
}
