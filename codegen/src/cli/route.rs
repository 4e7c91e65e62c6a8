//! `klambda route`.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use knative_lambda_codegen::check::Index;
use knative_lambda_codegen::diagnostics::{Colour, Finding};
use knative_lambda_codegen::event::{self, Event};
use knative_lambda_codegen::ir::{Catalog, Filter, Receiver, receivers};
use serde_json::{Map, Value as Json, json};

use super::events::{Read, check_files, is_stdin};
use super::project::Format;
use super::table::{Table, bold};
use super::{Exit, Failure, Output, SpecOptions, types};

/// Print who would receive an event, and through what.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  klambda route lifecycle.build.completed
  klambda route events.jsonl
  klambda route - --format json < event.json")]
pub(super) struct Arguments {
    #[command(flatten)]
    spec: SpecOptions,

    /// Name of a type, full or relative to the prefix; or a file with events, `-` for stdin.
    #[arg(value_name = "TYPE|FILE")]
    of: String,
}

pub(super) fn run(arguments: &Arguments, output: &Output) -> Result<Exit, Failure> {
    let path = PathBuf::from(&arguments.of);
    if is_stdin(&path) || path.is_file() || arguments.of.contains(std::path::is_separator) {
        return events(arguments, &path, output);
    }
    let options = &arguments.spec;
    let routed = options.data(output, |catalog| {
        let named = types::find(catalog, &arguments.of)?;
        let short = catalog.index.short(match named {
            // A member of a family is asked for by its own name.
            types::Named::Own(event) if event.family => &arguments.of,
            _ => named.full(),
        });
        let found = receivers(catalog.spec, &catalog.index, short);
        Ok(if options.format == Format::Json {
            let full = catalog.index.full_type(short);
            let receivers: Vec<_> = found.iter().map(to_json).collect();
            format!("{:#}\n", json!({ "type": full, "receivers": receivers }))
        } else {
            table(&found, 0, output.stdout)
        })
    })?;
    let Some(text) = routed else {
        return Ok(Exit::Findings);
    };
    output.data(&text?)?;
    Ok(Exit::Fine)
}

/// The routes of each event in a file. Events that are not valid are reported and routed
/// nonetheless: brokers look at attributes only.
fn events(arguments: &Arguments, path: &Path, output: &Output) -> Result<Exit, Failure> {
    let options = &arguments.spec;
    check_files(&[path.to_path_buf()])?;
    let json = options.format == Format::Json;
    let routed = options.query(output, |catalog| {
        let mut read = Read::new();
        let mut failed = Ok(());
        read.file(path, &mut |event, findings: &mut Vec<Finding>| {
            findings.extend(event::check(&catalog.index, event));
            let text = routed(catalog, event, json, output.stdout);
            if failed.is_ok() {
                failed = output.data(&text);
            }
        })?;
        failed.map(|()| read)
    })?;
    match routed {
        Some(read) => Ok(read?.finish(options, output)),
        None => Ok(Exit::Findings),
    }
}

/// One event with its routes: a JSON line, or a heading and a table.
fn routed(catalog: &Catalog<'_>, event: Event<'_>, json: bool, colour: Colour) -> String {
    let map = event.node.as_map();
    let attribute = |name: &str| map.and_then(|map| map.get(name)?.as_str());
    let r#type = attribute("type").unwrap_or("");
    let index = &catalog.index;
    let mut found = Vec::new();
    if is_known(index, r#type) {
        found = receivers(catalog.spec, index, r#type);
        found.retain(|receiver| {
            let mut wanted = receiver.attributes.iter();
            let known = match &receiver.filter {
                Filter::Schema(url) => attribute("dataschema") == Some(url),
                Filter::Exact(_) | Filter::Prefix(_) => true,
            };
            known && wanted.all(|(name, value)| attribute(name).is_some_and(|a| may_be(value, a)))
        });
    }
    let id = attribute("id").unwrap_or("");
    if json {
        let receivers: Vec<_> = found.iter().map(to_json).collect();
        return format!(
            "{}\n",
            json!({ "id": id, "type": r#type, "receivers": receivers })
        );
    }
    format!(
        "{} {}\n{}\n",
        bold(r#type, colour),
        id,
        table(&found, 2, colour)
    )
}

fn is_known(index: &Index<'_>, r#type: &str) -> bool {
    index.partner_event(r#type).is_some() || index.event(r#type).is_some()
}

/// Whether a value fits what a Trigger compares; placeholders fit anything.
fn may_be(wanted: &str, value: &str) -> bool {
    let Some((before, rest)) = wanted.split_once('{') else {
        return wanted == value;
    };
    let after = rest.rsplit_once('}').map_or("", |(_, after)| after);
    value.len() >= before.len() + after.len() && value.starts_with(before) && value.ends_with(after)
}

/// The filter in words.
fn filter(receiver: &Receiver<'_>) -> String {
    let mut text = match &receiver.filter {
        Filter::Exact(name) => format!("type = {name}"),
        Filter::Prefix(start) => format!("type = {start}*"),
        Filter::Schema(url) => format!("dataschema = {url}"),
    };
    for (name, value) in &receiver.attributes {
        let _ = write!(text, ", {name} = {value}");
    }
    if let Some(condition) = receiver.condition {
        let _ = write!(text, "; reconciles if {}", condition.value.trim());
    }
    text
}

/// Receivers as a table: who, through what, from which broker, by which filter.
pub(super) fn table(receivers: &[Receiver<'_>], indent: usize, colour: Colour) -> String {
    if receivers.is_empty() {
        return format!("{}nobody\n", " ".repeat(indent));
    }
    let mut table = Table::new(indent);
    for receiver in receivers {
        let via = match receiver.namespace {
            Some(namespace) => format!("{} in {namespace}", receiver.via),
            None => receiver.via.clone(),
        };
        let broker = receiver.broker.map(|broker| format!("broker {broker}"));
        table.row([
            &receiver.name.value,
            receiver.kind.as_str(),
            &via,
            broker.as_deref().unwrap_or(""),
            &filter(receiver),
        ]);
    }
    table.render(colour)
}

/// A receiver for programs.
pub(super) fn to_json(receiver: &Receiver<'_>) -> Json {
    let mut filter = match &receiver.filter {
        Filter::Exact(name) => json!({ "type": { "exact": name } }),
        Filter::Prefix(start) => json!({ "type": { "prefix": start } }),
        Filter::Schema(url) => json!({ "dataschema": { "exact": url } }),
    };
    let attributes = receiver.attributes.iter();
    let attributes: Map<_, _> = attributes
        .map(|(name, value)| ((*name).to_owned(), json!(value)))
        .collect();
    filter["attributes"] = attributes.into();
    json!({
        "name": receiver.name.value,
        "kind": receiver.kind.as_str(),
        "via": receiver.via,
        "namespace": receiver.namespace,
        "broker": receiver.broker,
        "filter": filter,
        "condition": receiver.condition.map(|c| c.value.trim()),
    })
}
