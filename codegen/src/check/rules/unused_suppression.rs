use crate::check::rule;
use crate::diagnostics::Finding;
use crate::load::Suppression;

rule! {
    /// A `klambda-allow` comment silences nothing.
    ///
    /// ## What it does
    /// Reports a comment whose rule has no warning on the line that the comment speaks of.
    ///
    /// ## Why
    /// The reason that it gives is no longer true, and it would hide the next mistake.
    ///
    /// ## Fails
    /// ```yaml catalog.yaml
    /// # …
    /// title: Example Shop # klambda-allow KL0321: the name on the door
    /// ```
    ///
    /// ## Passes
    /// ```yaml catalog.yaml
    /// # …
    /// title: Example Shop
    /// ```
    "unused-suppression", 902, Warning
}

pub(crate) fn report(suppression: &Suppression) -> Finding {
    Finding::new(&META, suppression.span, format!("{} is not found here: nothing is silenced", suppression.code))
        .help("remove the comment; errors cannot be silenced, warnings only on the comment's own line or the next")
}
