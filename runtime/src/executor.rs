//! Who runs the handler: worker processes, or this process itself.

use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use bytes::Bytes;
use serde::Serialize;

use crate::call::{Call, Outcome};
use crate::cloudevent::Data;
use crate::native::Native;
use crate::worker::{Busy, DataKind, Job, Pool};

/// Who runs the handler.
#[derive(Clone, Debug)]
pub enum Executor {
    /// Processes of the handler's language.
    Workers(Arc<Pool>),
    /// This process: handlers in Rust.
    Native(Arc<Native>),
}

impl Executor {
    /// Runs the handler.
    ///
    /// # Errors
    /// When it cannot be run now.
    pub async fn run(&self, call: &Arc<Call>, timeout: Duration) -> Result<Outcome, Busy> {
        match self {
            Self::Workers(pool) => {
                let outcome = pool.submit(job(call, timeout))?;
                outcome.await.map_err(|_| Busy::Closing)
            }
            Self::Native(native) => native.run(call).await,
        }
    }

    /// Whether calls are taken.
    ///
    /// # Errors
    /// Why they are not.
    pub fn ready(&self) -> Result<(), String> {
        match self {
            Self::Workers(pool) => pool.ready(),
            Self::Native(native) => native.ready(),
        }
    }

    /// Calls that wait, and calls that run.
    pub fn load(&self) -> (usize, usize) {
        match self {
            Self::Workers(pool) => pool.load(),
            Self::Native(native) => (native.waiting(), native.running()),
        }
    }

    /// Workers that were started in place of others.
    pub fn restarts(&self) -> u64 {
        match self {
            Self::Workers(pool) => pool.restarts(),
            Self::Native(_) => 0,
        }
    }

    /// Resolves when the process must be replaced.
    pub(crate) async fn worn_out(&self) {
        match self {
            Self::Workers(_) => std::future::pending().await,
            Self::Native(native) => native.stuck().await,
        }
    }

    /// Ends the workers, each when its last call has ended.
    pub async fn drain(&self) {
        match self {
            Self::Workers(pool) => pool.drain().await,
            Self::Native(native) => native.drain().await,
        }
    }
}

/// What the protocol calls the context of a call, but for the attributes of its event.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Context<'c> {
    invocation_id: &'c str,
    attempt: u64,
    deadline: u64,
    timeout: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    correlation_id: Option<&'c str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    traceparent: Option<&'c str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    tracestate: Option<&'c str>,
}

fn job(call: &Call, timeout: Duration) -> Job {
    let (kind, data) = match &call.event.data {
        Data::Absent => (DataKind::Absent, Bytes::new()),
        Data::Json(json) => (DataKind::Json, json.clone()),
        Data::Text(text) => (DataKind::Text, text.clone()),
        Data::Binary(bytes) => (DataKind::Binary, bytes.clone()),
    };
    Job {
        context: context(call, timeout),
        kind,
        data,
        invocation_id: call.invocation_id.clone(),
        deadline: call.deadline,
    }
}

fn context(call: &Call, timeout: Duration) -> Bytes {
    let context = Context {
        invocation_id: &call.invocation_id,
        attempt: call.attempt,
        deadline: call.deadline_at(timeout),
        timeout: timeout.as_millis() as u64,
        correlation_id: call.correlation_id.as_deref(),
        traceparent: call.traceparent.as_deref(),
        tracestate: call.tracestate.as_deref(),
    };
    // Texts and numbers always have a JSON form.
    let mut json = serde_json::to_vec(&context).unwrap_or_default();
    json.pop();
    json.extend_from_slice(b",\"attributes\":{");
    call.event.write_attributes(&mut json);
    json.extend_from_slice(b"}}");
    json.into()
}

impl Call {
    /// Milliseconds since 1970 at which the call must have ended, if it starts now.
    pub fn deadline_at(&self, timeout: Duration) -> u64 {
        let left = match self.deadline {
            Some(deadline) => deadline
                .saturating_duration_since(Instant::now())
                .min(timeout),
            None => timeout,
        };
        let now = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .unwrap_or_default();
        u64::try_from((now + left).as_millis()).unwrap_or(u64::MAX)
    }
}
