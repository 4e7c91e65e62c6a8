use knative_lambda_macros::lambda_events;

lambda_events!("nowhere");
lambda_events!("broken");
lambda_events!(spec);
lambda_events!("spec", krate = "support");

fn main() {}
