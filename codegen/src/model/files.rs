//! Which file of a spec holds what.

use std::collections::HashMap;
use std::sync::Arc;

use serde_json::Value as Json;

use super::decode::{Decode, Decoder, Definitions};
use super::{Spec, SpecFile};
use crate::check::rules;
use crate::diagnostics::Finding;
use crate::load::{self, Loaded, Node, Suppression};
use crate::parallel;
use crate::source::{FileId, SourceFile, Span};

/// A kind of file.
pub struct FileKind {
    /// Path below the spec: a file, or `folder/*.yaml`.
    pub path: &'static str,
    /// Name of its JSON Schema below `schema/`.
    pub schema_file: &'static str,
    /// Whether a spec can do without it.
    pub optional: bool,
    decode: fn(FileId, Node, &mut Decoder, &mut Spec) -> bool,
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
            decode: |file, root, decoder, spec| {
                let body = <$ty>::decode(root, decoder).map(Arc::new);
                spec.$field = body.map(|body| SpecFile { file, body });
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
            decode: |file, root, decoder, spec| {
                let body = <$ty>::decode(root, decoder).map(Arc::new);
                let read = body.is_some();
                spec.$field.extend(body.map(|body| SpecFile { file, body }));
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
    one!("metrics.yaml", "metrics", true, metrics: super::MetricsFile),
    one!("dashboards.yaml", "dashboards", true, dashboards: super::DashboardsFile),
    one!("network.yaml", "network", true, network: super::NetworkFile),
    many!("events/*.yaml", "events", events: super::EventsFile),
    many!("data/*.yaml", "data", data: super::SchemaFile),
    many!("partners/*.yaml", "partner", partners: super::PartnerFile),
    many!("resources/*.yaml", "resource", resources: super::ResourceFile),
    many!("flows/*.yaml", "flow", flows: super::FlowFile),
];

/// Files that are worth waking a thread.
const FILES_A_THREAD: usize = 4;

/// What one file gives.
#[derive(Clone, Debug)]
struct Part {
    spec: Spec,
    findings: Vec<Finding>,
    suppressions: Vec<Suppression>,
}

/// What the files gave when they were read before, for those who read them again and again.
#[derive(Debug, Default)]
pub struct Memory {
    /// By path: number and text of the file, and what it gave.
    parts: HashMap<String, (FileId, String, Part)>,
}

impl Memory {
    /// What a file gave, if it is the same. Places hold the number of the file.
    fn recall(&self, file: FileId, source: &SourceFile) -> Option<Part> {
        let (number, text, part) = self.parts.get(&source.path)?;
        (*number == file && *text == source.text).then(|| part.clone())
    }
}

/// Parses every file and reads it by its kind. What is wrong is pushed to `findings`.
///
/// Also returns the `klambda-allow` comments of all files.
pub fn read(loaded: &Loaded, findings: &mut Vec<Finding>) -> (Spec, Vec<Suppression>) {
    let files: Vec<FileId> = loaded.sources.iter().map(|(file, _)| file).collect();
    let parts = parallel::map(&files, FILES_A_THREAD, |file| read_file(loaded, *file));
    join(loaded, parts, findings)
}

/// As [`read`], but files that are the same as before are not parsed again.
pub fn read_again(
    loaded: &Loaded,
    memory: &mut Memory,
    findings: &mut Vec<Finding>,
) -> (Spec, Vec<Suppression>) {
    let files: Vec<FileId> = loaded.sources.iter().map(|(file, _)| file).collect();
    let parts = parallel::map(&files, FILES_A_THREAD, |file| {
        match memory.recall(*file, loaded.sources.get(*file)) {
            Some(part) => (part, None),
            None => {
                let part = read_file(loaded, *file);
                (part.clone(), Some((*file, part)))
            }
        }
    });
    let (parts, new): (Vec<_>, Vec<_>) = parts.into_iter().unzip();
    for (file, part) in new.into_iter().flatten() {
        let source = loaded.sources.get(file);
        memory
            .parts
            .insert(source.path.clone(), (file, source.text.clone(), part));
    }
    join(loaded, parts, findings)
}

fn join(
    loaded: &Loaded,
    parts: Vec<Part>,
    findings: &mut Vec<Finding>,
) -> (Spec, Vec<Suppression>) {
    let mut spec = Spec::default();
    let mut suppressions = Vec::new();
    for part in parts {
        spec.absorb(part.spec);
        findings.extend(part.findings);
        suppressions.extend(part.suppressions);
    }
    missing(loaded, findings);
    (spec, suppressions)
}

fn read_file(loaded: &Loaded, file: FileId) -> Part {
    let source = loaded.sources.get(file);
    let mut spec = Spec::default();
    let mut decoder = Decoder::default();
    let mut suppressions = Vec::new();
    match KINDS.iter().find(|kind| kind.matches(&source.path)) {
        // Half a file lacks keys that the whole has.
        Some(_) if loaded.incomplete.contains(&file) => spec.broken.push(source.path.clone()),
        Some(kind) => {
            let findings = &mut decoder.findings;
            let document = load::parse(file, source, &loaded.limits, findings);
            if document.root.is_none() && findings.is_empty() {
                findings.push(rules::empty_file::report(Span::new(file, 0, 0)));
            }
            let read = document
                .root
                .is_some_and(|root| (kind.decode)(file, root, &mut decoder, &mut spec));
            if !read {
                spec.broken.push(source.path.clone());
            }
            suppressions = document.suppressions;
        }
        None => {
            let finding = rules::unknown_file::report(file, &source.path);
            decoder.findings.push(finding);
        }
    }
    Part {
        spec,
        findings: decoder.findings,
        suppressions,
    }
}

/// Reports the kinds of file that a spec cannot do without and that are not there.
fn missing(loaded: &Loaded, findings: &mut Vec<Finding>) {
    let Some((first, _)) = loaded.sources.iter().next() else {
        return;
    };
    for kind in KINDS.iter().filter(|kind| !kind.optional) {
        let mut files = loaded.sources.iter();
        if files.all(|(_, file)| !kind.matches(&file.path)) {
            let place = Span::new(first, 0, 0);
            findings.push(rules::missing_file::report(place, kind.path));
        }
    }
}
