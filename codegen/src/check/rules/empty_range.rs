use crate::check::{Context, Visit, rule};
use crate::diagnostics::Finding;
use crate::model::{JsonType, Schema};
use crate::source::{Span, Spanned};

rule! {
    /// The bounds of a schema leave no value.
    ///
    /// ## What it does
    /// Reports a least number, length or count above the greatest, bounds between which no whole number
    /// lies, and more required members than `maxProperties` allows.
    ///
    /// ## Why
    /// No value is valid, so that nothing could ever be sent.
    ///
    /// ## Fails
    /// ```yaml data/order.yaml
    /// # …
    /// root:
    ///   properties:
    ///     pieces: { type: integer, description: How many., minimum: 10, maximum: 1 }
    /// ```
    ///
    /// ## Passes
    /// ```yaml data/order.yaml
    /// # …
    /// root:
    ///   properties:
    ///     pieces: { type: integer, description: How many., minimum: 1, maximum: 10 }
    /// ```
    "empty-range", 309, Error, each_schema check
}

fn check(_: &Context<'_>, visit: &Visit<'_>, findings: &mut Vec<Finding>) {
    let schema = visit.schema;
    for (least, most, what) in [
        (&*schema.min_length, &*schema.max_length, "text is that long"),
        (&*schema.min_items, &*schema.max_items, "list is that long"),
        (&*schema.min_properties, &*schema.max_properties, "object has so many members"),
    ] {
        if let (Some(least), Some(most)) = (least, most)
            && least.value > most.value
        {
            findings.push(report(format!("no {what}: {} or more, {} or fewer", least.value, most.value), least.span, most.span));
        }
    }
    if let (Some(most), Some(last)) = (&*schema.max_properties, schema.required.last())
        && schema.required.len() as u64 > most.value
    {
        let message = format!("{} members are required, {} allowed", schema.required.len(), most.value);
        findings.push(report(message, most.span, last.span));
    }
    findings.extend(numbers(schema));
}

fn report(message: String, place: Span, other: Span) -> Finding {
    Finding::new(&META, place, message)
        .label("this bound")
        .also(other, "and this")
        .help("correct one of the two")
}

fn numbers(schema: &Schema) -> Option<Finding> {
    // The narrower of the bounds on each side, and whether it excludes its own value.
    let narrower = |inclusive: &Option<Spanned<f64>>, exclusive: &Option<Spanned<f64>>, lower: bool| {
        let inclusive = inclusive.as_ref().map(|v| (v.value, false, v.span));
        let exclusive = exclusive.as_ref().map(|v| (v.value, true, v.span));
        match (inclusive, exclusive) {
            (Some(i), Some(e)) if (lower && i.0 > e.0) || (!lower && i.0 < e.0) => Some(i),
            (i, e) => e.or(i),
        }
    };
    let (low, low_excluded, low_span) = narrower(&schema.minimum, &schema.exclusive_minimum, true)?;
    let (high, high_excluded, high_span) = narrower(&schema.maximum, &schema.exclusive_maximum, false)?;
    let whole = schema.r#type.as_ref().is_some_and(|t| {
        let number = t.types.iter().any(|t| t.value == JsonType::Number);
        !number && t.types.iter().any(|t| t.value == JsonType::Integer)
    });
    let empty = if whole {
        let first = if low_excluded { low.floor() + 1.0 } else { low.ceil() };
        let last = if high_excluded { high.ceil() - 1.0 } else { high.floor() };
        first > last
    } else {
        low > high || (low == high && (low_excluded || high_excluded))
    };
    empty.then(|| {
        let kind = if whole { "whole number" } else { "number" };
        let (above, below) = (if low_excluded { "above" } else { "from" }, if high_excluded { "below" } else { "to" });
        report(format!("no {kind} lies {above} {low} {below} {high}"), low_span, high_span)
    })
}
