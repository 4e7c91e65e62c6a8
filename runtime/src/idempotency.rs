//! Outcomes that are remembered, so that a repeated event is answered without another call.

use std::num::NonZeroUsize;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use knative_lambda_events::extensions::IDEMPOTENCYKEY;
use lru::LruCache;
use tokio::sync::watch;

use crate::cloudevent::Event;

/// Remembers outcomes of type `T` for a while.
#[derive(Debug)]
pub struct Window<T> {
    lifetime: Duration,
    entries: Mutex<LruCache<String, Entry<T>>>,
}

#[derive(Debug)]
enum Entry<T> {
    /// The first call is still running.
    Running(watch::Receiver<Option<Arc<T>>>),
    /// How it ended, and until when that is remembered.
    Ended(Arc<T>, Instant),
}

/// What is known of an event.
#[derive(Debug)]
pub enum Known<'w, T> {
    /// Nothing: the caller is the first, and says how it ended.
    First(Claim<'w, T>),
    /// The outcome of the first call.
    Outcome(Arc<T>),
}

/// The right and duty to make the outcome of an event.
#[derive(Debug)]
pub struct Claim<'w, T> {
    window: &'w Window<T>,
    key: String,
    outcome: watch::Sender<Option<Arc<T>>>,
}

impl<T> Window<T> {
    /// A window that remembers `size` outcomes for `lifetime`.
    pub fn new(lifetime: Duration, size: NonZeroUsize) -> Self {
        Self {
            lifetime,
            entries: Mutex::new(LruCache::new(size)),
        }
    }

    /// What is known of an event; waits for a first call that still runs. Where that one brings
    /// nothing that is remembered, the next of those who wait is first.
    pub async fn look(&self, event: &Event) -> Known<'_, T> {
        let key = key(event);
        loop {
            let mut running = {
                let mut entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
                match entries.get(&key) {
                    Some(Entry::Ended(outcome, until)) if *until > Instant::now() => {
                        return Known::Outcome(Arc::clone(outcome));
                    }
                    Some(Entry::Running(running)) => running.clone(),
                    _ => {
                        let (outcome, running) = watch::channel(None);
                        entries.put(key.clone(), Entry::Running(running));
                        return Known::First(Claim {
                            window: self,
                            key,
                            outcome,
                        });
                    }
                }
            };
            if let Ok(outcome) = running.wait_for(Option::is_some).await
                && let Some(outcome) = outcome.as_ref()
            {
                return Known::Outcome(Arc::clone(outcome));
            }
        }
    }
}

impl<T> Claim<'_, T> {
    /// Remembers the outcome, and gives it to everyone who waits.
    pub fn remember(self, outcome: Arc<T>) {
        let until = Instant::now() + self.window.lifetime;
        let mut entries = self
            .window
            .entries
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        entries.put(self.key.clone(), Entry::Ended(Arc::clone(&outcome), until));
        self.outcome.send_replace(Some(outcome));
    }
}

impl<T> Drop for Claim<'_, T> {
    /// Without an outcome nothing is remembered.
    fn drop(&mut self) {
        if self.outcome.borrow().is_none() {
            let mut entries = self
                .window
                .entries
                .lock()
                .unwrap_or_else(PoisonError::into_inner);
            entries.pop(&self.key);
        }
    }
}

/// What makes two events the same.
fn key(event: &Event) -> String {
    // One that is empty says nothing.
    let key = event.extension(IDEMPOTENCYKEY).map(ToString::to_string);
    match key.filter(|key| !key.is_empty()) {
        Some(key) => format!("k{key}"),
        None => format!("{}:{}{}", event.source.len(), event.source, event.id),
    }
}
