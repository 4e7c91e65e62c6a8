//! Work on all cores, with results in the order of the input.
//!
//! Only the command has threads (feature `cli`). A build script or a macro shares its cores with
//! other compilers, and a macro's library may be unloaded while its threads run.

/// Maps `items`, as [`map`] with threads does, on the thread that asks.
#[cfg(not(feature = "cli"))]
pub fn map<T: Sync, R: Send>(items: &[T], _: usize, work: impl Fn(&T) -> R + Sync) -> Vec<R> {
    items.iter().map(work).collect()
}

#[cfg(feature = "cli")]
pub use threads::map;

#[cfg(feature = "cli")]
mod threads {
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::sync::{Once, OnceLock};

    use rayon_core::ThreadPoolBuilder;

    /// Maps `items` on as many threads as there are cores, `grain` items or more a thread.
    ///
    /// Items are handed out one by one, so that a few large ones do not leave a core idle. Waking
    /// a thread costs some microseconds: choose `grain` such that its work takes longer.
    pub fn map<T: Sync, R: Send>(
        items: &[T],
        grain: usize,
        work: impl Fn(&T) -> R + Sync,
    ) -> Vec<R> {
        let threads = cores().min(items.len() / grain.max(1));
        if threads <= 1 {
            return items.iter().map(work).collect();
        }
        start();
        let next = AtomicUsize::new(0);
        let share = || {
            let mut done = Vec::with_capacity(items.len() / threads + 1);
            while let Some((number, item)) = items
                .iter()
                .enumerate()
                .nth(next.fetch_add(1, Ordering::Relaxed))
            {
                done.push((number, work(item)));
            }
            done
        };
        let mut others: Vec<_> = (1..threads).map(|_| Vec::new()).collect();
        let own = rayon_core::in_place_scope(|scope| {
            for other in &mut others {
                scope.spawn(|_| *other = share());
            }
            share()
        });
        let mut results: Vec<Option<R>> = items.iter().map(|_| None).collect();
        for (number, result) in others.into_iter().flatten().chain(own) {
            results[number] = Some(result);
        }
        results.into_iter().flatten().collect()
    }

    /// Starts the threads that all work shares, unless they run already. The caller is one of
    /// them. They stay: with each new one come new pages for its heap.
    fn start() {
        static STARTED: Once = Once::new();
        STARTED.call_once(|| {
            let pool = ThreadPoolBuilder::new().num_threads(cores());
            // Where something else in this process has started threads, those do.
            let _ = pool.use_current_thread().build_global();
        });
    }

    /// Asked once: on Linux the answer takes several files to be read.
    fn cores() -> usize {
        static CORES: OnceLock<usize> = OnceLock::new();
        *CORES.get_or_init(|| std::thread::available_parallelism().map_or(1, |n| n.get()))
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn results_keep_the_order_of_the_input() {
        let items: Vec<u32> = (0..1000).collect();
        let doubled: Vec<u32> = items.iter().map(|n| n * 2).collect();
        assert_eq!(super::map(&items, 1, |n| n * 2), doubled);
        assert_eq!(super::map(&items, 10_000, |n| n * 2), doubled);
        assert!(super::map(&[], 1, |n: &u32| *n).is_empty());
    }

    #[test]
    fn work_inside_work_ends() {
        let sums = super::map(&[100_u64; 64], 1, |n| {
            let numbers: Vec<u64> = (0..*n).collect();
            super::map(&numbers, 1, |n| n * 2).iter().sum::<u64>()
        });
        assert_eq!(sums, [9900; 64]);
    }

    #[test]
    #[should_panic(expected = "of an item")]
    fn a_panic_reaches_the_caller() {
        super::map(&[1, 2, 3, 4], 1, |n| assert!(*n != 3, "of an item"));
    }
}
