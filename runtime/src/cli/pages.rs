//! `completions` and `man`.

use clap::{Args, CommandFactory};
use clap_complete::Shell;
use clap_mangen::Man;
use knative_lambda_runtime::process::Unserved;

use super::{Arguments, print};

/// Prints the completion script of a shell
#[derive(Args)]
#[command(after_help = "Examples:
  lambda-runtime completions bash > ~/.local/share/bash-completion/completions/lambda-runtime
  lambda-runtime completions zsh > ~/.zfunc/_lambda-runtime
  lambda-runtime completions fish > ~/.config/fish/completions/lambda-runtime.fish")]
pub(crate) struct Completions {
    /// The shell.
    shell: Shell,
}

impl Completions {
    pub(crate) fn run(self) -> Result<(), Unserved> {
        let mut script = Vec::new();
        let mut command = Arguments::command();
        clap_complete::generate(self.shell, &mut command, "lambda-runtime", &mut script);
        print(&script)
    }
}

/// Prints the manual page, with all commands
#[derive(Args)]
#[command(after_help = "Examples:
  lambda-runtime man | man -l -
  lambda-runtime man > ~/.local/share/man/man1/lambda-runtime.1")]
pub(crate) struct Manual {}

impl Manual {
    pub(crate) fn run(self) -> Result<(), Unserved> {
        let mut root = Arguments::command().disable_help_subcommand(true);
        root.build();
        let mut page = Vec::new();
        Man::new(root.clone()).render(&mut page)?;
        for command in root.get_subcommands() {
            Man::new(command.clone()).render(&mut page)?;
        }
        print(&page)
    }
}
