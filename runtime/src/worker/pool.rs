//! Hands calls to workers. See [`life`](super::life) for what happens to one worker.

use std::collections::VecDeque;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use bytes::{Bytes, BytesMut};
use tokio::sync::{Notify, oneshot, watch};

use super::frame::{self, DataKind};
use super::output::Tail;
use super::process::Launch;
use super::queue::{Queue, Waiting};
use crate::call::{Failure, Outcome};
use crate::log::Logger;

/// What a pool is to be.
#[derive(Clone, Debug)]
pub struct Settings {
    /// How workers are started.
    pub launch: Launch,
    /// How many there are.
    pub workers: usize,
    /// Longest run of a call.
    pub timeout: Duration,
    /// Longest start of a worker.
    pub startup_timeout: Duration,
    /// Most calls that wait.
    pub queue_limit: usize,
    /// Folder for sockets that nobody else can enter.
    pub folder: PathBuf,
}

/// Workers and the calls that wait for them.
#[derive(Debug)]
pub struct Pool {
    pub(super) settings: Settings,
    pub(super) logger: Logger,
    state: Mutex<State>,
    changed: watch::Sender<()>,
    /// Workers that were started after the first ones.
    restarts: AtomicU64,
}

/// A call that is on its way to a worker.
#[derive(Debug)]
pub struct Job {
    /// The context, JSON.
    pub context: Bytes,
    /// Kind of the data.
    pub kind: DataKind,
    /// The data.
    pub data: Bytes,
    /// Identifies the call in the log.
    pub invocation_id: String,
    /// When nobody waits any more.
    pub deadline: Option<Instant>,
}

/// Why a call is not even queued.
#[derive(Clone, Debug, PartialEq)]
pub enum Busy {
    /// As many wait as may.
    QueueFull,
    /// No worker can load the handler or stay alive.
    Broken(Failure),
    /// The pool is being shut down.
    Closing,
}

#[derive(Debug)]
pub(super) struct State {
    pub(super) slots: Vec<Slot>,
    queue: Queue,
    next_id: u64,
    closing: bool,
}

/// The place of one worker.
#[derive(Debug)]
pub(super) struct Slot {
    pub(super) phase: Phase,
    /// Bytes to be written to the worker.
    pub(super) outgoing: BytesMut,
    /// Calls that were sent, in their order.
    pub(super) sent: VecDeque<Sent>,
    /// Ids of the calls that have ended last, here and in the log.
    pub(super) ended: VecDeque<(u64, String)>,
    /// Calls that it runs at the same time, as it says itself.
    pub(super) concurrency: usize,
    /// Whether a worker has ever loaded the handler.
    pub(super) lived: bool,
    /// Whether the next call is its first.
    pub(super) cold: bool,
    /// Lives that ended before a call did.
    pub(super) failures: u32,
    /// Why the last life could not begin.
    pub(super) failure: Option<Failure>,
    /// Wakes the task that speaks with the worker.
    pub(super) wake: Arc<Notify>,
    /// The last lines of standard error.
    pub(super) tail: Arc<Tail>,
    /// Whether calls were short lately, so that it pays to send the next ones ahead.
    pub(super) quick: bool,
    /// Whether its worker has been replaced, and ends with the calls that it has.
    retired: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Phase {
    Starting,
    Ready,
    Ended,
}

#[derive(Debug)]
pub(super) struct Sent {
    pub(super) id: u64,
    pub(super) job: Job,
    reply: oneshot::Sender<Outcome>,
    since: Instant,
    /// When the worker began with it, if it has.
    pub(super) started: Option<Instant>,
    cold: bool,
}

/// Calls that a sequential worker is sent beyond the one it runs. Those ahead of it save it the
/// wait for the runtime, a third of its time with small calls. With several workers a call could
/// wait behind a slow one while another worker is idle, so that there is one at most.
const AHEAD_ALONE: usize = 8;
const AHEAD_AMONG_OTHERS: usize = 1;

/// Calls whose ids are kept after their end: what they have printed may come later than their
/// result, over a pipe.
const ENDED: usize = 16;

/// Calls shorter than this are worth sending ahead.
const QUICK: Duration = Duration::from_millis(2);

impl Pool {
    /// Starts the workers. They live until [`drain`](Self::drain).
    pub fn start(settings: Settings, logger: Logger) -> Arc<Self> {
        let pool = Self::new(settings, logger);
        for index in 0..pool.settings.workers {
            tokio::spawn(super::life::supervise(Arc::clone(&pool), index));
        }
        tokio::spawn(expire(Arc::downgrade(&pool)));
        pool
    }

    /// Places for workers.
    pub(super) fn new(settings: Settings, logger: Logger) -> Arc<Self> {
        let slots = (0..settings.workers).map(|_| Slot::new(settings.launch.concurrency));
        Arc::new(Self {
            state: Mutex::new(State {
                slots: slots.collect(),
                queue: Queue::default(),
                next_id: 1,
                closing: false,
            }),
            settings,
            logger,
            changed: watch::Sender::new(()),
            restarts: AtomicU64::new(0),
        })
    }

    /// Queues a call.
    ///
    /// # Errors
    /// When it would wait in vain.
    pub fn submit(&self, job: Job) -> Result<oneshot::Receiver<Outcome>, Busy> {
        let (reply, outcome) = oneshot::channel();
        let now = Instant::now();
        let mut state = self.lock();
        if state.closing {
            return Err(Busy::Closing);
        }
        if let Some(failure) = state.broken() {
            return Err(Busy::Broken(failure));
        }
        let alone = self.settings.workers == 1;
        if !state.queue.has_room(&job, self.settings.queue_limit) && !state.has_room(alone, now) {
            return Err(Busy::QueueFull);
        }
        state.queue.push(Waiting {
            job,
            reply,
            since: now,
        });
        self.dispatch(&mut state);
        Ok(outcome)
    }

    /// Whether calls are taken: every worker has loaded the handler, or is about to again.
    ///
    /// # Errors
    /// Why they are not.
    pub fn ready(&self) -> Result<(), String> {
        let state = self.lock();
        if state.closing {
            return Err("shutting down".into());
        }
        if let Some(failure) = state.broken() {
            return Err(failure.message);
        }
        let starting = state
            .current()
            .filter(|slot| slot.phase != Phase::Ready && !slot.is_replaced());
        match starting.count() {
            0 => Ok(()),
            count => Err(format!(
                "{count} of {} workers have not loaded the handler",
                self.settings.workers
            )),
        }
    }

    /// Resolves when every worker has loaded the handler, or cannot.
    pub async fn started(&self) -> Result<(), String> {
        let mut changed = self.changed.subscribe();
        loop {
            let ready = self.ready();
            if ready.is_ok() || self.lock().broken().is_some() {
                return ready;
            }
            if changed.changed().await.is_err() {
                return ready;
            }
        }
    }

    /// Replaces the workers, whose code has changed. Calls that they have end with them; all others
    /// are for the new ones.
    pub fn reload(self: &Arc<Self>) {
        let mut state = self.lock();
        if state.closing {
            return;
        }
        for slot in &mut state.slots {
            slot.retired = true;
            slot.wake.notify_one();
        }
        for _ in 0..self.settings.workers {
            let slot = Slot::new(self.settings.launch.concurrency);
            // Places whose worker has gone are taken again.
            let free = state.slots.iter().position(|s| s.phase == Phase::Ended);
            let index = free.unwrap_or(state.slots.len());
            match state.slots.get_mut(index) {
                Some(place) => *place = slot,
                None => state.slots.push(slot),
            }
            tokio::spawn(super::life::supervise(Arc::clone(self), index));
        }
        drop(state);
        self.tell();
    }

    /// Calls that wait, and calls that workers have.
    pub fn load(&self) -> (usize, usize) {
        let state = self.lock();
        (
            state.queue.len(),
            state.slots.iter().map(|slot| slot.sent.len()).sum(),
        )
    }

    /// Workers that were started in place of others.
    pub fn restarts(&self) -> u64 {
        self.restarts.load(Ordering::Relaxed)
    }

    /// Ends the workers, each when its last call has ended. No call is taken any more.
    pub async fn drain(&self) {
        let mut changed = self.changed.subscribe();
        self.lock().closing = true;
        loop {
            {
                let state = self.lock();
                for slot in &state.slots {
                    slot.wake.notify_one();
                }
                if state.slots.iter().all(|slot| slot.phase == Phase::Ended) {
                    return;
                }
            }
            if changed.changed().await.is_err() {
                return;
            }
        }
    }

    pub(super) fn lock(&self) -> MutexGuard<'_, State> {
        // Nothing that holds the lock can leave it half changed.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn tell(&self) {
        self.changed.send_replace(());
    }

    pub(super) fn count_restart(&self) {
        self.restarts.fetch_add(1, Ordering::Relaxed);
    }

    /// Sends waiting calls to workers that have room.
    pub(super) fn dispatch(&self, state: &mut State) {
        let alone = self.settings.workers == 1;
        while !state.queue.is_empty() {
            let now = Instant::now();
            let slots = state.slots.iter_mut();
            let open = slots.filter(|slot| slot.has_room(alone, now));
            let Some(slot) = open.min_by_key(|slot| slot.sent.len()) else {
                return;
            };
            let Some(waiting) = state.queue.pop() else {
                return;
            };
            // Nobody waits for it any more.
            if waiting.reply.is_closed() {
                continue;
            }
            if waiting.job.deadline.is_some_and(|deadline| deadline <= now) {
                let _ = waiting.reply.send(Outcome::not_started(Failure::late()));
                continue;
            }
            slot.send(state.next_id, waiting, now);
            state.next_id += 1;
        }
    }

    /// Ends a call with what its worker says.
    pub(super) fn complete(
        &self,
        index: usize,
        id: u64,
        ending: Result<Bytes, Failure>,
        memory: impl FnOnce(Duration, Instant) -> Option<u64>,
    ) {
        let mut state = self.lock();
        let now = Instant::now();
        let slot = &mut state.slots[index];
        let Some(position) = slot.sent.iter().position(|sent| sent.id == id) else {
            return;
        };
        let Some(sent) = slot.sent.remove(position) else {
            return;
        };
        if slot.ended.len() == ENDED {
            slot.ended.pop_front();
        }
        slot.ended.push_back((id, sent.job.invocation_id));
        slot.failures = 0;
        slot.start_next(now);
        let duration = sent
            .started
            .map_or(Duration::ZERO, |started| now.duration_since(started));
        slot.quick = duration < QUICK;
        let memory = memory(duration, now);
        let _ = sent.reply.send(Outcome {
            ending,
            duration,
            cold_start: sent.cold,
            memory,
        });
        self.dispatch(&mut state);
        let closing = state.closing;
        let slot = &state.slots[index];
        if closing || slot.retired {
            slot.wake.notify_one();
        }
    }

    /// Settles the calls of a worker that has ended. `blame` says why a call that had begun
    /// failed; the others go back to the head of the queue.
    pub(super) fn settle(
        &self,
        index: usize,
        blame: impl Fn(&Sent) -> Failure,
        memory: Option<u64>,
    ) {
        let mut state = self.lock();
        let now = Instant::now();
        let slot = &mut state.slots[index];
        slot.outgoing.clear();
        let (begun, waiting): (Vec<_>, Vec<_>) =
            slot.sent.drain(..).partition(|sent| sent.started.is_some());
        for sent in begun {
            let failure = blame(&sent);
            let duration = sent
                .started
                .map_or(Duration::ZERO, |started| now.duration_since(started));
            let _ = sent.reply.send(Outcome {
                ending: Err(failure),
                duration,
                cold_start: sent.cold,
                memory,
            });
        }
        for Sent {
            job, reply, since, ..
        } in waiting.into_iter().rev()
        {
            state.queue.put_back(Waiting { job, reply, since });
        }
        self.dispatch(&mut state);
    }

    /// Fails everything that waits, because no worker will come.
    pub(super) fn refuse_waiting(&self) {
        let mut state = self.lock();
        let Some(failure) = state.broken() else {
            return;
        };
        while let Some(waiting) = state.queue.pop() {
            let _ = waiting.reply.send(Outcome::not_started(failure.clone()));
        }
        drop(state);
        self.tell();
    }

    /// Whether a worker should end: it is replaced or the pool is closing, and nothing waits for
    /// it.
    pub(super) fn is_over(&self, index: usize) -> bool {
        let state = self.lock();
        let slot = &state.slots[index];
        (slot.retired || state.closing && state.queue.is_empty()) && slot.sent.is_empty()
    }
}

impl State {
    /// Places whose workers have not been replaced.
    fn current(&self) -> impl Iterator<Item = &Slot> {
        self.slots.iter().filter(|slot| !slot.retired)
    }

    /// Why no worker will take a call soon, if so.
    fn broken(&self) -> Option<Failure> {
        let failure = self.current().next()?.failure.clone();
        let all = self
            .current()
            .all(|slot| slot.phase != Phase::Ready && slot.failure.is_some());
        failure.filter(|_| all)
    }

    fn has_room(&self, alone: bool, now: Instant) -> bool {
        self.slots.iter().any(|slot| slot.has_room(alone, now))
    }
}

impl Slot {
    fn new(concurrency: usize) -> Self {
        Self {
            phase: Phase::Starting,
            outgoing: BytesMut::new(),
            sent: VecDeque::new(),
            ended: VecDeque::with_capacity(ENDED),
            concurrency,
            lived: false,
            cold: true,
            failures: 0,
            failure: None,
            wake: Arc::new(Notify::new()),
            tail: Arc::default(),
            quick: false,
            retired: false,
        }
    }

    /// Whether a worker that was well has ended, so that another is on its way.
    fn is_replaced(&self) -> bool {
        self.lived && self.failures <= 1
    }

    fn has_room(&self, alone: bool, now: Instant) -> bool {
        // One that takes long already may take all its time.
        let running = self.sent.front().and_then(|sent| sent.started);
        let short = running.is_none_or(|started| now.duration_since(started) < QUICK);
        let ahead = match (self.quick && self.concurrency == 1 && short, alone) {
            (false, _) => 0,
            (true, true) => AHEAD_ALONE,
            (true, false) => AHEAD_AMONG_OTHERS,
        };
        self.phase == Phase::Ready && !self.retired && self.sent.len() < self.concurrency + ahead
    }

    fn send(&mut self, id: u64, waiting: Waiting, now: Instant) {
        let Waiting { job, reply, since } = waiting;
        frame::put_invoke(&mut self.outgoing, id, &job.context, job.kind, &job.data);
        let cold = std::mem::take(&mut self.cold);
        self.sent.push_back(Sent {
            id,
            job,
            reply,
            since,
            started: None,
            cold,
        });
        self.start_next(now);
        self.wake.notify_one();
    }

    /// Counts the time of calls that the worker begins with now.
    fn start_next(&mut self, now: Instant) {
        for sent in self.sent.iter_mut().take(self.concurrency) {
            sent.started.get_or_insert(now);
        }
    }

    /// When the first of the running calls must have ended.
    pub(super) fn deadline(&self, timeout: Duration) -> Option<Instant> {
        let running = self.sent.iter().filter(|sent| sent.started.is_some());
        running.filter_map(|sent| sent.ends(timeout)).min()
    }
}

impl Sent {
    /// When the call must have ended.
    pub(super) fn ends(&self, timeout: Duration) -> Option<Instant> {
        let own = self.started? + timeout;
        Some(self.job.deadline.map_or(own, |deadline| deadline.min(own)))
    }
}

/// Answers calls that have waited too long, and forgets those that nobody waits for.
async fn expire(pool: std::sync::Weak<Pool>) {
    let mut interval = tokio::time::interval(Duration::from_millis(100));
    loop {
        interval.tick().await;
        let Some(pool) = pool.upgrade() else { return };
        let mut state = pool.lock();
        let now = Instant::now();
        // A call ahead may take all its time, and a worker must be started after it.
        let patience = pool.settings.timeout + pool.settings.startup_timeout;
        let over = state.queue.take_over(now, patience);
        drop(state);
        if !over.is_empty() {
            // A drain may have waited for them.
            pool.tell();
        }
        for Waiting { job, reply, .. } in over {
            let _ = reply.send(Outcome::not_started(match job.deadline {
                Some(deadline) if deadline <= now => Failure::late(),
                _ => Failure::not_free(),
            }));
        }
    }
}
