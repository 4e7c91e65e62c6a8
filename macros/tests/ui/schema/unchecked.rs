use knative_lambda_macros::lambda_schema;

lambda_schema!("schemas/shipment.schema.json");
lambda_schema!("schemas/shipment.schema.json", unchecked("const"));
lambda_schema!("schemas/shipment.schema.json", allowed("minItems"));
lambda_schema!("schemas/nowhere.json");

fn main() {}
