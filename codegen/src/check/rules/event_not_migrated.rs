use crate::check::data::Mismatch;
use crate::check::rule;
use crate::diagnostics::Finding;

rule! {
    /// A legacy event cannot be translated.
    ///
    /// ## What it does
    /// `klambda migrate` translates events of legacy types by `migrations.yaml` and holds the result against the catalogue. It reports values that the new type requires and the legacy event lacks, and whatever else makes the result invalid, at the place in the legacy event that it comes from.
    ///
    /// ## Why
    /// An invalid event would be refused later, where nobody remembers the legacy one.
    ///
    /// ## Fails
    /// ```json
    /// { "specversion": "1.0", "id": "1", "source": "/old", "type": "a.legacy.type", "data": {} }
    /// ```
    ///
    /// ## Passes
    /// Every example below `migrations` in the spec.
    "event-not-migrated", 1003, Error
}

pub(crate) fn report(mismatch: Mismatch) -> Finding {
    super::invalid_event::finding(&META, mismatch)
}
