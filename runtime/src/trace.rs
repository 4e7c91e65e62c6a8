//! Spans of calls, for OpenTelemetry: OTLP over HTTP in JSON.
//! <https://opentelemetry.io/docs/specs/otlp/#otlphttp>

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use http::header::{CONTENT_TYPE, HeaderValue};
use http::{HeaderMap, Uri};
use knative_lambda_events::extensions;
use serde_json::{Value, json};
use tokio::sync::mpsc::{Receiver, Sender, channel};
use tokio::time::timeout;
use uuid::Uuid;

use crate::call::{Call, Outcome};
use crate::cloudevent::Event;
use crate::function::Function;
use crate::publish::{Message, Publisher};

/// Spans that wait to be sent; those beyond are dropped.
const QUEUE: usize = 2_048;

/// Most spans of one message, and the longest wait for them.
const BATCH: (usize, Duration) = (512, Duration::from_secs(1));

/// Numbers of the protocol: a span of a server, and a status that is an error.
const SERVER: u8 = 2;
const ERROR: u8 = 2;

/// Sends a span for each call that is sampled.
#[derive(Debug)]
pub struct Tracer {
    spans: Sender<Value>,
}

/// A span that has begun.
#[derive(Debug)]
pub struct Span {
    trace: String,
    parent: Option<String>,
    id: String,
    begun: SystemTime,
}

impl Tracer {
    /// Sends the spans of `function` to a collector. Needs a Tokio runtime.
    ///
    /// # Errors
    /// When the address of the collector is none.
    pub fn start(
        collector: &str,
        function: &Function,
        publisher: Publisher,
    ) -> Result<Self, String> {
        let sink =
            crate::function::sink(&format!("{}/v1/traces", collector.trim_end_matches('/')))?;
        let resource = attributes(&[
            ("service.name", function.name.as_str().into()),
            ("service.namespace", function.namespace.as_str().into()),
            ("faas.name", function.name.as_str().into()),
        ]);
        let (spans, queue) = channel(QUEUE);
        tokio::spawn(send_all(queue, sink, resource, publisher));
        Ok(Self { spans })
    }

    /// Begins the span of a call; `None` where whoever began its trace samples it out.
    pub fn begin(&self, call: &Call) -> Option<Span> {
        let id = hex(Uuid::new_v4().as_bytes().get(..8)?);
        let begun = SystemTime::now();
        let Some((trace, parent, sampled)) = call.traceparent.as_deref().and_then(parse) else {
            let trace = hex(Uuid::new_v4().as_bytes());
            return Some(Span {
                trace,
                parent: None,
                id,
                begun,
            });
        };
        let (trace, parent) = (trace.to_owned(), Some(parent.to_owned()));
        sampled.then_some(Span {
            trace,
            parent,
            id,
            begun,
        })
    }

    /// Ends the span of a call.
    pub fn end(&self, span: Span, call: &Call, outcome: &Outcome) {
        let event = &call.event;
        let mut about = vec![
            ("cloudevents.event_id", (&*event.id).into()),
            ("cloudevents.event_source", (&*event.source).into()),
            ("cloudevents.event_type", (&*event.r#type).into()),
            ("faas.invocation_id", call.invocation_id.as_str().into()),
            ("faas.coldstart", outcome.cold_start.into()),
        ];
        if let Some(subject) = &event.subject {
            about.push(("cloudevents.event_subject", (&**subject).into()));
        }
        let mut status = json!({});
        if let Err(failure) = &outcome.ending {
            about.push(("error.type", failure.class.code().into()));
            status = json!({ "code": ERROR });
        }
        let mut json = json!({
            "traceId": span.trace,
            "spanId": span.id,
            "name": &*event.r#type,
            "kind": SERVER,
            "startTimeUnixNano": nanoseconds(span.begun),
            "endTimeUnixNano": nanoseconds(SystemTime::now()),
            "attributes": attributes(&about),
            "status": status,
        });
        if let Some(parent) = span.parent {
            json["parentSpanId"] = parent.into();
        }
        // A collector that does not keep up gets a part of the spans.
        let _ = self.spans.try_send(json);
    }
}

impl Span {
    /// What those that the handler calls name as their parent.
    pub fn traceparent(&self) -> String {
        format!("00-{}-{}-01", self.trace, self.id)
    }
}

async fn send_all(mut queue: Receiver<Value>, sink: Uri, resource: Value, publisher: Publisher) {
    let mut headers = HeaderMap::new();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    loop {
        let mut spans = Vec::new();
        let full = async {
            while spans.len() < BATCH.0 && queue.recv_many(&mut spans, BATCH.0).await > 0 {}
        };
        let _ = timeout(BATCH.1, full).await;
        if spans.is_empty() {
            if queue.is_closed() {
                return;
            }
            continue;
        }
        let scope = json!({ "name": env!("CARGO_PKG_NAME"), "version": env!("CARGO_PKG_VERSION") });
        let body = json!({
            "resourceSpans": [{
                "resource": { "attributes": resource },
                "scopeSpans": [{ "scope": scope, "spans": spans }],
            }],
        });
        let message = Message {
            headers: headers.clone(),
            body: body.to_string().into(),
        };
        publisher.deliver_later(&sink, message, "spans");
    }
}

/// Whether a text is a `traceparent`. What is none is to be ignored (W3C Trace Context, 3.2).
pub(crate) fn is_parent(text: &str) -> bool {
    parse(text).is_some()
}

impl Event {
    /// The trace context of its origin: `traceparent`, and `tracestate` if there is one.
    pub(crate) fn trace(&self) -> Option<(&str, Option<&str>)> {
        let text = |name| self.extension(name)?.as_str();
        let parent = text(extensions::TRACEPARENT).filter(|parent| is_parent(parent))?;
        Some((parent, text(extensions::TRACESTATE)))
    }
}

/// Trace, parent and whether it is sampled, of a header of W3C Trace Context.
fn parse(header: &str) -> Option<(&str, &str, bool)> {
    let mut parts = header.split('-');
    let (version, trace, parent, flags) =
        (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
    let is_hex = |text: &str, length| {
        text.len() == length && text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'))
    };
    let is_id = |text: &str, length| is_hex(text, length) && text.bytes().any(|b| b != b'0');
    // Later versions may go on.
    let ends = version != "00" || parts.next().is_none();
    let valid = ends
        && is_hex(version, 2)
        && version != "ff"
        && is_id(trace, 32)
        && is_id(parent, 16)
        && is_hex(flags, 2);
    let sampled = u8::from_str_radix(flags, 16).ok()? & 1 == 1;
    valid.then_some((trace, parent, sampled))
}

fn attributes(all: &[(&str, Value)]) -> Value {
    let attribute = |(name, value): &(&str, Value)| {
        let kind = if value.is_boolean() {
            "boolValue"
        } else {
            "stringValue"
        };
        json!({ "key": name, "value": { kind: value } })
    };
    all.iter().map(attribute).collect()
}

/// 64-bit numbers are texts in the JSON form of Protocol Buffers.
fn nanoseconds(time: SystemTime) -> String {
    time.duration_since(UNIX_EPOCH)
        .unwrap_or_default()
        .as_nanos()
        .to_string()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::{is_parent, parse};

    #[test]
    fn trace_context_is_read_or_left_alone() {
        let (trace, parent) = ("4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7");
        assert_eq!(
            parse(&format!("00-{trace}-{parent}-01")),
            Some((trace, parent, true))
        );
        assert_eq!(
            parse(&format!("00-{trace}-{parent}-00")),
            Some((trace, parent, false))
        );
        assert_eq!(
            parse(&format!("cc-{trace}-{parent}-03-more")),
            Some((trace, parent, true))
        );
        for wrong in [
            format!("ff-{trace}-{parent}-01"),
            format!("00-{}-{parent}-01", "0".repeat(32)),
            format!("00-{trace}-{}-01", "0".repeat(16)),
            format!("00-{trace}-{parent}"),
            format!("00-{trace}-{parent}-01-more"),
            format!("00-{}-{parent}-01", trace.to_uppercase()),
            "é".repeat(3),
        ] {
            assert_eq!(parse(&wrong), None, "{wrong}");
            assert!(!is_parent(&wrong));
        }
    }
}
