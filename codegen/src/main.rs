//! The `klambda` command.

mod cli;

fn main() {
    let exit = cli::run(std::env::args_os());
    // Skips destructors of statics and leaves at once; everything was written by now.
    #[allow(clippy::exit, reason = "the one place that ends the process")]
    std::process::exit(exit.code());
}
