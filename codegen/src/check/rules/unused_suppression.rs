use crate::check::rule;
use crate::diagnostics::Finding;
use crate::load::Suppression;

rule! {
    /// A `klambda-allow` comment silences nothing.
    "unused-suppression", 902, Warning
}

pub(crate) fn report(suppression: &Suppression) -> Finding {
    Finding::new(&META, suppression.span, format!("{} is not found here: nothing is silenced", suppression.code))
        .help("remove the comment; errors cannot be silenced, warnings only on the comment's own line or the next")
}
