//! The function that is served: who it is, and the events that tell how its calls ended.

use std::fmt::Write;
use std::time::Duration;

use bytes::Bytes;
use bytestring::ByteString;
use http::Uri;
use knative_lambda_events::data::{
    ErrorEvent, ErrorEventDeadLetterRouting, ErrorEventInvocationError, ResponseEvent,
    ResponseEventInvocationMetrics, ResponseEventInvocationResult,
};
use knative_lambda_events::errors::{DEAD_LETTER, ErrorClass};
use knative_lambda_events::response::{Error, Success, Timeout};
use knative_lambda_events::support::{Timestamp, Value};
use knative_lambda_events::{ExtensionValue, LambdaEvent, Origin, extensions};
use memchr::memmem::Finder;
use serde::Deserialize;
use serde_json::value::RawValue;
use uuid::Uuid;

use crate::call::{Call, Failure, Outcome};
use crate::cloudevent::{Data, Event};

/// Who a function is.
#[derive(Clone, Debug)]
pub struct Function {
    /// Its name.
    pub name: String,
    /// Its Kubernetes namespace.
    pub namespace: String,
    /// `source` of its events. It and `subject` stay until the process ends: all threads would
    /// write the count of those who share them, for each event.
    pub source: ByteString,
    /// `subject` of its events.
    pub subject: ByteString,
    /// Name of its dead-letter queue.
    pub dead_letter_queue: String,
    /// Stands where the handler's result goes, and in no data: it is random.
    placeholder: String,
    /// Finds it, as a JSON string.
    place: Finder<'static>,
    /// Finds what results have that tell their own status.
    status_code: Finder<'static>,
    /// Root of the ids of its events.
    ids: Uuid,
    /// Longest run of a call.
    timeout: Duration,
}

/// What became of an event that could not be processed.
#[derive(Clone, Debug, PartialEq)]
pub enum DeadLetter {
    /// It is not in the dead-letter queue, or not yet.
    NotRouted,
    /// The runtime has put it there.
    Routed(Timestamp),
}

/// Bytes that the data of most responses have at most, results aside.
const USUAL_LENGTH: usize = 512;

/// Extension attributes that a response takes over from its call, beside the trace context.
const PASSED_ON: [&str; 2] = [extensions::SEQUENCETYPE, extensions::SEQUENCEVALUE];

impl Function {
    /// The function `name` in `namespace`.
    pub fn new(name: &str, namespace: &str, timeout: Duration) -> Self {
        let origin = Origin::new("runtime", namespace, name);
        let source = origin.source();
        let placeholder = Uuid::new_v4().to_string();
        Self {
            name: name.to_owned(),
            namespace: namespace.to_owned(),
            subject: ByteString::from_static(origin.subject().leak()),
            dead_letter_queue: DEAD_LETTER.queue.replace("{name}", name),
            place: Finder::new(&format!("\"{placeholder}\"")).into_owned(),
            placeholder,
            status_code: Finder::new(r#""statusCode""#),
            ids: Uuid::new_v5(&Uuid::NAMESPACE_URL, source.as_bytes()),
            source: ByteString::from_static(source.leak()),
            timeout,
        }
    }

    /// The event that tells how a call ended.
    pub fn response(&self, call: &Call, outcome: &Outcome, dead_letter: &DeadLetter) -> Event {
        match &outcome.ending {
            Ok(result) => self.success(call, outcome, result),
            Err(failure) => self.failure(call, outcome, failure, dead_letter),
        }
    }

    fn success(&self, call: &Call, outcome: &Outcome, result: &Bytes) -> Event {
        // Most results have no such form: a look is cheaper than an attempt.
        let shape = self.status_code.find(result);
        let shape = shape.and_then(|_| HttpResult::read(result));
        let status = shape
            .as_ref()
            .and_then(|shape| shape.status_code)
            .unwrap_or(200);
        let mut invocation = ResponseEventInvocationResult::new(status);
        invocation.headers = shape.as_ref().and_then(|shape| shape.headers.clone());
        invocation.body = Some(Value::from(self.placeholder.as_str()));
        let mut data = ResponseEvent::new(
            &*self.name,
            &*self.namespace,
            &*call.invocation_id,
            invocation,
        );
        data.correlation_id.clone_from(&call.correlation_id);
        data.metrics = Some(ResponseEventInvocationMetrics {
            duration_ms: Some(milliseconds(outcome.duration)),
            cold_start: Some(outcome.cold_start),
            memory_used_mb: outcome.memory.map(mebibytes),
            extra: Default::default(),
        });
        let body = match &shape {
            Some(shape) => shape
                .body
                .map_or(&b"null"[..], |body| body.get().as_bytes()),
            None => result,
        };
        let data = self.insert_result(json(&data), body);
        self.event::<Success>(call, "success", data)
    }

    /// Puts the result, as the handler wrote it, in the place of the placeholder: numbers and the
    /// order of members stay as they are, and a large one is not parsed again.
    fn insert_result(&self, mut data: Vec<u8>, result: &[u8]) -> Bytes {
        if let Some(place) = self.place.find(&data) {
            let end = place + self.place.needle().len();
            data.splice(place..end, result.iter().copied());
        }
        data.into()
    }

    fn failure(
        &self,
        call: &Call,
        outcome: &Outcome,
        failure: &Failure,
        dead_letter: &DeadLetter,
    ) -> Event {
        let class = failure.class;
        let mut error = ErrorEventInvocationError::new(
            class.as_str().into(),
            &*failure.message,
            class.code().into(),
            class.retryable(),
        );
        error.stack_trace.clone_from(&failure.stack_trace);
        let mut data = ErrorEvent::new(&*self.name, &*self.namespace, &*call.invocation_id, error);
        data.correlation_id.clone_from(&call.correlation_id);
        let mut routing = ErrorEventDeadLetterRouting::new(false);
        if let DeadLetter::Routed(at) = dead_letter {
            routing.routed = true;
            routing.queue_name = Some(self.dead_letter_queue.clone());
            routing.routed_at = Some(at.clone());
        }
        data.dlq = Some(routing);
        data.metrics = Some(ResponseEventInvocationMetrics {
            duration_ms: Some(milliseconds(outcome.duration)),
            cold_start: Some(outcome.cold_start),
            memory_used_mb: outcome.memory.map(mebibytes),
            extra: Default::default(),
        });
        if class == ErrorClass::TimeoutError {
            data.timeout_seconds = Some(self.timeout.as_secs());
            return self.event::<Timeout>(call, "timeout", json(&data).into());
        }
        self.event::<Error>(call, "error", json(&data).into())
    }

    /// An event about a call. Its id follows from the call, so that the copies which later
    /// deliveries make can be told.
    fn event<T: LambdaEvent>(&self, call: &Call, kind: &str, data: Bytes) -> Event {
        let Event { id, source, .. } = &call.event;
        // Lengths keep (`a`, `bc`) and (`ab`, `c`) apart.
        let mut name = String::with_capacity(source.len() + id.len() + kind.len() + 16);
        // Writing to a string cannot fail.
        let _ = write!(name, "{}:{source}{}:{id}{kind}", source.len(), id.len());
        let own = Uuid::new_v5(&self.ids, name.as_bytes());
        let mut attributes = Vec::with_capacity(PASSED_ON.len() + 4);
        if let Some(correlation) = &call.correlation_id {
            attributes.push((
                ByteString::from_static(extensions::CORRELATIONID),
                ExtensionValue::from(&**correlation),
            ));
        }
        attributes.push((
            ByteString::from_static(extensions::CAUSATIONID),
            ExtensionValue::from(&**id),
        ));
        for (name, value) in &call.event.extensions {
            if PASSED_ON.contains(&&**name) {
                attributes.push((name.clone(), value.clone()));
            }
        }
        // An event without one belongs to the trace of the request that brought it.
        let of_call = || Some((call.traceparent.as_deref()?, call.tracestate.as_deref()));
        if let Some((parent, state)) = call.event.trace().or_else(of_call) {
            let state = state.map(|state| (extensions::TRACESTATE, state));
            for (name, value) in [(extensions::TRACEPARENT, parent)].into_iter().chain(state) {
                attributes.push((ByteString::from_static(name), value.into()));
            }
        }
        Event {
            id: ByteString::from(&*own.hyphenated().encode_lower(&mut Uuid::encode_buffer())),
            source: self.source.clone(),
            r#type: ByteString::from_static(T::TYPE),
            subject: Some(self.subject.clone()),
            time: Some(Timestamp::now().as_str().into()),
            datacontenttype: Some(ByteString::from_static(T::DATACONTENTTYPE)),
            dataschema: Some(ByteString::from_static(T::DATASCHEMA)),
            extensions: attributes,
            data: Data::Json(data),
        }
    }
}

/// A result in the form of an HTTP response, as gateways know it from other platforms: an object
/// of `statusCode`, and of `headers` and `body` at most.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct HttpResult<'a> {
    status_code: Option<u32>,
    headers: Option<knative_lambda_events::support::Map<String>>,
    #[serde(borrow)]
    body: Option<&'a RawValue>,
}

impl<'a> HttpResult<'a> {
    fn read(result: &'a [u8]) -> Option<Self> {
        let shape: Self = serde_json::from_slice(result).ok()?;
        shape
            .status_code
            .is_some_and(|code| (100..=599).contains(&code))
            .then_some(shape)
    }
}

fn json(data: &impl serde::Serialize) -> Vec<u8> {
    let mut json = Vec::with_capacity(USUAL_LENGTH);
    // Types of the catalogue always have a JSON form.
    let written = serde_json::to_writer(&mut json, data);
    debug_assert!(written.is_ok());
    json
}

fn milliseconds(duration: Duration) -> u64 {
    u64::try_from(duration.as_micros().div_ceil(1000)).unwrap_or(u64::MAX)
}

fn mebibytes(bytes: u64) -> u64 {
    bytes.div_ceil(1 << 20)
}

/// The address of a sink.
///
/// # Errors
/// When it is no `http` URL, or has a name and password in it, which are not repeated.
pub fn sink(url: &str) -> Result<Uri, String> {
    let uri: Uri = url.parse().map_err(|error| format!("{url:?}: {error}"))?;
    if uri
        .authority()
        .is_some_and(|host| host.as_str().contains('@'))
    {
        let host = uri.host().unwrap_or_default();
        return Err(format!(
            "the address of {host} has a name or password, which would not be sent"
        ));
    }
    match uri.scheme_str() {
        Some("http") => Ok(uri),
        _ => Err(format!(
            "{url:?}: only http is spoken; TLS ends in the mesh or at the broker"
        )),
    }
}
