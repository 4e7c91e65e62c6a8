//! What happens when handlers, clients and brokers misbehave: `docs/reliability.md` has a row for
//! each test. Bounds are generous; the figures of the page were measured.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::print_stderr)]

// The longest test is in the first module, and the others run beside it.
#[path = "reliability/brokers.rs"]
mod brokers;
#[path = "reliability/clients.rs"]
mod clients;
#[path = "reliability/handlers.rs"]
mod handlers;
#[path = "reliability/program.rs"]
mod program;
#[path = "reliability/rust.rs"]
mod rust;

/// Writes a figure for the page; `cargo test` shows it with `--nocapture`.
pub(crate) fn figure(name: &str, value: impl std::fmt::Display) {
    eprintln!("{name}: {value}");
}
