//! Values of manifests, from files and the command line.

use std::path::{Path, PathBuf};

use knative_lambda_codegen::diagnostics;
use knative_lambda_codegen::emit::kubernetes::{Overrides, SECTIONS, problem, values};
use knative_lambda_codegen::ir::Catalog;
use knative_lambda_codegen::load::{Limits, parse};
use knative_lambda_codegen::source::{SourceFile, Sources};
use serde_json::{Map, Value as Json};

use super::{Failure, Output};

/// Values of manifests that differ from those of the spec.
#[derive(Debug, clap::Args)]
pub(super) struct ValueOptions {
    /// YAML file of values, as the Helm chart takes it; the last one wins.
    #[arg(long, value_name = "FILE", value_hint = clap::ValueHint::FilePath)]
    values: Vec<PathBuf>,

    /// A value, such as `namespaces.shop=prod`; wins over files.
    #[arg(long, value_name = "SECTION.NAME=VALUE")]
    set: Vec<String>,
}

/// A value that was given, and where.
struct Given {
    section: String,
    name: String,
    value: Json,
    place: String,
}

impl ValueOptions {
    /// Whether there are any.
    pub(super) fn is_empty(&self) -> bool {
        self.values.is_empty() && self.set.is_empty()
    }

    /// The options, as they were written.
    pub(super) fn arguments(&self) -> impl Iterator<Item = String> {
        let files = self.values.iter();
        let files = files.map(|file| format!("--values {}", file.display()));
        files.chain(self.set.iter().map(|set| format!("--set {set}")))
    }

    /// Reads and checks them.
    ///
    /// # Errors
    /// When a file cannot be read, or a value has no place or is not allowed there.
    pub(super) fn read(
        &self,
        catalog: &Catalog<'_>,
        output: &Output,
    ) -> Result<Overrides, Failure> {
        if self.is_empty() {
            return Ok(Overrides::new());
        }
        let known = values(catalog);
        let mut overrides = Overrides::new();
        let mut given = Vec::new();
        for path in &self.values {
            given.extend(read_file(path, output)?);
        }
        for set in &self.set {
            given.push(assignment(set, &known)?);
        }
        for value in given {
            let (key, value) = check(value, &known)?;
            overrides.insert(key, value);
        }
        Ok(overrides)
    }
}

fn read_file(path: &Path, output: &Output) -> Result<Vec<Given>, Failure> {
    let name = path.display().to_string();
    let unreadable = |error| Failure::io(format!("cannot read `{name}`"), &error);
    let text = std::fs::read_to_string(path).map_err(unreadable)?;
    let mut sources = Sources::new(Path::new(""));
    let file = sources.add(SourceFile::new(name.clone(), path.to_path_buf(), text));
    let mut findings = Vec::new();
    let document = parse(file, sources.get(file), &Limits::default(), &mut findings);
    if !findings.is_empty() {
        let format = diagnostics::Format::Human;
        output.note(&diagnostics::render(
            &findings,
            &sources,
            format,
            output.stderr,
        ));
    }
    let shape = |at| {
        Failure::new(format!("{at} is not as values are")).help(
            "write sections with values below them, as in the `values.yaml` of the Helm chart",
        )
    };
    let Some(root) = document.root else {
        return Err(Failure::new(format!(
            "`{name}` is no YAML that can be read"
        )));
    };
    let mut given = Vec::new();
    for (section, values) in root
        .as_map()
        .ok_or_else(|| shape(format!("`{name}`")))?
        .iter()
    {
        let (line, _) = sources.get(file).line_column(section.span.start);
        let place = format!("{name}:{line}");
        let values = values.as_map().ok_or_else(|| shape(place))?;
        for (key, value) in values.iter() {
            let (line, _) = sources.get(file).line_column(key.span.start);
            given.push(Given {
                section: section.value.clone(),
                name: key.value.clone(),
                value: value.to_json(),
                place: format!("{name}:{line}: "),
            });
        }
    }
    Ok(given)
}

/// `section.name=value`; the value is of the default's type.
fn assignment(set: &str, known: &Map<String, Json>) -> Result<Given, Failure> {
    let parts = || {
        let (key, value) = set.split_once('=')?;
        let (section, name) = key.split_once('.')?;
        Some((section.to_owned(), name.to_owned(), value))
    };
    let Some((section, name, value)) = parts() else {
        return Err(Failure::new(format!("`--set {set}` sets nothing"))
            .help("write `--set SECTION.NAME=VALUE`, such as `--set delivery.retry=3`"));
    };
    let default = known.get(&section).and_then(|values| values.get(&name));
    let value = match default {
        Some(Json::String(_)) | None => value.into(),
        Some(_) => serde_json::from_str(value).unwrap_or_else(|_| value.into()),
    };
    let place = "--set: ".to_owned();
    Ok(Given {
        section,
        name,
        value,
        place,
    })
}

fn check(
    given: Given,
    known: &Map<String, Json>,
) -> Result<((&'static str, String), Json), Failure> {
    let Given {
        section,
        name,
        value,
        place,
    } = given;
    let unknown = |what: &str, known: Vec<&str>| {
        let failure = Failure::new(format!("{place}there is no {what}"));
        let written = what.rsplit('`').nth(1).unwrap_or(what);
        match diagnostics::nearest(written, known.iter().copied()) {
            Some(near) => failure.help(format!("did you mean `{near}`?")),
            None => failure.help(format!("there are `{}`", known.join("`, `"))),
        }
    };
    let Some(values) = known.get(&section).and_then(Json::as_object) else {
        let sections = known.keys().map(String::as_str).collect();
        return Err(unknown(&format!("section `{section}`"), sections));
    };
    if !values.contains_key(&name) {
        let names = values.keys().map(String::as_str).collect();
        return Err(unknown(&format!("value `{name}`"), names));
    }
    if let Some(expected) = problem(&section, &name, &value) {
        let message = format!("{place}`{section}.{name}` cannot be {value}");
        return Err(Failure::new(message).help(format!("write {expected}")));
    }
    let section = SECTIONS
        .iter()
        .map(|(known, _)| *known)
        .find(|known| *known == section);
    Ok(((section.unwrap_or_default(), name), value))
}
