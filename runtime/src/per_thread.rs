//! Values that each thread has for itself, where all threads write all the time: memory that two
//! of them write goes from one cache to the other each time, which takes longer than what is
//! written.

use std::array;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Threads that have values of their own; more share them.
const PARTS: usize = 8;

/// A value for each thread.
#[derive(Debug)]
pub(crate) struct PerThread<T> {
    parts: [Part<T>; PARTS],
}

/// Alone on its lines of memory, and on those that processors fetch together with them.
#[derive(Debug)]
#[repr(align(128))]
struct Part<T>(T);

impl<T> PerThread<T> {
    pub(crate) fn new(mut make: impl FnMut() -> T) -> Self {
        Self {
            parts: array::from_fn(|_| Part(make())),
        }
    }

    /// That of this thread.
    pub(crate) fn own(&self) -> &T {
        static NEXT: AtomicUsize = AtomicUsize::new(0);
        thread_local!(static OWN: usize = NEXT.fetch_add(1, Ordering::Relaxed) % PARTS);
        &self.parts[OWN.with(|own| *own)].0
    }

    /// Those of all threads.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &T> {
        self.parts.iter().map(|part| &part.0)
    }
}

impl<T: Default> Default for PerThread<T> {
    fn default() -> Self {
        Self::new(T::default)
    }
}
