//! Brokers that are away.

use std::collections::BTreeSet;
use std::io::Write;
use std::net::{Ipv4Addr, TcpListener};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use knative_lambda_events::environment::Environment;
use knative_lambda_events::metrics;
use nix::sys::signal::Signal;

use crate::figure;
use crate::program::{Program, free_port, read_request, until};

/// Takes messages at a port, and gives their heads.
fn take(port: u16) -> Arc<Mutex<Vec<String>>> {
    let taken = Arc::<Mutex<Vec<String>>>::default();
    let heads = Arc::clone(&taken);
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).unwrap();
    std::thread::spawn(move || {
        for stream in listener.incoming().map_while(Result::ok) {
            let heads = Arc::clone(&heads);
            std::thread::spawn(move || {
                let mut stream = stream;
                while let Some(head) = read_request(&mut stream) {
                    heads.lock().unwrap().push(head);
                    let answer = b"HTTP/1.1 202 Accepted\r\ncontent-length: 0\r\n\r\n";
                    if stream.write_all(answer).is_err() {
                        break;
                    }
                }
            });
        }
    });
    taken
}

fn ids(heads: &Mutex<Vec<String>>) -> BTreeSet<String> {
    let heads = heads.lock().unwrap();
    let ids = heads.iter().map(|head| {
        let id = head.lines().find_map(|line| line.strip_prefix("ce-id: "));
        id.unwrap().to_owned()
    });
    ids.collect()
}

/// Calls that are to be tried again, and the ids of their response events.
fn fail(program: &Program, count: usize) -> BTreeSet<String> {
    let answers = (0..count).map(|_| program.ask("postpone"));
    let ids = answers.map(|answer| {
        assert_eq!(answer.status, 503, "{answer:?}");
        let id = answer
            .head
            .lines()
            .find_map(|line| line.strip_prefix("ce-id: "));
        id.unwrap().to_owned()
    });
    ids.collect()
}

#[test]
fn response_events_outlast_a_broker_that_is_away_for_thirty_seconds() {
    let port = free_port();
    let broker = format!("http://127.0.0.1:{port}/");
    let program = Program::start(&[(Environment::BROKER_URL.name, &broker)]);
    let before = program.memory("VmRSS");
    let begun = Instant::now();
    let mut expected = BTreeSet::new();
    // Some from the first moment, the others while it is away.
    for _ in 0..3 {
        expected.extend(fail(&program, 250));
        std::thread::sleep(Duration::from_secs(5));
    }
    let grown = program.memory("VmRSS").saturating_sub(before);
    figure("750 response events without a broker, MiB", grown);
    assert!(grown < 30, "{grown} MiB");
    assert!(program.is_ready());
    std::thread::sleep(Duration::from_secs(30).saturating_sub(begun.elapsed()));
    let taken = take(port);
    let back = Instant::now();
    let begun = Instant::now();
    while ids(&taken).len() < expected.len() {
        assert!(
            begun.elapsed() < Duration::from_secs(30),
            "{}",
            ids(&taken).len()
        );
        std::thread::sleep(Duration::from_millis(50));
    }
    figure(
        "all response events there after",
        format!("{:?}", back.elapsed()),
    );
    assert_eq!(ids(&taken), expected);
    assert_eq!(
        program.metric(metrics::KNATIVE_LAMBDA_FUNCTION_DROPPED_MESSAGES_TOTAL),
        0.0
    );
}

#[test]
fn response_events_beyond_the_buffer_are_dropped_and_counted() {
    // Nobody listens there.
    let broker = format!("http://127.0.0.1:{}/", free_port());
    let program = Program::start(&[(Environment::BROKER_URL.name, &broker)]);
    fail(&program, 1_100);
    assert_eq!(
        program.metric(metrics::KNATIVE_LAMBDA_FUNCTION_DROPPED_MESSAGES_TOTAL),
        100.0
    );
    assert!(program.logged("too many messages wait"));
}

#[test]
fn response_events_are_sent_before_the_end() {
    let port = free_port();
    let broker = format!("http://127.0.0.1:{port}/");
    let mut program = Program::start(&[(Environment::BROKER_URL.name, &broker)]);
    let expected = fail(&program, 20);
    program.signal(Signal::SIGTERM);
    until("it shuts down", || !program.is_ready());
    let taken = take(port);
    assert!(program.end(Duration::from_secs(20)).success());
    assert_eq!(ids(&taken), expected);
}

#[test]
fn what_the_end_leaves_unsent_is_named() {
    // Nobody listens there.
    let broker = format!("http://127.0.0.1:{}/", free_port());
    let mut program = Program::start(&[
        (Environment::BROKER_URL.name, &broker),
        (Environment::DRAIN_SECONDS.name, "1"),
    ]);
    let lost = fail(&program, 3);
    program.signal(Signal::SIGTERM);
    assert!(!program.end(Duration::from_secs(10)).success());
    assert!(lost.iter().all(|id| program.logged(id)), "{lost:?}");
}

#[test]
fn what_a_second_signal_leaves_unsent_is_named() {
    let broker = format!("http://127.0.0.1:{}/", free_port());
    let mut program = Program::start(&[(Environment::BROKER_URL.name, &broker)]);
    let lost = fail(&program, 3);
    program.signal(Signal::SIGTERM);
    until("it shuts down", || !program.is_ready());
    program.signal(Signal::SIGTERM);
    assert_eq!(program.end(Duration::from_secs(5)).code(), Some(1));
    assert!(lost.iter().all(|id| program.logged(id)), "{lost:?}");
}

#[test]
fn a_call_is_not_accepted_without_the_broker() {
    let broker = format!("http://127.0.0.1:{}/", free_port());
    let program = Program::start(&[(Environment::BROKER_URL.name, &broker)]);
    let answer = program.invoke_async();
    assert_eq!(answer.status, 503, "{answer:?}");
    assert!(answer.took < Duration::from_secs(5), "{answer:?}");
}
