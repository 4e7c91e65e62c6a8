//! Commands reach the method that is made for them.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use knative_lambda_events::command::{
    BuildCancel, BuildRetry, BuildStart, Command, CommandHandler, FunctionDeploy, FunctionRollback,
    ServiceCreate, ServiceDelete, ServiceUpdate,
};
use knative_lambda_events::{CloudEvent, EventError, Origin, data, lifecycle};

/// Notes which methods were called.
#[derive(Default)]
struct Recorder {
    calls: usize,
}

macro_rules! record {
    ($($method:ident: $event:ty,)*) => {
        $(fn $method(&mut self, event: CloudEvent<$event>) -> String {
            self.calls += 1;
            format!("{} {}", stringify!($method), event.subject.unwrap())
        })*
    };
}

impl CommandHandler for Recorder {
    type Output = String;

    record! {
        build_start: BuildStart,
        build_cancel: BuildCancel,
        build_retry: BuildRetry,
        service_create: ServiceCreate,
        service_update: ServiceUpdate,
        service_delete: ServiceDelete,
        function_deploy: FunctionDeploy,
        function_rollback: FunctionRollback,
    }
}

#[test]
fn commands_are_dispatched() {
    let origin = Origin::new("ci", "knative-lambda", "hello-python");
    let data = data::BuildCommand::new("hello-python", "knative-lambda");
    let event = BuildStart::event(&origin, "key", data);
    let command = Command::from_envelope(event.to_envelope().unwrap()).unwrap();
    let mut handler = Recorder::default();
    let output = command.dispatch(&mut handler);
    assert_eq!(output, "build_start knative-lambda/hello-python");
    assert_eq!(handler.calls, 1);
}

#[test]
fn other_events_are_no_commands() {
    let origin = Origin::new("operator", "knative-lambda", "hello-python");
    let phase = data::BuildEventPhase::Running;
    let data = data::BuildEvent::new("hello-python", "knative-lambda", "build-1", phase);
    let event = lifecycle::BuildStarted::event(&origin, data);
    let error = Command::from_envelope(event.to_envelope().unwrap()).unwrap_err();
    assert!(matches!(error, EventError::UnknownType(_)), "{error}");
}
