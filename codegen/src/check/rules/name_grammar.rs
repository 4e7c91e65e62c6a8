use crate::check::{Context, rule};
use crate::diagnostics::Finding;
use crate::ir::names::kebab;
use crate::model::Text;

rule! {
    /// A name has a character or a shape that names of its kind do not have.
    ///
    /// ## What it does
    /// Reports a catalogue, category, entity, action, schema, partner, resource or flow whose name is not
    /// made of words of lower-case letters and digits joined by single hyphens, beginning with a letter;
    /// and a prefix that is not at least two such names joined by dots. The action `*` opens a family
    /// of types.
    ///
    /// ## Why
    /// The names become event types, addresses, file names and Kubernetes objects. Some of those do not
    /// tell case apart, and others take nothing but these characters.
    ///
    /// ## Fails
    /// ```yaml events/command.yaml
    /// # …
    /// events:
    ///   order.Cancel_now:
    ///     summary: Request to cancel an order
    /// ```
    ///
    /// ## Passes
    /// ```yaml events/command.yaml
    /// # …
    /// events:
    ///   order.place:
    ///     summary: Request to place an order
    /// ```
    "name-grammar", 102, Error, check
}

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let spec = context.spec;
    let mut names = Names { context, findings };
    if let Some(catalog) = &spec.catalog {
        names.one("catalogue", &catalog.catalog);
        names.prefix(&catalog.prefix);
        for (name, _) in catalog.categories.iter() {
            names.one("category", name);
        }
        for (name, _) in catalog.entities.iter() {
            names.one("entity", name);
        }
    }
    for event in &context.index.events {
        names.event(event.key);
    }
    for file in &spec.data {
        names.one("schema", &file.schema);
    }
    for file in &spec.partners {
        names.one("partner", &file.partner);
    }
    for file in &spec.resources {
        names.one("resource", &file.resource);
    }
    for file in &spec.flows {
        names.one("flow", &file.flow);
    }
}

struct Names<'c, 'a> {
    context: &'c Context<'a>,
    findings: &'c mut Vec<Finding>,
}

impl Names<'_, '_> {
    fn one(&mut self, what: &str, name: &Text) {
        if !is_name(name) {
            self.report(what, name, 0, name);
        }
    }

    fn prefix(&mut self, prefix: &Text) {
        let mut offset = 0;
        for part in prefix.split('.') {
            if !is_name(part) {
                self.report("part of the prefix", prefix, offset, part);
                return;
            }
            offset += part.len() + 1;
        }
        if !prefix.contains('.') {
            let finding = Finding::new(&META, prefix.span, format!("the prefix `{}` is one word", prefix.value))
                .help("write a domain that is yours, from its end: `com.example.shop`");
            self.findings.push(finding);
        }
    }

    fn event(&mut self, key: &Text) {
        let mut offset = 0;
        let last = key.split('.').count() - 1;
        for (number, part) in key.split('.').enumerate() {
            let what = if number == last { "action" } else { "entity" };
            let fine = is_name(part) || number == last && part == "*";
            if !fine {
                self.report(what, key, offset, part);
            }
            offset += part.len() + 1;
        }
    }

    fn report(&mut self, what: &str, text: &Text, offset: usize, name: &str) {
        let span = self.context.inside(text, offset, name.len());
        let finding = Finding::new(&META, span, format!("`{name}` is no name of a kind that an event type can hold"))
            .label(format!("this {what}"));
        let kebab = kebab(name);
        self.findings.push(if is_name(&kebab) {
            finding.help(format!("write `{kebab}`, here and wherever it is referred to"))
        } else {
            finding.help("use lower-case letters, digits and single hyphens, beginning with a letter")
        });
    }
}

/// Words of lower-case letters and digits joined by hyphens, beginning with a letter.
pub(crate) fn is_name(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_lowercase())
        && text.split('-').all(|word| {
            let allowed = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit();
            !word.is_empty() && word.bytes().all(allowed)
        })
}
