use crate::check::edit::insert_member;
use crate::check::{Context, Index, Role, SchemaRef, Visit, rule};
use crate::diagnostics::{Finding, Fix};
use crate::model::{JsonType, Schema};

rule! {
    /// A number has a unit in its name but no `x-unit`, or another one.
    ///
    /// ## What it does
    /// Reports a number without `x-unit` whose name ends in a unit or a kind of quantity: `durationMs`,
    /// `timeoutSeconds`, `sizeBytes`, `cpuPercent`, `retryCount` and the like; and one whose `x-unit` is another
    /// unit than that of its name. Lists of numbers and numbers behind a `$ref` are looked at too.
    ///
    /// ## Why
    /// Docs, dashboards and typed durations read the unit from `x-unit`, people read it from the name.
    ///
    /// ## Fails
    /// ```yaml data/order.yaml
    /// # …
    /// root:
    ///   properties:
    ///     waitSeconds: { type: integer, description: How long it waited. }
    /// ```
    ///
    /// ```yaml data/order.yaml
    /// # …
    /// root:
    ///   properties:
    ///     waitMs: { type: integer, description: How long it waited., x-unit: s }
    /// ```
    ///
    /// ## Passes
    /// ```yaml data/order.yaml
    /// # …
    /// root:
    ///   properties:
    ///     waitSeconds: { type: integer, description: How long it waited., x-unit: s }
    /// ```
    "missing-unit", 313, Warning, each_schema check
}

/// Last words of names, with the unit that they stand for; none where the word leaves it open.
const UNITS: &[(&str, &str)] = &[
    ("ns", "ns"),
    ("nanos", "ns"),
    ("nanoseconds", "ns"),
    ("us", "µs"),
    ("micros", "µs"),
    ("microseconds", "µs"),
    ("ms", "ms"),
    ("millis", "ms"),
    ("milliseconds", "ms"),
    ("sec", "s"),
    ("secs", "s"),
    ("seconds", "s"),
    ("minutes", "min"),
    ("hours", "h"),
    ("days", "d"),
    ("bytes", "B"),
    ("kb", ""),
    ("mb", ""),
    ("gb", ""),
    ("kib", "KiB"),
    ("mib", "MiB"),
    ("gib", "GiB"),
    ("millicores", "m"),
    ("percent", "percent"),
    ("percentage", "percent"),
    ("count", "1"),
    ("duration", ""),
    ("timeout", ""),
];

/// The schema of the number that a member holds: its own, of its items, or of what it refers to.
fn number<'a>(index: &Index<'a>, member: SchemaRef<'a>) -> Option<&'a Schema> {
    let mut at = member;
    // Lists of lists are bounded by the loader, but may come round through references.
    for _ in 0..MAX_NESTING {
        at = index.follow(at)?;
        match &at.schema.items {
            Some(items) => at = SchemaRef { schema: items, ..at },
            None => break,
        }
    }
    let types = at.schema.r#type.as_ref()?;
    let mut types = types.types.iter().map(|t| t.value).filter(|t| *t != JsonType::Null);
    types.all(|t| matches!(t, JsonType::Integer | JsonType::Number)).then_some(at.schema)
}

/// Lists in lists that a quantity may lie in.
const MAX_NESTING: usize = 4;

fn check(context: &Context<'_>, visit: &Visit<'_>, findings: &mut Vec<Finding>) {
    let Role::Member(name) = visit.role else { return };
    let word = last_word(name).to_lowercase();
    let Some((_, unit)) = UNITS.iter().find(|(known, _)| *known == word) else { return };
    let member = SchemaRef { file: visit.file, schema: visit.schema };
    let Some(schema) = number(&context.index, member) else { return };
    if let Some(written) = &*schema.x_unit {
        // Other words may say the same in another way.
        let other = written.value != *unit && UNITS.iter().any(|(_, known)| *known == written.value);
        if other && !unit.is_empty() {
            findings.push(
                Finding::new(&META, written.span, format!("the unit of `{}` is `{}`", name.value, written.value))
                    .label(format!("`{}` by its name", unit))
                    .also(name.span, "this name")
                    .help(format!("write `x-unit: {unit}`, or give it another name")),
            );
        }
        return;
    }
    let finding = Finding::new(&META, name.span, format!("`{}` has no `x-unit`", name.value)).label("a quantity, by its name");
    if unit.is_empty() {
        findings.push(finding.help("add `x-unit` with the unit, such as `ms`, `MB` (10⁶ bytes) or `MiB` (2²⁰)"));
        return;
    }
    let member = if *unit == "1" { "x-unit: \"1\"".to_owned() } else { format!("x-unit: {unit}") };
    let place = if std::ptr::eq(schema, visit.schema) { "" } else { " to the schema of the number" };
    let finding = finding.help(format!("add `{member}`{place}"));
    findings.push(match insert_member(context.sources, schema.span, &member) {
        Some(edit) => finding.fix(Fix {
            title: format!("add `{member}`"),
            edits: vec![edit],
            // The name may be wrong.
            safe: false,
        }),
        None => finding,
    });
}

/// `Ms` of `durationMs`, `ms` of `duration_ms`, `MS` of `durationMS`.
fn last_word(name: &str) -> &str {
    let start = name.rfind(|c: char| !c.is_alphanumeric()).map_or(0, |mark| mark + 1);
    let word = name.get(start..).unwrap_or(name);
    // A hump, if lower case follows; otherwise a run of capitals.
    let lower = word.trim_end_matches(|c: char| !c.is_uppercase());
    if lower.len() < word.len() {
        let hump = lower.chars().next_back().map_or(0, char::len_utf8);
        return &word[lower.len() - hump..];
    }
    &word[word.trim_end_matches(char::is_uppercase).len()..]
}

#[cfg(test)]
mod tests {
    use super::last_word;

    #[test]
    fn the_last_word_is_found_in_every_style() {
        for (name, word) in [
            ("durationMs", "Ms"),
            ("durationMS", "MS"),
            ("duration_ms", "ms"),
            ("count", "count"),
            ("HTTPCount", "Count"),
            ("", ""),
            ("items", "items"),
        ] {
            assert_eq!(last_word(name), word, "{name}");
        }
    }
}
