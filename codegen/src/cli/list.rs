//! `klambda list`.

use knative_lambda_codegen::diagnostics::nearest;
use knative_lambda_codegen::ir::{Catalog, EventType};
use serde_json::{Value as Json, json};

use super::project::Format;
use super::table::Table;
use super::{Exit, Failure, Output, SpecOptions};

/// List the event types.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  klambda list
  klambda list --category command
  klambda list --format json | jq -r '.[].type'")]
pub(super) struct Arguments {
    #[command(flatten)]
    spec: SpecOptions,

    /// Only types of this category.
    #[arg(long, value_name = "NAME")]
    category: Option<String>,
}

pub(super) fn run(arguments: &Arguments, output: &Output) -> Result<Exit, Failure> {
    let options = &arguments.spec;
    let listed = options.data(output, |catalog| {
        let asked = arguments.category.as_deref();
        let types = catalog.events.iter().filter(|event| {
            asked.is_none_or(|asked| catalog.categories[event.category].name == asked)
        });
        let types: Vec<_> = types.collect();
        if let (true, Some(asked)) = (types.is_empty(), asked) {
            known(catalog, asked)?;
        }
        Ok(if options.format == Format::Json {
            let types: Vec<_> = types.iter().map(|event| summary(catalog, event)).collect();
            format!("{:#}\n", Json::from(types))
        } else {
            let mut table = Table::new(0);
            for event in types {
                let data = catalog.schemas[event.data].name;
                let summary = event.declared.summary.as_ref();
                let summary = summary.map_or("", |summary| &summary.value);
                table.row([&event.r#type, data, summary]);
            }
            table.render(output.stdout)
        })
    })?;
    let Some(text) = listed else {
        return Ok(Exit::Findings);
    };
    output.data(&text?)?;
    Ok(Exit::Fine)
}

/// Refuses a category that there is not.
fn known(catalog: &Catalog<'_>, asked: &str) -> Result<(), Failure> {
    let names = || catalog.categories.iter().map(|category| category.name);
    if names().any(|name| name == asked) {
        return Ok(());
    }
    let failure = Failure::new(format!("there is no category `{asked}`"));
    Err(match nearest(asked, names()) {
        Some(near) => failure.help(format!("did you mean `{near}`?")),
        None => failure.help(format!(
            "there are {}",
            names().collect::<Vec<_>>().join(", ")
        )),
    })
}

/// What a list says about a type.
pub(super) fn summary(catalog: &Catalog<'_>, event: &EventType<'_>) -> Json {
    let schema = &catalog.schemas[event.data];
    json!({
        "type": event.r#type,
        "name": event.short,
        "category": catalog.categories[event.category].name,
        "entity": event.entity,
        "action": event.action,
        "family": event.family,
        "summary": event.declared.summary.as_ref().map(|text| &text.value),
        "data": schema.name,
        "dataschema": schema.url,
        "deprecated": event.declared.deprecated.is_some(),
    })
}
