//! What an event says about its call.

use std::borrow::Cow;
use std::time::{Duration, Instant};

use http::HeaderMap;
use knative_lambda_events::migrations::MIGRATIONS;
use knative_lambda_events::naming::PREFIX;
use knative_lambda_events::support::Timestamp;
use knative_lambda_events::support::migration::migrate_with;
use knative_lambda_events::{Envelope, extensions};
use serde::Deserialize;

use crate::call::Call;
use crate::cloudevent::{Data, Event};
use crate::function::Function;
use crate::trace;

/// The part of an invoke event's data that the runtime reads. What is of another type than it
/// should be is for the handler to refuse.
#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct InvokeData<'a> {
    #[serde(borrow, deserialize_with = "lenient")]
    invocation_id: Option<Cow<'a, str>>,
    #[serde(borrow, deserialize_with = "lenient")]
    correlation_id: Option<Cow<'a, str>>,
    #[serde(borrow)]
    metadata: Option<InvokeMetadata<'a>>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct InvokeMetadata<'a> {
    retry_count: Option<u64>,
    #[serde(borrow, deserialize_with = "lenient")]
    deadline_at: Option<Cow<'a, str>>,
}

fn lenient<'de, D: serde::Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<Cow<'de, str>>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Text<'a> {
        #[serde(borrow)]
        Text(Cow<'a, str>),
        Other(serde::de::IgnoredAny),
    }
    Ok(match Text::deserialize(deserializer)? {
        Text::Text(text) => Some(text),
        Text::Other(_) => None,
    })
}

/// What a request says beside its event.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Delivery {
    /// Whether the caller takes the response from the reply: brokers say so when they deliver.
    pub wants_reply: bool,
    /// W3C trace context of the request.
    pub traceparent: Option<String>,
    /// What belongs to it.
    pub tracestate: Option<String>,
}

impl Delivery {
    /// What the headers of a request say.
    pub fn of(headers: &HeaderMap) -> Self {
        let header = |name| Some(headers.get(name)?.to_str().ok()?.to_owned());
        let traceparent = header(extensions::TRACEPARENT).filter(|parent| trace::is_parent(parent));
        let mut preferences = headers
            .get_all("prefer")
            .iter()
            .flat_map(|value| value.as_bytes().split(|b| *b == b','));
        Self {
            wants_reply: preferences
                .any(|preference| preference.trim_ascii().eq_ignore_ascii_case(b"reply")),
            // Without its parent it says nothing (W3C Trace Context, 3.3).
            tracestate: traceparent
                .as_ref()
                .and_then(|_| header(extensions::TRACESTATE)),
            traceparent,
        }
    }
}

/// The call that an event asks for.
pub fn call(delivery: Delivery, event: Event) -> Call {
    let data = match &event.data {
        Data::Json(json) if event.r#type.starts_with(PREFIX) => {
            serde_json::from_slice(json).unwrap_or_default()
        }
        _ => InvokeData::default(),
    };
    let metadata = data.metadata.unwrap_or_default();
    let identified = data.invocation_id.filter(|id| !id.is_empty());
    let named = event.extension(extensions::CORRELATIONID);
    let named = named.map(ToString::to_string);
    let correlated = data.correlation_id.map(Cow::into_owned);
    let (traceparent, tracestate) = match (delivery.traceparent, event.trace()) {
        (Some(parent), _) => (Some(parent), delivery.tracestate),
        (None, Some((parent, state))) => (Some(parent.to_owned()), state.map(str::to_owned)),
        (None, None) => (None, None),
    };
    Call {
        invocation_id: identified.map_or_else(|| event.id.to_string(), Cow::into_owned),
        correlation_id: named.or(correlated),
        attempt: metadata.retry_count.unwrap_or(0).saturating_add(1),
        deadline: metadata.deadline_at.and_then(|text| deadline(&text)),
        traceparent,
        tracestate,
        event,
    }
}

/// When the text says that nobody waits any more.
fn deadline(text: &str) -> Option<Instant> {
    let at: Timestamp = text.parse().ok()?;
    let left = at.instant().duration_since(jiff::Timestamp::now());
    let now = Instant::now();
    match Duration::try_from(left) {
        // Far enough away to be none.
        Ok(left) => now.checked_add(left),
        Err(_) => Some(now),
    }
}

/// An event of a legacy type as one of the type that replaced it; all others as they are. Whose
/// event does not name the function gets the name of the one that it has reached.
///
/// # Errors
/// The event as it is, and why it cannot become one of that type.
pub fn modern(event: Event, function: &Function) -> Result<Event, Box<(Event, String)>> {
    let is_legacy = |event: &Event| MIGRATIONS.iter().any(|known| known.from == &*event.r#type);
    if event.r#type.starts_with(PREFIX) || !is_legacy(&event) {
        return Ok(event);
    }
    migrated(&event, function).map_err(|why| {
        let why = format!("An event of type {} cannot be read: {why}.", event.r#type);
        Box::new((event, why))
    })
}

fn migrated(event: &Event, function: &Function) -> Result<Event, String> {
    let (headers, body) = event.to_structured();
    let headers = headers
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_bytes()));
    let envelope = Envelope::from_http(headers, &body).map_err(|error| error.to_string())?;
    let known = [
        ("functionName", &*function.name),
        ("namespace", &*function.namespace),
    ];
    let migrated = migrate_with(MIGRATIONS, envelope, &known).map_err(|error| error.to_string())?;
    let message = migrated.to_structured();
    Event::from_json(&message.body.into()).map_err(|refusal| refusal.detail)
}
