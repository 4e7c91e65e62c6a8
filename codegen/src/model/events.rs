//! `spec/events/*.yaml` and `spec/extensions.yaml`: event types and their attributes.

use super::decode::{Dict, Text, choice, object};
use crate::load::Node;
use crate::source::Spanned;

object! {
    /// The event types of one category.
    pub struct EventsFile {
        /// The category, one of `catalog.yaml`.
        "category" => category: Text,
        /// The types, by entity and action: `build.start`. A last part `*` opens a family of types.
        "events" => events: Dict<Event>,
    }
}

object! {
    /// One event type, or an open family of types.
    pub struct Event {
        /// What it says, in a few words.
        "summary" => summary: Option<Text>,
        /// More about it, in Markdown.
        "description" => description: Option<Text>,
        /// Data schema, a name from `data/`.
        "data" => data: Option<Text>,
        /// Whether receiving it twice is the same as receiving it once.
        "idempotent" => idempotent: Option<Spanned<bool>>,
        /// What the receiver does.
        "effect" => effect: Option<Text>,
        /// In which moment it is emitted.
        "when" => when: Option<Text>,
        /// How the sender is answered.
        "response" => response: Option<Text>,
        /// Event types that may answer it.
        "replies" => replies: Vec<Text>,
        /// How serious it is.
        "severity" => severity: Option<Text>,
        /// Why nobody receives it, where that is meant.
        "unrouted" => unrouted: Option<Text>,
        /// Extension attributes that it must carry, beyond those of its category.
        "requires" => requires: Vec<Text>,
        /// Extension attributes that it may carry, beyond those of its category.
        "allows" => allows: Vec<Text>,
        /// Version of the catalogue that brought it.
        "since" => since: Option<Text>,
        /// That it should no longer be used.
        "deprecated" => deprecated: Option<Deprecation>,
        /// Complete events, checked when the spec is compiled.
        "examples" => examples: Vec<EventExample>,
    }
}

object! {
    /// A complete event.
    pub struct EventExample {
        /// What it shows.
        "title" => title: Option<Text>,
        /// The event in the JSON format of CloudEvents. Attributes that follow from the catalogue
        /// (`specversion`, `type`, `datacontenttype`, `dataschema`) may be left out.
        "event" => event: Node,
    }
}

object! {
    /// Why and since when something should no longer be used.
    pub struct Deprecation {
        /// Version that deprecated it.
        "since" => since: Text,
        /// What to use instead.
        "replacedBy" => replaced_by: Option<Text>,
        /// More about it.
        "note" => note: Option<Text>,
    }
}

object! {
    /// Attributes that events carry beside their data.
    pub struct ExtensionsFile {
        /// Core attributes of CloudEvents whose use this platform fixes.
        "attributes" => attributes: Dict<AttributeUse>,
        /// Extension attributes.
        "extensions" => extensions: Dict<Extension>,
    }
}

object! {
    /// How a core attribute is used.
    pub struct AttributeUse {
        /// What the platform uses it for.
        "summary" => summary: Text,
        /// More about it, in Markdown.
        "description" => description: Option<Text>,
        /// Categories whose events must carry it; `*` for all.
        "requiredFor" => required_for: Vec<Text>,
        /// A value it may have.
        "example" => example: Option<Node>,
    }
}

choice! {
    /// Types of the CloudEvents type system.
    pub enum AttributeType {
        /// `true` or `false`.
        Boolean = "Boolean",
        /// Whole number of 32 bits.
        Integer = "Integer",
        /// Unicode text without control characters.
        String = "String",
        /// Bytes, in base64.
        Binary = "Binary",
        /// Absolute URI.
        Uri = "URI",
        /// URI or relative reference.
        UriReference = "URI-reference",
        /// RFC 3339 date and time.
        Timestamp = "Timestamp",
    }
}

object! {
    /// An extension attribute.
    pub struct Extension {
        /// Type in the CloudEvents type system.
        "type" => r#type: Text,
        /// What it carries.
        "summary" => summary: Text,
        /// More about it, in Markdown.
        "description" => description: Option<Text>,
        /// Categories whose events must carry it; `*` for all.
        "requiredFor" => required_for: Vec<Text>,
        /// Categories whose events may carry it; `*` for all.
        "optionalFor" => optional_for: Vec<Text>,
        /// Regular expression that a text matches somewhere.
        "pattern" => pattern: Option<Text>,
        /// Regular expression that a text matches nowhere.
        "not" => not: Option<Text>,
        /// Extension attributes without which it means nothing: an event carries them too.
        "with" => with: Vec<Text>,
        /// Whether it identifies repeated deliveries of one event: its key where `idempotent` says so.
        "identifies" => identifies: Option<Spanned<bool>>,
        /// A value it may have.
        "example" => example: Option<Node>,
        /// Specification that defines it.
        "specification" => specification: Option<Text>,
    }
}
