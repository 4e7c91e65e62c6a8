use knative_lambda_macros::lambda_schema;

lambda_schema!("schemas/lossy.json");

fn main() {}
