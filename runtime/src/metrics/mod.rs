//! What Prometheus reads at `/metrics`: OpenMetrics with exemplars.

use std::sync::atomic::Ordering;

use knative_lambda_events::errors::ErrorClass;
use knative_lambda_events::metrics as names;
use knative_lambda_events::support::metric::Metric;
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::exemplar::{CounterWithExemplar, HistogramWithExemplars};
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::registry::{Metric as Registered, Registry};

use crate::call::Outcome;
use crate::executor::Executor;
use crate::function::Function;
use crate::log::Logger;
use crate::publish::Publisher;

/// Media type of what [`Metrics::encode`] writes.
pub const CONTENT_TYPE: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

type Labels = Vec<(&'static str, &'static str)>;
type Exemplar = Vec<(&'static str, String)>;

/// The metrics of a function.
#[derive(Debug)]
pub struct Metrics {
    registry: Registry,
    success: CounterWithExemplar<Exemplar>,
    error: CounterWithExemplar<Exemplar>,
    timeout: CounterWithExemplar<Exemplar>,
    errors: Vec<(ErrorClass, CounterWithExemplar<Exemplar>)>,
    duration: HistogramWithExemplars<Exemplar>,
    cold_starts: Counter,
    memory: Gauge,
    running: Gauge,
    waiting: Gauge,
    restarts: Counter,
    dropped_messages: Counter,
    dropped_lines: Counter,
}

impl Metrics {
    /// Metrics at 0: a counter that begins with 1 has not risen for those who read it.
    pub fn new(function: &Function) -> Self {
        let labels = [
            ("namespace", &function.namespace),
            ("function", &function.name),
        ];
        let labels = labels.map(|(name, value)| (name.into(), value.clone().into()));
        let mut registry = Registry::with_labels(labels.into_iter());
        let invocations = Family::<Labels, CounterWithExemplar<Exemplar>>::default();
        let with = |status| invocations.get_or_create_owned(&vec![("status", status)]);
        let (success, error, timeout) = (with("success"), with("error"), with("timeout"));
        register(
            &mut registry,
            names::KNATIVE_LAMBDA_FUNCTION_INVOCATIONS_TOTAL,
            invocations.clone(),
        );
        let by_code = Family::<Labels, CounterWithExemplar<Exemplar>>::default();
        let classes = ErrorClass::ALL.iter().copied();
        let errors = classes.map(|class| {
            (
                class,
                by_code.get_or_create_owned(&vec![("error_type", class.code())]),
            )
        });
        let errors = errors.collect();
        register(
            &mut registry,
            names::KNATIVE_LAMBDA_FUNCTION_ERRORS_TOTAL,
            by_code.clone(),
        );
        let duration = names::KNATIVE_LAMBDA_FUNCTION_DURATION_SECONDS;
        Self {
            success,
            error,
            timeout,
            errors,
            duration: register(
                &mut registry,
                duration,
                HistogramWithExemplars::new(duration.buckets.iter().copied()),
            ),
            cold_starts: counter(
                &mut registry,
                names::KNATIVE_LAMBDA_FUNCTION_COLD_STARTS_TOTAL,
            ),
            memory: gauge(&mut registry, names::KNATIVE_LAMBDA_FUNCTION_MEMORY_BYTES),
            running: gauge(&mut registry, names::KNATIVE_LAMBDA_FUNCTION_RUNNING_CALLS),
            waiting: gauge(&mut registry, names::KNATIVE_LAMBDA_FUNCTION_WAITING_CALLS),
            restarts: counter(
                &mut registry,
                names::KNATIVE_LAMBDA_FUNCTION_WORKER_RESTARTS_TOTAL,
            ),
            dropped_messages: counter(
                &mut registry,
                names::KNATIVE_LAMBDA_FUNCTION_DROPPED_MESSAGES_TOTAL,
            ),
            dropped_lines: counter(
                &mut registry,
                names::KNATIVE_LAMBDA_FUNCTION_DROPPED_LOG_LINES_TOTAL,
            ),
            registry,
        }
    }

    /// Counts a call that took `seconds` from its arrival. `traceparent` becomes the exemplar.
    pub fn record(&self, outcome: &Outcome, seconds: f64, traceparent: Option<&str>) {
        let exemplar = || {
            let trace = traceparent.and_then(|header| header.split('-').nth(1))?;
            Some(vec![("trace_id", trace.to_owned())])
        };
        let invocations = match &outcome.ending {
            Ok(_) => &self.success,
            Err(failure) if failure.class == ErrorClass::TimeoutError => &self.timeout,
            Err(_) => &self.error,
        };
        invocations.inc_by(1, exemplar(), None);
        if let Err(failure) = &outcome.ending
            && let Some((_, errors)) = self
                .errors
                .iter()
                .find(|(class, _)| *class == failure.class)
        {
            errors.inc_by(1, exemplar(), None);
        }
        self.duration.observe(seconds, exemplar(), None);
        if outcome.cold_start {
            self.cold_starts.inc();
        }
        if let Some(bytes) = outcome.memory {
            self.memory.set(i64::try_from(bytes).unwrap_or(i64::MAX));
        }
    }

    /// All metrics as text.
    pub fn encode(&self, executor: &Executor, publisher: &Publisher, logger: &Logger) -> String {
        let (waiting, running) = executor.load();
        self.waiting.set(waiting as i64);
        self.running.set(running as i64);
        for (counter, count) in [
            (&self.restarts, executor.restarts()),
            (&self.dropped_messages, publisher.dropped()),
            (&self.dropped_lines, logger.dropped()),
        ] {
            counter.inner().store(count, Ordering::Relaxed);
        }
        let mut text = String::new();
        // Writing to a string cannot fail.
        let _ = encode(&mut text, &self.registry);
        text
    }
}

fn register<M: Registered + Clone>(registry: &mut Registry, metric: Metric, value: M) -> M {
    // The encoder adds the ending of counters, and the full stop.
    let name = metric.name.trim_end_matches("_total");
    registry.register(name, metric.summary.trim_end_matches('.'), value.clone());
    value
}

fn counter(registry: &mut Registry, metric: Metric) -> Counter {
    register(registry, metric, Counter::default())
}

fn gauge(registry: &mut Registry, metric: Metric) -> Gauge {
    register(registry, metric, Gauge::default())
}
