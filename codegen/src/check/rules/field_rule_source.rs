use crate::check::{Context, rule};
use crate::diagnostics::Finding;
use crate::model::{FieldRule, Migration};

rule! {
    /// A field rule of a migration does not say where its value comes from, or says it twice.
    ///
    /// ## What it does
    /// Each field rule takes its value from exactly one of `from`, `join`, `attribute` and `value`.
    ///
    /// ## Why
    /// With none there is no value, with two it is not said which wins.
    ///
    /// ## Fails
    /// ```yaml migrations.yaml
    /// # …
    /// migrations:
    ///   shop.order.new:
    ///     data:
    ///       quantity: { from: [pieces], value: 1 }
    /// ```
    ///
    /// ## Passes
    /// ```yaml migrations.yaml
    /// # …
    /// migrations:
    ///   shop.order.new:
    ///     data:
    ///       quantity: { from: [pieces], default: 1 }
    /// ```
    "field-rule-source", 506, Error, check
}

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let Some(file) = &context.spec.migrations else { return };
    for rule in file.migrations.iter().flat_map(|(_, migration)| rules(migration)) {
        let sources: Vec<&str> = [
            (!rule.from.is_empty(), "from"),
            (!rule.join.is_empty(), "join"),
            (rule.attribute.is_some(), "attribute"),
            (rule.value.is_some(), "value"),
        ]
        .into_iter()
        .filter_map(|(there, word)| there.then_some(word))
        .collect();
        let finding = match sources.as_slice() {
            [_] => continue,
            [] => Finding::new(&META, rule.span.part(0, 1), "a field rule without a source").label("from where?"),
            many => {
                let words: Vec<_> = many.iter().map(|word| format!("`{word}`")).collect();
                let message = format!("a field rule with {} sources: {}", many.len(), words.join(" and "));
                Finding::new(&META, rule.span, message).label("which of them?")
            }
        };
        findings.push(
            finding
                .help("write exactly one of `from`, `join`, `attribute` and `value`")
                .help("`from` takes several paths, and `default` stands in where none has a value"),
        );
    }
}

fn rules(migration: &Migration) -> impl Iterator<Item = &FieldRule> {
    let named = migration.data.iter().chain(migration.extensions.iter());
    named.map(|(_, rule)| rule).chain(&migration.subject)
}
