//! Rust: types of event data, event types, and everything that a program needs to send and
//! receive them.
//!
//! One file here for each thing that is written. The code is written as text, already as rustfmt
//! has it, because parsing and printing it again would take longer than everything else together.

mod alerts;
mod category;
mod cdevents;
mod constants;
mod data;
mod enums;
mod environment;
mod errors;
mod event;
mod event_type;
mod handler;
mod metrics;
mod migrations;
mod naming;
mod redact;
mod root;
mod structs;
mod types;
mod writer;

pub use redact::{declared_types, is_declared, named};

use super::{OutputFile, Target, header};
use crate::ir::Catalog;

/// The Rust target.
pub static TARGET: Target = Target {
    name: "rust",
    summary: "Rust types, to be read, or compiled beside the crate `knative-lambda-events`",
    folder: "generated/rust",
    emit,
};

/// One Rust module.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Module {
    /// Name of its file, without ending; `mod` declares all others.
    pub name: String,
    /// Its source, without a header.
    pub content: String,
    /// What it is made from, a path below the project.
    pub source: String,
}

/// All modules of a catalogue.
///
/// `support` is the path of the code that they are built on: `crate::support` in the crate that
/// has it, `::knative_lambda_events::support` elsewhere.
pub fn modules(catalog: &Catalog<'_>, support: &str) -> Vec<Module> {
    let emitter = Emitter { catalog, support };
    let mut modules = vec![data::module(&emitter)];
    for category in &catalog.categories {
        modules.push(category::module(&emitter, category));
    }
    modules.push(event_type::module(&emitter));
    modules.push(event::module(&emitter));
    modules.push(constants::types(&emitter));
    modules.push(naming::module(&emitter));
    modules.extend(constants::extensions(&emitter));
    modules.extend(errors::module(&emitter));
    modules.extend(environment::module(&emitter));
    modules.extend(migrations::module(&emitter));
    modules.extend(cdevents::module(&emitter));
    modules.extend(alerts::module(&emitter));
    modules.extend(metrics::module(&emitter));
    if !emitter.is_foreign() {
        modules.push(redact::module(&emitter));
    }
    modules.push(root::module(&modules));
    modules
}

/// The modules one inside the other, for macros that expand to them.
pub fn nested(catalog: &Catalog<'_>, support: &str) -> String {
    root::nested(&modules(catalog, support))
}

/// Path of the code that the types of a catalogue are built on.
pub fn support<'a>(catalog: &Catalog<'a>) -> &'a str {
    let settings = catalog.header.rust.as_ref();
    let named = settings.and_then(|rust| rust.support.as_ref());
    named.map_or("::knative_lambda_events::support", |path| &path.value)
}

/// Bytes that the header of a file has at most, mostly.
const HEADER_LENGTH: usize = 256;

fn emit(catalog: &Catalog<'_>) -> Vec<OutputFile> {
    modules(catalog, support(catalog))
        .into_iter()
        .map(|module| {
            let mut content = module.content;
            content.insert_str(0, &format!("// {}\n\n", header(&module.source)));
            OutputFile {
                path: format!("{}/{}.rs", TARGET.folder, module.name),
                content,
            }
        })
        .collect()
}

/// What every part of the emitter reads.
struct Emitter<'e, 'a> {
    catalog: &'e Catalog<'a>,
    support: &'e str,
}

impl Emitter<'_, '_> {
    /// `use …::support;`, where the support code is not of this crate.
    fn serde(&self) -> String {
        if self.is_foreign() {
            format!("{}::serde", self.support)
        } else {
            "serde".to_owned()
        }
    }

    /// Whether the support code is another crate's.
    fn is_foreign(&self) -> bool {
        !self.support.starts_with("crate::")
    }
}
