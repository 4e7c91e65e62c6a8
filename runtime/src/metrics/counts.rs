//! What calls are counted in.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use knative_lambda_events::errors::ErrorClass;

use super::Status;
use crate::per_thread::PerThread;

/// Counts of calls.
#[derive(Debug)]
pub(super) struct Counts {
    parts: PerThread<Part>,
}

/// The counts of a thread.
#[derive(Debug)]
struct Part {
    statuses: [AtomicU64; Status::ALL.len()],
    errors: [AtomicU64; ErrorClass::ALL.len()],
    cold_starts: AtomicU64,
    nanoseconds: AtomicU64,
    /// By bucket of the histogram; the last one has no upper bound.
    durations: Vec<AtomicU64>,
}

/// What all threads have counted.
#[derive(Debug, Default)]
pub(super) struct Sums {
    pub(super) statuses: [u64; Status::ALL.len()],
    pub(super) errors: [u64; ErrorClass::ALL.len()],
    pub(super) cold_starts: u64,
    pub(super) duration: Duration,
    pub(super) durations: Vec<u64>,
}

impl Counts {
    /// Counts of durations in so many buckets.
    pub(super) fn new(buckets: usize) -> Self {
        Self {
            parts: PerThread::new(|| Part {
                statuses: Default::default(),
                errors: Default::default(),
                cold_starts: AtomicU64::new(0),
                nanoseconds: AtomicU64::new(0),
                durations: (0..buckets).map(|_| AtomicU64::new(0)).collect(),
            }),
        }
    }

    /// Counts a call.
    pub(super) fn add(
        &self,
        status: Status,
        error: Option<usize>,
        cold_start: bool,
        duration: Duration,
        bucket: usize,
    ) {
        let part = self.parts.own();
        let add = |count: &AtomicU64, number| {
            count.fetch_add(number, Ordering::Relaxed);
        };
        add(&part.statuses[status as usize], 1);
        if let Some(error) = error {
            add(&part.errors[error], 1);
        }
        if cold_start {
            add(&part.cold_starts, 1);
        }
        let nanoseconds = u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX);
        add(&part.nanoseconds, nanoseconds);
        add(&part.durations[bucket], 1);
    }

    pub(super) fn sum(&self) -> Sums {
        let read = |count: &AtomicU64| count.load(Ordering::Relaxed);
        let mut sums = Sums::default();
        for part in self.parts.iter() {
            for (sum, count) in sums.statuses.iter_mut().zip(&part.statuses) {
                *sum += read(count);
            }
            for (sum, count) in sums.errors.iter_mut().zip(&part.errors) {
                *sum += read(count);
            }
            sums.cold_starts += read(&part.cold_starts);
            sums.duration += Duration::from_nanos(read(&part.nanoseconds));
            sums.durations.resize(part.durations.len(), 0);
            for (sum, count) in sums.durations.iter_mut().zip(&part.durations) {
                *sum += read(count);
            }
        }
        sums
    }
}
