//! Handlers in Rust, run in this process.

use std::any::Any;
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use bytes::Bytes;
use knative_lambda_events::errors::ErrorClass;
use tokio::sync::{Semaphore, SemaphorePermit, watch};
use tokio::task::{JoinError, JoinHandle};
use tokio::time::timeout;

use crate::call::{Call, Failure, Outcome};
use crate::deadlines::Deadlines;
use crate::memory::{PeakMemory, SharedPeak};
use crate::worker::Busy;

/// Starts a task that makes of a call JSON, or a failure. It is a task of its own: a handler that
/// blocks its thread does not keep the caller from answering in time, and a panic ends the task
/// only.
pub(crate) type Handler =
    Arc<dyn Fn(Arc<Call>) -> JoinHandle<Result<Bytes, Failure>> + Send + Sync>;

/// Time that a handler gets to give way when it is stopped.
const GRACE: Duration = Duration::from_millis(100);

/// A handler in this process.
pub struct Native {
    handler: Handler,
    timeout: Duration,
    deadlines: Deadlines,
    concurrency: usize,
    places: Semaphore,
    queue_limit: usize,
    queue: Semaphore,
    cold: AtomicBool,
    /// Whether a handler did not give way: the process must be replaced.
    is_stuck: AtomicBool,
    /// Told when one does not.
    stuck: watch::Sender<bool>,
    memory: Option<SharedPeak>,
}

impl fmt::Debug for Native {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Native")
            .field("running", &self.running())
            .finish_non_exhaustive()
    }
}

impl Native {
    pub(crate) fn new(
        handler: Handler,
        timeout: Duration,
        concurrency: usize,
        queue_limit: usize,
    ) -> Self {
        let queue_limit = queue_limit.min(Semaphore::MAX_PERMITS);
        Self {
            handler,
            timeout,
            deadlines: Deadlines::default(),
            concurrency,
            places: Semaphore::new(concurrency),
            queue_limit,
            queue: Semaphore::new(queue_limit),
            cold: AtomicBool::new(true),
            is_stuck: AtomicBool::new(false),
            stuck: watch::Sender::new(false),
            memory: i32::try_from(std::process::id())
                .ok()
                .and_then(PeakMemory::of)
                .map(SharedPeak::new),
        }
    }

    pub(crate) fn ready(&self) -> Result<(), String> {
        match self.is_stuck() {
            true => Err("a handler does not give way after its deadline".into()),
            false => Ok(()),
        }
    }

    pub(crate) fn running(&self) -> usize {
        self.concurrency
            .saturating_sub(self.places.available_permits())
    }

    pub(crate) fn waiting(&self) -> usize {
        self.queue_limit
            .saturating_sub(self.queue.available_permits())
    }

    /// A place to run in, for which a call waits as long as it may run.
    async fn place(&self) -> Result<SemaphorePermit<'_>, Busy> {
        if let Ok(place) = self.places.try_acquire() {
            return Ok(place);
        }
        let _waits = self.queue.try_acquire().map_err(|_| Busy::QueueFull)?;
        match timeout(self.timeout, self.places.acquire()).await {
            Ok(place) => place.map_err(|_| Busy::Closing),
            Err(_) => Err(Busy::Broken(Failure::not_free())),
        }
    }

    pub(crate) async fn drain(&self) {
        if !self.is_stuck() {
            let all = u32::try_from(self.concurrency).unwrap_or(u32::MAX);
            let _ = self.places.acquire_many(all).await;
            // Calls that wait have come later.
            self.places.close();
        }
    }

    /// Whether a handler keeps a thread although its call has been answered.
    pub(crate) fn is_stuck(&self) -> bool {
        self.is_stuck.load(Ordering::Relaxed)
    }

    /// Resolves when a handler does so.
    pub(crate) async fn stuck(&self) {
        let _ = self.stuck.subscribe().wait_for(|stuck| *stuck).await;
    }

    fn taking(&self) -> Result<(), Busy> {
        self.ready()
            .map_err(|why| Busy::Broken(Failure::new(ErrorClass::SystemError, why)))
    }

    pub(crate) async fn run(&self, call: &Arc<Call>) -> Result<Outcome, Busy> {
        self.taking()?;
        let _place = self.place().await?;
        // It may have waited for a handler that has not given way.
        self.taking()?;
        let started = Instant::now();
        let limit = match call.deadline {
            Some(deadline) => deadline
                .saturating_duration_since(started)
                .min(self.timeout),
            None => self.timeout,
        };
        if limit.is_zero() {
            return Ok(Outcome::not_started(Failure::late()));
        }
        let cold_start =
            self.cold.load(Ordering::Relaxed) && self.cold.swap(false, Ordering::Relaxed);
        let mut task = (self.handler)(Arc::clone(call));
        let ending = match self.deadlines.within(started + limit, &mut task).await {
            Some(Ok(ending)) => ending,
            Some(Err(error)) => Err(lost(error)),
            None => {
                task.abort();
                if timeout(GRACE, task).await.is_err() {
                    self.is_stuck.store(true, Ordering::Relaxed);
                    self.stuck.send_replace(true);
                }
                let seconds = limit.as_secs_f64();
                let message = format!("The handler did not finish within {seconds} s.");
                Err(Failure::new(ErrorClass::TimeoutError, message))
            }
        };
        let (now, duration) = (Instant::now(), started.elapsed());
        let memory = (self.memory.as_ref()).map(|memory| memory.during(duration, now));
        Ok(Outcome {
            ending,
            duration,
            cold_start,
            memory,
        })
    }
}

/// Why a handler's task ended without a result.
fn lost(error: JoinError) -> Failure {
    match error.try_into_panic() {
        Ok(panic) => {
            let message = format!("The handler panicked: {}", said(&*panic));
            Failure::new(ErrorClass::RuntimeError, message)
        }
        Err(_) => Failure::new(ErrorClass::SystemError, "The handler was cancelled."),
    }
}

fn said(panic: &(dyn Any + Send)) -> &str {
    let text = panic.downcast_ref::<&str>().copied();
    text.or_else(|| panic.downcast_ref::<String>().map(String::as_str))
        .unwrap_or_default()
}
