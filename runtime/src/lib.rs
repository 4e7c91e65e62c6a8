//! Wraps plain handlers as CloudEvents functions on Knative.

pub mod app;
pub mod call;
pub mod callback;
pub mod cloudevent;
pub mod executor;
pub mod function;
pub mod idempotency;
pub mod incoming;
pub mod language;
pub mod log;
pub mod metrics;
pub mod native;
pub mod problem;
pub mod process;
pub mod publish;
pub mod server;
pub mod service;
pub mod worker;
