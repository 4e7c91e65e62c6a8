//! `klambda show`.

use std::fmt::Write as _;

use knative_lambda_codegen::diagnostics::Colour;
use knative_lambda_codegen::event::complete;
use knative_lambda_codegen::ir::{Catalog, EventType, Receiver, receivers};
use knative_lambda_codegen::model::{PartnerEvent, Text};
use serde_json::{Value as Json, json};

use super::members::members;
use super::project::Format;
use super::route;
use super::table::{Table, bold};
use super::types::{self, Named};
use super::{Exit, Failure, Output, SpecOptions, list};

/// Characters of the words for a type; longer lists of values go into the description.
const WIDEST_TYPE: usize = 40;

/// Show all about an event type: what it says, its data, who receives it, its legacy names.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  klambda show command.build.start
  klambda show io.acme.shop.lifecycle.order.paid --format json")]
pub(super) struct Arguments {
    #[command(flatten)]
    spec: SpecOptions,

    /// Full name of the type, or its name relative to the prefix.
    #[arg(value_name = "TYPE")]
    r#type: String,
}

pub(super) fn run(arguments: &Arguments, output: &Output) -> Result<Exit, Failure> {
    let options = &arguments.spec;
    let shown = options.data(output, |catalog| {
        let named = types::find(catalog, &arguments.r#type)?;
        let about = About::new(catalog, named);
        Ok(match options.format {
            Format::Json => format!("{:#}\n", about.to_json()),
            _ => about.text(output.stdout),
        })
    })?;
    let Some(text) = shown else {
        return Ok(Exit::Findings);
    };
    output.data(&text?)?;
    Ok(Exit::Fine)
}

/// What is known about a type.
struct About<'c, 'a> {
    catalog: &'c Catalog<'a>,
    named: Named<'c, 'a>,
    /// Index of the schema of its data.
    data: Option<usize>,
    receivers: Vec<Receiver<'c>>,
    legacy: Vec<&'c str>,
    cdevent: Option<String>,
}

fn value(text: Option<&Text>) -> Option<&str> {
    text.map(|text| text.value.as_str())
}

impl<'c, 'a> About<'c, 'a> {
    fn new(catalog: &'c Catalog<'a>, named: Named<'c, 'a>) -> Self {
        let index = &catalog.index;
        let short = index.short(named.full());
        let is_this = |name: &str| index.short(name) == short;
        let data = match named {
            Named::Own(event) => Some(event.data),
            Named::Partner(_, event) => event.data.as_ref().and_then(|data| {
                let schemas = &catalog.schemas;
                schemas.binary_search_by(|s| s.name.cmp(&data.value)).ok()
            }),
        };
        let migrations = catalog.spec.migrations.iter();
        let legacy = migrations
            .flat_map(|file| file.body.migrations.iter())
            .filter(|(_, migration)| is_this(&migration.to))
            .map(|(name, _)| name.value.as_str());
        let mut cdevents = catalog.spec.cdevents.iter().flat_map(|f| &f.body.mapping);
        let cdevent = cdevents.find(|cdevent| is_this(&cdevent.event));
        Self {
            catalog,
            named,
            data,
            receivers: receivers(catalog.spec, index, short),
            legacy: legacy.collect(),
            cdevent: cdevent.map(|c| format!("{}.{}", c.r#type.value, c.version.value)),
        }
    }

    /// What the type says about itself, by name.
    fn facts(&self) -> Vec<(&'static str, String)> {
        let mut facts = Vec::new();
        let mut fact = |name, value: Option<String>| facts.extend(value.map(|v| (name, v)));
        let owned = |text: Option<&Text>| value(text).map(str::to_owned);
        match self.named {
            Named::Own(event) => {
                let category = &self.catalog.categories[event.category];
                let names = |names: &[&str]| (!names.is_empty()).then(|| names.join(", "));
                let declared = event.declared;
                fact("category", Some(category.name.to_owned()));
                fact("from", Some(category.declared.from.value.clone()));
                fact("to", Some(category.declared.to.value.clone()));
                fact("effect", owned(declared.effect.as_ref()));
                fact("when", owned(declared.when.as_ref()));
                let idempotent = declared.idempotent.as_ref().map(|flag| flag.value);
                let yes_no = |flag| String::from(if flag { "yes" } else { "no" });
                fact("idempotent", idempotent.map(yes_no));
                fact("response", owned(declared.response.as_ref()));
                let replies: Vec<_> = declared.replies.iter().map(|r| r.value.as_str()).collect();
                fact("replies", names(&replies));
                fact("severity", owned(declared.severity.as_ref()));
                fact("must carry", names(&event.required_extensions));
                fact("may carry", names(&event.optional_extensions));
                fact("since", owned(declared.since.as_ref()));
                fact(
                    "deprecated",
                    declared.deprecated.as_ref().map(|deprecated| {
                        let instead = value(deprecated.replaced_by.as_ref());
                        let instead = instead.map(|name| format!("; use {name}"));
                        format!(
                            "since {}{}",
                            deprecated.since.value,
                            instead.unwrap_or_default()
                        )
                    }),
                );
                fact("unrouted", owned(declared.unrouted.as_ref()));
            }
            Named::Partner(_, event) => {
                fact("standing", Some(event.standing.as_str().to_owned()));
                fact("consumer", owned(event.consumer.as_ref()));
            }
        }
        fact("CDEvent", self.cdevent.clone());
        facts
    }

    fn summary(&self) -> &str {
        match self.named {
            Named::Own(event) => value(event.declared.summary.as_ref()).unwrap_or(""),
            Named::Partner(_, event) => &event.summary.value,
        }
    }

    fn text(&self, colour: Colour) -> String {
        let mut text = format!("{}\n{}\n", bold(self.named.full(), colour), self.summary());
        let description = match self.named {
            Named::Own(event) => value(event.declared.description.as_ref()),
            Named::Partner(..) => None,
        };
        if let Some(description) = description {
            let _ = write!(text, "\n{}\n", description.trim_end());
        }
        let mut facts = Table::new(2);
        for (name, value) in self.facts() {
            facts.row([name, &value]);
        }
        let _ = write!(text, "\n{}", facts.render(Colour::Never));
        if let Some(schema) = self.data.map(|data| &self.catalog.schemas[data]) {
            let heading = bold("Data", colour);
            let _ = writeln!(text, "\n{heading} {} ({})", schema.name, schema.url);
            let mut table = Table::new(2);
            for member in members(self.catalog, &schema.root) {
                let sign = if member.field.required {
                    "required"
                } else {
                    ""
                };
                let (mut words, mut description) = (member.r#type.clone(), member.description());
                if words.chars().count() > WIDEST_TYPE {
                    let _ = write!(description, " One of: {words}.");
                    words = "string".into();
                }
                table.row([&member.path, &words, sign, &description]);
            }
            text.push_str(&table.render(colour));
        }
        let _ = writeln!(text, "\n{}", bold("Receivers", colour));
        text.push_str(&route::table(&self.receivers, 2, colour));
        if !self.legacy.is_empty() {
            let _ = writeln!(text, "\n{}", bold("Legacy names", colour));
            for name in &self.legacy {
                let _ = writeln!(text, "  {name}");
            }
        }
        text
    }

    fn to_json(&self) -> Json {
        let mut about = match self.named {
            Named::Own(event) => own(self.catalog, event),
            Named::Partner(name, event) => partner(name, event),
        };
        if let Some(schema) = self.data.map(|data| &self.catalog.schemas[data]) {
            let members = members(self.catalog, &schema.root);
            about["dataschema"] = json!(schema.url);
            about["members"] = members.iter().map(|member| member.to_json()).collect();
        }
        about["receivers"] = self.receivers.iter().map(route::to_json).collect();
        about["legacy"] = json!(self.legacy);
        about["cdevent"] = json!(self.cdevent);
        let index = &self.catalog.index;
        let example = self.named.declared(index).and_then(|declared| {
            let example = match self.named {
                Named::Own(event) => event.declared.examples.first(),
                Named::Partner(_, event) => event.examples.first(),
            };
            Some(complete(index, declared, example?))
        });
        about["sample"] = json!(example);
        about
    }
}

fn own(catalog: &Catalog<'_>, event: &EventType<'_>) -> Json {
    let declared = event.declared;
    let category = catalog.categories[event.category].declared;
    let mut about = list::summary(catalog, event);
    about["description"] = json!(value(declared.description.as_ref()));
    about["from"] = json!(category.from.value);
    about["to"] = json!(category.to.value);
    about["effect"] = json!(value(declared.effect.as_ref()));
    about["when"] = json!(value(declared.when.as_ref()));
    about["idempotent"] = json!(declared.idempotent.as_ref().map(|flag| flag.value));
    about["response"] = json!(value(declared.response.as_ref()));
    about["replies"] = declared.replies.iter().map(|r| json!(r.value)).collect();
    about["severity"] = json!(value(declared.severity.as_ref()));
    about["requiredExtensions"] = json!(event.required_extensions);
    about["optionalExtensions"] = json!(event.optional_extensions);
    about["since"] = json!(value(declared.since.as_ref()));
    about["unrouted"] = json!(value(declared.unrouted.as_ref()));
    about
}

fn partner(name: &str, event: &PartnerEvent) -> Json {
    json!({
        "type": name,
        "standing": event.standing.as_str(),
        "summary": event.summary.value,
        "consumer": value(event.consumer.as_ref()),
        "data": value(event.data.as_ref()),
    })
}
