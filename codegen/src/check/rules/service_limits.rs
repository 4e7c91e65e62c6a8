use std::ops::RangeInclusive;

use crate::check::{Context, rule};
use crate::diagnostics::Finding;
use crate::source::Spanned;

rule! {
    /// The Service of a function is one that Knative refuses.
    ///
    /// ## What it does
    /// `timeoutSeconds` is from 1 to 600, `containerConcurrency` from 0 to 1000, and `port` is none of those
    /// that Knative itself listens at in each pod: 8008, 8012, 8013, 8022, 9090 and 9091.
    ///
    /// ## Why
    /// These are the bounds of a Knative that is installed as it comes.
    ///
    /// ## Fails
    /// ```yaml runtimes.yaml
    /// # …
    /// service: { summary: Serves a function., image: "shop/{name}:1", port: 8080, timeoutSeconds: 3600 }
    /// ```
    ///
    /// ## Passes
    /// ```yaml runtimes.yaml
    /// # …
    /// service: { summary: Serves a function., image: "shop/{name}:1", port: 8080, timeoutSeconds: 600 }
    /// ```
    "service-limits", 719, Error, check
}

/// Knative Serving, `pkg/apis/config/defaults.go`; 0 would stand for Knative's own default.
const TIMEOUT: RangeInclusive<u64> = 1..=600;
const CONCURRENCY: RangeInclusive<u64> = 0..=1000;
/// Knative Serving, `pkg/apis/serving/k8s_validation.go`.
const RESERVED_PORTS: &[u64] = &[8008, 8012, 8013, 8022, 9090, 9091];

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let Some(service) = context.spec.runtimes.as_ref().and_then(|f| f.body.service.as_ref()) else { return };
    let concurrency = service.container_concurrency.iter();
    let bounded = [("timeoutSeconds", &service.timeout_seconds, TIMEOUT)];
    let bounded = bounded.into_iter().chain(concurrency.map(|c| ("containerConcurrency", c, CONCURRENCY)));
    findings.extend(bounded.filter_map(|(key, value, range)| out_of(key, value, range)));
    if RESERVED_PORTS.contains(&service.port.value) {
        findings.push(
            Finding::new(&META, service.port.span, format!("Knative itself listens at port {}", service.port.value))
                .label("reserved")
                .help("use another port, such as 8080"),
        );
    }
}

fn out_of(key: &str, value: &Spanned<u64>, range: RangeInclusive<u64>) -> Option<Finding> {
    (!range.contains(&value.value)).then(|| {
        Finding::new(&META, value.span, format!("Knative refuses {} as `{key}`", value.value))
            .label("out of range")
            .help(format!("write a number from {} to {}", range.start(), range.end()))
    })
}
