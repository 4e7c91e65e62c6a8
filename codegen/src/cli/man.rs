//! `klambda man`.

use clap::CommandFactory as _;
use clap_mangen::Man;

use super::{Cli, Exit, Failure, Output};

/// Print the manual page of klambda or of one of its commands.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  klambda man | man -l -
  klambda man generate > klambda-generate.1")]
pub(super) struct Arguments {
    /// The command; without one, the page of klambda itself, with all commands after it.
    command: Option<String>,
}

pub(super) fn run(arguments: &Arguments, output: &Output) -> Result<Exit, Failure> {
    let mut root = Cli::command().disable_help_subcommand(true);
    root.build();
    let mut pages = Vec::new();
    match &arguments.command {
        Some(name) => {
            let command = root.find_subcommand(name).ok_or_else(|| {
                Failure::new(format!("there is no command `{name}`"))
                    .help("`klambda --help` lists all commands")
            })?;
            page(command, &mut pages)?;
        }
        None => {
            page(&root, &mut pages)?;
            for command in root.get_subcommands() {
                page(command, &mut pages)?;
            }
        }
    }
    output.data(&String::from_utf8_lossy(&pages))?;
    Ok(Exit::Fine)
}

fn page(command: &clap::Command, pages: &mut Vec<u8>) -> Result<(), Failure> {
    Man::new(command.clone())
        .render(pages)
        .map_err(|error| Failure::io("cannot make the page", &error))
}
