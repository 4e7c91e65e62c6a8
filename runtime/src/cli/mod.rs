//! The command line.

mod serve;

use std::io::Write;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// Exit status for a wrong environment: `EX_CONFIG` of sysexits.h.
const CONFIGURATION: u8 = 78;

/// Wraps plain handlers as CloudEvents functions on Knative.
#[derive(Parser)]
#[command(name = "lambda-runtime", version, max_term_width = 100)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    Serve(serve::Serve),
}

/// Runs the command that the arguments name.
pub(crate) fn main() -> ExitCode {
    match Arguments::parse().command {
        Command::Serve(serve) => serve.run(),
    }
}

/// Says why the program ends.
pub(crate) fn fail(status: u8, message: &str) -> ExitCode {
    // Nothing can be done where nobody listens.
    let _ = writeln!(std::io::stderr(), "error: {message}");
    ExitCode::from(status)
}
