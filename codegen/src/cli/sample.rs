//! `klambda sample`.

use knative_lambda_codegen::event::{Declared, HttpMessage, binary, complete};
use knative_lambda_codegen::ir::Catalog;
use knative_lambda_codegen::model::EventExample;
use serde_json::Value as Json;

use super::types::{self, Named};
use super::{Exit, Failure, Output, SpecOptions};

/// Print a sample event of a type.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  klambda sample command.build.start
  klambda sample lifecycle.build.completed --form curl | sh
  klambda sample --all > events.jsonl")]
pub(super) struct Arguments {
    #[command(flatten)]
    spec: SpecOptions,

    /// Full name of the type, or its name relative to the prefix.
    #[arg(value_name = "TYPE", required_unless_present = "all")]
    r#type: Option<String>,

    /// How the event is written.
    #[arg(long, value_enum, value_name = "FORM", default_value_t)]
    form: Form,

    /// Every example; of every type unless TYPE is given. JSON comes one event a line.
    #[arg(long)]
    all: bool,
}

/// How a sample is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
enum Form {
    /// One JSON object.
    #[default]
    Structured,
    /// Headers and body of an HTTP request.
    Binary,
    /// A shell command that sends it.
    Curl,
}

pub(super) fn run(arguments: &Arguments, output: &Output) -> Result<Exit, Failure> {
    let printed = arguments
        .spec
        .data(output, |catalog| print(arguments, catalog))?;
    match printed {
        Some(text) => {
            output.data(&text?)?;
            Ok(Exit::Fine)
        }
        None => Ok(Exit::Findings),
    }
}

fn print(arguments: &Arguments, catalog: &Catalog<'_>) -> Result<String, Failure> {
    let index = &catalog.index;
    let named = arguments
        .r#type
        .as_ref()
        .map(|name| types::find(catalog, name))
        .transpose()?;
    let types: Vec<Named<'_, '_>> = match named {
        Some(named) => vec![named],
        None => catalog.events.iter().map(Named::Own).collect(),
    };
    let mut text = String::new();
    for named in &types {
        let Some(declared) = named.declared(index) else {
            continue;
        };
        let examples: &[EventExample] = match declared {
            Declared::Own(event) => &event.event.examples,
            Declared::Partner(_, event) => &event.examples,
        };
        let most = if arguments.all { examples.len() } else { 1 };
        for example in examples.iter().take(most) {
            let mut event = complete(index, declared, example);
            if let (Some(member), Some(r#type)) =
                (member(arguments, catalog, *named), event.get_mut("type"))
            {
                *r#type = member.into();
            }
            text.push_str(&written(arguments, catalog, &event)?);
        }
        if examples.is_empty() && !arguments.all {
            return Err(Failure::new(format!("`{}` has no example", named.full())));
        }
    }
    Ok(text)
}

/// The full type of the member of a family that is asked for.
fn member(arguments: &Arguments, catalog: &Catalog<'_>, named: Named<'_, '_>) -> Option<String> {
    let asked = arguments
        .r#type
        .as_ref()
        .filter(|name| !name.ends_with('*'))?;
    let is_family = matches!(named, Named::Own(event) if event.family);
    is_family.then(|| catalog.index.full_type(catalog.index.short(asked)))
}

fn written(arguments: &Arguments, catalog: &Catalog<'_>, event: &Json) -> Result<String, Failure> {
    let message = || {
        binary(event).ok_or_else(|| {
            Failure::new("the data are bytes").help("`--form structured` prints them in base64")
        })
    };
    Ok(match arguments.form {
        Form::Structured if arguments.all => format!("{event}\n"),
        Form::Structured => format!("{event:#}\n"),
        Form::Binary => http(&message()?),
        Form::Curl => {
            let mut brokers = catalog
                .spec
                .broker
                .iter()
                .flat_map(|f| f.body.brokers.iter());
            let url = brokers
                .next()
                .map_or("http://localhost:8080", |(_, b)| &b.url.value);
            format!("{}\n", message()?.curl(url))
        }
    })
}

fn http(message: &HttpMessage) -> String {
    let mut text = String::new();
    for (name, value) in &message.headers {
        text.push_str(&format!("{name}: {value}\n"));
    }
    text.push_str(&format!("\n{}\n", message.body));
    text
}
