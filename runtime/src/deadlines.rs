//! Deadlines of calls in this process, all kept by one clock.
//!
//! A timer for each call, set and dropped within microseconds, costs as much as all else that is
//! done about a short call: it goes through the lock of the timer wheel twice, and may wake the
//! thread that sleeps until the next timer. Here calls note when they must end, each thread for
//! itself, and a task looks at the notes now and then while there are any.

use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Poll, Waker};
use std::time::{Duration, Instant};

use tokio::time::sleep;

use crate::per_thread::PerThread;

/// Time between two looks: how late a call may be ended.
const LOOK: Duration = Duration::from_millis(5);

/// The deadlines of the calls that run.
#[derive(Debug, Default)]
pub(crate) struct Deadlines(PerThread<Arc<Notebook>>);

#[derive(Debug, Default)]
struct Notebook(Mutex<Notes>);

#[derive(Debug, Default)]
struct Notes {
    /// By number; those of calls that have ended are empty.
    calls: Vec<Option<(Instant, Waker)>>,
    free: Vec<usize>,
    /// Whether a task looks at them.
    watched: bool,
}

impl Deadlines {
    /// Runs `future` until `deadline`; `None` when it has not ended then.
    pub(crate) async fn within<T>(
        &self,
        deadline: Instant,
        mut future: impl Future<Output = T> + Unpin,
    ) -> Option<T> {
        let mut note = None;
        poll_fn(|context| {
            if let Poll::Ready(value) = Pin::new(&mut future).poll(context) {
                return Poll::Ready(Some(value));
            }
            match &note {
                None => note = Some(self.0.own().note(deadline, context.waker().clone())),
                Some(_) if Instant::now() >= deadline => return Poll::Ready(None),
                Some(note) => note.renew(context.waker()),
            }
            Poll::Pending
        })
        .await
    }
}

impl Notebook {
    fn note(self: &Arc<Self>, deadline: Instant, waker: Waker) -> Note<'_> {
        let mut notes = self.lock();
        let number = notes.free.pop().unwrap_or_else(|| {
            notes.calls.push(None);
            notes.calls.len() - 1
        });
        notes.calls[number] = Some((deadline, waker));
        if !std::mem::replace(&mut notes.watched, true) {
            tokio::spawn(Arc::clone(self).watch());
        }
        Note {
            notebook: self,
            number,
        }
    }

    /// Wakes what is late, until there is nothing left to look at.
    async fn watch(self: Arc<Self>) {
        loop {
            sleep(LOOK).await;
            let mut notes = self.lock();
            if notes.free.len() == notes.calls.len() {
                notes.watched = false;
                return;
            }
            let now = Instant::now();
            for (deadline, waker) in notes.calls.iter().flatten() {
                if *deadline <= now {
                    waker.wake_by_ref();
                }
            }
        }
    }

    fn lock(&self) -> MutexGuard<'_, Notes> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A call's deadline, as long as this is held.
struct Note<'n> {
    notebook: &'n Notebook,
    number: usize,
}

impl Note<'_> {
    fn renew(&self, waker: &Waker) {
        if let Some((_, known)) = &mut self.notebook.lock().calls[self.number] {
            known.clone_from(waker);
        }
    }
}

impl Drop for Note<'_> {
    fn drop(&mut self) {
        let mut notes = self.notebook.lock();
        notes.calls[self.number] = None;
        notes.free.push(self.number);
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[tokio::test]
    async fn what_is_late_ends_and_what_is_not_does_not() {
        let deadlines = Deadlines::default();
        let begun = Instant::now();
        let late = deadlines.within(
            begun + Duration::from_millis(50),
            Box::pin(std::future::pending::<()>()),
        );
        let soon = begun + Duration::from_secs(60);
        let timely = deadlines.within(soon, Box::pin(sleep(Duration::from_millis(100))));
        let (late, timely) = tokio::join!(async { (late.await, begun.elapsed()) }, async {
            (timely.await, begun.elapsed())
        });
        assert_eq!(late.0, None);
        assert!(late.1 >= Duration::from_millis(50));
        assert_eq!(timely.0, Some(()));
        assert!(timely.1 >= Duration::from_millis(100));
        // Nobody looks any more when no call runs.
        sleep(4 * LOOK).await;
        assert!(!deadlines.0.iter().any(|notes| notes.lock().watched));
    }
}
