//! The command line. What a program may read goes to standard output, what people read to
//! standard error.

mod dockerfile;
mod env_file;
mod go;
mod invoke;
mod local;
mod pages;
mod run;
mod serve;
mod watch;

use std::fmt::Display;
use std::io::{self, Write};
use std::process::ExitCode;

use clap::builder::styling::{AnsiColor, Style};
use clap::{Parser, Subcommand};
use knative_lambda_runtime::process::Unserved;

/// Exit status for wrong use: arguments, files, and variables given on the command line.
const MISUSE: u8 = 2;

/// Exit status for a wrong environment: `EX_CONFIG` of sysexits.h.
const CONFIGURATION: u8 = 78;

/// Wraps plain handlers as CloudEvents functions on Knative.
#[derive(Parser)]
#[command(name = "lambda-runtime", version, max_term_width = 100, after_help = AFTER_HELP)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

const AFTER_HELP: &str = "\
Exit codes:
  0   fine
  1   the handler failed (invoke), or the function cannot be served
  2   wrong use, or files that cannot be read or written
  78  variables that are wrong or missing (serve)

Examples:
  lambda-runtime run main.py --watch
  lambda-runtime invoke main.py --data '{\"name\": \"Ada\"}'
  lambda-runtime dockerfile python > Dockerfile";

#[derive(Subcommand)]
enum Command {
    Run(run::Run),
    Invoke(invoke::Invoke),
    Serve(serve::Serve),
    Dockerfile(dockerfile::Dockerfile),
    Completions(pages::Completions),
    Man(pages::Manual),
}

/// Runs the command that the arguments name.
pub(crate) fn main() -> ExitCode {
    let done = match Arguments::parse().command {
        Command::Serve(serve) => return serve.run(),
        Command::Run(run) => run.run().map(|()| ExitCode::SUCCESS),
        Command::Invoke(invoke) => invoke.run(),
        Command::Dockerfile(dockerfile) => dockerfile.run().map(|()| ExitCode::SUCCESS),
        Command::Completions(completions) => completions.run().map(|()| ExitCode::SUCCESS),
        Command::Man(manual) => manual.run().map(|()| ExitCode::SUCCESS),
    };
    done.unwrap_or_else(|error| fail(error.status, &error.message))
}

/// Says why the program ends.
pub(crate) fn fail(status: u8, message: &str) -> ExitCode {
    let error = styled(AnsiColor::Red.on_default().bold(), "error:");
    say(&format!("{error} {message}"));
    ExitCode::from(status)
}

/// Wrong use of the program.
fn misuse(message: impl Display) -> Unserved {
    Unserved {
        status: MISUSE,
        message: message.to_string(),
    }
}

/// Tells people something. Colours are left out where `NO_COLOR` is set, or nobody sees them.
fn say(text: &str) {
    // Nothing can be done where nobody listens.
    let _ = writeln!(anstream::stderr().lock(), "{text}");
}

fn styled(style: Style, text: impl Display) -> String {
    format!("{style}{text}{style:#}")
}

/// What people need not read.
fn dim(text: &str) -> String {
    styled(Style::new().dimmed(), text)
}

/// Writes to standard output. A reader that went away is no failure.
fn print(text: &[u8]) -> Result<(), Unserved> {
    let mut stdout = io::stdout().lock();
    match stdout.write_all(text).and_then(|()| stdout.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(error.into()),
        _ => Ok(()),
    }
}
