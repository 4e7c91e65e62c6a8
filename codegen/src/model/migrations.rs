//! `spec/migrations.yaml`: legacy event types and how they become live ones.

use super::decode::{Dict, Text, choice, object};
use crate::load::Node;
use crate::source::Spanned;

object! {
    /// Legacy event types.
    pub struct MigrationsFile {
        /// Tense rules that the renaming follows, by category.
        "tenses" => tenses: Dict<TenseRule>,
        /// Legacy types, by full name.
        "migrations" => migrations: Dict<Migration>,
    }
}

object! {
    /// A tense that the new names follow.
    pub struct TenseRule {
        /// Heading, such as `Commands`.
        "title" => title: Text,
        /// The tense, in words.
        "tense" => tense: Text,
        /// Actions that show it.
        "examples" => examples: Vec<Text>,
    }
}

choice! {
    /// What becomes of data that no rule names.
    pub enum Unmapped {
        /// Copied under the same name.
        Keep = "keep",
        /// Left out.
        Drop = "drop",
    }
}

object! {
    /// How events of one legacy type become events of a live type.
    pub struct Migration {
        /// The live type, relative to the prefix.
        "to" => to: Text,
        /// What differs beside the name.
        "summary" => summary: Option<Text>,
        /// Who still sends it.
        "sentBy" => sent_by: Option<Text>,
        /// What becomes of data that no rule under `data` names; kept where missing. A path that
        /// such a rule names, as one of several too, is not kept.
        "unmapped" => unmapped: Option<Spanned<Unmapped>>,
        /// New data, by dotted path in it.
        "data" => data: Dict<FieldRule>,
        /// New extension attributes, by name. Those of the old event are kept beside them.
        "extensions" => extensions: Dict<FieldRule>,
        /// New subject. Without a rule it follows `naming.subject`, with `namespace` and `name` (or
        /// `functionName`) of the new data; where these are missing the old one stays.
        "subject" => subject: Option<FieldRule>,
        /// Legacy events that circulate; each must migrate to a valid event.
        "examples" => examples: Vec<MigrationExample>,
    }
}

object! {
    /// Where one new value comes from: exactly one of `from`, `join`, `attribute`, `value`.
    ///
    /// `null` counts as missing. What was found passes through `part`, `map`, `nameLength` and
    /// `wrap`, in this order; `value` and `default` are taken as they are.
    pub struct FieldRule {
        /// Dotted paths in the old data; the first that is there is taken.
        "from" => from: Vec<Text>,
        /// Several values joined by `-`; each a dotted path, or alternatives split by `|`. `@name` is
        /// an attribute of the old event. Numbers and booleans are written as in JSON. Where one is
        /// missing or empty, all are missing.
        "join" => join: Vec<Text>,
        /// Attribute of the old event.
        "attribute" => attribute: Option<Text>,
        /// A fixed value.
        "value" => value: Option<Node>,
        /// Value where the old event has none.
        "default" => default: Option<Node>,
        /// Text cut off at the beginning, where it stands there, before the name is made.
        "trimPrefix" => trim_prefix: Option<Text>,
        /// Turns it into a Kubernetes name of at most this length; what is cut is replaced by a hash.
        ///
        /// ASCII letters become lower case, every run of other characters than `a` to `z` and `0`
        /// to `9` becomes one `-`, and `-` at both ends is removed; nothing left counts as missing.
        /// A longer name keeps its first `length - 9` characters, without `-` at their end,
        /// followed by `-` and 8 lower-case hexadecimal digits: the 64-bit FNV-1a hash of the text
        /// as it was before (UTF-8), upper half XOR lower half.
        "nameLength" => name_length: Option<Spanned<u64>>,
        /// Splits text at `/` and takes the part with this index, from 0; none counts as missing.
        "part" => part: Option<Spanned<u64>>,
        /// Puts text into an object under this key; other values stay as they are.
        "wrap" => wrap: Option<Text>,
        /// Values replaced by others, by their text (numbers and booleans as in JSON); others stay.
        "map" => map: Dict<Node>,
    }
}

object! {
    /// A legacy event that circulates.
    pub struct MigrationExample {
        /// What it shows.
        "title" => title: Option<Text>,
        /// The legacy event.
        "event" => event: Node,
        /// Data of the event that it becomes.
        "becomes" => becomes: Option<Node>,
    }
}
