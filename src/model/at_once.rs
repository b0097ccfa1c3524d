//! Several things at the same time.

use std::num::NonZero;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

/// Does the same with each of `jobs`, some of them at once; the results are in their order.
///
/// # Panics
///
/// If `run` does.
pub(crate) fn each<T: Sync, R: Send>(jobs: &[T], at_once: usize, run: impl Fn(&T) -> R + Sync) -> Vec<R> {
    let next = AtomicUsize::new(0);
    let results = Mutex::new(Vec::with_capacity(jobs.len()));
    let work = || {
        while let Some((at, job)) = {
            let at = next.fetch_add(1, Ordering::Relaxed);
            jobs.get(at).map(|job| (at, job))
        } {
            let result = run(job);
            results.lock().expect("no job panics").push((at, result));
        }
    };
    thread::scope(|scope| {
        for _ in 1..at_once.min(jobs.len()) {
            scope.spawn(work);
        }
        work();
    });
    let mut results = results.into_inner().expect("no job panics");
    results.sort_by_key(|(at, _)| *at);
    results.into_iter().map(|(_, result)| result).collect()
}

/// The same, as many at once as there are cores.
pub(crate) fn on_all_cores<T: Sync, R: Send>(jobs: &[T], run: impl Fn(&T) -> R + Sync) -> Vec<R> {
    each(jobs, thread::available_parallelism().map_or(1, NonZero::get), run)
}

/// Two things at the same time.
pub(crate) fn both<A, B: Send>(one: impl FnOnce() -> A, other: impl FnOnce() -> B + Send) -> (A, B) {
    thread::scope(|scope| {
        let other = scope.spawn(other);
        (one(), other.join().expect("no job panics"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_are_in_the_order_of_their_jobs() {
        let jobs: Vec<u64> = (0..500).collect();
        for at_once in [0, 1, 4, 1_000] {
            let results = each(&jobs, at_once, |job| {
                thread::sleep(std::time::Duration::from_micros((job * 7919) % 50));
                job * 2
            });
            assert!(results.iter().copied().eq((0..500).map(|job| job * 2)));
        }
        assert!(each(&[], 3, |job: &u8| *job).is_empty());
        assert_eq!(both(|| 1, || "a"), (1, "a"));
    }
}
