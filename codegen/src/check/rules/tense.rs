use crate::check::{Context, rule};
use crate::diagnostics::Finding;
use crate::model::Tense;

rule! {
    /// An action stands in another tense than its category asks for.
    ///
    /// ## What it does
    /// Reports an action that looks past in a category of the present tense, and one that does not in a
    /// category of the past tense. A word looks past if it ends in `-ed` or is one of the common
    /// irregular forms; of an action with hyphens the first word counts for the present, any for the
    /// past. `tenseExceptions` lets an action through, with a reason.
    ///
    /// ## Why
    /// `order.place` asks for something, `order.placed` says that it has happened. Who mixes the two up
    /// makes receivers act on reports, or wait for answers to statements.
    ///
    /// ## Fails
    /// ```yaml events/lifecycle.yaml
    /// # …
    /// events:
    ///   order.cancel:
    ///     summary: An order was cancelled
    ///     data: order
    ///     when: The order is void
    /// ```
    ///
    /// ## Passes
    /// ```yaml events/lifecycle.yaml
    /// # …
    /// events:
    ///   order.placed:
    ///     summary: An order was placed
    /// ```
    "tense", 112, Error, check
}

/// Past forms that do not end in `-ed`, of verbs that name events.
const IRREGULAR: &[&str] = &[
    "became", "began", "begun", "bound", "broke", "broken", "brought", "built", "caught", "chosen", "done", "drawn", "driven", "fallen", "fell",
    "forgotten", "found", "frozen", "given", "gone", "grown", "heard", "held", "hidden", "kept", "known", "left", "lost",
    "made", "met", "overridden", "overwritten", "paid", "proven", "ran", "rebuilt", "resent", "risen", "seen", "sent",
    "shown", "shrunk", "sold", "spent", "stolen", "stuck", "sunk", "taken", "thrown", "told", "undone", "unbound",
    "withdrawn", "woken", "won", "written",
];

/// Forms that are present and past.
const BOTH: &[&str] = &[
    "burst", "cast", "cost", "cut", "hit", "let", "overrun", "put", "quit", "read", "reset", "run", "set", "shut", "split",
    "spread", "upset",
];

/// Verbs that end in `-ed` in the present.
const PRESENT: &[&str] = &["embed", "shed", "shred", "wed"];

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for event in &context.index.events {
        let Some(category) = context.index.category(event.category) else { continue };
        let (_, action) = event.parts();
        if event.is_family() || fits(action, category.tense) || category.tense_exceptions.contains(action) {
            continue;
        }
        let span = context.inside(event.key, event.key.len() - action.len(), action.len());
        let (tense, other) = match category.tense {
            Tense::Past => ("past", "does not look past"),
            _ => ("present", "looks past"),
        };
        findings.push(
            Finding::new(&META, span, format!("actions of the category `{}` stand in the {tense} tense", event.category.value))
                .label(other)
                .help("rename it, or move the event into a category of its tense")
                .help(format!("if it is right, add `{action}: <reason>` to the `tenseExceptions` of the category")),
        );
    }
}

/// Whether an action can stand in `tense`.
pub(crate) fn fits(action: &str, tense: Tense) -> bool {
    let mut words = action.split('-');
    match tense {
        Tense::Any => true,
        Tense::Present => words.next().is_none_or(|word| BOTH.contains(&word) || !is_past(word)),
        Tense::Past => words.any(|word| BOTH.contains(&word) || is_past(word)),
    }
}

fn is_past(word: &str) -> bool {
    let regular = word.len() > 3 && word.ends_with("ed") && !PRESENT.contains(&word);
    // `feed`, `need`, `proceed` are no past forms, `agreed` and `freed` are.
    let regular = regular && (!word.ends_with("eed") || matches!(word, "agreed" | "decreed" | "freed" | "guaranteed"));
    regular || IRREGULAR.contains(&word)
}
