//! What Prometheus reads at `/metrics`: OpenMetrics with exemplars.

mod counts;
mod text;

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use knative_lambda_events::errors::ErrorClass;
use knative_lambda_events::metrics as names;
use knative_lambda_events::support::metric::Metric;

use self::counts::Counts;
use self::text::{Exemplar, Text};
use crate::call::Outcome;
use crate::executor::Executor;
use crate::function::Function;
use crate::log::Logger;
use crate::publish::Publisher;

/// Media type of what [`Metrics::encode`] writes.
pub const CONTENT_TYPE: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

const DURATION: Metric = names::KNATIVE_LAMBDA_FUNCTION_DURATION_SECONDS;

/// How a call ended, for those who count.
#[derive(Clone, Copy, Debug)]
enum Status {
    Success,
    Error,
    Timeout,
}

impl Status {
    const ALL: [Self; 3] = [Self::Success, Self::Error, Self::Timeout];

    fn of(outcome: &Outcome) -> Self {
        match &outcome.ending {
            Ok(_) => Self::Success,
            Err(failure) if failure.class == ErrorClass::TimeoutError => Self::Timeout,
            Err(_) => Self::Error,
        }
    }

    fn as_str(self) -> &'static str {
        match self {
            Self::Success => "success",
            Self::Error => "error",
            Self::Timeout => "timeout",
        }
    }
}

/// The metrics of a function. All are there from the beginning: a counter that begins with 1 has
/// not risen for those who read it.
#[derive(Debug)]
pub struct Metrics {
    namespace: String,
    function: String,
    counts: Counts,
    /// Bytes.
    memory: AtomicU64,
    exemplars: Mutex<Exemplars>,
}

/// The latest calls that have a trace.
#[derive(Debug)]
struct Exemplars {
    statuses: [Option<Exemplar>; Status::ALL.len()],
    errors: [Option<Exemplar>; ErrorClass::ALL.len()],
    durations: Vec<Option<Exemplar>>,
}

impl Metrics {
    /// Metrics at 0.
    pub fn new(function: &Function) -> Self {
        let buckets = DURATION.buckets.len() + 1;
        Self {
            namespace: function.namespace.clone(),
            function: function.name.clone(),
            counts: Counts::new(buckets),
            memory: AtomicU64::new(0),
            exemplars: Mutex::new(Exemplars {
                statuses: Default::default(),
                errors: Default::default(),
                durations: vec![None; buckets],
            }),
        }
    }

    /// Counts a call by the time since its arrival. Its `traceparent` becomes the exemplar.
    pub fn record(&self, outcome: &Outcome, duration: Duration, traceparent: Option<&str>) {
        let status = Status::of(outcome);
        let error = match &outcome.ending {
            Ok(_) => None,
            Err(failure) => ErrorClass::ALL
                .iter()
                .position(|class| *class == failure.class),
        };
        let seconds = duration.as_secs_f64();
        let bucket = DURATION.buckets.partition_point(|most| *most < seconds);
        self.counts
            .add(status, error, outcome.cold_start, duration, bucket);
        if let Some(bytes) = outcome.memory
            && self.memory.load(Ordering::Relaxed) != bytes
        {
            self.memory.store(bytes, Ordering::Relaxed);
        }
        if let Some(trace) = traceparent.and_then(trace) {
            let one = Exemplar {
                trace: trace.to_owned(),
                value: 1.0,
            };
            let mut exemplars = self
                .exemplars
                .lock()
                .unwrap_or_else(PoisonError::into_inner);
            exemplars.durations[bucket] = Some(Exemplar {
                value: seconds,
                ..one.clone()
            });
            if let Some(error) = error {
                exemplars.errors[error] = Some(one.clone());
            }
            exemplars.statuses[status as usize] = Some(one);
        }
    }

    /// All metrics as text.
    pub fn encode(&self, executor: &Executor, publisher: &Publisher, logger: &Logger) -> String {
        let sums = self.counts.sum();
        let (waiting, running) = executor.load();
        let exemplars = self
            .exemplars
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        let mut text = Text::new([("namespace", &self.namespace), ("function", &self.function)]);

        let invocations = names::KNATIVE_LAMBDA_FUNCTION_INVOCATIONS_TOTAL;
        text.begin(&invocations, "counter");
        for (index, status) in Status::ALL.iter().enumerate() {
            let exemplar = exemplars.statuses[index].as_ref();
            let label = ("status", &status.as_str() as _);
            text.sample(
                invocations.name,
                Some(label),
                sums.statuses[index],
                exemplar,
            );
        }
        let errors = names::KNATIVE_LAMBDA_FUNCTION_ERRORS_TOTAL;
        text.begin(&errors, "counter");
        for (index, class) in ErrorClass::ALL.iter().enumerate() {
            let exemplar = exemplars.errors[index].as_ref();
            let label = ("error_type", &class.code() as _);
            text.sample(errors.name, Some(label), sums.errors[index], exemplar);
        }
        text.begin(&DURATION, "histogram");
        let bounds = DURATION.buckets.iter().map(|most| format!("{most:?}"));
        let mut below = 0;
        for (index, most) in bounds.chain(["+Inf".to_owned()]).enumerate() {
            below += sums.durations[index];
            let exemplar = exemplars.durations[index].as_ref();
            let name = format_args!("{}_bucket", DURATION.name);
            text.sample(name, Some(("le", &most)), below, exemplar);
        }
        drop(exemplars);
        let sum = sums.duration.as_secs_f64();
        text.sample(format_args!("{}_sum", DURATION.name), None, sum, None);
        text.sample(format_args!("{}_count", DURATION.name), None, below, None);

        for (metric, value) in [
            (
                names::KNATIVE_LAMBDA_FUNCTION_COLD_STARTS_TOTAL,
                sums.cold_starts,
            ),
            (
                names::KNATIVE_LAMBDA_FUNCTION_WORKER_RESTARTS_TOTAL,
                executor.restarts(),
            ),
            (
                names::KNATIVE_LAMBDA_FUNCTION_DROPPED_MESSAGES_TOTAL,
                publisher.dropped(),
            ),
            (
                names::KNATIVE_LAMBDA_FUNCTION_DROPPED_LOG_LINES_TOTAL,
                logger.dropped(),
            ),
        ] {
            text.begin(&metric, "counter");
            text.sample(metric.name, None, value, None);
        }
        for (metric, value) in [
            (
                names::KNATIVE_LAMBDA_FUNCTION_MEMORY_BYTES,
                self.memory.load(Ordering::Relaxed),
            ),
            (names::KNATIVE_LAMBDA_FUNCTION_RUNNING_CALLS, running as u64),
            (names::KNATIVE_LAMBDA_FUNCTION_WAITING_CALLS, waiting as u64),
        ] {
            text.begin(&metric, "gauge");
            text.sample(metric.name, None, value, None);
        }
        text.finish()
    }
}

/// The trace of a `traceparent` (W3C Trace Context, 3.2).
fn trace(traceparent: &str) -> Option<&str> {
    let trace = traceparent.split('-').nth(1)?;
    (trace.len() == 32 && trace.bytes().all(|b| b.is_ascii_hexdigit())).then_some(trace)
}
