//! Wraps plain handlers as CloudEvents functions on Knative.

pub mod call;
pub mod cloudevent;
pub mod function;
pub mod log;
pub mod publish;
pub mod worker;
