//! Wraps plain handlers as CloudEvents functions on Knative.

pub mod cloudevent;
