//! How workers tell of failures: `docs/worker-protocol.md`.

use std::time::Duration;

use knative_lambda_events::errors::ErrorClass;
use serde::Deserialize;

use crate::call::Failure;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct WorkerError {
    class: String,
    message: String,
    stack_trace: Option<String>,
    retry_after: Option<f64>,
}

/// Longest message and stack trace that are passed on, in bytes.
const MESSAGE: usize = 4 << 10;
const STACK: usize = 16 << 10;

/// The failure that an `error` or `failed` frame tells of.
pub(super) fn read_failure(payload: &[u8]) -> Failure {
    let Ok(error) = serde_json::from_slice::<WorkerError>(payload) else {
        return Failure::new(
            ErrorClass::SystemError,
            "The worker sent an error that cannot be read.",
        );
    };
    let wait = error
        .retry_after
        .map(|seconds| Duration::try_from_secs_f64(seconds.max(0.0)).unwrap_or(Duration::MAX));
    Failure {
        // Classes of the runtime itself cannot be chosen by handlers.
        class: match error.class.parse() {
            Ok(class @ (ErrorClass::ValidationError | ErrorClass::TransientError)) => class,
            Ok(class @ ErrorClass::SystemError) => class,
            _ => ErrorClass::RuntimeError,
        },
        message: shorten(error.message, MESSAGE),
        stack_trace: error.stack_trace.map(|trace| shorten(trace, STACK)),
        retry_after: wait,
    }
}

fn shorten(mut text: String, limit: usize) -> String {
    let cut = text.floor_char_boundary(limit);
    text.truncate(cut);
    text
}
