//! Calls that wait for a worker.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use tokio::sync::oneshot;

use super::pool::Job;
use crate::call::Outcome;

/// Bytes that the data of waiting calls have at most. Otherwise a queue of long calls would take
/// more memory than a container has.
const BYTES: usize = 128 << 20;

/// A call that waits.
#[derive(Debug)]
pub(super) struct Waiting {
    pub(super) job: Job,
    pub(super) reply: oneshot::Sender<Outcome>,
    /// When it arrived.
    pub(super) since: Instant,
}

impl Waiting {
    /// Whether it need not wait any more.
    fn is_over(&self, now: Instant, patience: Duration) -> bool {
        self.reply.is_closed()
            || self.job.deadline.is_some_and(|deadline| deadline <= now)
            || now.duration_since(self.since) >= patience
    }
}

/// Calls in their order.
#[derive(Debug, Default)]
pub(super) struct Queue {
    calls: VecDeque<Waiting>,
    bytes: usize,
}

impl Queue {
    pub(super) fn len(&self) -> usize {
        self.calls.len()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.calls.is_empty()
    }

    /// Whether another call may wait, of `limit`.
    pub(super) fn has_room(&self, job: &Job, limit: usize) -> bool {
        let long = self.bytes + job.data.len() > BYTES && !self.is_empty();
        self.len() < limit && !long
    }

    pub(super) fn push(&mut self, waiting: Waiting) {
        self.bytes += waiting.job.data.len();
        self.calls.push_back(waiting);
    }

    /// Puts back what was next before.
    pub(super) fn put_back(&mut self, waiting: Waiting) {
        self.bytes += waiting.job.data.len();
        self.calls.push_front(waiting);
    }

    pub(super) fn pop(&mut self) -> Option<Waiting> {
        let waiting = self.calls.pop_front()?;
        self.bytes -= waiting.job.data.len();
        Some(waiting)
    }

    /// Takes out what has waited for longer than `patience`, or for nobody.
    pub(super) fn take_over(&mut self, now: Instant, patience: Duration) -> Vec<Waiting> {
        let (over, waiting): (Vec<_>, Vec<_>) = std::mem::take(&mut self.calls)
            .into_iter()
            .partition(|waiting| waiting.is_over(now, patience));
        self.calls = waiting.into();
        self.bytes -= over.iter().map(|over| over.job.data.len()).sum::<usize>();
        over
    }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;

    use super::*;
    use crate::worker::DataKind;

    fn job(bytes: usize, deadline: Option<Instant>) -> Job {
        Job {
            context: Bytes::new(),
            kind: DataKind::Binary,
            data: Bytes::from(vec![0; bytes]),
            invocation_id: String::new(),
            deadline,
        }
    }

    fn waiting(job: Job, since: Instant) -> (Waiting, oneshot::Receiver<Outcome>) {
        let (reply, outcome) = oneshot::channel();
        (Waiting { job, reply, since }, outcome)
    }

    #[test]
    fn a_queue_is_bounded_by_calls_and_by_bytes() {
        let mut queue = Queue::default();
        let now = Instant::now();
        let long = job(BYTES, None);
        assert!(queue.has_room(&long, 2));
        assert!(!queue.has_room(&long, 0));
        let (first, _outcome) = waiting(job(1, None), now);
        queue.push(first);
        // A call of any length waits alone.
        assert!(!queue.has_room(&long, 2));
        assert!(queue.has_room(&job(BYTES - 1, None), 2));
        assert!(!queue.has_room(&job(0, None), 1));
        if let Some(first) = queue.pop() {
            queue.put_back(first);
        }
        assert!(queue.pop().is_some());
        assert_eq!(queue.bytes, 0);
    }

    #[test]
    fn calls_leave_the_queue_from_any_place() {
        let mut queue = Queue::default();
        let now = Instant::now();
        let patience = Duration::from_secs(10);
        let (fresh, _first) = waiting(job(1, None), now);
        let (late, _second) = waiting(job(2, Some(now)), now);
        let (forgotten, gone) = waiting(job(4, None), now);
        drop(gone);
        for waiting in [fresh, late, forgotten] {
            queue.push(waiting);
        }
        let over = queue.take_over(now, patience);
        let bytes: Vec<_> = over.iter().map(|over| over.job.data.len()).collect();
        assert_eq!((bytes, queue.len(), queue.bytes), (vec![2, 4], 1, 1));
        assert_eq!(queue.take_over(now + patience, patience).len(), 1);
        assert!(queue.is_empty());
    }
}
