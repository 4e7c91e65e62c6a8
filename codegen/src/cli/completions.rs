//! `klambda completions`.

use clap::CommandFactory as _;
use clap_complete::Shell;

use super::{Cli, Exit, Failure, Output};

/// Print the completion script of a shell.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  klambda completions bash > ~/.local/share/bash-completion/completions/klambda
  klambda completions zsh > ~/.zfunc/_klambda
  klambda completions fish > ~/.config/fish/completions/klambda.fish")]
pub(super) struct Arguments {
    /// The shell.
    shell: Shell,
}

pub(super) fn run(arguments: &Arguments, output: &Output) -> Result<Exit, Failure> {
    let mut script = Vec::new();
    clap_complete::generate(arguments.shell, &mut Cli::command(), "klambda", &mut script);
    output.data(&String::from_utf8_lossy(&script))?;
    Ok(Exit::Fine)
}
