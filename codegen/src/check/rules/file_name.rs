use std::collections::HashMap;

use crate::check::{Context, rule};
use crate::diagnostics::Finding;
use crate::model::Text;
use crate::source::FileId;

rule! {
    /// A file's name is not that of the thing in it.
    ///
    /// ## What it does
    /// Reports a category, schema, partner, resource or flow whose name differs from its file's, and
    /// names the other file that holds the same name, if there is one.
    ///
    /// ## Why
    /// People look for a schema by its name. And since no folder holds two files of one name, no thing
    /// can be there twice.
    ///
    /// ## Fails
    /// ```yaml data/note.yaml
    /// schema: order
    /// version: 1.0.0
    /// title: Note
    /// description: A remark.
    /// root: { type: object }
    /// ```
    ///
    /// ## Passes
    /// ```yaml data/note.yaml
    /// schema: note
    /// version: 1.0.0
    /// title: Note
    /// description: A remark.
    /// root: { type: object }
    /// ```
    "file-name", 110, Error, check
}

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let spec = context.spec;
    let mut report = |what, names: Vec<(FileId, &Text)>| folder(context, what, &names, findings);
    report("category", spec.events.iter().map(|f| (f.file, &f.body.category)).collect());
    report("schema", spec.data.iter().map(|f| (f.file, &f.body.schema)).collect());
    report("partner", spec.partners.iter().map(|f| (f.file, &f.body.partner)).collect());
    report("resource", spec.resources.iter().map(|f| (f.file, &f.body.resource)).collect());
    report("flow", spec.flows.iter().map(|f| (f.file, &f.body.flow)).collect());
}

fn folder(context: &Context<'_>, what: &str, names: &[(FileId, &Text)], findings: &mut Vec<Finding>) {
    let stem = |file: FileId| {
        let path = &context.sources.get(file).path;
        let name = path.rsplit('/').next().unwrap_or(path);
        name.strip_suffix(".yaml").unwrap_or(name)
    };
    // Those that are where they should be.
    let mut right: HashMap<&str, &Text> = HashMap::new();
    for (file, name) in names {
        if stem(*file) == name.value {
            right.insert(&name.value, name);
        }
    }
    for (file, name) in names {
        let stem = stem(*file);
        if stem == name.value {
            continue;
        }
        let finding = Finding::new(&META, name.span, format!("the file of the {what} `{}` is named `{stem}.yaml`", name.value));
        findings.push(match right.get(name.value.as_str()) {
            Some(other) => finding
                .label("there is another one")
                .also(other.span, format!("the same {what}"))
                .help(format!("write `{what}: {stem}`, or move what is here into the other file")),
            None => finding
                .label(format!("expected `{stem}`"))
                .help(format!("rename the file to `{}.yaml`, or write `{what}: {stem}`", name.value)),
        });
    }
}
