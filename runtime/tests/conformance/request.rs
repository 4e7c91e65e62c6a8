//! Requests of cases as they are sent.

use crate::case::{Request, Values};
use crate::expand::Known;
use crate::wire;

impl Request {
    /// As it is sent.
    pub(crate) fn on_the_wire(&self, known: &Known) -> wire::Request {
        let mut headers = Vec::new();
        if self.event {
            headers = vec![
                ("ce-specversion", "1.0"),
                ("ce-id", &known.id),
                ("ce-source", "/conformance"),
                ("ce-type", "io.knative.lambda.invoke.sync"),
                ("content-type", "application/json"),
            ];
            headers.retain(|(name, _)| {
                !self
                    .headers
                    .keys()
                    .any(|other| other.eq_ignore_ascii_case(name))
            });
        }
        let mut headers: Vec<(String, Vec<u8>)> = headers
            .into_iter()
            .map(|(name, value)| (name.into(), value.into()))
            .collect();
        for (name, values) in &self.headers {
            let values = match values {
                None => &[][..],
                Some(Values::One(value)) => std::slice::from_ref(value),
                Some(Values::Many(values)) => values,
            };
            headers.extend(
                values
                    .iter()
                    .map(|v| (name.clone(), known.text(v).into_bytes())),
            );
        }
        let body = match (&self.json, &self.text) {
            (Some(json), _) => known.json(json).to_string(),
            (None, Some(text)) => known.text(text),
            (None, None) => String::new(),
        };
        wire::Request {
            method: self.method.clone(),
            path: self.path.clone(),
            headers,
            body: body.into_bytes(),
        }
    }
}
