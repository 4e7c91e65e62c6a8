//! The command line, as people use it: the program itself, on files in folders.
#![allow(clippy::unwrap_used, clippy::expect_used)]

#[path = "cli/dockerfile.rs"]
mod dockerfile;
#[path = "cli/image.rs"]
mod image;
#[path = "cli/invoke.rs"]
mod invoke;
#[path = "cli/program.rs"]
mod program;
#[path = "cli/run.rs"]
mod run;
#[path = "cli/watch.rs"]
mod watch;
