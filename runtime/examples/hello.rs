//! A handler in Rust.

use knative_lambda_runtime::{Context, HandlerError, run};
use serde_json::{Value, json};

async fn handler(event: Value, context: Context) -> Result<Value, HandlerError> {
    if event.get("payload").is_none() {
        return Err(HandlerError::validation("`payload` is missing"));
    }
    Ok(json!({ "greeting": event["payload"], "attempt": context.attempt }))
}

fn main() -> std::process::ExitCode {
    run(handler)
}
