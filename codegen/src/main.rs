//! The `klambda` command.

mod cli;

/// A catalogue is millions of small strings, made on several threads: the system's allocator grows
/// their heaps in small steps, a system call each.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() {
    let exit = cli::run(std::env::args_os());
    // Skips destructors of statics and leaves at once; everything was written by now.
    #[allow(clippy::exit, reason = "the one place that ends the process")]
    std::process::exit(exit.code());
}
