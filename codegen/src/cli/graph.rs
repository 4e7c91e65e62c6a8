//! `klambda graph`.

use std::path::PathBuf;

use knative_lambda_codegen::diagnostics::nearest;
use knative_lambda_codegen::graph::{self, Graph};
use knative_lambda_codegen::ir::Catalog;

use super::types::{self, Named};
use super::{Exit, Failure, Output, SpecOptions};

/// Draw how events travel: all of them, those of one type, or a flow.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  klambda graph > routes.mmd
  klambda graph build --format dot | dot -Tsvg > build.svg
  klambda graph lifecycle.build.completed")]
pub(super) struct Arguments {
    /// Folder that holds `catalog.yaml`; else `spec` in this folder or in the nearest one above.
    #[arg(long, value_name = "DIR", value_hint = clap::ValueHint::DirPath)]
    spec: Option<PathBuf>,

    /// Name of a flow, or of an event type.
    #[arg(value_name = "FLOW|TYPE")]
    of: Option<String>,

    /// Language of the drawing.
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t)]
    format: Language,
}

/// Language of a drawing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
enum Language {
    /// Mermaid, which GitHub and many editors show.
    #[default]
    Mermaid,
    /// DOT, the language of Graphviz.
    Dot,
    /// Lists of groups, nodes and edges.
    Json,
}

pub(super) fn run(arguments: &Arguments, output: &Output) -> Result<Exit, Failure> {
    let options = SpecOptions::of(arguments.spec.clone());
    let drawn = options.query(output, |catalog| {
        let graph = match &arguments.of {
            Some(name) => named(catalog, name)?,
            None => Graph::of_routes(catalog, None),
        };
        Ok(match arguments.format {
            Language::Mermaid => graph::mermaid(&graph),
            Language::Dot => graph::dot(&graph),
            Language::Json => format!("{:#}\n", graph::json(&graph)),
        })
    })?;
    let Some(text) = drawn else {
        return Ok(Exit::Findings);
    };
    output.data(&text?)?;
    Ok(Exit::Fine)
}

fn named(catalog: &Catalog<'_>, name: &str) -> Result<Graph, Failure> {
    let flows = || catalog.spec.flows.iter();
    if let Some(flow) = flows().find(|flow| flow.flow.value == name) {
        return Ok(Graph::of_flow(flow));
    }
    match types::find(catalog, name) {
        Ok(Named::Own(event)) => Ok(Graph::of_routes(catalog, Some(&event.short))),
        Ok(Named::Partner(name, _)) => Ok(Graph::of_routes(catalog, Some(name))),
        // Without dots it is more like the name of a flow.
        Err(_) if !name.contains('.') => {
            let names = flows().map(|flow| flow.flow.value.as_str());
            let failure = Failure::new(format!("there is no flow or event type `{name}`"));
            Err(match nearest(name, names.clone()) {
                Some(near) => failure.help(format!("did you mean `{near}`?")),
                None => failure.help(format!("flows: {}", names.collect::<Vec<_>>().join(", "))),
            })
        }
        Err(failure) => Err(failure),
    }
}
