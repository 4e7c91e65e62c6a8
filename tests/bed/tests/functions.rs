//! Functions of each language behind the real broker: calls reach them, their responses come
//! back, failures are repeated and become dead letters, and a function that is killed loses
//! nothing.
#![allow(clippy::unwrap_used, clippy::print_stdout, missing_docs)]

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use hyper::StatusCode;
use knative_lambda_testbed::http::{get, post};
use knative_lambda_testbed::{Bed, Part, Received, Reconciled, Sink, available_for, shared};
use serde_json::{Value, json};
use tokio::process::{Child, Command};

const PATIENCE: Duration = Duration::from_secs(60);

/// Deliveries after the first: fewer and sooner than the catalogue's, so that the test ends.
const RETRIES: usize = 2;

const TYPES: [&str; 4] = ["sync", "async", "scheduled", "retry"];

/// A folder for each language with a handler that does what `payload.do` says.
fn code(language: &str, folder: &Path) -> Vec<PathBuf> {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/functions");
    let name = match language {
        "python" => "main.py",
        "nodejs" => "main.js",
        "go" => "main.go",
        other => panic!("{other}"),
    };
    let file = folder.join(name);
    std::fs::copy(source.join(name), &file).unwrap();
    vec![file]
}

/// A program of this workspace, built where it is not.
fn program(arguments: &[&str], name: &str) -> PathBuf {
    let status = std::process::Command::new(env!("CARGO"))
        .args(["build", "--quiet", "-p", "knative-lambda-runtime"])
        .args(arguments)
        .status();
    assert!(status.unwrap().success());
    let own = std::env::current_exe().unwrap();
    own.ancestors().nth(2).unwrap().join(name)
}

/// A running function.
struct Function {
    child: Child,
    port: u16,
    command: Vec<String>,
    variables: Vec<(String, String)>,
    folder: tempfile::TempDir,
}

impl Function {
    async fn start(language: &str, broker: &str, dead_letters: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let runtime = program(&["--bin", "lambda-runtime"], "lambda-runtime");
        let serve = [
            runtime.to_str().unwrap(),
            "serve",
            "--language",
            language,
            "--code",
            ".",
        ];
        let mut command = serve.map(str::to_owned).to_vec();
        match language {
            "rust" => {
                let program = program(
                    &["--example", "broker-function"],
                    "examples/broker-function",
                );
                command = vec![program.to_str().unwrap().to_owned()];
            }
            "go" => {
                code(language, folder.path());
                let runtime = Path::new(env!("CARGO_MANIFEST_DIR"))
                    .join("../../runtime/workers/go/runtime.go");
                std::fs::copy(runtime, folder.path().join("runtime.go")).unwrap();
                let constants = folder.path().join("runtime_constants.go");
                std::fs::write(constants, knative_lambda_events::constants::GO).unwrap();
                let built = std::process::Command::new("go")
                    .args(["build", "-o", "handler"])
                    .args(["main.go", "runtime.go", "runtime_constants.go"])
                    .env("GO111MODULE", "off")
                    .current_dir(folder.path())
                    .status();
                assert!(built.unwrap().success());
            }
            _ => {
                code(language, folder.path());
            }
        }
        let port = std::net::TcpListener::bind("127.0.0.1:0")
            .unwrap()
            .local_addr()
            .unwrap()
            .port();
        let variables = [
            ("PORT", port.to_string()),
            ("FUNCTION_NAME", format!("hello-{language}")),
            ("FUNCTION_NAMESPACE", "knative-lambda".to_owned()),
            ("BROKER_URL", broker.to_owned()),
            ("DEAD_LETTER_URL", dead_letters.to_owned()),
            ("TIMEOUT_SECONDS", "1".to_owned()),
        ];
        let variables = variables
            .map(|(name, value)| (name.to_owned(), value))
            .to_vec();
        let child = spawn(&command, &variables, folder.path());
        let function = Self {
            child,
            port,
            command,
            variables,
            folder,
        };
        function.ready().await;
        function
    }

    async fn ready(&self) {
        let url = format!("http://127.0.0.1:{}/health/ready", self.port);
        let begun = Instant::now();
        loop {
            let answer = get(&url, &[]).await;
            if answer.is_ok_and(|answer| answer.status == StatusCode::OK) {
                return;
            }
            assert!(
                begun.elapsed() < PATIENCE,
                "{:?} is not ready",
                self.command
            );
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }

    /// As when a node dies: nothing is told, nothing is finished.
    async fn die_and_rise(&mut self) {
        self.child.kill().await.unwrap();
        self.child = spawn(&self.command, &self.variables, self.folder.path());
    }
}

fn spawn(command: &[String], variables: &[(String, String)], folder: &Path) -> Child {
    Command::new(&command[0])
        .args(&command[1..])
        .envs(variables.iter().map(|(name, value)| (name, value)))
        .current_dir(folder)
        .stdout(std::process::Stdio::null())
        .kill_on_drop(true)
        .spawn()
        .unwrap()
}

/// A Broker with a Trigger for the calls of each function, and one for each kind of response.
async fn reconciled(
    bed: &Bed,
    namespace: &str,
    functions: &[(String, u16)],
    sink: &Sink,
    parallel: &str,
) -> Reconciled {
    let broker = json!({
        "apiVersion": "eventing.knative.dev/v1", "kind": "Broker",
        "metadata": {
            "name": "default", "namespace": namespace,
            "annotations": { "eventing.knative.dev/broker.class": "RabbitMQBroker" },
        },
        "spec": {
            "config": {
                "apiVersion": "eventing.knative.dev/v1alpha1", "kind": "RabbitmqBrokerConfig",
                "name": "config", "namespace": namespace,
            },
            "delivery": {
                "retry": RETRIES, "backoffPolicy": "exponential", "backoffDelay": "PT0.1S",
                "deadLetterSink": destination("dead"),
            },
        },
    });
    let config = json!({
        "apiVersion": "eventing.knative.dev/v1alpha1", "kind": "RabbitmqBrokerConfig",
        "metadata": { "name": "config", "namespace": namespace },
        "spec": {
            "rabbitmqClusterReference": { "name": "rabbitmq", "namespace": namespace },
            "queueType": "quorum",
        },
    });
    let trigger = |name: String, attributes: Value, to: &str| {
        json!({
            "apiVersion": "eventing.knative.dev/v1", "kind": "Trigger",
            "metadata": {
                "name": name, "namespace": namespace,
                "annotations": { "rabbitmq.eventing.knative.dev/parallelism": parallel },
            },
            "spec": { "broker": "default", "filter": { "attributes": attributes }, "subscriber": destination(to) },
        })
    };
    let mut triggers = Vec::new();
    for (name, _) in functions {
        for kind in TYPES {
            let attributes = json!({
                "type": format!("io.knative.lambda.invoke.{kind}"), "subject": format!("knative-lambda/{name}"),
            });
            triggers.push(trigger(format!("{name}-{kind}"), attributes, name));
        }
    }
    for kind in ["success", "error", "timeout"] {
        let attributes = json!({ "type": format!("io.knative.lambda.response.{kind}") });
        triggers.push(trigger(
            format!("responses-{kind}"),
            attributes,
            "responses",
        ));
    }
    let resolve = |of: &Value| {
        let name = of["ref"]["name"].as_str().unwrap();
        match functions.iter().find(|(function, _)| function == name) {
            Some((_, port)) => format!("http://127.0.0.1:{port}/"),
            None => format!("{}/{name}", sink.url()),
        }
    };
    bed.broker()
        .unwrap()
        .reconcile(&broker, &config, &triggers, resolve)
        .await
        .unwrap()
}

fn destination(name: &str) -> Value {
    json!({ "ref": { "apiVersion": "v1", "kind": "Service", "name": name } })
}

async fn bed() -> Option<&'static Bed> {
    if !available_for(&[Part::Broker]) {
        return None;
    }
    Some(shared(&[Part::Broker]).await.unwrap())
}

/// Publishes a call.
async fn call(broker: &str, function: &str, kind: &str, id: &str, what: &str) {
    let (event_type, subject) = (
        format!("io.knative.lambda.invoke.{kind}"),
        format!("knative-lambda/{function}"),
    );
    let headers = [
        ("ce-specversion", "1.0"),
        ("ce-id", id),
        ("ce-type", &event_type),
        ("ce-source", "io.knative.lambda/api/knative-lambda/tests"),
        ("ce-subject", &subject),
        ("ce-time", "2026-01-02T03:04:05Z"),
        ("ce-correlationid", "c-1"),
        ("content-type", "application/json"),
    ];
    let data = json!({
        "functionName": function, "namespace": "knative-lambda", "payload": { "do": what },
    });
    let answer = post(broker, &headers, data.to_string()).await.unwrap();
    assert_eq!(answer.status, StatusCode::ACCEPTED);
}

/// Responses by the call that they answer: type, id of the event, data.
fn responses(all: &[Received]) -> BTreeMap<String, Vec<(String, String, Value)>> {
    let mut found: BTreeMap<String, Vec<_>> = BTreeMap::new();
    for received in all.iter().filter(|received| received.path == "/responses") {
        let header = |name| received.header(name).unwrap_or_default().to_owned();
        let kind = header("ce-type").rsplit('.').next().unwrap().to_owned();
        let data = serde_json::from_slice(&received.body).unwrap();
        found
            .entry(header("ce-causationid"))
            .or_default()
            .push((kind, header("ce-id"), data));
    }
    found
}

/// Ids of the events in the dead-letter sink, with the code by which a runtime put them there.
fn dead(all: &[Received]) -> BTreeMap<String, Option<String>> {
    let dead = all.iter().filter(|received| received.path == "/dead");
    let header = |received: &Received, name| received.header(name).map(str::to_owned);
    dead.map(|received| {
        (
            header(received, "ce-id").unwrap(),
            header(received, "ce-lambdaerrorcode"),
        )
    })
    .collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_call_ends_as_the_table_of_errors_says() {
    let Some(bed) = bed().await else { return };
    let sink = Sink::start().await.unwrap();
    // The functions need the broker's address, and the broker theirs: Triggers come second.
    let first = reconciled(bed, "functions", &[], &sink, "1").await;
    let mut functions = Vec::new();
    for language in ["python", "nodejs", "go", "rust"] {
        let dead = format!("{}/dead", sink.url());
        functions.push((
            format!("hello-{language}"),
            Function::start(language, first.url(), &dead).await,
        ));
    }
    let ports: Vec<_> = functions
        .iter()
        .map(|(name, function)| (name.clone(), function.port))
        .collect();
    drop(first);
    let broker = reconciled(bed, "functions", &ports, &sink, "4").await;
    // The exchange is the same, the address may not be.
    for (_, function) in &mut functions {
        let url = function
            .variables
            .iter_mut()
            .find(|(name, _)| name == "BROKER_URL")
            .unwrap();
        if url.1 != broker.url() {
            broker.url().clone_into(&mut url.1);
            function.die_and_rise().await;
            function.ready().await;
        }
    }
    let mut expected = BTreeMap::new();
    for (name, _) in &ports {
        for kind in TYPES {
            let id = format!("{name}-{kind}");
            call(broker.url(), name, kind, &id, "greet").await;
            expected.insert(id, ("success", 1, None));
        }
        for (what, response, times, letter) in [
            ("fail", "error", 1, Some(Some("RUNTIME_ERROR"))),
            ("refuse", "error", 1, Some(Some("VALIDATION_ERROR"))),
            ("postpone", "error", RETRIES + 1, Some(None)),
            ("sleep", "timeout", RETRIES + 1, Some(None)),
        ] {
            let id = format!("{name}-{what}");
            call(broker.url(), name, "async", &id, what).await;
            expected.insert(id, (response, times, letter));
        }
    }
    let count: usize = expected
        .values()
        .map(|(_, times, letter)| times + usize::from(letter.is_some()))
        .sum();
    let arrived = sink.wait_for(count, PATIENCE).await;
    tokio::time::sleep(Duration::from_secs(1)).await;
    let all = sink.received();
    let (responses, dead) = (responses(&all), dead(&all));
    for (id, (response, times, letter)) in &expected {
        let came = responses
            .get(id)
            .unwrap_or_else(|| panic!("{id} was not answered"));
        let kinds: Vec<_> = came.iter().map(|(kind, _, _)| kind.as_str()).collect();
        assert_eq!(kinds, vec![*response; *times], "{id}");
        let ids: BTreeSet<_> = came.iter().map(|(_, id, _)| id).collect();
        assert_eq!(ids.len(), 1, "deliveries of {id} give one id");
        let letter = letter.map(|code| code.map(str::to_owned));
        assert_eq!(dead.get(id), letter.as_ref(), "{id}");
        let routed = &came[0].2["dlq"]["routed"];
        match &letter {
            Some(Some(_)) => assert_eq!(routed, true, "{id}"),
            Some(None) => assert_eq!(routed, false, "{id}"),
            None => assert_eq!(routed, &Value::Null, "{id}"),
        }
    }
    arrived.unwrap();
}

/// The function dies at random moments. Every call must end; what is told twice has one id.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_function_that_is_killed_loses_no_event() {
    const EVENTS: usize = 2_000;
    const DEATHS: u32 = 8;
    let Some(bed) = bed().await else { return };
    let sink = Sink::start().await.unwrap();
    let first = reconciled(bed, "killed", &[], &sink, "1").await;
    let dead_letters = format!("{}/dead", sink.url());
    let mut function = Function::start("python", first.url(), &dead_letters).await;
    drop(first);
    let name = "hello-python".to_owned();
    let broker = reconciled(bed, "killed", &[(name.clone(), function.port)], &sink, "20").await;
    let url = function
        .variables
        .iter_mut()
        .find(|(name, _)| name == "BROKER_URL")
        .unwrap();
    broker.url().clone_into(&mut url.1);
    function.die_and_rise().await;
    function.ready().await;

    let address = broker.url().to_owned();
    let publishing = tokio::spawn(async move {
        for number in 0..EVENTS {
            let what = match number % 50 {
                7 => "fail",
                23 => "postpone",
                _ => "greet",
            };
            call(
                &address,
                "hello-python",
                "async",
                &format!("event-{number}"),
                what,
            )
            .await;
        }
    });
    for death in 0..DEATHS {
        // Unlike each other, and the same in every run.
        tokio::time::sleep(Duration::from_millis(300 + u64::from(death * 137 % 400))).await;
        function.die_and_rise().await;
    }
    publishing.await.unwrap();

    let begun = Instant::now();
    let ids: BTreeSet<String> = (0..EVENTS)
        .map(|number| format!("event-{number}"))
        .collect();
    let all = loop {
        let all = sink.received();
        let (responses, dead) = (responses(&all), dead(&all));
        let missing = ids
            .iter()
            .filter(|id| !responses.contains_key(*id) && !dead.contains_key(*id));
        let missing = missing.count();
        if missing == 0 {
            break all;
        }
        assert!(
            begun.elapsed() < 2 * PATIENCE,
            "{missing} of {EVENTS} events did not end"
        );
        tokio::time::sleep(Duration::from_millis(200)).await;
    };
    let mut twice = 0;
    for (id, came) in responses(&all) {
        for kind in ["success", "error", "timeout"] {
            let of_kind = came.iter().filter(|(other, _, _)| other == kind);
            let distinct: BTreeSet<_> = of_kind.clone().map(|(_, id, _)| id).collect();
            assert!(distinct.len() <= 1, "{id} has several ids of {kind}");
            twice += of_kind.count().saturating_sub(1);
        }
    }
    println!(
        "{EVENTS} events, {DEATHS} deaths: none lost, {} dead letters, {twice} told again",
        dead(&all).len()
    );
}
