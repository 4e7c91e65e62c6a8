//! Wraps plain handlers as CloudEvents functions on Knative.
//!
//! Handlers in Rust run in this process: see [`run`]. Those of other languages run in worker
//! processes, which the program `lambda-runtime` supervises.

pub mod app;
pub mod call;
pub mod callback;
pub mod cloudevent;
mod connection;
mod deadlines;
pub mod executor;
pub mod function;
pub mod handler;
pub mod idempotency;
pub mod incoming;
pub mod language;
pub mod log;
mod memory;
pub mod metrics;
pub mod native;
mod per_thread;
pub mod problem;
pub mod process;
pub mod publish;
pub mod server;
pub mod service;
pub mod trace;
pub mod worker;

pub use handler::{Context, FromEvent, HandlerError, run, serve};
pub use knative_lambda_events::{CloudEvent, Envelope, Event, LambdaEvent};

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
