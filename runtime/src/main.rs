//! `lambda-runtime`: wraps plain handlers as CloudEvents functions on Knative.

mod cli;

use std::process::ExitCode;

use knative_lambda_runtime::worker::{SHIM, become_worker};

fn main() -> ExitCode {
    let mut arguments = std::env::args_os().skip(1).peekable();
    if arguments.next_if(|first| first == SHIM).is_some() {
        // It returns only when the program cannot be run.
        return cli::fail(
            1,
            &become_worker(arguments)
                .map_or_else(|error| error.to_string(), |never| match never {}),
        );
    }
    cli::main()
}
