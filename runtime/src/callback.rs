//! Reports results of parsers to the scheduler, in its own form.

use http::header::{CONTENT_TYPE, HeaderValue};
use http::uri::PathAndQuery;
use http::{HeaderMap, Uri};
use knative_lambda_events::data::NotifiExecutionResponse;
use knative_lambda_events::support::Value;
use knative_lambda_events::{Category, EventType};
use serde::Deserialize;

use crate::call::{Call, Outcome};
use crate::cloudevent::Data;
use crate::publish::{Message, Publisher};

/// Where results are reported.
#[derive(Clone, Debug)]
pub struct Callback {
    /// Address of the scheduler.
    pub scheduler: Uri,
}

/// Where a scheduler takes results, if its address does not say.
const PATH: &str = "/fusion/execution/response";

#[derive(Deserialize)]
struct Started {
    payload: Payload,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Payload {
    context_id: String,
}

impl Callback {
    /// Reports to the scheduler at this address.
    pub fn new(mut scheduler: Uri) -> Self {
        if scheduler.path() == "/" && scheduler.query().is_none() {
            let mut parts = scheduler.into_parts();
            parts.path_and_query = Some(PathAndQuery::from_static(PATH));
            // The address was one before, and has a path now.
            scheduler = Uri::from_parts(parts).unwrap_or_default();
        }
        Self { scheduler }
    }

    /// Reports how the run of a parser ended; other calls are none of the scheduler's business,
    /// and one that will be tried again has not ended.
    pub fn report(&self, publisher: &Publisher, call: &Call, outcome: &Outcome) {
        let is_invoke = (call.event.r#type.parse())
            .is_ok_and(|event_type: EventType| event_type.category() == Category::Invoke);
        let (true, Data::Json(data)) = (is_invoke, &call.event.data) else {
            return;
        };
        let Ok(Started { payload }) = serde_json::from_slice(data) else {
            return;
        };
        let context = payload.context_id;
        // A `contextId` is a name that others may use, too.
        if call.correlation_id.as_ref() != Some(&context) {
            return;
        }
        let report = match &outcome.ending {
            Ok(result) => {
                let mut report = NotifiExecutionResponse::new(context, true, entries(result));
                report.error_message = Some(None);
                report
            }
            Err(failure) if failure.class.retryable() => return,
            Err(failure) => {
                let mut report = NotifiExecutionResponse::new(context, false, Vec::new());
                report.error_message = Some(Some(failure.message.clone()));
                report
            }
        };
        let Ok(body) = serde_json::to_vec(&report) else {
            return;
        };
        let mut headers = HeaderMap::new();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        let message = Message {
            headers,
            body: body.into(),
        };
        publisher.deliver_later(&self.scheduler, message, "scheduler callback");
    }
}

/// What a parser found: a list, alone or as `eventEntries` of an object.
fn entries(result: &[u8]) -> Vec<Value> {
    match serde_json::from_slice(result) {
        Ok(Value::Array(entries)) => entries,
        Ok(Value::Object(mut object)) => match object.remove("eventEntries") {
            Some(Value::Array(entries)) => entries,
            _ => Vec::new(),
        },
        _ => Vec::new(),
    }
}
