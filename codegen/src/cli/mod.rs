//! The command line: reads the arguments, runs one command, prints what it found.
//!
//! Data go to stdout; findings, notes and errors go to stderr. A command ends with one of the
//! [`Exit`] codes. Nothing but this module and its children prints or ends the process.

mod check;
mod completions;
mod events;
mod explain;
mod generate;
mod graph;
mod guides;
mod init;
mod list;
mod man;
mod members;
mod migrate;
mod new;
mod output;
mod progress;
mod project;
mod route;
mod sample;
mod schema;
mod show;
mod table;
mod types;
mod validate;
mod values;
mod watch;

use std::ffi::OsString;

use clap::{CommandFactory as _, FromArgMatches as _, Parser, Subcommand};
use knative_lambda_codegen::scaffold::Refusal;

pub(crate) use output::{ColourChoice, Exit, Failure, Output};
pub(crate) use project::SpecOptions;

/// Compiles a folder of YAML that describes a CloudEvents platform into types, schemas and docs.
#[derive(Debug, Parser)]
#[command(name = "klambda", version, max_term_width = 100, after_help = AFTER_HELP)]
struct Cli {
    /// When to colour what is printed.
    #[arg(
        long,
        global = true,
        display_order = 100,
        value_enum,
        value_name = "WHEN",
        default_value_t
    )]
    color: ColourChoice,

    #[command(subcommand)]
    command: Command,
}

const AFTER_HELP: &str = "\
Exit codes:
  0  fine (warnings too, unless --deny-warnings)
  1  findings: errors in the spec or in events, or generated files that differ
  2  wrong use, or files that cannot be read or written

Examples:
  klambda init                  start a catalogue in this folder
  klambda check                 check the spec of this project
  klambda generate              write everything that follows from it
  klambda explain KL0012        say more about a finding";

#[derive(Debug, Subcommand)]
enum Command {
    Check(check::Arguments),
    Generate(generate::Arguments),
    Explain(explain::Arguments),
    Init(init::Arguments),
    New(new::Arguments),
    Schema(schema::Arguments),
    List(list::Arguments),
    Show(show::Arguments),
    Sample(sample::Arguments),
    Validate(validate::Arguments),
    Migrate(migrate::Arguments),
    Route(route::Arguments),
    Graph(graph::Arguments),
    Completions(completions::Arguments),
    Man(man::Arguments),
}

/// Runs the command that `arguments` (the program's name first) ask for.
pub(crate) fn run(arguments: impl IntoIterator<Item = OsString>) -> Exit {
    let arguments: Vec<OsString> = arguments.into_iter().collect();
    // Help and wrong use are printed while the arguments are read, in colour or not.
    let choice = ColourChoice::asked_for(&arguments);
    let parsed = Cli::command()
        .color(choice.for_clap())
        .try_get_matches_from(arguments)
        .and_then(|matches| Cli::from_arg_matches(&matches));
    let cli = match parsed {
        Ok(cli) => cli,
        Err(error) => {
            // Nobody is left to be told when this cannot be printed.
            let _ = error.print();
            return if error.use_stderr() {
                Exit::Misuse
            } else {
                Exit::Fine
            };
        }
    };
    let output = Output::new(cli.color);
    let result = match &cli.command {
        Command::Check(arguments) => check::run(arguments, &output),
        Command::Generate(arguments) => generate::run(arguments, &output),
        Command::Explain(arguments) => explain::run(arguments, &output),
        Command::Init(arguments) => init::run(arguments, &output),
        Command::New(arguments) => new::run(arguments, &output),
        Command::Schema(arguments) => schema::run(arguments, &output),
        Command::List(arguments) => list::run(arguments, &output),
        Command::Show(arguments) => show::run(arguments, &output),
        Command::Sample(arguments) => sample::run(arguments, &output),
        Command::Validate(arguments) => validate::run(arguments, &output),
        Command::Migrate(arguments) => migrate::run(arguments, &output),
        Command::Route(arguments) => route::run(arguments, &output),
        Command::Graph(arguments) => graph::run(arguments, &output),
        Command::Completions(arguments) => completions::run(arguments, &output),
        Command::Man(arguments) => man::run(arguments, &output),
    };
    result.unwrap_or_else(|failure| output.failure(&failure))
}

/// Why something cannot be added to a spec.
fn refusal(refusal: Refusal) -> Failure {
    refusal
        .help
        .into_iter()
        .fold(Failure::new(refusal.message), Failure::help)
}
