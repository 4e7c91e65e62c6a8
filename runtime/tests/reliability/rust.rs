//! Handlers in Rust, which run in the process of the function.

use std::process::Command;
use std::time::{Duration, Instant};

use knative_lambda_events::environment::Environment;
use knative_lambda_runtime::{Context, HandlerError, run};
use nix::sys::signal::Signal;
use serde_json::{Value, json};

use crate::figure;
use crate::program::{Program, until};

async fn handler(event: Value, _context: Context) -> Result<Value, HandlerError> {
    match event["do"].as_str() {
        Some("spin") => loop {
            std::hint::spin_loop();
        },
        Some("wait") => std::future::pending().await,
        Some("sleep") => tokio::time::sleep(Duration::from_millis(1500)).await,
        Some("panic") => panic!("out of cheese"),
        _ => {}
    }
    Ok(json!({ "pid": std::process::id() }))
}

/// The function itself: the tests below run it in a process of its own.
#[test]
#[ignore = "serves until it is asked to end"]
fn function() {
    let _ = run(handler);
}

fn start(variables: &[(&str, &str)]) -> Program {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--ignored", "--exact", "--nocapture", "rust::function"]);
    let program = Program::spawn(&mut command, variables);
    program.until_ready();
    program
}

#[test]
fn a_panic_of_a_rust_handler_is_an_error_of_its_call() {
    let program = start(&[]);
    let answer = program.ask("panic");
    assert_eq!(answer.status, 200, "{answer:?}");
    assert_eq!(answer.message(), "The handler panicked: out of cheese");
    program.worker();
    assert!(program.is_ready());
}

#[test]
fn a_rust_handler_that_waits_is_dropped_at_its_deadline() {
    let program = start(&[(Environment::TIMEOUT_SECONDS.name, "1")]);
    assert_eq!(program.ask("wait").status, 504);
    program.worker();
    assert!(program.is_ready());
}

#[test]
fn a_rust_handler_that_spins_costs_its_process() {
    let mut program = start(&[
        (Environment::TIMEOUT_SECONDS.name, "2"),
        (Environment::CONCURRENCY.name, "2"),
    ]);
    std::thread::scope(|scope| {
        let spinning = scope.spawn(|| program.ask("spin"));
        std::thread::sleep(Duration::from_millis(1000));
        // It runs when its neighbour is given up, and is not cut off.
        let neighbour = scope.spawn(|| program.ask("sleep"));
        assert_eq!(spinning.join().unwrap().status, 504);
        neighbour.join().unwrap().result();
    });
    let begun = Instant::now();
    until("the function serves again", || {
        let answer = program.try_call(&json!({ "do": "hello" }));
        answer.is_some_and(|answer| answer.status == 200)
    });
    figure(
        "a Rust function serves again after",
        format!("{:?}", begun.elapsed()),
    );
    assert!(begun.elapsed() < Duration::from_secs(5));
    program.signal(Signal::SIGTERM);
    assert!(program.end(Duration::from_secs(10)).success());
}
