//! `klambda init`.

use std::fs;
use std::path::{Path, PathBuf};

use knative_lambda_codegen::ir::names::kebab;
use knative_lambda_codegen::scaffold;

use super::{Exit, Failure, Output};

/// Start a catalogue: a small one that is valid, to be edited
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  klambda init
  klambda init shop --prefix com.example.shop
  cd shop && klambda generate")]
pub(super) struct Arguments {
    /// Folder that gets the folder `spec`; made if need be.
    #[arg(value_name = "DIR", default_value = ".", hide_default_value = true)]
    folder: PathBuf,

    /// What every event type begins with: a domain that you own, back to front
    /// [default: com.example.NAME].
    #[arg(long, value_name = "PREFIX")]
    prefix: Option<String>,

    /// Name of the catalogue, in kebab case [default: the last part of the prefix, else the
    /// folder's name].
    #[arg(long, value_name = "NAME")]
    name: Option<String>,
}

pub(super) fn run(arguments: &Arguments, output: &Output) -> Result<Exit, Failure> {
    let name = match (&arguments.name, &arguments.prefix) {
        (Some(name), _) => name.clone(),
        (None, Some(prefix)) => prefix.rsplit('.').next().unwrap_or(prefix).to_owned(),
        (None, None) => folder_name(&arguments.folder),
    };
    let prefix = match &arguments.prefix {
        Some(prefix) => prefix.clone(),
        None => format!("com.example.{name}"),
    };
    let files = scaffold::template(&name, &prefix).map_err(super::refusal)?;
    let spec = match arguments.folder.to_str() {
        Some(".") => PathBuf::from("spec"),
        _ => arguments.folder.join("spec"),
    };
    refuse_existing(&spec)?;
    // Written beside its place, then moved there: a spec is there as a whole or not at all.
    let part = arguments
        .folder
        .join(format!(".spec-{}.part", std::process::id()));
    let written = files
        .iter()
        .try_for_each(|file| {
            let path = part.join(&file.path);
            fs::create_dir_all(path.parent().unwrap_or(&part))?;
            fs::write(&path, &file.content)
        })
        .and_then(|()| fs::rename(&part, &spec));
    if let Err(error) = written {
        // The error to tell is the one above.
        let _ = fs::remove_dir_all(&part);
        return Err(Failure::io(
            format!("cannot write `{}`", spec.display()),
            &error,
        ));
    }
    let there = match arguments.folder.to_str() {
        Some(".") => String::new(),
        _ => format!(" in `{}`", arguments.folder.display()),
    };
    output.note(&format!(
        "{} files written to `{}`\n  {}: edit them, then run `klambda generate`{there}\n",
        files.len(),
        spec.display(),
        output.strong("next"),
    ));
    Ok(Exit::Fine)
}

/// The folder's own name in kebab case, where that can name a catalogue.
fn folder_name(folder: &Path) -> String {
    let full = std::path::absolute(folder).unwrap_or_default();
    let name = full.file_name().unwrap_or_default().to_string_lossy();
    let name = kebab(&name);
    if name.starts_with(|c: char| c.is_ascii_lowercase()) && name.is_ascii() {
        name
    } else {
        "platform".to_owned()
    }
}

fn refuse_existing(spec: &Path) -> Result<(), Failure> {
    match fs::read_dir(spec) {
        Ok(mut entries) => match entries.next() {
            None => Ok(()),
            Some(_) => Err(Failure::new(format!("`{}` is not empty", spec.display()))
                .help("`klambda init DIR` starts a catalogue in another folder")
                .help("`klambda new event TYPE` adds to the one that is here")),
        },
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(Failure::io(
            format!("cannot use `{}`", spec.display()),
            &error,
        )),
    }
}
