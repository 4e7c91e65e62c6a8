//! What emitters read: a checked spec with every reference resolved and every name decided.
//!
//! Prose and tables that targets print as they are stay in the spec; [`Catalog::spec`] leads there.

mod admission;
mod lower;
pub mod names;
mod routes;
mod triggers;
mod types;

use std::mem;

use crate::check::Index;
use crate::emit::kubernetes::{Manifests, Overrides};
use crate::model::{self, Spec};
use crate::source::FileId;

pub use admission::{AdmissionRule, Step, admission_rules, has_cel_type};
pub use lower::lower;
pub use routes::{Filter, Receiver, ReceiverKind, receivers};
pub use triggers::{AppliedTrigger, Selection, TriggerFilter};
pub use types::{Enum, Field, Integer, StringFormat, Struct, Type, TypeDef, TypeId, Variant};

/// A checked spec, ready to be emitted.
#[derive(Debug)]
pub struct Catalog<'a> {
    /// The spec as written.
    pub spec: &'a Spec,
    /// What names in it refer to.
    pub index: Index<'a>,
    /// `catalog.yaml`.
    pub header: &'a model::CatalogFile,
    /// Categories with their events, in the order of `catalog.yaml`.
    pub categories: Vec<Category<'a>>,
    /// All event types, by category, then in the order they are written.
    pub events: Vec<EventType<'a>>,
    /// Data schemas, by name.
    pub schemas: Vec<DataSchema<'a>>,
    /// Named types of all schemas; [`TypeId`] is an index into it.
    pub types: Vec<TypeDef<'a>>,
    /// Values of manifests that differ from those of the spec.
    pub values: Overrides,
    /// Manifests that were built already.
    pub(crate) manifests: Manifests,
    /// Path of each file below the spec folder, by [`FileId`].
    pub(crate) paths: Vec<&'a str>,
}

impl<'a> Catalog<'a> {
    /// Leaves the memory of what is large to the end of the process. To be called where that is
    /// near: freeing a hundred thousand small pieces one by one takes as long as writing them.
    pub fn forget(&mut self) {
        mem::forget((
            mem::take(&mut self.categories),
            mem::take(&mut self.events),
            mem::take(&mut self.schemas),
            mem::take(&mut self.types),
            mem::take(&mut self.manifests),
        ));
    }

    /// The data schema named `name`.
    pub fn schema(&self, name: &str) -> Option<&DataSchema<'a>> {
        self.schema_number(name).map(|number| &self.schemas[number])
    }

    /// Place among [`Self::schemas`] of the schema named `name`.
    pub fn schema_number(&self, name: &str) -> Option<usize> {
        let schemas = &self.schemas;
        schemas.binary_search_by(|s| s.name.cmp(name)).ok()
    }

    /// Path of a spec file below the project: `spec/events/command.yaml`.
    pub fn path(&self, file: FileId) -> String {
        format!(
            "spec/{}",
            self.paths.get(file.0 as usize).copied().unwrap_or("")
        )
    }

    /// The type with index `id`.
    pub fn type_def(&self, id: TypeId) -> &TypeDef<'a> {
        &self.types[id.0]
    }
}

/// A category of events.
#[derive(Debug)]
pub struct Category<'a> {
    /// Its name: the second part of every type.
    pub name: &'a str,
    /// What is said about it.
    pub declared: &'a model::Category,
    /// Its events, a range of [`Catalog::events`].
    pub events: std::ops::Range<usize>,
    /// Rust module: `command`.
    pub rust_module: String,
    /// Rust enum over its events: `Command`.
    pub rust_enum: String,
}

/// An event type, or an open family of types.
#[derive(Debug)]
pub struct EventType<'a> {
    /// Full name: `io.knative.lambda.command.build.start`; of a family with `*` at its end.
    pub r#type: String,
    /// Name below the prefix: `command.build.start`.
    pub short: String,
    /// Index of its category in [`Catalog::categories`].
    pub category: usize,
    /// What it is about, where its category has entities.
    pub entity: Option<&'a str>,
    /// What happens; `*` for a family.
    pub action: &'a str,
    /// Whether it is an open family of types.
    pub family: bool,
    /// Index of its data schema in [`Catalog::schemas`].
    pub data: usize,
    /// Extension attributes that it must carry, sorted.
    pub required_extensions: Vec<&'a str>,
    /// Extension attributes that it may carry, sorted.
    pub optional_extensions: Vec<&'a str>,
    /// What is said about it.
    pub declared: &'a model::Event,
    /// File that declares it.
    pub file: FileId,
    /// Rust type, below the module of its category: `BuildStart`.
    pub rust_type: String,
    /// Rust method that handles it: `build_start`.
    pub rust_method: String,
    /// Rust variant among all types: `CommandBuildStart`.
    pub rust_variant: String,
    /// Name of its files and anchors: `command.build.start`; of a family `notification.metric`, or
    /// `signal.any` where its category has no entities.
    pub file_name: String,
}

impl EventType<'_> {
    /// Constant for its name: `COMMAND_BUILD_START`; of a family `NOTIFICATION_METRIC_PREFIX`, for
    /// the beginning that all of its types share.
    pub fn constant(&self) -> String {
        let name = names::screaming(&self.file_name);
        match self.family {
            true => format!("{name}_PREFIX"),
            false => name,
        }
    }

    /// The same where constants have humps: `CommandBuildStart`, `NotificationMetricPrefix`.
    pub fn pascal_constant(&self) -> String {
        match self.family {
            true => format!("{}Prefix", self.rust_variant),
            false => self.rust_variant.clone(),
        }
    }

    /// A few words about it.
    pub fn summary(&self) -> &str {
        let summary = self.declared.summary.as_ref();
        summary.map_or(self.short.as_str(), |s| s.value.trim())
    }
}

/// A named schema with a version.
#[derive(Debug)]
pub struct DataSchema<'a> {
    /// Its name in kebab case.
    pub name: &'a str,
    /// Its address: `{schemaBase}/{name}/v{version}`.
    pub url: String,
    /// Its type.
    pub root: Type,
    /// Its named types, a range of [`Catalog::types`].
    pub types: std::ops::Range<usize>,
    /// What is said about it.
    pub declared: &'a model::SpecFile<model::SchemaFile>,
    /// Indices of the events that carry it, in [`Catalog::events`].
    pub events: Vec<usize>,
}
