//! Handlers that misbehave.

use std::time::{Duration, Instant};

use knative_lambda_events::environment::Environment;
use knative_lambda_events::metrics;
use serde_json::json;

use crate::figure;
use crate::program::{Program, node, python, running_with, serve, until};

const TIMEOUT: (&str, &str) = (Environment::TIMEOUT_SECONDS.name, "1");

/// Longest time between a deadline and the answer to the next event.
const REPLACED: Duration = Duration::from_secs(5);

/// Asks for something that ends at the deadline only, and that the next call does not notice.
fn is_stopped(program: &Program, event: &serde_json::Value, life: usize) {
    let answer = program.call(event);
    // Read before anything else: nothing of the call is alive when it is answered.
    let left = program.of_life(0, life);
    assert_eq!(answer.status, 504, "{event} {answer:?}");
    assert_eq!(left, [0; 0], "{event}");
    assert!(answer.took >= Duration::from_secs(1), "{event} {answer:?}");
    let begun = Instant::now();
    program.worker();
    let (over, next) = (answer.took - Duration::from_secs(1), begun.elapsed());
    figure(
        &format!("stopped {event}"),
        format!("answered {over:?} after the deadline, next event {next:?} later"),
    );
    assert!(over + next < REPLACED, "{event}: {over:?} {next:?}");
}

#[test]
fn whatever_a_handler_does_it_is_stopped_at_the_deadline() {
    let program = Program::start(&[TIMEOUT]);
    let ways = ["spin", "ignore", "block_in_c", "block_in_read", "stop"];
    for (life, way) in ways.into_iter().enumerate() {
        is_stopped(&program, &json!({ "do": way }), life);
    }
}

#[test]
fn whatever_a_handler_in_node_does_it_is_stopped_at_the_deadline() {
    let program = Program::spawn(&mut serve("nodejs", &node()), &[TIMEOUT]);
    program.until_ready();
    let marker = format!("86400.{}", program.pid());
    let ways = ["spin", "wait", "ignore", "detach"];
    for (life, way) in ways.into_iter().enumerate() {
        is_stopped(&program, &json!({ "do": way, "marker": marker }), life);
    }
    assert_eq!(
        running_with("cmdline", format!("\0{marker}\0").as_bytes()),
        [0; 0]
    );
    let answer = program.ask("leave");
    assert_eq!(answer.status, 503, "{answer:?}");
    program.worker();
}

#[test]
fn nothing_that_a_handler_has_started_outlives_its_deadline() {
    let program = Program::start(&[TIMEOUT]);
    // Seconds that nobody else sleeps name the process that has left everything behind.
    let marker = format!("86400.{}", program.pid());
    let event = json!({ "do": "families", "marker": marker });
    let answer = program.call(&event);
    let unmarked = running_with("cmdline", format!("sleep\0{marker}\0").as_bytes());
    let marked = program.of_life(0, 0);
    assert_eq!(answer.status, 504, "{answer:?}");
    assert_eq!((marked, unmarked), (vec![], vec![]));
    program.worker();
}

#[test]
fn a_child_that_stays_does_no_harm_and_ends_with_its_worker() {
    let mut program = Program::start(&[TIMEOUT]);
    let worker = program.worker();
    assert_eq!(program.ask("child_stays").result()["pid"], worker);
    assert_eq!(program.worker(), worker);
    assert_eq!(program.of_life(0, 0).len(), 2);
    program.signal(nix::sys::signal::Signal::SIGTERM);
    assert!(program.end(REPLACED).success());
    assert_eq!(program.of_life(0, 0), [0; 0]);
}

#[test]
fn a_child_that_returns_from_the_handler_answers_nothing() {
    let program = Program::start(&[]);
    let worker = program.worker();
    for _ in 0..5 {
        assert_eq!(program.ask("child_returns").result()["pid"], worker);
    }
    assert_eq!(program.of_life(0, 0).len(), 1);
}

#[test]
fn a_worker_that_dies_is_replaced_before_the_next_event() {
    let program = Program::start(&[]);
    let deaths = [
        ("leave", "exited with status 3"),
        ("crash", "SIGSEGV"),
        ("be_killed", "SIGKILL"),
        ("close_really_all", ""),
    ];
    for (way, reason) in deaths {
        let before = program.worker();
        let answer = program.ask(way);
        assert_eq!(answer.status, 503, "{way} {answer:?}");
        assert!(answer.head.contains("retry-after: 1"), "{answer:?}");
        assert!(answer.message().contains(reason), "{way} {answer:?}");
        let begun = Instant::now();
        assert_ne!(program.worker(), before, "{way}");
        figure(
            &format!("{way}, next event"),
            format!("{:?}", begun.elapsed()),
        );
        assert!(begun.elapsed() < REPLACED);
    }
    assert!(program.is_ready());
}

#[test]
fn handlers_that_break_their_surroundings_break_no_later_call() {
    let program = Program::start(&[]);
    let worker = program.worker();
    for way in ["close_all", "replace_streams"] {
        assert_eq!(program.ask(way).result()["pid"], worker, "{way}");
        assert_eq!(program.worker(), worker, "{way}");
    }
    // Memory that a limit refuses is an exception like others.
    let answer = program.ask("out_of_memory");
    assert_eq!(answer.status, 200, "{answer:?}");
    assert!(answer.message().contains("MemoryError"), "{answer:?}");
    assert_eq!(program.worker(), worker);
}

#[test]
fn what_a_handler_leaks_is_told_and_is_not_the_fronts() {
    let program = Program::start(&[]);
    let before = program.memory("VmRSS");
    let mut told = Vec::new();
    for _ in 0..10 {
        let answer = program.call(&json!({ "do": "leak", "bytes": 20 << 20 }));
        told.push(answer.json()["metrics"]["memoryUsedMb"].as_u64().unwrap());
    }
    figure(
        "memory told of a leak of 20 MiB a call",
        format!("{told:?}"),
    );
    assert!(told.windows(2).all(|pair| pair[0] < pair[1]), "{told:?}");
    assert!(told[9] - told[0] >= 170, "{told:?}");
    let grown = program.memory("VmRSS") - before;
    assert!(grown < 10, "{grown} MiB");
}

#[test]
fn a_hundred_megabytes_of_output_stop_nothing() {
    let program = Program::start(&[]);
    let event = json!({ "do": "chatter", "lines": 100 << 10 });
    let answer = program.call(&event);
    answer.result();
    figure("100 MiB printed", format!("{:?}", answer.took));
    let lines = program.log.lock().unwrap().len();
    let peak = program.memory("VmHWM");
    figure(
        "100 MiB printed, lines read, MiB of the front",
        format!("{lines}, {peak}"),
    );
    assert!(peak < 64, "{peak} MiB");
    program.worker();
}

#[test]
fn output_without_end_ends_at_the_deadline_and_holds_up_nobody() {
    let workers = (Environment::WORKERS.name, "2");
    let program = Program::start(&[(TIMEOUT.0, "3"), workers]);
    for way in ["babble", "babble_past_the_worker"] {
        std::thread::scope(|scope| {
            let babble = scope.spawn(|| program.ask(way));
            std::thread::sleep(Duration::from_millis(300));
            let mut slowest = Duration::ZERO;
            for _ in 0..20 {
                let answer = program.ask("hello");
                answer.result();
                slowest = slowest.max(answer.took);
                std::thread::sleep(Duration::from_millis(50));
            }
            let answer = babble.join().unwrap();
            assert_eq!(answer.status, 504, "{way}");
            figure(
                &format!("{way}: slowest other call, answered after the deadline of 3 s"),
                format!("{slowest:?}, {:?}", answer.took),
            );
            assert!(slowest < Duration::from_secs(2), "{way} {slowest:?}");
            assert!(
                answer.took < Duration::from_secs(6),
                "{way} {:?}",
                answer.took
            );
        });
        program.until_ready();
    }
    assert!(program.memory("VmHWM") < 64);
}

#[test]
fn a_log_that_nobody_reads_stops_nothing() {
    let mut command = serve("python", &python());
    let program = Program::spawn_unread(&mut command, &[]);
    program.until_ready();
    let line = "x".repeat(60 << 10);
    let event = json!({ "do": "chatter", "lines": 1_000, "line": line });
    program.call(&event).result();
    let peak = program.memory("VmHWM");
    let dropped = program.metric(metrics::KNATIVE_LAMBDA_FUNCTION_DROPPED_LOG_LINES_TOTAL);
    figure(
        "60 MiB into a log that nobody reads",
        format!("{peak} MiB, {dropped} lines dropped"),
    );
    assert!(peak < 64, "{peak} MiB");
    assert!(dropped > 500.0);
}

#[test]
fn a_worker_that_still_loads_does_not_delay_the_end() {
    let handler = (Environment::HANDLER.name, "sleeps.handler");
    let mut program = Program::spawn(&mut serve("python", &python()), &[handler]);
    until("it lives", || program.get("/health/live") == Some(200));
    std::thread::sleep(Duration::from_millis(500));
    program.signal(nix::sys::signal::Signal::SIGTERM);
    let begun = Instant::now();
    assert!(program.end(Duration::from_secs(15)).success());
    figure(
        "SIGTERM while the handler is loaded",
        format!("{:?}", begun.elapsed()),
    );
}

#[test]
fn calls_behind_one_that_is_stopped_run_on_the_next_worker() {
    let program = Program::start(&[TIMEOUT]);
    // A quick call before: the next ones are sent ahead.
    program.worker();
    std::thread::scope(|scope| {
        let culprit = scope.spawn(|| program.ask("spin"));
        std::thread::sleep(Duration::from_millis(100));
        let behind: Vec<_> = (0..20)
            .map(|_| scope.spawn(|| program.ask("hello")))
            .collect();
        assert_eq!(culprit.join().unwrap().status, 504);
        for call in behind {
            let answer = call.join().unwrap();
            answer.result();
            assert!(answer.took < REPLACED, "{answer:?}");
        }
    });
}

#[test]
fn calls_behind_several_that_are_stopped_wait_for_their_turn() {
    let program = Program::start(&[TIMEOUT]);
    std::thread::scope(|scope| {
        let culprits: Vec<_> = (0..3)
            .map(|_| {
                std::thread::sleep(Duration::from_millis(20));
                scope.spawn(|| program.ask("spin"))
            })
            .collect();
        std::thread::sleep(Duration::from_millis(100));
        let last = scope.spawn(|| program.ask("hello"));
        for culprit in culprits {
            assert_eq!(culprit.join().unwrap().status, 504);
        }
        last.join().unwrap().result();
    });
}

#[test]
fn a_stopped_call_takes_no_other_worker_down() {
    let workers = (Environment::WORKERS.name, "2");
    let program = Program::start(&[(TIMEOUT.0, "2"), workers]);
    std::thread::scope(|scope| {
        let spinning = scope.spawn(|| program.ask("spin"));
        std::thread::sleep(Duration::from_millis(1500));
        // It runs across the moment at which the other worker is killed.
        let other = scope.spawn(|| program.call(&json!({ "do": "nap", "seconds": 1.2 })));
        assert_eq!(spinning.join().unwrap().status, 504);
        other.join().unwrap().result();
    });
    until("one worker was replaced", || {
        let mut lives = [program.of_life(0, 1).len(), program.of_life(1, 1).len()];
        lives.sort_unstable();
        lives == [0, 1]
    });
    assert_eq!(
        program.metric(metrics::KNATIVE_LAMBDA_FUNCTION_WORKER_RESTARTS_TOTAL),
        1.0
    );
}

#[test]
fn neighbours_of_a_stopped_call_in_its_worker_are_answered_503() {
    let program = Program::start(&[
        TIMEOUT,
        (Environment::CONCURRENCY.name, "4"),
        (Environment::HANDLER.name, "waits.handler"),
    ]);
    std::thread::scope(|scope| {
        // Less than a second old when the culprit's time is up.
        let culprit = scope.spawn(|| program.call(&json!({ "do": "wait", "seconds": 5 })));
        std::thread::sleep(Duration::from_millis(500));
        let neighbour = scope.spawn(|| program.call(&json!({ "do": "wait", "seconds": 0.8 })));
        assert_eq!(culprit.join().unwrap().status, 504);
        let answer = neighbour.join().unwrap();
        assert_eq!(answer.status, 503, "{answer:?}");
        assert!(answer.message().contains("another call"), "{answer:?}");
    });
    let answer = program.call(&json!({ "do": "wait", "seconds": 0 }));
    assert_eq!(answer.result(), "done");
}

#[test]
fn a_worker_that_cannot_start_is_tried_again_less_and_less_often() {
    let folder = tempfile::tempdir().unwrap();
    let broken = folder.path().join("broken");
    std::fs::copy(python().join("loops.py"), folder.path().join("loops.py")).unwrap();
    std::fs::write(&broken, "").unwrap();
    let mut command = serve("python", folder.path());
    let handler = (Environment::HANDLER.name, "loops.handler");
    let program = Program::spawn(&mut command, &[handler]);
    until("it lives", || program.get("/health/live") == Some(200));
    std::thread::sleep(Duration::from_secs(3));
    assert_eq!(program.get("/health/live"), Some(200));
    assert_eq!(program.get("/health/ready"), Some(503));
    let answer = program.ask("hello");
    assert_eq!(answer.status, 503, "{answer:?}");
    assert!(answer.message().contains("status 7"), "{answer:?}");
    let starts = program.metric(metrics::KNATIVE_LAMBDA_FUNCTION_WORKER_RESTARTS_TOTAL);
    figure("starts of a worker that cannot start, in 3 s", starts);
    assert!((2.0..10.0).contains(&starts), "{starts}");
    std::fs::remove_file(broken).unwrap();
    program.until_ready();
    program.worker();
}
