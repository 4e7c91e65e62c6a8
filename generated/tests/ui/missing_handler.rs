//! A handler that forgets a command.

use knative_lambda_events::CloudEvent;
use knative_lambda_events::command::*;

struct Operator;

impl CommandHandler for Operator {
    type Output = ();

    fn build_start(&mut self, _: CloudEvent<BuildStart>) {}
    fn build_cancel(&mut self, _: CloudEvent<BuildCancel>) {}
    fn build_retry(&mut self, _: CloudEvent<BuildRetry>) {}
    fn service_create(&mut self, _: CloudEvent<ServiceCreate>) {}
    fn service_update(&mut self, _: CloudEvent<ServiceUpdate>) {}
    fn service_delete(&mut self, _: CloudEvent<ServiceDelete>) {}
    fn function_deploy(&mut self, _: CloudEvent<FunctionDeploy>) {}
}

fn main() {}
