//! Runs cases against a function, and says what is not as expected.

use std::thread::{JoinHandle, sleep};
use std::time::{Duration, Instant};

use knative_lambda_events::{Envelope, Event};
use nix::sys::signal;
use serde_json::Value;

use crate::case::{Answer, Case, Signal, Step};
use crate::expand::Known;
use crate::function::Function;
use crate::metrics;
use crate::pattern::{Seen, compare};
use crate::sink::to_json;
use crate::wire::{Message, exchange};

/// Longest wait for an answer that is sent for again and again.
const PATIENCE: Duration = Duration::from_secs(10);

/// A case that has been run; what it has caused may still be on its way.
pub(crate) struct Running<'c> {
    pub(crate) case: &'c Case,
    pub(crate) known: Known,
    pub(crate) seen: Seen,
    pub(crate) differences: Vec<String>,
}

type Pending = (usize, JoinHandle<std::io::Result<Message>>, Answer);

/// Does what a case says. `id` is that of no other run.
pub(crate) fn run<'c>(case: &'c Case, id: String, function: &Function) -> Running<'c> {
    let known = Known {
        id,
        sink: format!("http://127.0.0.1:{}", function.sink.port),
    };
    let mut running = Running {
        case,
        known,
        seen: Seen::new(),
        differences: Vec::new(),
    };
    let mut pending: Vec<Pending> = Vec::new();
    for (index, step) in case.steps.iter().enumerate() {
        sleep(Duration::from_millis(step.after));
        let begun = Instant::now();
        running.step(index, step, function, &mut pending);
        let (took, limit) = (begun.elapsed(), step.within.map(Duration::from_millis));
        if limit.is_some_and(|limit| took > limit) {
            running
                .differences
                .push(format!("step {index}: took {took:?}"));
        }
    }
    for (index, thread, answer) in pending {
        running.check(index, &answer, thread.join().unwrap());
    }
    running
}

impl Running<'_> {
    fn step(&mut self, index: usize, step: &Step, function: &Function, pending: &mut Vec<Pending>) {
        if let Some(signal) = step.signal {
            function.signal(match signal {
                Signal::Term => signal::Signal::SIGTERM,
                Signal::Int => signal::Signal::SIGINT,
            });
        }
        if let Some(request) = &step.send {
            let request = request.on_the_wire(&self.known);
            let port = function.port;
            if step.meanwhile {
                let thread = std::thread::spawn(move || exchange(port, &request));
                pending.push((index, thread, step.answer.clone()));
            } else if step.until {
                self.repeat(index, &step.answer, || exchange(port, &request));
            } else {
                self.check(index, &step.answer, exchange(port, &request));
            }
        }
        if let Some(expected) = step.exit {
            for (index, thread, answer) in pending.drain(..) {
                self.check(index, &answer, thread.join().unwrap());
            }
            let status = function.end().and_then(|status| status.code());
            if status != Some(expected) {
                let text = format!("step {index}: expected exit {expected}, found {status:?}");
                self.differences.push(text);
            }
        }
    }

    fn repeat(
        &mut self,
        index: usize,
        answer: &Answer,
        send: impl Fn() -> std::io::Result<Message>,
    ) {
        let (begun, before) = (Instant::now(), self.differences.len());
        loop {
            self.check(index, answer, send());
            if self.differences.len() == before || begun.elapsed() > PATIENCE {
                return;
            }
            self.differences.truncate(before);
            sleep(Duration::from_millis(10));
        }
    }

    fn check(&mut self, index: usize, expected: &Answer, found: std::io::Result<Message>) {
        let place = format!("step {index}: answer");
        let found = match found {
            Ok(found) => found,
            Err(_) if expected.none => return,
            Err(error) => return self.differences.push(format!("{place}: {error}")),
        };
        if let Some(text) = &expected.gone
            && is_in_a_command_line(&self.known.text(text))
        {
            self.differences
                .push(format!("{place}: a process of {text} still runs"));
        }
        let before = self.differences.len();
        if expected.none {
            self.differences
                .push(format!("{place}: expected none, found {}", found.status()));
        }
        if let Some(status) = expected.status {
            self.compare(
                &format!("{place}.status"),
                &status.into(),
                Some(&found.status().into()),
            );
        }
        for (name, value) in &expected.headers {
            let header = found.headers.get(name);
            let header = header.map(|value| String::from_utf8_lossy(value.as_bytes()).into());
            self.compare(&format!("{place}.{name}"), value, header.as_ref());
        }
        if let Some(event) = &expected.event {
            let json = to_json(&found);
            self.compare(&format!("{place}.event"), event, Some(&json));
            self.follows_the_catalogue(&place, json);
        }
        if let Some(json) = &expected.json {
            let body: Option<Value> = serde_json::from_slice(&found.body).ok();
            self.compare(&format!("{place}.json"), json, body.as_ref());
        }
        if let Some(text) = &expected.text {
            let body = String::from_utf8_lossy(&found.body).into();
            self.compare(&format!("{place}.text"), &text.as_str().into(), Some(&body));
        }
        if !expected.metrics.is_empty() {
            match metrics::read(&String::from_utf8_lossy(&found.body)) {
                Ok(samples) => {
                    for (series, value) in &expected.metrics {
                        let found = samples.get(series).copied().map(Value::from);
                        let path = format!("{place}.{series}");
                        self.compare(&path, &(*value).into(), found.as_ref());
                    }
                }
                Err(why) => self.differences.push(format!("{place}: {why}")),
            }
        }
        if self.differences.len() > before && expected.status != Some(found.status()) {
            let body = String::from_utf8_lossy(&found.body);
            let body: String = body.chars().take(600).collect();
            self.differences
                .push(format!("{place}: the body is {body}"));
        }
    }

    fn compare(&mut self, path: &str, expected: &Value, found: Option<&Value>) {
        let expected = self.known.json(expected);
        compare(
            path,
            &expected,
            found,
            &mut self.seen,
            &mut self.differences,
        );
    }

    /// What the runtime sends are events of the catalogue, data and all.
    pub(crate) fn follows_the_catalogue(&mut self, place: &str, json: Value) {
        let event = Envelope::from_value(json).and_then(Event::from_envelope);
        if let Err(error) = event {
            self.differences
                .push(format!("{place}: is not of the catalogue: {error}"));
        }
    }
}

fn is_in_a_command_line(text: &str) -> bool {
    let processes = std::fs::read_dir("/proc").unwrap().flatten();
    let mut lines =
        processes.filter_map(|process| std::fs::read(process.path().join("cmdline")).ok());
    lines.any(|line| String::from_utf8_lossy(&line).contains(text))
}
