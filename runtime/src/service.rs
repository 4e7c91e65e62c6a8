//! What is done with each event, and how it is answered: `docs/answers.md`.

use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::Bytes;
use bytestring::ByteString;
use http::header::{CONTENT_TYPE, HeaderValue, RETRY_AFTER};
use http::{HeaderMap, Response, StatusCode, Uri};
use http_body_util::Full;
use knative_lambda_events::environment::LogLevel;
use knative_lambda_events::errors::{DEAD_LETTER, ErrorClass};
use knative_lambda_events::support::Timestamp;
use knative_lambda_events::support::policy::DeadLetter as DeadLetterWhen;
use knative_lambda_events::{
    Category, EventType, ExtensionValue, LambdaEvent, extensions, invoke, types,
};

use crate::call::{Call, Failure, Outcome};
use crate::callback::Callback;
use crate::cloudevent::{Data, Event, Received, read, write_batch};
use crate::executor::Executor;
use crate::function::{DeadLetter, Function};
use crate::idempotency::{Known, Window};
use crate::incoming::{self, Delivery};
use crate::log::{Logger, fields};
use crate::metrics::Metrics;
use crate::problem::Problem;
use crate::publish::{Message, Publisher};
use crate::trace::Tracer;
use crate::worker::Busy;

/// Tries, and the first wait between them, where a caller waits for the end of them.
const WHILE_WAITED_FOR: (u32, Duration) = (3, Duration::from_millis(200));

/// Seconds after which a call that found no worker should be tried again.
const SOON: u64 = 1;

/// Seconds after which a call should be tried again at most: a day.
const LATE: u64 = 86_400;

/// A function as its callers see it.
#[derive(Debug)]
pub struct Service {
    /// Who it is.
    pub function: Function,
    /// Who runs its handler.
    pub executor: Executor,
    /// What it measures.
    pub metrics: Metrics,
    /// Sends its events.
    pub publisher: Publisher,
    /// Writes its log.
    pub logger: Logger,
    /// Longest run of a call.
    pub timeout: Duration,
    /// Where response events go that no reply carries, and calls that nobody waits for.
    pub broker: Option<Uri>,
    /// Where events go that another try would not help.
    pub dead_letters: Option<Uri>,
    /// Outcomes that are remembered.
    pub window: Option<Window<Answer>>,
    /// Where results of parsers are reported.
    pub callback: Option<Callback>,
    /// Sends spans.
    pub tracer: Option<Tracer>,
}

/// The answer to an event.
#[derive(Clone, Debug, PartialEq)]
pub struct Answer {
    status: StatusCode,
    /// Seconds until another try.
    retry_after: Option<u64>,
    event: Option<Event>,
}

impl Answer {
    fn empty(status: StatusCode) -> Self {
        Self {
            status,
            retry_after: None,
            event: None,
        }
    }

    /// The response event, unless the answer has none.
    pub fn event(&self) -> Option<&Event> {
        self.event.as_ref()
    }

    fn is_final(&self) -> bool {
        self.status.is_success()
    }

    /// As a response, in these headers, which must be empty.
    fn into_response(self, mut headers: HeaderMap) -> Response<Full<Bytes>> {
        let event = self.event.map(|event| event.write_http(&mut headers));
        respond(
            self.status,
            self.retry_after,
            headers,
            event.unwrap_or_default(),
        )
    }
}

fn respond(
    status: StatusCode,
    retry_after: Option<u64>,
    headers: HeaderMap,
    body: Bytes,
) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::new(body));
    *response.status_mut() = status;
    *response.headers_mut() = headers;
    if let Some(seconds) = retry_after {
        response
            .headers_mut()
            .insert(RETRY_AFTER, HeaderValue::from(seconds));
    }
    response
}

impl Service {
    /// Answers a request with events. What is rare is boxed here and below: HTTP moves the whole
    /// future about for each request, and with all branches in it, it had five kilobytes.
    pub async fn receive(&self, mut headers: HeaderMap, body: Bytes) -> Response<Full<Bytes>> {
        let received = read(&headers, body);
        let mut delivery = Delivery::of(&headers);
        // The values lie in the buffer that the connection is read into, which is needed again. The
        // map itself serves the response: a new one is larger than what allocators have at hand.
        headers.clear();
        let event = match received {
            Err(refusal) => return Problem::from(refusal).response(),
            Ok(Received::Batch(events)) => {
                return Box::pin(self.answer_batch(delivery, events)).await;
            }
            Ok(Received::Event(event)) => event,
            Ok(Received::Plain(json)) => {
                delivery.wants_reply = true;
                self.plain(json)
            }
        };
        self.answer(delivery, event).await.into_response(headers)
    }

    /// Runs one event through the handler, as a reply to whoever waits.
    pub async fn invoke(&self, event: Event) -> Answer {
        let delivery = Delivery {
            wants_reply: true,
            ..Delivery::default()
        };
        self.answer(delivery, event).await
    }

    /// JSON without an event around it becomes a call for which somebody waits.
    pub fn plain(&self, json: Bytes) -> Event {
        Event {
            id: uuid::Uuid::new_v4().to_string().into(),
            source: self.function.source.clone(),
            r#type: ByteString::from_static(types::INVOKE_SYNC),
            subject: Some(self.function.subject.clone()),
            time: Some(Timestamp::now().as_str().into()),
            datacontenttype: Some(ByteString::from_static(invoke::Sync::DATACONTENTTYPE)),
            dataschema: None,
            extensions: Vec::new(),
            data: Data::Json(json),
        }
    }

    /// Runs the events of a batch in their order. What is to be tried again is tried again with
    /// the whole batch; the responses have the same ids then.
    async fn answer_batch(&self, delivery: Delivery, events: Vec<Event>) -> Response<Full<Bytes>> {
        let (mut replies, mut failed) = (Vec::new(), None);
        for event in events {
            let answer = self.answer(delivery.clone(), event).await;
            if !answer.is_final() {
                failed = failed.or(Some((answer.status, answer.retry_after)));
            }
            replies.extend(answer.event);
        }
        if let Some((status, retry_after)) = failed {
            return respond(status, retry_after, HeaderMap::new(), Bytes::new());
        }
        if replies.is_empty() {
            return Answer::empty(StatusCode::ACCEPTED).into_response(HeaderMap::new());
        }
        let (headers, body) = write_batch(&replies);
        respond(StatusCode::OK, None, headers, body)
    }

    async fn answer(&self, delivery: Delivery, event: Event) -> Answer {
        let event = match incoming::modern(event, &self.function) {
            Ok(event) => event,
            Err(refused) => return Box::pin(self.refuse(delivery, *refused)).await,
        };
        let event_type: Option<EventType> = event.r#type.parse().ok();
        if !delivery.wants_reply
            && nobody_waits(event_type.as_ref())
            && event.extension(extensions::LAMBDAHANDEDOVER).is_none()
            && let Some(broker) = &self.broker
        {
            return Box::pin(self.hand_over(broker, delivery, event)).await;
        }
        let Some(window) = &self.window else {
            return self.execute(delivery, event, event_type.as_ref()).await;
        };
        match window.look(&event).await {
            Known::Outcome(answer) => Answer::clone(&answer),
            Known::First(claim) => {
                let answer = self.execute(delivery, event, event_type.as_ref()).await;
                // What will be tried again must be run again.
                if answer.is_final() {
                    claim.remember(Arc::new(answer.clone()));
                }
                answer
            }
        }
    }

    /// Gives a call to the broker, which delivers it when the function has time.
    async fn hand_over(&self, broker: &Uri, delivery: Delivery, mut event: Event) -> Answer {
        // Without a mark it would go round for ever behind brokers that do not ask for a reply.
        event.set_extension(extensions::LAMBDAHANDEDOVER, true);
        let mut message = message(event);
        pass_trace(delivery, &mut message.headers);
        let (attempts, delay) = WHILE_WAITED_FOR;
        match self
            .publisher
            .deliver(broker, &message, attempts, delay)
            .await
        {
            Ok(()) => Answer::empty(StatusCode::ACCEPTED),
            Err(refused) => {
                let text = format!("The broker has not taken a call: it {refused}.");
                self.logger.line(LogLevel::Warn, &text, fields! {});
                Answer {
                    retry_after: Some(SOON),
                    ..Answer::empty(StatusCode::SERVICE_UNAVAILABLE)
                }
            }
        }
    }

    /// Answers an event that no handler gets as if one had refused it.
    async fn refuse(&self, delivery: Delivery, (event, why): (Event, String)) -> Answer {
        let call = incoming::call(delivery, event);
        let outcome = Outcome::not_started(Failure::new(ErrorClass::ValidationError, why));
        self.metrics
            .record(&outcome, Duration::ZERO, call.traceparent.as_deref());
        self.conclude(&call, &outcome, None).await
    }

    async fn execute(
        &self,
        delivery: Delivery,
        event: Event,
        event_type: Option<&EventType>,
    ) -> Answer {
        let arrived = Instant::now();
        let mut call = incoming::call(delivery, event);
        let span = self.tracer.as_ref().and_then(|tracer| tracer.begin(&call));
        if let Some(span) = &span {
            call.traceparent = Some(span.traceparent());
        }
        let call = Arc::new(call);
        let outcome = match self.executor.run(&call, self.timeout).await {
            Ok(outcome) => outcome,
            Err(Busy::QueueFull) => not_run("More calls wait than may."),
            Err(Busy::Closing) => not_run("The function is shutting down."),
            Err(Busy::Broken(failure)) => Outcome::not_started(failure),
        };
        self.metrics
            .record(&outcome, arrived.elapsed(), call.traceparent.as_deref());
        if let (Some(tracer), Some(span)) = (&self.tracer, span) {
            tracer.end(span, &call, &outcome);
        }
        self.conclude(&call, &outcome, event_type).await
    }

    /// Tells everybody concerned how a call ended.
    async fn conclude(
        &self,
        call: &Call,
        outcome: &Outcome,
        event_type: Option<&EventType>,
    ) -> Answer {
        let dead_letter = match &outcome.ending {
            Err(failure) => {
                self.log_failure(call, outcome, failure);
                match Box::pin(self.bury(call, failure)).await {
                    Ok(dead_letter) => dead_letter,
                    // Acknowledged, the event would be lost.
                    Err(answer) => return answer,
                }
            }
            Ok(_) => DeadLetter::NotRouted,
        };
        if let Some(callback) = &self.callback {
            callback.report(&self.publisher, call, outcome);
        }
        let response = self.function.response(call, outcome, &dead_letter);
        self.reply(outcome, response, event_type)
    }

    /// Puts an event that another try would not help where people find it.
    async fn bury(&self, call: &Call, failure: &Failure) -> Result<DeadLetter, Answer> {
        let (DeadLetterWhen::Always, Some(sink)) =
            (failure.class.dead_letter(), &self.dead_letters)
        else {
            return Ok(DeadLetter::NotRouted);
        };
        let mut event = call.event.clone();
        let attempt = i32::try_from(call.attempt).unwrap_or(i32::MAX);
        event.set_extension(extensions::LAMBDAERRORCODE, failure.class.code());
        event.set_extension(extensions::LAMBDAATTEMPT, attempt);
        let (attempts, delay) = WHILE_WAITED_FOR;
        match self
            .publisher
            .deliver(sink, &message(event), attempts, delay)
            .await
        {
            Ok(()) => Ok(DeadLetter::Routed(Timestamp::now())),
            Err(refused) => {
                let text = format!("The dead-letter sink has not taken an event: it {refused}.");
                self.logger.line(
                    LogLevel::Error,
                    &text,
                    fields! { "exchange" => DEAD_LETTER.exchange },
                );
                Err(Answer {
                    retry_after: Some(SOON),
                    ..Answer::empty(StatusCode::SERVICE_UNAVAILABLE)
                })
            }
        }
    }

    fn reply(&self, outcome: &Outcome, response: Event, event_type: Option<&EventType>) -> Answer {
        let (status, retry_after) = match &outcome.ending {
            Ok(_) => (StatusCode::OK, None),
            Err(failure) => {
                let status = StatusCode::from_u16(failure.class.status());
                let after = failure.retry_after.map_or(SOON, whole_seconds);
                (
                    status.unwrap_or(StatusCode::SERVICE_UNAVAILABLE),
                    (failure.class.status() == 503).then_some(after),
                )
            }
        };
        if !status.is_success() {
            // Brokers drop the reply to a delivery that they will repeat.
            if let Some(broker) = &self.broker {
                self.publisher
                    .deliver_later(broker, message(response.clone()), "response event");
            }
            return Answer {
                status,
                retry_after,
                event: Some(response),
            };
        }
        // A reply to a response could come back as another one, and so on.
        if event_type.is_some_and(|event_type| event_type.category() == Category::Response) {
            return Answer::empty(StatusCode::ACCEPTED);
        }
        Answer {
            status,
            retry_after,
            event: Some(response),
        }
    }

    fn log_failure(&self, call: &Call, outcome: &Outcome, failure: &Failure) {
        let mut fields = fields! {
            "invocationId" => call.invocation_id.as_str(),
            "eventId" => &*call.event.id,
            "error" => failure.class.code(),
            "attempt" => call.attempt,
        };
        // It may quote data: for the developer at a terminal, not for logs that are collected. That
        // of a handler that cannot be loaded is in the log already.
        let is_told = self.logger.is_for_people() && !outcome.duration.is_zero();
        if let Some(trace) = failure.stack_trace.as_ref().filter(|_| is_told) {
            fields.insert("stackTrace".into(), trace.as_str().into());
        }
        self.logger.line(LogLevel::Error, &failure.message, fields);
    }
}

impl Event {
    fn set_extension(&mut self, name: &'static str, value: impl Into<ExtensionValue>) {
        self.extensions.retain(|(other, _)| other != name);
        self.extensions
            .push((ByteString::from_static(name), value.into()));
    }
}

/// A wait in whole seconds, none of them too short.
fn whole_seconds(wait: Duration) -> u64 {
    let begun = u64::from(wait.subsec_nanos() > 0);
    wait.as_secs().saturating_add(begun).clamp(SOON, LATE)
}

fn not_run(why: &str) -> Outcome {
    Outcome::not_started(Failure::new(ErrorClass::SystemError, why))
}

fn message(event: Event) -> Message {
    let (mut headers, body) = event.into_http();
    headers
        .entry(CONTENT_TYPE)
        .or_insert(HeaderValue::from_static("application/octet-stream"));
    Message { headers, body }
}

/// Whether calls of a type are answered before they run.
fn nobody_waits(event_type: Option<&EventType>) -> bool {
    matches!(
        event_type,
        Some(EventType::InvokeAsync | EventType::InvokeScheduled | EventType::InvokeRetry)
    )
}

/// The trace of the request goes on with its message.
fn pass_trace(delivery: Delivery, headers: &mut HeaderMap) {
    for (name, value) in [
        (extensions::TRACEPARENT, delivery.traceparent),
        (extensions::TRACESTATE, delivery.tracestate),
    ] {
        if let Some(value) = value.and_then(|value| HeaderValue::try_from(value).ok()) {
            headers.insert(name, value);
        }
    }
}
