//! What a case has caused beside its answers: events, callbacks, lines of the log.

use std::thread::sleep;
use std::time::{Duration, Instant};

use knative_lambda_events::data::NotifiExecutionResponse;
use serde::Deserialize;
use serde_json::Value;

use crate::function::Function;
use crate::pattern::compare;
use crate::run::Running;

/// Longest wait for it.
const PATIENCE: Duration = Duration::from_secs(10);

impl Running<'_> {
    /// Compares what has come of the case beside its answers. To be called when all cases of the
    /// function have been run, so that what comes too much is seen.
    pub(crate) fn finish(mut self, function: &Function) -> Vec<String> {
        let case = self.case;
        for (by, expected) in [
            ("broker", &case.broker),
            ("dead", &case.dead),
            ("callback", &case.callback),
            ("traces", &case.traces),
        ] {
            let taken = || {
                let taken = function.sink.of(&self.known.id).into_iter();
                taken
                    .filter(|taken| taken.by == by)
                    .map(|taken| taken.json)
                    .collect::<Vec<_>>()
            };
            wait(|| taken().len() >= expected.len());
            let taken = taken();
            self.fit(by, expected, taken.clone());
            if by == "callback" {
                for json in &taken {
                    if let Err(error) = NotifiExecutionResponse::deserialize(json) {
                        self.differences
                            .push(format!("{by}: is not of the catalogue: {error}"));
                    }
                }
            }
            if by == "broker" {
                let responses = taken.into_iter().filter(|json| {
                    json["source"]
                        .as_str()
                        .is_some_and(|s| s.starts_with("io.knative.lambda/runtime"))
                });
                responses.for_each(|json| self.follows_the_catalogue(by, json));
            }
        }
        let lines = || {
            let lines = function.lines().into_iter();
            lines
                .filter_map(|line| serde_json::from_str(&line).ok())
                .collect::<Vec<Value>>()
        };
        for expected in &case.log {
            let expected = self.known.json(expected);
            let mut fits = |line: &Value| {
                let mut differences = Vec::new();
                compare("", &expected, Some(line), &mut self.seen, &mut differences);
                differences.is_empty()
            };
            if !wait(|| lines().iter().any(&mut fits)) {
                self.differences
                    .push(format!("log: no line is like {expected}"));
            }
        }
        for text in &case.unlogged {
            let text = self.known.text(text);
            if function.lines().iter().any(|line| line.contains(&text)) {
                self.differences.push(format!("log: {text:?} is in it"));
            }
        }
        for text in &case.errors {
            if !function.errors().iter().any(|line| line.contains(text)) {
                self.differences
                    .push(format!("standard error: {text:?} is not in it"));
            }
        }
        self.differences
    }

    /// Compares lists whose order does not matter.
    fn fit(&mut self, place: &str, expected: &[Value], mut found: Vec<Value>) {
        for (index, expected) in expected.iter().enumerate() {
            let expected = self.known.json(expected);
            let mut nearest: Option<Vec<String>> = None;
            let mut fitting = None;
            for (position, json) in found.iter().enumerate() {
                let mut differences = Vec::new();
                let path = format!("{place}[{index}]");
                compare(
                    &path,
                    &expected,
                    Some(json),
                    &mut self.seen,
                    &mut differences,
                );
                if differences.is_empty() {
                    fitting = Some(position);
                    break;
                }
                if nearest
                    .as_ref()
                    .is_none_or(|other| other.len() > differences.len())
                {
                    nearest = Some(differences);
                }
            }
            match fitting {
                Some(position) => drop(found.remove(position)),
                None => self.differences.extend(
                    nearest.unwrap_or_else(|| vec![format!("{place}[{index}]: nothing came")]),
                ),
            }
        }
        for json in found {
            self.differences.push(format!("{place}: unexpected {json}"));
        }
    }
}

/// Waits until something is so; says whether it is.
pub(crate) fn wait(mut so: impl FnMut() -> bool) -> bool {
    let begun = Instant::now();
    loop {
        if so() {
            return true;
        }
        if begun.elapsed() > PATIENCE {
            return false;
        }
        sleep(Duration::from_millis(10));
    }
}
