//! Most memory that a process held, from the kernel.

use std::fs::File;
use std::io::Write;
use std::os::unix::fs::FileExt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Calls shorter than this share one look at the kernel's figures. A process cannot touch more
/// than a few megabytes in this time.
const FRESH: Duration = Duration::from_millis(2);

/// The peak of a process's resident memory (`VmHWM` of proc(5)), which can be reset.
#[derive(Debug)]
pub(crate) struct PeakMemory {
    status: File,
    reset: Option<File>,
    looked: Instant,
    bytes: u64,
}

impl PeakMemory {
    /// That of the process `pid`; `None` where the kernel does not tell.
    pub(crate) fn of(pid: i32) -> Option<Self> {
        let status = File::open(format!("/proc/{pid}/status")).ok()?;
        // Where resetting is forbidden the peak is that of the process's whole life.
        let reset = File::options()
            .write(true)
            .open(format!("/proc/{pid}/clear_refs"));
        let mut memory = Self {
            status,
            reset: reset.ok(),
            looked: Instant::now(),
            bytes: 0,
        };
        memory.bytes = memory.read()?;
        Some(memory)
    }

    /// Bytes at most since the call began, which is `duration` ago. The time that the figure is
    /// about begins at most [`FRESH`] before the call.
    pub(crate) fn during(&mut self, duration: Duration, now: Instant) -> u64 {
        let fresh = now.duration_since(self.looked) < FRESH;
        if !(fresh && duration < FRESH) {
            self.bytes = self.read().unwrap_or(self.bytes);
            self.looked = now;
            // What follows starts from what is held now, not from this call's peak.
            if let Some(reset) = &mut self.reset {
                let _ = reset.write_all(b"5");
            }
        }
        self.bytes
    }

    fn read(&self) -> Option<u64> {
        let mut text = [0; 2048];
        let length = self.status.read_at(&mut text, 0).ok()?;
        let text = &text[..length];
        let after = memchr::memmem::find(text, b"VmHWM:")? + b"VmHWM:".len();
        let number = text[after..].trim_ascii_start();
        let digits = number.iter().take_while(|byte| byte.is_ascii_digit());
        let kib = digits.fold(0u64, |sum, digit| {
            sum.saturating_mul(10)
                .saturating_add(u64::from(digit - b'0'))
        });
        Some(kib.saturating_mul(1024))
    }
}

/// A peak that many threads ask for at once. Most find the figure without a lock.
#[derive(Debug)]
pub(crate) struct SharedPeak {
    peak: Mutex<PeakMemory>,
    begun: Instant,
    /// Nanoseconds since the begin until which the figure is fresh.
    fresh: AtomicU64,
    bytes: AtomicU64,
}

impl SharedPeak {
    pub(crate) fn new(peak: PeakMemory) -> Self {
        let bytes = AtomicU64::new(peak.bytes);
        Self {
            begun: peak.looked,
            peak: Mutex::new(peak),
            fresh: AtomicU64::new(0),
            bytes,
        }
    }

    /// As [`PeakMemory::during`].
    pub(crate) fn during(&self, duration: Duration, now: Instant) -> u64 {
        let age = u64::try_from(now.duration_since(self.begun).as_nanos()).unwrap_or(u64::MAX);
        if duration < FRESH && age < self.fresh.load(Ordering::Acquire) {
            return self.bytes.load(Ordering::Relaxed);
        }
        let mut peak = self.peak.lock().unwrap_or_else(PoisonError::into_inner);
        let bytes = peak.during(duration, now);
        let looked = peak.looked.duration_since(self.begun) + FRESH;
        self.bytes.store(bytes, Ordering::Relaxed);
        let fresh = u64::try_from(looked.as_nanos()).unwrap_or(u64::MAX);
        self.fresh.store(fresh, Ordering::Release);
        bytes
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn the_peak_of_a_call_is_seen_and_forgotten() {
        let mut memory = PeakMemory::of(std::process::id() as i32).unwrap();
        let long = Duration::from_secs(1);
        let before = memory.during(long, Instant::now());
        let held = vec![1u8; 64 << 20];
        std::hint::black_box(&held);
        let during = memory.during(long, Instant::now());
        assert!(during >= before + (60 << 20), "{during} after {before}");
        drop(held);
        memory.during(long, Instant::now());
        assert!(memory.during(long, Instant::now()) < during - (50 << 20));
    }
}
