use crate::check::data::format_problem;
use crate::check::{Context, rule};
use crate::diagnostics::Finding;
use crate::model::{Dict, Text};

rule! {
    /// An annotation for Knative's autoscaler is unknown or has a wrong value.
    ///
    /// ## What it does
    /// Looks at the annotations of `service` that begin with `autoscaling.knative.dev/`: their names, which of
    /// their values are numbers or durations and within which bounds, and that `max-scale` is not below
    /// `min-scale`.
    ///
    /// ## Why
    /// Knative refuses wrong values, and passes over names that it does not know.
    ///
    /// ## Fails
    /// ```yaml runtimes.yaml
    /// # …
    /// service:
    ///   summary: Serves a function.
    ///   image: shop/{name}:1
    ///   port: 8080
    ///   timeoutSeconds: 60
    ///   annotations: { autoscaling.knative.dev/min-scale: "-1" }
    /// ```
    ///
    /// ## Passes
    /// ```yaml runtimes.yaml
    /// # …
    /// service:
    ///   summary: Serves a function.
    ///   image: shop/{name}:1
    ///   port: 8080
    ///   timeoutSeconds: 60
    ///   annotations: { autoscaling.knative.dev/min-scale: "0" }
    /// ```
    "autoscaling-annotation", 720, Error, check
}

const PREFIX: &str = "autoscaling.knative.dev/";

/// What the value of an annotation is.
enum Kind {
    Text,
    Whole { least: u32 },
    Number { least: f64, most: f64 },
    /// As Go writes it.
    Duration,
}

use Kind::{Duration, Number, Text as AnyText, Whole};

/// Knative Serving, `pkg/apis/autoscaling/{register,annotation_validation}.go`. It knows some by two names.
const KNOWN: &[(&str, &str, Kind)] = &[
    ("class", "", AnyText),
    ("metric", "", AnyText),
    ("metric-aggregation-algorithm", "metricAggregationAlgorithm", AnyText),
    ("min-scale", "minScale", Whole { least: 0 }),
    ("max-scale", "maxScale", Whole { least: 0 }),
    ("initial-scale", "initialScale", Whole { least: 0 }),
    ("activation-scale", "", Whole { least: 2 }),
    ("target", "", Number { least: 0.01, most: f64::MAX }),
    ("target-utilization-percentage", "targetUtilizationPercentage", Number { least: 1.0, most: 100.0 }),
    ("target-burst-capacity", "targetBurstCapacity", Number { least: -1.0, most: f64::MAX }),
    ("panic-window-percentage", "panicWindowPercentage", Number { least: 1.0, most: 100.0 }),
    ("panic-threshold-percentage", "panicThresholdPercentage", Number { least: 110.0, most: 1000.0 }),
    ("window", "", Duration),
    ("scale-down-delay", "scaleDownDelay", Duration),
    ("scale-to-zero-pod-retention-period", "scaleToZeroPodRetentionPeriod", Duration),
];

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let Some(service) = context.spec.runtimes.as_ref().and_then(|f| f.body.service.as_ref()) else { return };
    for (name, value) in service.annotations.iter() {
        let Some(own) = name.strip_prefix(PREFIX) else { continue };
        match KNOWN.iter().find(|(known, alias, _)| *known == own || (*alias == own && !own.is_empty())) {
            Some((.., kind)) => findings.extend(kind.expected(value).map(|expected| {
                Finding::new(&META, value.span, format!("`{}` is not {expected}", value.value))
                    .label("refused by Knative")
                    .also(name.span, "the annotation")
                    .help(format!("write {expected}"))
            })),
            None => findings.push(
                Finding::new(&META, name.span, format!("Knative's autoscaler knows no annotation `{own}`"))
                    .label("has no effect")
                    .help("see the annotations of Knative's autoscaler for those that there are")
                    .did_you_mean(context.inside(name, PREFIX.len(), own.len()), own, KNOWN.iter().map(|(known, ..)| *known)),
            ),
        }
    }
    findings.extend(bounds(&service.annotations));
}

/// `max-scale` below `min-scale`; 0 is any number.
fn bounds(annotations: &Dict<Text>) -> Option<Finding> {
    let read = |name: &str, alias: &str| {
        let value = annotations.get(&format!("{PREFIX}{name}")).or_else(|| annotations.get(&format!("{PREFIX}{alias}")))?;
        Some((value, value.parse::<u32>().ok()?))
    };
    let (least, most) = (read("min-scale", "minScale")?, read("max-scale", "maxScale")?);
    (most.1 != 0 && most.1 < least.1).then(|| {
        Finding::new(&META, most.0.span, format!("at most {} pods, but at least {}", most.1, least.1))
            .label("`max-scale`")
            .also(least.0.span, "`min-scale`")
            .help("raise `max-scale`, or lower `min-scale`")
    })
}

impl Kind {
    /// What was expected instead of `value`.
    fn expected(&self, value: &str) -> Option<String> {
        let (fine, expected) = match *self {
            AnyText => return None,
            // Numbers are of 32 bits, with a sign.
            Whole { least } => (
                value.parse::<i32>().is_ok_and(|n| i64::from(n) >= i64::from(least)),
                format!("a whole number, {least} or more"),
            ),
            Number { least, most } => {
                let range = match most == f64::MAX {
                    true => format!("a number, {least} or more"),
                    false => format!("a number from {least} to {most}"),
                };
                (value.parse::<f64>().is_ok_and(|n| n >= least && n <= most), range)
            }
            Duration => (format_problem("go-duration", value).is_none(), "a duration such as `30s` or `1m30s`".to_owned()),
        };
        (!fine).then_some(expected)
    }
}
