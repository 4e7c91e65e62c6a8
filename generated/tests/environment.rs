//! The environment is read as a whole: every variable that is wrong is named at once.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::time::Duration;

use knative_lambda_events::environment::{Environment, LogLevel};

fn read(variables: &[(&str, &str)]) -> Result<Environment, String> {
    let variables = variables
        .iter()
        .map(|(name, value)| (name.to_string(), value.to_string()));
    Environment::from_vars(variables).map_err(|error| error.to_string())
}

const REQUIRED: [(&str, &str); 2] = [
    ("FUNCTION_NAME", "hello-python"),
    ("FUNCTION_NAMESPACE", "knative-lambda"),
];

#[test]
fn defaults_stand_in() {
    let environment = read(&REQUIRED).unwrap();
    assert_eq!(environment.port, 8080);
    assert_eq!(environment.handler, "handler");
    assert_eq!(environment.timeout_seconds, Duration::from_secs(60));
    assert_eq!(environment.log_level, LogLevel::Info);
    assert_eq!(environment.broker_url, None);
}

#[test]
fn another_variable_stands_in() {
    let sink = ("K_SINK", "http://broker.example/default");
    let [name, namespace] = REQUIRED;
    let environment = read(&[name, namespace, sink]).unwrap();
    assert_eq!(environment.broker_url.as_deref(), Some(sink.1));
    let own = ("BROKER_URL", "https://own.example");
    let environment = read(&[name, namespace, sink, own]).unwrap();
    assert_eq!(environment.broker_url.as_deref(), Some(own.1));
}

#[test]
fn every_problem_is_named_at_once() {
    let error = read(&[
        ("PORT", "0"),
        ("HANDLER", "../other.handler"),
        ("FUNCTION_NAME", ""),
        ("FUNCTION_NAMESPACE", "kube_system"),
        ("K_SINK", "broker"),
        ("TIMEOUT_SECONDS", "3601"),
        ("LOG_LEVEL", "loud"),
    ])
    .unwrap_err();
    assert_eq!(
        error,
        "the environment is not as it must be:\
         \n  PORT must be a port from 1 to 65535, not \"0\"\
         \n  HANDLER must be `function`, `module.function` or `dir/module.function`, not \"../other.handler\"\
         \n  FUNCTION_NAME must be set\
         \n  FUNCTION_NAMESPACE must be a name of up to 63 of `a-z`, `0-9` and `-`, not \"kube_system\"\
         \n  K_SINK must be an absolute http or https URL, not \"broker\"\
         \n  TIMEOUT_SECONDS must be a whole number of seconds from 1 to 3600, not \"3601\"\
         \n  LOG_LEVEL must be one of `trace`, `debug`, `info`, `warn`, `error`, not \"loud\""
    );
}

#[test]
fn names_and_paths_are_checked() {
    let long = "n".repeat(63);
    for name in ["hello", "7up", "a-b", "x", &long] {
        assert!(
            read(&[("FUNCTION_NAME", name), REQUIRED[1]]).is_ok(),
            "{name}"
        );
    }
    let longer = "n".repeat(64);
    for name in ["Hello", "-a", "a-", "a.b", "a_b", "a b", "ü", &longer] {
        assert!(
            read(&[("FUNCTION_NAME", name), REQUIRED[1]]).is_err(),
            "{name}"
        );
    }
    let handler = |path| read(&[REQUIRED[0], REQUIRED[1], ("HANDLER", path)]);
    for path in ["run", "_r2", "orders.create", "a/b-c/send-mail.run"] {
        assert!(handler(path).is_ok(), "{path}");
    }
    for path in [
        "a-b", "a/b", "a.b.c", "/a.b", "../a.b", "a//b.c", ".b", "a.", "2a.b", "-a.b", "a b.c",
        "ä.b",
    ] {
        assert!(handler(path).is_err(), "{path}");
    }
}
