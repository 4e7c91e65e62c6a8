//! `lambda-runtime`: wraps plain handlers as CloudEvents functions on Knative.

fn main() {}
