//! A pipeline over threads whose results arrive in the order of its input,
//! whatever the number of threads: one producer, `threads` workers, and the
//! caller's thread as the collector. Nothing queues without a bound.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Mutex, PoisonError};
use std::thread;

/// Items under way per worker: enough that no worker waits for the collector
/// to finish one item, few enough that memory stays at a handful of chunks.
const IN_FLIGHT_PER_WORKER: usize = 3;

/// The collector has given up; the producer should return.
#[derive(Debug)]
pub(crate) struct Stopped;

/// Where the producer puts its items.
pub(crate) struct Sink<I> {
    permits: Receiver<()>,
    items: SyncSender<(u64, I)>,
    sent: u64,
}

impl<I> Sink<I> {
    /// Hands one item to the workers; waits while too many are under way.
    pub(crate) fn send(&mut self, item: I) -> Result<(), Stopped> {
        self.permits.recv().map_err(|_| Stopped)?;
        self.items.send((self.sent, item)).map_err(|_| Stopped)?;
        self.sent += 1;
        Ok(())
    }
}

/// Runs `produce`, `work` and `collect`; the first error of `collect` ends it.
pub(crate) fn run<I: Send, O: Send, E>(
    threads: usize,
    produce: impl FnOnce(&mut Sink<I>) -> Result<(), Stopped> + Send,
    work: impl Fn(I) -> O + Sync,
    collect: impl FnMut(O) -> Result<(), E>,
) -> Result<(), E> {
    let in_flight_max = threads.max(1) * IN_FLIGHT_PER_WORKER;
    let (permit, permits) = sync_channel(in_flight_max);
    for _ in 0..in_flight_max {
        permit.send(()).expect("the channel holds as many permits as are sent");
    }
    let (items, todo) = sync_channel(in_flight_max);
    let (results, done) = sync_channel(in_flight_max);
    let todo = Mutex::new(todo);
    thread::scope(|scope| {
        scope.spawn(move || {
            // A producer that was stopped has nothing left to say.
            let _ = produce(&mut Sink { permits, items, sent: 0 });
        });
        for _ in 0..threads.max(1) {
            let (results, todo, work) = (results.clone(), &todo, &work);
            scope.spawn(move || work_on(todo, &results, work));
        }
        drop(results);
        collect_in_order(done, permit, collect)
    })
}

fn work_on<I, O>(
    todo: &Mutex<Receiver<(u64, I)>>,
    results: &SyncSender<(u64, thread::Result<O>)>,
    work: impl Fn(I) -> O,
) {
    loop {
        let next = todo.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok((number, item)) = next else { return };
        // A panic travels to the collector; were it to end this thread only,
        // the collector would wait for the missing result for ever.
        let result = catch_unwind(AssertUnwindSafe(|| work(item)));
        if results.send((number, result)).is_err() {
            return;
        }
    }
}

fn collect_in_order<O, E>(
    done: Receiver<(u64, thread::Result<O>)>,
    permit: SyncSender<()>,
    mut collect: impl FnMut(O) -> Result<(), E>,
) -> Result<(), E> {
    let mut early = BTreeMap::new();
    let mut next = 0;
    for (number, result) in done {
        early.insert(number, result.unwrap_or_else(|panic| resume_unwind(panic)));
        while let Some(result) = early.remove(&next) {
            collect(result)?;
            next += 1;
            // The producer may have finished; then nobody wants the permit.
            let _ = permit.send(());
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use std::time::Duration;

    #[test]
    fn results_come_in_input_order_whatever_the_threads() {
        for threads in [1, 2, 7] {
            let mut seen = Vec::new();
            let outcome: Result<(), ()> = run(
                threads,
                |sink| (0..100u64).try_for_each(|i| sink.send(i)),
                |i| {
                    thread::sleep(Duration::from_micros((i * 7919) % 300));
                    i * 2
                },
                |o| {
                    seen.push(o);
                    Ok(())
                },
            );
            outcome.unwrap();
            assert_eq!(seen, (0..100).map(|i| i * 2).collect::<Vec<_>>());
        }
    }

    #[test]
    fn an_error_of_the_collector_stops_an_endless_producer() {
        let outcome = run(
            2,
            |sink| (0u64..).try_for_each(|i| sink.send(i)),
            |i| i,
            |o| if o == 10 { Err("enough") } else { Ok(()) },
        );
        assert_eq!(outcome, Err("enough"));
    }

    #[test]
    #[should_panic(expected = "worker fell over")]
    fn a_panic_of_a_worker_reaches_the_caller() {
        let _: Result<(), ()> = run(
            2,
            |sink| (0u64..100).try_for_each(|i| sink.send(i)),
            |i| assert!(i != 3, "worker fell over"),
            |()| Ok(()),
        );
    }
}
