//! What is asked of media types, in any case and with any parameters.

/// What the body of a message is, by its `Content-Type` (HTTP protocol binding, 3).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mode {
    Binary,
    Structured,
    Batch,
    /// Of CloudEvents, in a format that is not read.
    OtherFormat,
}

pub(super) fn mode(media_type: &str) -> Mode {
    const CLOUDEVENTS: &str = "application/cloudevents";
    let (Some(prefix), Some(format)) = (
        media_type.get(..CLOUDEVENTS.len()),
        media_type.get(CLOUDEVENTS.len()..),
    ) else {
        return Mode::Binary;
    };
    if !prefix.eq_ignore_ascii_case(CLOUDEVENTS) {
        return Mode::Binary;
    }
    let format = essence(format);
    if format.eq_ignore_ascii_case("-batch+json") {
        Mode::Batch
    } else if format.eq_ignore_ascii_case("+json") {
        Mode::Structured
    } else {
        Mode::OtherFormat
    }
}

/// JSON format, 3.1.1: the subtype is `json` or ends in `+json`.
pub(super) fn is_json(media_type: &str) -> bool {
    has_subtype(essence(media_type), "json")
}

/// Whether data are text if they are UTF-8.
pub(super) fn is_text(media_type: &str) -> bool {
    let essence = essence(media_type);
    let is_text = |prefix: &str| prefix.eq_ignore_ascii_case("text/");
    essence.get(..5).is_some_and(is_text) || has_subtype(essence, "xml")
}

/// What `curl -d` sends if it is not told otherwise.
pub(super) fn is_form(media_type: &str) -> bool {
    essence(media_type).eq_ignore_ascii_case("application/x-www-form-urlencoded")
}

/// The media type without its parameters.
fn essence(media_type: &str) -> &str {
    let end = media_type.find(';').unwrap_or(media_type.len());
    media_type[..end].trim_ascii()
}

fn has_subtype(essence: &str, name: &str) -> bool {
    let Some(start) = essence.len().checked_sub(name.len()) else {
        return false;
    };
    matches!(essence.get(..start), Some(before) if before.ends_with(['/', '+']))
        && essence[start..].eq_ignore_ascii_case(name)
}
