//! Work on all cores, with results in the order of the input.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Maps `items` on as many threads as there are cores, `grain` items or more a thread.
///
/// Items are handed out one by one, so that a few large ones do not leave a core idle. Starting a
/// thread costs some tens of microseconds: choose `grain` such that its work takes longer.
pub fn map<T: Sync, R: Send>(items: &[T], grain: usize, work: impl Fn(&T) -> R + Sync) -> Vec<R> {
    let threads = cores().min(items.len() / grain.max(1));
    if threads <= 1 {
        return items.iter().map(work).collect();
    }
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
    let mut results: Vec<(usize, R)> = std::thread::scope(|scope| {
        let others: Vec<_> = (1..threads).map(|_| scope.spawn(share)).collect();
        let mut results = share();
        for other in others {
            results.extend(
                other
                    .join()
                    .unwrap_or_else(|panic| std::panic::resume_unwind(panic)),
            );
        }
        results
    });
    results.sort_unstable_by_key(|(number, _)| *number);
    results.into_iter().map(|(_, result)| result).collect()
}

/// Asked once: on Linux the answer takes several files to be read.
fn cores() -> usize {
    static CORES: OnceLock<usize> = OnceLock::new();
    *CORES.get_or_init(|| std::thread::available_parallelism().map_or(1, |n| n.get()))
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
}
