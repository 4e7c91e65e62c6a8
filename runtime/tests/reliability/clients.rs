//! Clients that misbehave, and many of them.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use bytes::Bytes;
use http::{Request, StatusCode};
use http_body_util::{BodyExt, Full};
use hyper_util::client::legacy::Client;
use hyper_util::rt::TokioExecutor;
use knative_lambda_events::environment::Environment;
use knative_lambda_events::metrics;
use nix::sys::signal::Signal;
use serde_json::json;

use crate::figure;
use crate::program::{Program, connect, post, read_answer, until};

/// Posts so many events at once; how many were answered with which status, others with `None`.
fn burst(port: u16, events: usize, answered: &Arc<AtomicUsize>) -> Vec<Option<StatusCode>> {
    let mut runtime = tokio::runtime::Builder::new_current_thread();
    let runtime = runtime.enable_all().build().unwrap();
    runtime.block_on(async {
        let mut calls = tokio::task::JoinSet::new();
        for _ in 0..10 {
            // Each has one connection, on which all its calls are in flight.
            let client = Client::builder(TokioExecutor::new())
                .http2_only(true)
                .build_http();
            for _ in 0..events / 10 {
                let body = Full::new(Bytes::from_static(b"{\"do\":\"hello\"}"));
                let request = Request::post(format!("http://127.0.0.1:{port}/"))
                    .header("content-type", "application/json")
                    .body(body)
                    .unwrap();
                let (call, answered) = (client.request(request), Arc::clone(answered));
                calls.spawn(async move {
                    let response = call.await.ok()?;
                    let status = response.status();
                    response.into_body().collect().await.ok()?;
                    answered.fetch_add(1, Ordering::Relaxed);
                    Some(status)
                });
            }
        }
        calls.join_all().await
    })
}

fn count(answers: &[Option<StatusCode>], status: Option<StatusCode>) -> usize {
    answers.iter().filter(|answer| **answer == status).count()
}

#[test]
fn ten_thousand_events_at_once_are_all_answered() {
    let program = Program::start(&[]);
    let begun = Instant::now();
    let answers = burst(program.port, 10_000, &Arc::default());
    let (took, peak) = (begun.elapsed(), program.memory("VmHWM"));
    figure("10,000 events at once", format!("{took:?}, {peak} MiB"));
    assert_eq!(count(&answers, Some(StatusCode::OK)), 10_000);
    assert!(peak < 200, "{peak} MiB");
    assert_eq!(
        program.metric(metrics::KNATIVE_LAMBDA_FUNCTION_WORKER_RESTARTS_TOTAL),
        0.0
    );
}

#[test]
fn events_beyond_the_queue_are_answered_503() {
    let program = Program::start(&[(Environment::QUEUE_LIMIT.name, "100")]);
    let begun = Instant::now();
    let answers = burst(program.port, 10_000, &Arc::default());
    let executed = count(&answers, Some(StatusCode::OK));
    let refused = count(&answers, Some(StatusCode::SERVICE_UNAVAILABLE));
    figure(
        "10,000 events, 100 places",
        format!("{:?}, {executed} executed", begun.elapsed()),
    );
    assert_eq!(executed + refused, 10_000);
    assert!(executed >= 100 && refused > 0, "{executed} {refused}");
    program.worker();
}

#[test]
fn a_burst_is_finished_after_sigterm() {
    let mut program = Program::start(&[]);
    let answered = Arc::default();
    let (port, seen) = (program.port, Arc::clone(&answered));
    let clients = std::thread::spawn(move || burst(port, 3_000, &seen));
    until("some are answered", || {
        answered.load(Ordering::Relaxed) > 50
    });
    let before = answered.load(Ordering::Relaxed);
    program.signal(Signal::SIGTERM);
    let begun = Instant::now();
    let status = program.end(Duration::from_secs(35));
    let answers = clients.join().unwrap();
    figure(
        "SIGTERM in a burst",
        format!("{before} answered before, end after {:?}", begun.elapsed()),
    );
    assert!(status.success(), "{status}");
    assert!(before < 3_000);
    assert_eq!(count(&answers, Some(StatusCode::OK)), 3_000);
}

#[test]
fn clients_that_never_stop_do_not_delay_the_end() {
    let mut program = Program::start(&[(Environment::DRAIN_SECONDS.name, "4")]);
    let port = program.port;
    let clients: Vec<_> = (0..4)
        .map(|_| {
            std::thread::spawn(move || {
                // Each call has a connection of its own, as long as there are any.
                while let Ok(mut stream) = connect(port) {
                    let _ = stream.write_all(&post(br#"{"do":"hello"}"#));
                    read_answer(&mut stream, Instant::now());
                }
            })
        })
        .collect();
    std::thread::sleep(Duration::from_millis(300));
    program.signal(Signal::SIGTERM);
    let begun = Instant::now();
    let status = program.end(Duration::from_secs(10));
    let took = begun.elapsed();
    figure("SIGTERM while clients call on and on", format!("{took:?}"));
    assert!(status.success(), "{status}");
    assert!(took < Duration::from_secs(4), "{took:?}");
    clients
        .into_iter()
        .for_each(|client| client.join().unwrap());
}

#[test]
fn an_answer_that_is_read_slowly_is_written_to_its_end() {
    let mut program = Program::start(&[]);
    let text = "z".repeat(7 << 20);
    let event = json!({ "do": "echo", "text": text }).to_string();
    let mut stream = connect(program.port).unwrap();
    stream.write_all(&post(event.as_bytes())).unwrap();
    let mut answer = vec![0; 64 << 10];
    stream.read_exact(&mut answer).unwrap();
    program.signal(Signal::SIGTERM);
    // More than what the system holds for a connection is left.
    std::thread::sleep(Duration::from_secs(1));
    stream.read_to_end(&mut answer).unwrap();
    assert!(answer.len() > text.len(), "{}", answer.len());
    assert!(program.end(Duration::from_secs(5)).success());
}

#[test]
fn a_request_that_is_none_is_answered() {
    let program = Program::start(&[]);
    let many: String = (0..120).map(|n| format!("x-{n}: v\r\n")).collect();
    for (request, status) in [
        (format!("POST / HTTP/1.1\r\nhost: f\r\n{many}\r\n"), 431),
        ("no request\r\n\r\n".to_owned(), 400),
        (
            "POST / HTTP/1.1\r\nhost: f\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n".to_owned(),
            400,
        ),
    ] {
        let mut stream = connect(program.port).unwrap();
        stream.write_all(request.as_bytes()).unwrap();
        let answer = read_answer(&mut stream, Instant::now());
        assert_eq!(
            answer.map(|answer| answer.status),
            Some(status),
            "{request}"
        );
    }
}

#[test]
fn a_thousand_idle_connections_cost_little() {
    let program = Program::start(&[]);
    let before = program.memory("VmRSS");
    let request = b"GET /health/live HTTP/1.1\r\nhost: f\r\n\r\n";
    let idle: Vec<TcpStream> = (0..1_000)
        .map(|number| {
            let mut stream = connect(program.port).unwrap();
            // Half of them never say anything.
            if number % 2 == 0 {
                stream.write_all(request).unwrap();
                assert_eq!(
                    read_answer(&mut stream, Instant::now()).unwrap().status,
                    200
                );
            }
            stream
        })
        .collect();
    let answer = program.ask("hello");
    answer.result();
    let grown = program.memory("VmRSS") - before;
    figure(
        "1,000 idle connections",
        format!("{grown} MiB, a call {:?}", answer.took),
    );
    assert!(grown < 40, "{grown} MiB");
    assert!(answer.took < Duration::from_secs(2), "{answer:?}");
    drop(idle);
}

#[test]
fn clients_that_go_away_leave_nothing_behind() {
    let program = Program::start(&[]);
    // One call runs, the others wait.
    let nap = json!({ "do": "nap", "seconds": 1.5 }).to_string();
    let request = post(nap.as_bytes());
    let gone: Vec<TcpStream> = (0..20)
        .map(|_| {
            let mut stream = connect(program.port).unwrap();
            stream.write_all(&request).unwrap();
            stream
        })
        .collect();
    std::thread::sleep(Duration::from_millis(300));
    drop(gone);
    // Only the first one keeps the worker.
    let begun = Instant::now();
    program.worker();
    assert!(
        begun.elapsed() < Duration::from_secs(6),
        "{:?}",
        begun.elapsed()
    );
}

#[test]
fn a_client_that_has_ended_its_side_is_no_client_any_more() {
    let program = Program::start(&[]);
    let mut stream = connect(program.port).unwrap();
    stream
        .write_all(&post(br#"{"do":"nap","seconds":0.5}"#))
        .unwrap();
    stream.shutdown(Shutdown::Write).unwrap();
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer);
    assert_eq!(answer, b"");
    // A connection whose other end says nothing more holds up nobody.
    let mut half = connect(program.port).unwrap();
    half.write_all(b"POST / HTTP/1.1\r\nhost: f\r\ncontent-length: 10\r\n\r\n12")
        .unwrap();
    program.worker();
}

#[test]
fn a_body_over_the_limit_is_refused_and_not_kept() {
    let program = Program::start(&[(Environment::BODY_LIMIT_BYTES.name, "1048576")]);
    let before = program.memory("VmHWM");
    // The length is announced, and nothing is sent.
    let mut stream = connect(program.port).unwrap();
    let head = "POST / HTTP/1.1\r\nhost: f\r\ncontent-type: application/json\r\n";
    let announced = format!("{head}content-length: {}\r\n\r\n", 64 << 20);
    stream.write_all(announced.as_bytes()).unwrap();
    let answer = read_answer(&mut stream, Instant::now()).unwrap();
    assert_eq!(answer.status, 413, "{answer:?}");
    // All is sent before the answer is read, and the length is announced, or is not.
    let chunked = format!("{head}transfer-encoding: chunked\r\n\r\n");
    let chunk = [b"100000\r\n", &vec![b' '; 1 << 20][..], b"\r\n"].concat();
    let [announced, chunked] =
        [(announced, vec![b' '; 1 << 20]), (chunked, chunk)].map(|(head, piece)| {
            let begun = Instant::now();
            let mut stream = connect(program.port).unwrap();
            stream.write_all(head.as_bytes()).unwrap();
            for _ in 0..64 {
                stream.write_all(&piece).unwrap();
            }
            read_answer(&mut stream, begun).unwrap()
        });
    assert_eq!((announced.status, chunked.status), (413, 413));
    // Who never ends is cut off.
    let begun = Instant::now();
    let mut stream = connect(program.port).unwrap();
    stream.write_all(head.as_bytes()).unwrap();
    stream
        .write_all(b"transfer-encoding: chunked\r\n\r\n")
        .unwrap();
    while stream
        .write_all(&[b"1000\r\n", &[b' '; 4096][..], b"\r\n"].concat())
        .is_ok()
    {
        assert!(begun.elapsed() < Duration::from_secs(20));
    }
    figure(
        "an endless body is cut off after",
        format!("{:?}", begun.elapsed()),
    );
    let grown = program.memory("VmHWM") - before;
    figure("64 MiB over a limit of 1 MiB, MiB of the front", grown);
    assert!(grown < 16, "{grown} MiB");
}

#[test]
fn a_client_that_asks_before_it_sends_too_much_is_answered() {
    let program = Program::start(&[(Environment::BODY_LIMIT_BYTES.name, "65536")]);
    let begin = |framing: &str| {
        let head = "POST / HTTP/1.1\r\nhost: f\r\ncontent-type: application/json\r\n";
        let mut stream = connect(program.port).unwrap();
        let head = format!("{head}expect: 100-continue\r\n{framing}\r\n\r\n");
        stream.write_all(head.as_bytes()).unwrap();
        let status = read_answer(&mut stream, Instant::now()).unwrap().status;
        (stream, status)
    };
    // At once where the length says so, else when it has sent too much.
    assert_eq!(begin("content-length: 65537").1, 413);
    let chunk = [b"100000\r\n", &vec![b' '; 1 << 20][..], b"\r\n"].concat();
    for round in 0..20 {
        let (mut stream, status) = begin("transfer-encoding: chunked");
        assert_eq!(status, 100);
        for _ in 0..8 {
            stream.write_all(&chunk).unwrap();
        }
        let answer = read_answer(&mut stream, Instant::now());
        assert_eq!(answer.map(|answer| answer.status), Some(413), "{round}");
    }
}

#[test]
fn an_event_of_64_mib_passes() {
    let most = (64 << 20).to_string();
    let program = Program::start(&[
        (Environment::BODY_LIMIT_BYTES.name, &most),
        (Environment::RESULT_LIMIT_BYTES.name, &most),
    ]);
    let frame = json!({ "do": "echo", "text": "" }).to_string();
    let text = "x".repeat((64 << 20) - frame.len());
    let event = json!({ "do": "echo", "text": text });
    let answer = program.call(&event);
    assert_eq!(answer.result().as_str().unwrap().len(), text.len());
    let peak = program.memory("VmHWM");
    figure(
        "64 MiB there and back",
        format!("{:?}, {peak} MiB", answer.took),
    );
    assert!(peak < 64 * 6, "{peak} MiB");
    // One byte more.
    let mut stream = connect(program.port).unwrap();
    let head = post(&vec![b' '; (64 << 20) + 1]);
    stream.write_all(&head[..512]).unwrap();
    assert_eq!(
        read_answer(&mut stream, Instant::now()).unwrap().status,
        413
    );
}

/// Opens a connection and says `head`, then a byte each second for ever. What was answered, when.
fn dawdle(port: u16, head: &[u8]) -> std::thread::JoinHandle<(Option<u16>, Duration)> {
    let begun = Instant::now();
    let mut stream = connect(port).unwrap();
    stream.write_all(head).unwrap();
    let mut reader = stream.try_clone().unwrap();
    std::thread::spawn(move || {
        while stream.write_all(b"x").is_ok() {
            std::thread::sleep(Duration::from_secs(1));
        }
    });
    std::thread::spawn(move || {
        let answer = read_answer(&mut reader, begun);
        (answer.map(|answer| answer.status), begun.elapsed())
    })
}

#[test]
fn slow_clients_hold_up_nobody() {
    let program = Program::start(&[]);
    let head = "POST / HTTP/1.1\r\nhost: f\r\ncontent-length: 1000\r\n";
    for number in 0..100 {
        // Half of them are slow with the head, the others with the body.
        let end = if number % 2 == 0 { "" } else { "\r\n" };
        let _ = dawdle(program.port, format!("{head}{end}").as_bytes());
    }
    let mut slowest = Duration::ZERO;
    for _ in 0..50 {
        let answer = program.ask("hello");
        answer.result();
        slowest = slowest.max(answer.took);
        std::thread::sleep(Duration::from_millis(20));
    }
    figure(
        "slowest call beside 100 slow clients",
        format!("{slowest:?}"),
    );
    assert!(slowest < Duration::from_secs(2), "{slowest:?}");
}

#[test]
fn slow_clients_are_given_up() {
    let program = Program::start(&[]);
    let body = "POST / HTTP/1.1\r\nhost: f\r\ncontent-length: 1000\r\n\r\n";
    let body = dawdle(program.port, body.as_bytes());
    let heads = ["", "POST / HTTP/1.1\r\nhost: f\r\nx: "];
    let heads = heads.map(|head| dawdle(program.port, head.as_bytes()));
    let silent = silence(program.port);
    let (status, took) = body.join().unwrap();
    figure("a slow body is given up after", format!("{took:?}"));
    assert_eq!(status, Some(408));
    assert!(took < Duration::from_secs(65), "{took:?}");
    for end in heads.into_iter().chain([silent]) {
        let (status, took) = end.join().unwrap();
        figure(
            "a slow head is given up after",
            format!("{took:?}, {status:?}"),
        );
        assert_ne!(status, Some(200));
        assert!(took < Duration::from_secs(160), "{took:?}");
    }
}

/// Opens a connection and says nothing.
fn silence(port: u16) -> std::thread::JoinHandle<(Option<u16>, Duration)> {
    let begun = Instant::now();
    let mut stream = connect(port).unwrap();
    std::thread::spawn(move || {
        let answer = read_answer(&mut stream, begun);
        (answer.map(|answer| answer.status), begun.elapsed())
    })
}
