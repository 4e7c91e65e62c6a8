//! Answers to requests that are wrong, as RFC 9457 has them.

use bytes::Bytes;
use http::header::{CONTENT_TYPE, HeaderValue};
use http::{Response, StatusCode};
use http_body_util::Full;
use serde::Serialize;

use crate::cloudevent::Refusal;

/// What is wrong with a request.
#[derive(Clone, Debug, Serialize)]
pub struct Problem {
    title: &'static str,
    status: u16,
    detail: String,
    /// The attribute of the event that is wrong.
    #[serde(skip_serializing_if = "Option::is_none")]
    attribute: Option<String>,
    /// Place of the event in its batch, from 0.
    #[serde(skip_serializing_if = "Option::is_none")]
    index: Option<usize>,
}

impl Problem {
    /// A problem that `detail` describes.
    pub fn new(status: StatusCode, detail: impl Into<String>) -> Self {
        Self {
            title: status.canonical_reason().unwrap_or_default(),
            status: status.as_u16(),
            detail: detail.into(),
            attribute: None,
            index: None,
        }
    }

    /// The answer.
    pub fn response(&self) -> Response<Full<Bytes>> {
        let body = serde_json::to_vec(self).unwrap_or_default();
        let mut response = Response::new(Full::new(body.into()));
        *response.status_mut() =
            StatusCode::from_u16(self.status).unwrap_or(StatusCode::BAD_REQUEST);
        let media_type = HeaderValue::from_static("application/problem+json");
        response.headers_mut().insert(CONTENT_TYPE, media_type);
        response
    }
}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        let mut problem = Self::new(refusal.status, refusal.detail);
        problem.attribute = refusal.attribute;
        problem.index = refusal.index;
        problem
    }
}
