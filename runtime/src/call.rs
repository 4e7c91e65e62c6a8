//! Calls of a handler, and how they end.

use std::time::{Duration, Instant};

use bytes::Bytes;
use knative_lambda_events::errors::ErrorClass;

use crate::cloudevent::Event;

/// Deepest nesting of a handler's result. With the response event around it, it can be read by
/// those who stop at [`MAX_DEPTH`](crate::cloudevent::MAX_DEPTH), as many parsers do.
pub const MAX_RESULT_DEPTH: usize = 120;

/// A call of the handler.
#[derive(Clone, Debug)]
pub struct Call {
    /// The event, of a current type.
    pub event: Event,
    /// Identifies the call; retries keep it.
    pub invocation_id: String,
    /// Identifies the chain of events that the call belongs to.
    pub correlation_id: Option<String>,
    /// 1 for the first delivery.
    pub attempt: u64,
    /// When nobody waits any more, where the event says so.
    pub deadline: Option<Instant>,
    /// W3C trace context of this delivery, or else of the event's origin.
    pub traceparent: Option<String>,
    /// What belongs to it.
    pub tracestate: Option<String>,
}

/// How a call ended, and what it took.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// JSON that the handler returned, or why it did not.
    pub ending: Result<Bytes, Failure>,
    /// Time that the handler ran.
    pub duration: Duration,
    /// Whether it was the first call of its worker.
    pub cold_start: bool,
    /// Bytes that the worker held at most.
    pub memory: Option<u64>,
}

impl Outcome {
    /// A call that the handler never saw.
    pub fn not_started(failure: Failure) -> Self {
        Self {
            ending: Err(failure),
            duration: Duration::ZERO,
            cold_start: false,
            memory: None,
        }
    }
}

/// Why a call failed.
#[derive(Clone, Debug, PartialEq)]
pub struct Failure {
    /// Its class, which says what becomes of the event.
    pub class: ErrorClass,
    /// What people read.
    pub message: String,
    /// Where it happened, in the handler's language.
    pub stack_trace: Option<String>,
    /// When another try may help.
    pub retry_after: Option<Duration>,
}

impl Failure {
    /// A failure without more than its class and message.
    pub fn new(class: ErrorClass, message: impl Into<String>) -> Self {
        Self {
            class,
            message: message.into(),
            stack_trace: None,
            retry_after: None,
        }
    }

    /// The handler does not start, because others run for too long.
    pub(crate) fn not_free() -> Self {
        Self::new(ErrorClass::SystemError, "No worker was free in time.")
    }

    /// The handler does not start, because nobody waits for its result any more.
    pub(crate) fn late() -> Self {
        Self::new(
            ErrorClass::TimeoutError,
            "The deadline of the event had passed before the handler could start.",
        )
    }
}
