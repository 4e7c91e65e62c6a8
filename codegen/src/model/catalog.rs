//! `spec/catalog.yaml`: the platform, its naming, its categories.

use super::decode::{Dict, Text, choice, object};

object! {
    /// The platform that the spec describes.
    pub struct CatalogFile {
        /// Short name of the catalogue in kebab case, used in file and package names.
        "catalog" => catalog: Text,
        /// Name of the platform as people write it.
        "title" => title: Text,
        /// Version of the catalogue, `MAJOR.MINOR.PATCH`.
        "version" => version: Text,
        /// Day of the last change, `YYYY-MM-DD`.
        "updated" => updated: Option<Text>,
        /// Status of the document, such as `Living Document`.
        "status" => status: Option<Text>,
        /// Who maintains the catalogue.
        "maintainer" => maintainer: Option<Text>,
        /// How often it is reviewed.
        "reviewCycle" => review_cycle: Option<Text>,
        /// What the platform is, in one sentence.
        "summary" => summary: Text,
        /// More about it, in Markdown.
        "description" => description: Option<Text>,
        /// Reverse-DNS prefix of every event type.
        "prefix" => prefix: Text,
        /// CloudEvents version that all events comply with (`specversion`).
        "cloudevents" => cloudevents: Text,
        /// Media type of event data where an event does not say otherwise.
        "datacontenttype" => datacontenttype: Text,
        /// Base of all schema addresses: `{schemaBase}/{schema}/v{version}`.
        "schemaBase" => schema_base: Text,
        /// Address that the pages of the reference are published below, for links from alerts.
        "docsBase" => docs_base: Option<Text>,
        /// Targets that are written beside those of every catalogue.
        "targets" => targets: Vec<ExtraTarget>,
        /// Where the generated Rust stands, where that is not as usual.
        "rust" => rust: Option<RustSettings>,
        /// How types, sources and subjects are built.
        "naming" => naming: Naming,
        /// Systems and people that send or receive events.
        "actors" => actors: Dict<Actor>,
        /// Planes that group the categories.
        "planes" => planes: Dict<Plane>,
        /// Categories of events.
        "categories" => categories: Dict<Category>,
        /// Things that events are about.
        "entities" => entities: Dict<Entity>,
        /// Practices that senders and receivers follow, in the order they are shown.
        "practices" => practices: Vec<Practice>,
        /// Further reading.
        "references" => references: Vec<Reference>,
    }
}

choice! {
    /// Targets that few catalogues need.
    pub enum ExtraTarget {
        /// Pages of the compiler's own rules; `klambda explain` prints them as well.
        Rules = "rules",
    }
}

object! {
    /// Where the generated Rust stands.
    pub struct RustSettings {
        /// Crate that has the types, as code writes it; the examples on pages use it. They use
        /// `lambda_events!` where none is named.
        "crate" => name: Option<Text>,
        /// Path of the code that the types are built on, `::knative_lambda_events::support` where
        /// none is given.
        "support" => support: Option<Text>,
    }
}

object! {
    /// How the names in an event's envelope are built.
    pub struct Naming {
        /// The `type` attribute. Placeholders: `{prefix}`, `{category}`, `{entity}`, `{action}`.
        "type" => r#type: NameFormat,
        /// The `source` attribute. Placeholders: `{prefix}`, `{component}`, `{namespace}`, `{name}`.
        "source" => source: NameFormat,
        /// The `subject` attribute. Placeholders: `{namespace}`, `{name}`.
        "subject" => subject: NameFormat,
    }
}

object! {
    /// A template for one attribute.
    pub struct NameFormat {
        /// The template, with placeholders in braces.
        "format" => format: Text,
        /// What it is for, in one sentence.
        "summary" => summary: Option<Text>,
        /// One name that follows it.
        "example" => example: Text,
        /// The parts of the template.
        "components" => components: Dict<NameComponent>,
    }
}

object! {
    /// One placeholder of a name.
    pub struct NameComponent {
        /// What stands there.
        "summary" => summary: Text,
        /// Values it takes.
        "examples" => examples: Vec<Text>,
    }
}

object! {
    /// A system or person that sends or receives events.
    pub struct Actor {
        /// Its name as people write it.
        "title" => title: Text,
        /// What it is.
        "summary" => summary: Text,
    }
}

object! {
    /// A group of categories with one purpose.
    pub struct Plane {
        /// Its name as people write it.
        "title" => title: Text,
        /// What its events do.
        "summary" => summary: Text,
        /// Actor that sends.
        "from" => from: Text,
        /// Actor that receives.
        "to" => to: Text,
    }
}

choice! {
    /// Tense that the action of an event type stands in.
    pub enum Tense {
        /// `start`, `create`: something is asked for.
        Present = "present",
        /// `started`, `created`: something has happened.
        Past = "past",
        /// No rule.
        Any = "any",
    }
}

choice! {
    /// Something that every event of a category must say about itself.
    pub enum Facet {
        /// What a receiver does: `effect`.
        Effect = "effect",
        /// In which moment it is emitted: `when`.
        When = "when",
        /// Whether receiving it twice is the same as once: `idempotent`.
        Idempotent = "idempotent",
        /// How the sender is answered: `response`.
        Response = "response",
        /// How serious it is: `severity`.
        Severity = "severity",
    }
}

choice! {
    /// How data schemas of a category may change between versions.
    pub enum Compatibility {
        /// New readers read old events.
        Backward = "backward",
        /// Old readers read new events.
        Forward = "forward",
        /// Both.
        Full = "full",
    }
}

object! {
    /// A category of events: the second part of every type.
    pub struct Category {
        /// Heading of the category.
        "title" => title: Text,
        /// What its events say, in one sentence.
        "summary" => summary: Text,
        /// Grammatical mood or role, such as `Imperative`.
        "mood" => mood: Option<Text>,
        /// The plane it belongs to.
        "plane" => plane: Text,
        /// Actor that sends.
        "from" => from: Text,
        /// Actor that receives.
        "to" => to: Text,
        /// Tense of the actions.
        "tense" => tense: Tense,
        /// Actions outside the tense, each with the reason.
        "tenseExceptions" => tense_exceptions: Dict<Text>,
        /// Whether types carry an entity: `false` makes `{prefix}.{category}.{action}`.
        "entities" => entities: Option<crate::source::Spanned<bool>>,
        /// What each event of it must say.
        "requires" => requires: Vec<crate::source::Spanned<Facet>>,
        /// Whether programs handle all of its events: makes a handler trait with a method an event.
        "handled" => handled: Option<bool>,
        /// How its data schemas may change.
        "compatibility" => compatibility: Compatibility,
        /// Why that compatibility, in one sentence.
        "compatibilityReason" => compatibility_reason: Option<Text>,
        /// Groups of its types, with direction and purpose.
        "patterns" => patterns: Vec<CategoryPattern>,
    }
}

object! {
    /// A group of event types inside a category.
    pub struct CategoryPattern {
        /// Which types, relative to the prefix: `command.build.*`.
        "pattern" => pattern: Text,
        /// Actor that sends.
        "from" => from: Text,
        /// Actor that receives.
        "to" => to: Text,
        /// What they are for.
        "purpose" => purpose: Text,
    }
}

object! {
    /// A thing that events are about: the third part of most types.
    pub struct Entity {
        /// Its name as people write it.
        "title" => title: Text,
        /// What it is.
        "summary" => summary: Text,
    }
}

object! {
    /// A practice that senders and receivers follow.
    pub struct Practice {
        /// Heading.
        "title" => title: Text,
        /// The rules, one sentence each.
        "rules" => rules: Vec<Text>,
        /// Event fragment that shows it.
        "example" => example: Option<crate::load::Node>,
        /// What was corrected against real systems.
        "corrected" => corrected: Vec<Correction>,
    }
}

object! {
    /// A link to further reading.
    pub struct Reference {
        /// What it is.
        "title" => title: Text,
        /// Where it is.
        "url" => url: Text,
        /// Section of the docs that it belongs to; all pages when missing.
        "section" => section: Option<Text>,
    }
}

object! {
    /// Where the platform as described differs from what a real system accepts.
    pub struct Correction {
        /// What the description said.
        "was" => was: Text,
        /// Why that does not work, and what does.
        "why" => why: Text,
    }
}
