//! A function put together from its environment.

use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use knative_lambda_events::environment::Environment;

use crate::callback::Callback;
use crate::executor::Executor;
use crate::function::{Function, sink};
use crate::idempotency::Window;
use crate::language::Code;
use crate::log::Logger;
use crate::metrics::Metrics;
use crate::native::{Handler, Native};
use crate::publish::Publisher;
use crate::service::Service;
use crate::trace::Tracer;
use crate::worker::{Launch, Pool, Settings};

/// A function whose handler runs in worker processes, which get `variables` beside those of this
/// process.
///
/// # Errors
/// What is wrong with the environment or the code.
pub fn with_workers(
    environment: &Environment,
    code: &Code,
    variables: Vec<(String, String)>,
    logger: Logger,
    folder: PathBuf,
) -> Result<(Arc<Service>, Arc<Pool>), String> {
    let concurrency = to_usize(environment.concurrency);
    let settings = Settings {
        launch: Launch {
            command: code.command(&folder)?,
            code: code.folder.clone(),
            handler: environment.handler.clone(),
            variables,
            hidden: Vec::new(),
            concurrency,
            result_limit: environment.result_limit_bytes,
        },
        workers: to_usize(environment.workers),
        timeout: environment.timeout_seconds,
        startup_timeout: environment.startup_timeout_seconds,
        queue_limit: to_usize(environment.queue_limit),
        folder,
    };
    let pool = Pool::start(settings, logger.clone());
    let executor = Executor::Workers(Arc::clone(&pool));
    Ok((service(environment, executor, logger)?, pool))
}

/// A function whose handler runs in this process.
///
/// # Errors
/// What is wrong with the environment.
pub(crate) fn native(
    environment: &Environment,
    handler: Handler,
    logger: Logger,
) -> Result<(Arc<Service>, Arc<Native>), String> {
    let concurrency = to_usize(environment.concurrency);
    let native = Arc::new(Native::new(
        handler,
        environment.timeout_seconds,
        concurrency,
        to_usize(environment.queue_limit),
    ));
    let service = service(environment, Executor::Native(Arc::clone(&native)), logger)?;
    Ok((service, native))
}

fn service(
    environment: &Environment,
    executor: Executor,
    logger: Logger,
) -> Result<Arc<Service>, String> {
    let address = |url: &Option<String>| url.as_deref().map(sink).transpose();
    let function = Function::new(
        &environment.function_name,
        &environment.function_namespace,
        environment.timeout_seconds,
    );
    let size =
        NonZeroUsize::new(to_usize(environment.idempotency_size)).unwrap_or(NonZeroUsize::MIN);
    let publisher = Publisher::new(logger.clone());
    let collector = environment.otel_exporter_otlp_endpoint.as_deref();
    let tracer = collector.map(|url| Tracer::start(url, &function, publisher.clone()));
    Ok(Arc::new(Service {
        metrics: Metrics::new(&function),
        function,
        executor,
        publisher,
        tracer: tracer.transpose()?,
        logger,
        timeout: environment.timeout_seconds,
        broker: address(&environment.broker_url)?,
        dead_letters: address(&environment.dead_letter_url)?,
        window: environment
            .idempotency_seconds
            .map(|lifetime: Duration| Window::new(lifetime, size)),
        callback: address(&environment.scheduler_callback_url)?.map(Callback::new),
    }))
}

fn to_usize(number: u64) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}
