//! Parallel execution on scoped threads.

use std::num::NonZero;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

/// Runs `run` on each of `jobs`, at most `at_once` at a time; the results are in the order of the jobs.
///
/// # Panics
///
/// If `run` does.
pub(crate) fn each<T: Sync, R: Send>(jobs: &[T], at_once: usize, run: impl Fn(&T) -> R + Sync) -> Vec<R> {
    let workers = at_once.clamp(1, jobs.len().max(1));
    each_with(vec![(); workers], jobs, |(), job| run(job)).1
}

/// Runs `run` on each of `jobs`, at most one at a time with each of `workers`. Returns the workers, and the results in the order
/// of the jobs; each worker takes its jobs in their order.
///
/// # Panics
///
/// If `run` panics, or `workers` is empty.
pub(crate) fn each_with<W: Send, T: Sync, R: Send>(
    mut workers: Vec<W>,
    jobs: &[T],
    run: impl Fn(&mut W, &T) -> R + Sync,
) -> (Vec<W>, Vec<R>) {
    let next = AtomicUsize::new(0);
    let results = Mutex::new(Vec::with_capacity(jobs.len()));
    let work = |worker: &mut W| {
        while let Some((at, job)) = {
            let at = next.fetch_add(1, Ordering::Relaxed);
            jobs.get(at).map(|job| (at, job))
        } {
            let result = run(worker, job);
            results.lock().expect("no job panics").push((at, result));
        }
    };
    let (first, others) = workers.split_first_mut().expect("there is a worker");
    thread::scope(|scope| {
        for worker in others {
            let work = &work;
            scope.spawn(move || work(worker));
        }
        work(first);
    });
    let mut results = results.into_inner().expect("no job panics");
    results.sort_by_key(|(at, _)| *at);
    (workers, results.into_iter().map(|(_, result)| result).collect())
}

/// Runs `run` on each of `jobs`, with one thread for each core.
pub(crate) fn on_all_cores<T: Sync, R: Send>(jobs: &[T], run: impl Fn(&T) -> R + Sync) -> Vec<R> {
    each(jobs, cores(), run)
}

/// Returns the number of cores to use: one where the platform has no threads.
pub(crate) fn cores() -> usize {
    thread::available_parallelism().map_or(1, NonZero::get)
}

/// Runs two closures, in parallel if there are two cores, and returns both results.
pub(crate) fn both<A, B: Send>(one: impl FnOnce() -> A, other: impl FnOnce() -> B + Send) -> (A, B) {
    if cores() == 1 {
        return (one(), other());
    }
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
        let (sums, results) = each_with(vec![0; 3], &jobs, |sum, job| {
            *sum += job;
            *job
        });
        assert_eq!((sums.iter().sum::<u64>(), results), (jobs.iter().sum(), jobs));
        assert_eq!(both(|| 1, || "a"), (1, "a"));
    }
}
