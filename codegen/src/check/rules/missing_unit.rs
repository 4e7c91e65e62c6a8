use crate::check::edit::insert_member;
use crate::check::{Context, Role, Visit, rule};
use crate::diagnostics::{Finding, Fix};
use crate::model::JsonType;

rule! {
    /// A number has a unit in its name but no `x-unit`.
    ///
    /// ## What it does
    /// Reports a number without `x-unit` whose name ends in a unit or a kind of quantity: `durationMs`,
    /// `timeoutSeconds`, `sizeBytes`, `cpuPercent`, `retryCount` and the like.
    ///
    /// ## Why
    /// Docs, dashboards and typed durations read the unit from `x-unit`, not from the name.
    ///
    /// ## Fails
    /// ```yaml data/order.yaml
    /// # …
    /// root:
    ///   properties:
    ///     waitSeconds: { type: integer, description: How long it waited. }
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

fn check(context: &Context<'_>, visit: &Visit<'_>, findings: &mut Vec<Finding>) {
    let schema = visit.schema;
    let (Role::Member(name), None, Some(types)) = (visit.role, &*schema.x_unit, &schema.r#type) else {
        return;
    };
    let mut types = types.types.iter().map(|t| t.value).filter(|t| *t != JsonType::Null);
    if !types.all(|t| matches!(t, JsonType::Integer | JsonType::Number)) {
        return;
    }
    let word = last_word(name).to_lowercase();
    let Some((_, unit)) = UNITS.iter().find(|(known, _)| *known == word) else { return };
    let finding = Finding::new(&META, name.span, format!("`{}` has no `x-unit`", name.value)).label("a quantity, by its name");
    if unit.is_empty() {
        findings.push(finding.help("add `x-unit` with the unit, such as `ms`, `MB` (10⁶ bytes) or `MiB` (2²⁰)"));
        return;
    }
    let member = if *unit == "1" { "x-unit: \"1\"".to_owned() } else { format!("x-unit: {unit}") };
    let finding = finding.help(format!("add `{member}`"));
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
