//! Where values of messages to other systems come from.
//!
//! Tables have this in the notation of the catalogue: a dotted path, or a text after `=` in which
//! `{path}` is replaced by what stands there. Where the text is a package URL, what is put in is
//! percent-encoded.

use serde_json::Value;

use super::migration::text;

/// The value, if `json` has all that it is made from. Empty texts count as missing.
pub(super) fn find(from: &str, json: &Value) -> Option<Value> {
    let found = match from.strip_prefix('=') {
        Some(template) => fill(template, json)?.into(),
        None => at(json, from)?.clone(),
    };
    let missing = found.is_null() || found.as_str() == Some("");
    (!missing).then_some(found)
}

/// The value as text.
pub(super) fn find_text(from: &str, json: &Value) -> Option<String> {
    find(from, json).and_then(|value| text(&value))
}

fn at<'v>(json: &'v Value, path: &str) -> Option<&'v Value> {
    path.split('.').try_fold(json, |value, key| value.get(key))
}

fn fill(template: &str, json: &Value) -> Option<String> {
    let is_package = template.starts_with("pkg:");
    let mut filled = String::new();
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('{') {
        let (path, after) = after.split_once('}')?;
        let value = text(at(json, path)?).filter(|text| !text.is_empty())?;
        filled.push_str(before);
        match is_package {
            true => filled.push_str(&percent_encoded(&value)),
            false => filled.push_str(&value),
        }
        rest = after;
    }
    filled.push_str(rest);
    Some(filled)
}

/// A part of a package URL, in which `:` stands as it is.
fn percent_encoded(part: &str) -> String {
    let mut encoded = String::with_capacity(part.len());
    for byte in part.bytes() {
        match byte {
            b'.' | b'-' | b'_' | b'~' | b':' => encoded.push(char::from(byte)),
            _ if byte.is_ascii_alphanumeric() => encoded.push(char::from(byte)),
            _ => encoded.push_str(&format!("%{byte:02X}")),
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use serde_json::json;

    #[test]
    fn values_come_from_paths_and_texts() {
        let json = json!({
            "data": { "name": "a b", "digest": "sha256:1f", "empty": "", "count": 2 },
        });
        let find = |from| super::find(from, &json);
        assert_eq!(find("data.count").unwrap(), 2);
        assert_eq!(find("={data.name}!").unwrap(), "a b!");
        assert_eq!(find("=fixed").unwrap(), "fixed");
        assert_eq!(
            find("=pkg:oci/{data.name}@{data.digest}").unwrap(),
            "pkg:oci/a%20b@sha256:1f"
        );
        for missing in [
            "data.nothing",
            "data.name.deeper",
            "data.empty",
            "={data.empty}-1",
            "={data}",
            "={data.name",
        ] {
            assert_eq!(find(missing), None, "{missing}");
        }
    }
}
