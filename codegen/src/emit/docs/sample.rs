//! Samples as pages show them: JSON, and HTTP requests.

use serde_json::Value as Json;

use super::site::Site;
use crate::check::SchemaRef;
use crate::event::{self, HttpMessage};

/// JSON as people read it.
pub(super) fn pretty(value: &Json) -> String {
    format!("{value:#}")
}

/// The event in binary form, as a request to `url`. `None` where its data are bytes.
pub(super) fn request(sample: &Json, url: &str) -> Option<String> {
    let HttpMessage { headers, body } = event::binary(sample)?;
    let address = url.split_once("://").map_or(url, |(_, address)| address);
    let (host, path) = address.split_once('/').unwrap_or((address, ""));
    let mut request = format!("POST /{path} HTTP/1.1\nHost: {host}\n");
    for (name, value) in headers {
        for part in [&name, ": ", &value, "\n"] {
            request.push_str(part);
        }
    }
    request.push('\n');
    request.push_str(&body);
    Some(request)
}

/// Replaces what the schema with this number calls sensitive.
pub(super) fn redact(site: &Site<'_>, schema: usize, data: &mut Json) {
    let file = site.catalog.schemas[schema].declared;
    let schema = &file.body.root;
    event::redact(&site.catalog.index, SchemaRef { file, schema }, data);
}
