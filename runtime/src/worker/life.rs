//! One worker after another in the same place: started, spoken with, killed, replaced.

use std::io;
use std::process::ExitStatus;
use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::BytesMut;
use knative_lambda_events::environment::LogLevel;
use knative_lambda_events::errors::ErrorClass;
use serde::Deserialize;
use serde_json::{Map, Value};
use tokio::io::Interest;
use tokio::net::UnixStream;
use tokio::task::yield_now;
use tokio::time::{sleep, sleep_until};

use super::failure::read_failure;
use super::frame::{self, Frame, Kind};
use super::output::{Tail, read_lines};
use super::pool::{Phase, Pool};
use super::process::{Process, Started, ending};
use crate::call::{Failure, MAX_RESULT_DEPTH};
use crate::cloudevent::check_json;
use crate::log::fields;
use crate::memory::PeakMemory;

/// First and longest wait before another start, after a start that failed.
const BACKOFF: (Duration, Duration) = (Duration::from_millis(100), Duration::from_secs(10));

/// Time after which an idle worker is asked for a sign of life, and that it has to give it.
const IDLE: Duration = Duration::from_secs(10);

/// Time that a worker has to end after its last call; the user's `shutdown` runs in it.
const FAREWELL: Duration = Duration::from_secs(5);

/// Most bytes that are read at once, and how often before others get their turn: a worker that
/// prints for ever could be heard for ever.
const READ: usize = 64 << 10;
const READS: usize = 8;

/// How a life ended.
enum End {
    /// A call has reached its deadline.
    Deadline,
    /// The process ended, or its socket did.
    Exited(Option<ExitStatus>),
    /// It does not speak the protocol.
    Broken(String),
    /// The handler cannot be loaded.
    Failed(Failure),
    /// It gave no sign of life.
    Silent,
    /// It was asked to.
    Drained,
}

/// Keeps a worker in a place until it is replaced or the pool is drained.
pub(super) async fn supervise(pool: Arc<Pool>, index: usize) {
    keep(&pool, index).await;
    pool.lock().slots[index].phase = Phase::Ended;
    pool.tell();
}

async fn keep(pool: &Arc<Pool>, index: usize) {
    let mut life = 0u64;
    loop {
        let end = live(pool, index, life).await;
        if matches!(end, End::Drained) || pool.is_over(index) {
            return;
        }
        pool.refuse_waiting();
        life += 1;
        pool.count_restart();
        let failures = pool.lock().slots[index].failures;
        if failures > 1 {
            let wait = BACKOFF.0.saturating_mul(1 << (failures - 2).min(10));
            pause(pool, index, wait.min(BACKOFF.1)).await;
        }
    }
}

/// Waits before another start, unless there is nothing to start it for.
async fn pause(pool: &Pool, index: usize, wait: Duration) {
    let wake = Arc::clone(&pool.lock().slots[index].wake);
    let pause = sleep(wait);
    tokio::pin!(pause);
    while !pool.is_over(index) {
        tokio::select! {
            () = &mut pause => return,
            // For the last life, perhaps.
            () = wake.notified() => {}
        }
    }
}

/// One life, from its start until nothing of it is left.
async fn live(pool: &Arc<Pool>, index: usize, life: u64) -> End {
    let begun = Instant::now();
    let socket = pool.settings.folder.join(format!("{index}.sock"));
    let mark = format!("{}-{index}-{life}", std::process::id());
    let mut started = match pool.settings.launch.start(&socket, &mark) {
        Ok(started) => started,
        Err(error) => {
            return fail(
                pool,
                index,
                format!("The worker cannot be started: {error}."),
            );
        }
    };
    let tail = Arc::clone(&pool.lock().slots[index].tail);
    follow_output(pool, index, &mut started, &tail);
    let stream = started.connected(pool.settings.startup_timeout).await;
    let mut process = started.process;
    let mut memory = PeakMemory::of(process.pid());
    let mut session = match stream {
        Ok(stream) => Session {
            pool,
            index,
            stream,
            incoming: BytesMut::new(),
            begun,
            asked: None,
            loaded: false,
            over: false,
            more: false,
        },
        Err(reason) => {
            process.kill().await;
            // What it wrote last is on its way through a pipe.
            sleep(Duration::from_millis(20)).await;
            let mut message = format!("The worker cannot be started: {reason}.");
            if let Some(tail) = tail.take() {
                message.push_str(&format!(" Its last words: {tail}"));
            }
            return fail(pool, index, message);
        }
    };
    let end = session.speak(&mut process, &mut memory).await;
    session.stop();
    let status = process.kill().await;
    // What was written before the end counts. There is no more than the socket holds.
    let last = loop {
        let last = session.read(&mut memory);
        if last.is_some() || !std::mem::take(&mut session.more) {
            break last;
        }
    };
    let end = match last {
        Some(failed @ End::Failed(_)) => failed,
        _ => end,
    };
    session.close(end, status, &tail).await
}

/// Logs what the worker prints past its language's streams.
fn follow_output(pool: &Arc<Pool>, index: usize, started: &mut Started, tail: &Arc<Tail>) {
    let log = |stream: &'static str, tail: Option<Arc<Tail>>| {
        let pool = Arc::clone(pool);
        move |line: &str, call: Option<u64>| {
            if let Some(tail) = &tail {
                tail.push(line);
            }
            let mut fields = fields! { "stream" => stream, "worker" => index };
            pool.name_call(index, call, &mut fields);
            pool.logger.line(LogLevel::Info, line, fields);
        }
    };
    if let Some(stdout) = started.stdout.take() {
        tokio::spawn(read_lines(stdout, log("stdout", None)));
    }
    if let Some(stderr) = started.stderr.take() {
        tokio::spawn(read_lines(stderr, log("stderr", Some(Arc::clone(tail)))));
    }
}

/// Notes that a life could not begin.
fn fail(pool: &Pool, index: usize, message: String) -> End {
    note_failure(pool, index, Failure::new(ErrorClass::SystemError, message))
}

fn note_failure(pool: &Pool, index: usize, failure: Failure) -> End {
    let mut state = pool.lock();
    let slot = &mut state.slots[index];
    slot.failures += 1;
    let known = slot.failure.replace(failure.clone());
    drop(state);
    // Each try says the same until somebody mends it.
    let level = match known.is_some_and(|known| known == failure) {
        true => LogLevel::Debug,
        false => LogLevel::Error,
    };
    let mut fields = fields! { "worker" => index };
    if let Some(trace) = &failure.stack_trace {
        fields.insert("stackTrace".into(), trace.as_str().into());
    }
    pool.logger.line(level, &failure.message, fields);
    pool.tell();
    End::Failed(failure)
}

/// A connection with a worker.
struct Session<'p> {
    pool: &'p Arc<Pool>,
    index: usize,
    stream: UnixStream,
    incoming: BytesMut,
    begun: Instant,
    /// When a sign of life, or the end, was asked for.
    asked: Option<Instant>,
    /// Whether it has loaded the handler.
    loaded: bool,
    /// Whether it is killed: what it has sent before is read still.
    over: bool,
    /// Whether there is more to read than was read.
    more: bool,
}

impl Session<'_> {
    /// Speaks with the worker until one of both ends it.
    async fn speak(&mut self, process: &mut Process, memory: &mut Option<PeakMemory>) -> End {
        let wake = Arc::clone(&self.pool.lock().slots[self.index].wake);
        let timer = sleep_until(Instant::now().into());
        tokio::pin!(timer);
        let mut drained = false;
        loop {
            if !drained && self.pool.is_over(self.index) {
                if !self.loaded {
                    return End::Drained;
                }
                frame::put_drain(&mut self.pool.lock().slots[self.index].outgoing);
                drained = true;
                self.asked = Some(Instant::now());
            }
            let (interest, deadline) = self.wants();
            // Moving a timer costs more than letting it end too early.
            if timer.is_elapsed() || timer.deadline() > deadline.into() {
                timer.as_mut().reset(deadline.into());
            }
            tokio::select! {
                biased;
                () = wake.notified() => {}
                // Before the worker is heard, which may have no end.
                () = &mut timer => match self.overdue(drained) {
                    Some(end) => return end,
                    None => continue,
                },
                ready = self.stream.ready(interest) => {
                    if ready.is_err() {
                        return End::Exited(None);
                    }
                }
                status = process.wait() => {
                    return if drained { End::Drained } else { End::Exited(status.ok()) };
                }
            }
            if self.write().is_err() {
                return End::Exited(None);
            }
            if let Some(end) = self.read(memory) {
                return if drained && matches!(end, End::Exited(_)) {
                    End::Drained
                } else {
                    end
                };
            }
            if std::mem::take(&mut self.more) {
                yield_now().await;
            }
        }
    }

    /// Sends nothing more: the worker is about to be killed.
    fn stop(&mut self) {
        self.over = true;
        self.pool.lock().slots[self.index].phase = Phase::Starting;
    }

    /// What to wait for, and until when.
    fn wants(&self) -> (Interest, Instant) {
        let state = self.pool.lock();
        let slot = &state.slots[self.index];
        let interest = match slot.outgoing.is_empty() {
            true => Interest::READABLE,
            false => Interest::READABLE | Interest::WRITABLE,
        };
        let call = slot.deadline(self.pool.settings.timeout);
        let deadline = match (slot.phase, self.asked) {
            // A call can have arrived since the sign of life was asked for.
            (_, Some(asked)) => call.map_or(asked + FAREWELL, |call| call.min(asked + FAREWELL)),
            (Phase::Starting, None) => self.begun + self.pool.settings.startup_timeout,
            (_, None) => call.unwrap_or_else(|| Instant::now() + IDLE),
        };
        (interest, deadline)
    }

    /// What it means that the timer has ended, if anything.
    fn overdue(&mut self, drained: bool) -> Option<End> {
        let now = Instant::now();
        let mut state = self.pool.lock();
        let slot = &mut state.slots[self.index];
        let call = slot.deadline(self.pool.settings.timeout);
        if call.is_some_and(|deadline| deadline <= now) {
            return Some(End::Deadline);
        }
        match (slot.phase, self.asked) {
            (_, Some(asked)) if asked + FAREWELL <= now => {
                Some(if drained { End::Drained } else { End::Silent })
            }
            (_, Some(_)) => None,
            (Phase::Starting, None) => {
                let patience = self.pool.settings.startup_timeout;
                (self.begun + patience <= now).then(|| {
                    let seconds = patience.as_secs();
                    let message = format!("The handler was not loaded within {seconds} s.");
                    End::Failed(Failure::new(ErrorClass::SystemError, message))
                })
            }
            (_, None) => {
                if call.is_none() {
                    frame::put_ping(&mut slot.outgoing);
                    self.asked = Some(now);
                }
                None
            }
        }
    }

    fn write(&self) -> io::Result<()> {
        let mut state = self.pool.lock();
        let outgoing = &mut state.slots[self.index].outgoing;
        while !outgoing.is_empty() {
            match self.stream.try_write(outgoing) {
                Ok(written) => drop(outgoing.split_to(written)),
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => break,
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    /// Reads what there is, or a part of it where there is much.
    fn read(&mut self, memory: &mut Option<PeakMemory>) -> Option<End> {
        for _ in 0..READS {
            if self.incoming.capacity() - self.incoming.len() < READ / 4 {
                self.incoming.reserve(READ);
            }
            match self.stream.try_read_buf(&mut self.incoming) {
                Ok(0) => return Some(End::Exited(None)),
                Ok(_) => {}
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => return None,
                Err(_) => return Some(End::Exited(None)),
            }
            loop {
                match frame::take(&mut self.incoming) {
                    Ok(None) => break,
                    Ok(Some(frame)) => {
                        if let Some(end) = self.handle(frame, memory) {
                            return Some(end);
                        }
                    }
                    Err(broken) => return Some(End::Broken(broken.to_string())),
                }
            }
        }
        self.more = true;
        None
    }

    fn handle(&mut self, frame: Frame, memory: &mut Option<PeakMemory>) -> Option<End> {
        let Frame { kind, id, payload } = frame;
        let mut peak = |duration, now| memory.as_mut().map(|memory| memory.during(duration, now));
        match kind {
            Kind::Result => {
                // What is sent on must be JSON, whatever the handler did to its socket.
                let ending = check_json(&payload, MAX_RESULT_DEPTH);
                let ending = ending.map(|()| payload).map_err(|why| {
                    let message = format!("The handler's result {why}.");
                    Failure::new(ErrorClass::RuntimeError, message)
                });
                self.pool.complete(self.index, id, ending, &mut peak);
            }
            Kind::Error => {
                self.pool
                    .complete(self.index, id, Err(read_failure(&payload)), &mut peak)
            }
            Kind::Log => self.log(id, &payload),
            // Calls would be sent to the dead.
            Kind::Ready if self.over => {}
            Kind::Ready => self.ready(&payload),
            // Nothing is wrong with the events that come meanwhile: they are to be delivered again.
            Kind::Failed => {
                return Some(End::Failed(Failure {
                    class: ErrorClass::SystemError,
                    ..read_failure(&payload)
                }));
            }
            Kind::Pong => self.asked = None,
        }
        None
    }

    fn ready(&mut self, payload: &[u8]) {
        self.loaded = true;
        let mut state = self.pool.lock();
        let slot = &mut state.slots[self.index];
        slot.phase = Phase::Ready;
        slot.failure = None;
        slot.lived = true;
        slot.cold = true;
        slot.quick = false;
        slot.concurrency = match serde_json::from_slice::<Ready>(payload) {
            Ok(Ready {
                concurrency: Some(calls),
            }) => calls.clamp(1, self.pool.settings.launch.concurrency),
            _ => self.pool.settings.launch.concurrency,
        };
        self.pool.dispatch(&mut state);
        drop(state);
        self.pool.tell();
        let took = self.begun.elapsed().as_millis() as u64;
        self.pool.logger.line(
            LogLevel::Debug,
            "The worker has loaded the handler.",
            fields! { "worker" => self.index, "milliseconds" => took },
        );
    }

    fn log(&self, id: u64, payload: &[u8]) {
        let Ok(line) = serde_json::from_slice::<LogLine>(payload) else {
            let text = "A line that the handler has logged cannot be read.";
            let worker = fields! { "worker" => self.index };
            self.pool.logger.line(LogLevel::Warn, text, worker);
            return;
        };
        let mut fields = match line.fields {
            Value::Object(fields) => fields,
            Value::Null => Map::new(),
            value => fields! { "value" => value },
        };
        if let Some(stream) = line.stream {
            if stream == "stderr" {
                self.pool.lock().slots[self.index].tail.push(&line.message);
            }
            fields.insert("stream".into(), stream.into());
        }
        fields.insert("worker".into(), self.index.into());
        self.pool.name_call(self.index, Some(id), &mut fields);
        let level = line.level.parse().unwrap_or(LogLevel::Info);
        self.pool.logger.line(level, &line.message, fields);
    }

    /// Settles the calls of the life that has ended; `loaded` says whether it could take any.
    async fn close(self, end: End, status: Option<ExitStatus>, tail: &Tail) -> End {
        let (pool, index) = (self.pool, self.index);
        if let End::Failed(failure) = end {
            pool.settle(index, |_| failure.clone(), None);
            return note_failure(pool, index, failure);
        }
        if let End::Drained = end {
            return end;
        }
        let timeout = pool.settings.timeout;
        let now = Instant::now();
        let reason = match &end {
            End::Deadline => {
                "was stopped, because another call had reached its deadline".to_owned()
            }
            End::Broken(what) => format!("was stopped, because it sent {what}"),
            End::Silent => "was stopped, because it gave no sign of life".to_owned(),
            End::Exited(seen) => seen.or(status).map_or_else(|| "ended".to_owned(), ending),
            End::Failed(_) | End::Drained => String::new(),
        };
        let by_deadline = matches!(end, End::Deadline);
        if !by_deadline {
            // What it wrote last is on its way through a pipe.
            sleep(Duration::from_millis(5)).await;
        }
        let words = tail.take().filter(|_| !by_deadline);
        if !self.loaded {
            // Calls would wait for the next one in vain.
            let message = format!("The worker {reason} before it had loaded the handler.");
            let failure = Failure::new(ErrorClass::SystemError, message);
            let stack_trace = words;
            return note_failure(
                pool,
                index,
                Failure {
                    stack_trace,
                    ..failure
                },
            );
        }
        pool.settle(
            index,
            |sent| match sent.ends(timeout) {
                Some(deadline) if by_deadline && deadline <= now => {
                    let seconds = sent
                        .started
                        .map_or(timeout, |started| deadline - started)
                        .as_secs_f64();
                    let message = format!("The handler did not finish within {seconds} s.");
                    Failure::new(ErrorClass::TimeoutError, message)
                }
                _ => Failure {
                    stack_trace: words.clone(),
                    ..Failure::new(ErrorClass::SystemError, format!("The worker {reason}."))
                },
            },
            None,
        );
        let mut state = pool.lock();
        let slot = &mut state.slots[index];
        // A worker that ends before any of its calls does would be started forever.
        slot.failures += u32::from(!by_deadline);
        drop(state);
        let reason = match end {
            // The log is not about its neighbours.
            End::Deadline => "was stopped, because a call had reached its deadline",
            _ => &reason,
        };
        pool.logger.line(
            LogLevel::Warn,
            &format!("The worker {reason}; another one starts."),
            fields! { "worker" => index },
        );
        end
    }
}

#[derive(Deserialize)]
struct Ready {
    concurrency: Option<usize>,
}

#[derive(Deserialize)]
struct LogLine {
    #[serde(default)]
    level: String,
    message: String,
    stream: Option<String>,
    /// An object, unless the handler gave something else.
    #[serde(default)]
    fields: Value,
}

impl Pool {
    /// Adds the id of a call to the fields of a line.
    fn name_call(&self, index: usize, call: Option<u64>, fields: &mut Map<String, Value>) {
        let state = self.lock();
        let slot = &state.slots[index];
        let mut sent = slot.sent.iter().map(|s| (s.id, &s.job.invocation_id));
        let named = match call {
            Some(id) => sent
                .chain(slot.ended.iter().map(|(id, invocation)| (*id, invocation)))
                .find(|(other, _)| *other == id),
            // A sequential worker has one call at a time.
            None => sent.next().filter(|_| slot.concurrency == 1),
        };
        if let Some((_, invocation)) = named {
            fields.insert("invocationId".into(), invocation.as_str().into());
        }
    }
}

#[cfg(test)]
mod tests;
