//! Which file of a spec holds what.

use std::collections::HashSet;

use serde_json::Value as Json;

use super::decode::{Decode, Decoder, Definitions};
use super::{Spec, SpecFile};
use crate::check::rules;
use crate::diagnostics::Finding;
use crate::load::{Document, Loaded};
use crate::parallel;
use crate::source::{FileId, Span};

/// A kind of file.
pub struct FileKind {
    /// Path below the spec: a file, or `folder/*.yaml`.
    pub path: &'static str,
    /// Name of its JSON Schema below `schema/`.
    pub schema_file: &'static str,
    /// Whether a spec can do without it.
    pub optional: bool,
    decode: fn(&Document, &mut Decoder, &mut Spec) -> bool,
    schema: fn(&mut Definitions) -> Json,
}

impl FileKind {
    /// The JSON Schema (draft-07) of the file, a reference into `definitions`.
    pub fn schema(&self, definitions: &mut Definitions) -> Json {
        (self.schema)(definitions)
    }

    fn matches(&self, path: &str) -> bool {
        match self.path.strip_suffix("/*.yaml") {
            Some(folder) => path
                .strip_prefix(folder)
                .and_then(|p| p.strip_prefix('/'))
                .is_some_and(|name| !name.contains('/') && name.ends_with(".yaml")),
            None => path == self.path,
        }
    }
}

macro_rules! one {
    ($path:literal, $schema:literal, $optional:literal, $field:ident: $ty:ty) => {
        FileKind {
            path: $path,
            schema_file: $schema,
            optional: $optional,
            decode: |document, decoder, spec| {
                let body = document
                    .root
                    .as_ref()
                    .and_then(|root| <$ty>::decode(root, decoder));
                spec.$field = body.map(|body| SpecFile {
                    file: document.file,
                    body,
                });
                spec.$field.is_some()
            },
            schema: <$ty>::schema,
        }
    };
}

macro_rules! many {
    ($path:literal, $schema:literal, $field:ident: $ty:ty) => {
        FileKind {
            path: $path,
            schema_file: $schema,
            optional: true,
            decode: |document, decoder, spec| {
                let body = document
                    .root
                    .as_ref()
                    .and_then(|root| <$ty>::decode(root, decoder));
                let read = body.is_some();
                spec.$field.extend(body.map(|body| SpecFile {
                    file: document.file,
                    body,
                }));
                read
            },
            schema: <$ty>::schema,
        }
    };
}

/// Every kind of file.
pub static KINDS: &[FileKind] = &[
    one!("catalog.yaml", "catalog", false, catalog: super::CatalogFile),
    one!("extensions.yaml", "extensions", true, extensions: super::ExtensionsFile),
    one!("errors.yaml", "errors", true, errors: super::ErrorsFile),
    one!("runtimes.yaml", "runtimes", true, runtimes: super::RuntimesFile),
    one!("environment.yaml", "environment", true, environment: super::EnvironmentFile),
    one!("migrations.yaml", "migrations", true, migrations: super::MigrationsFile),
    one!("broker.yaml", "broker", true, broker: super::BrokerFile),
    one!("consumers.yaml", "consumers", true, consumers: super::ConsumersFile),
    one!("observers.yaml", "observers", true, observers: super::ObserversFile),
    one!("flux.yaml", "flux", true, flux: super::FluxFile),
    one!("cdevents.yaml", "cdevents", true, cdevents: super::CdEventsFile),
    one!("alerting.yaml", "alerting", true, alerting: super::AlertingFile),
    many!("events/*.yaml", "events", events: super::EventsFile),
    many!("data/*.yaml", "data", data: super::SchemaFile),
    many!("partners/*.yaml", "partner", partners: super::PartnerFile),
    many!("resources/*.yaml", "resource", resources: super::ResourceFile),
    many!("flows/*.yaml", "flow", flows: super::FlowFile),
];

/// Documents that are worth a thread of their own.
const DOCUMENTS_A_THREAD: usize = 32;

/// Reads every document by its kind. What is wrong is pushed to `findings`.
pub fn read(loaded: &Loaded, findings: &mut Vec<Finding>) -> Spec {
    let explained: HashSet<FileId> = findings.iter().map(|f| f.primary.span.file).collect();
    let parts = parallel::map(&loaded.documents, DOCUMENTS_A_THREAD, |document| {
        let mut decoder = Decoder::default();
        let mut spec = Spec::default();
        let path = &loaded.sources.get(document.file).path;
        match KINDS.iter().find(|kind| kind.matches(path)) {
            Some(kind) => {
                if document.root.is_none() && !explained.contains(&document.file) {
                    let start = Span::new(document.file, 0, 0);
                    decoder.findings.push(rules::empty_file::report(start));
                }
                if !(kind.decode)(document, &mut decoder, &mut spec) {
                    spec.broken.push(path.clone());
                }
            }
            None => decoder
                .findings
                .push(rules::unknown_file::report(document.file, path)),
        }
        (spec, decoder.findings)
    });
    let mut spec = Spec::default();
    for (part, found) in parts {
        spec.absorb(part);
        findings.extend(found);
    }
    missing(loaded, findings);
    spec
}

/// Reports the kinds of file that a spec cannot do without and that are not there.
fn missing(loaded: &Loaded, findings: &mut Vec<Finding>) {
    let Some(first) = loaded.documents.first() else {
        return;
    };
    for kind in KINDS.iter().filter(|kind| !kind.optional) {
        let mut files = loaded.sources.iter();
        if files.all(|(_, file)| !kind.matches(&file.path)) {
            let place = Span::new(first.file, 0, 0);
            findings.push(rules::missing_file::report(place, kind.path));
        }
    }
}
