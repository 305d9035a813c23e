//! Work that all threads share.

use std::panic::resume_unwind;
use std::sync::mpsc::{self, Receiver, Sender};
use std::sync::{Mutex, PoisonError};
use std::thread;

use rayon::prelude::*;

/// What `work` makes of each number below `count`, in order, whichever thread made it.
///
/// The one loop over threads of the whole program, compiled once: a parallel iterator brings its whole machinery along
/// wherever one is used.
pub fn each<T: Send>(count: usize, work: impl Fn(usize) -> T + Sync) -> Vec<T> {
    let made: Vec<Mutex<Option<T>>> = (0..count).map(|_| Mutex::new(None)).collect();
    run(count, &|number| {
        let result = work(number);
        *made[number].lock().unwrap_or_else(PoisonError::into_inner) = Some(result);
    });
    // All are there: a panic in one of them has gone on from `run`.
    made.into_iter().filter_map(|place| place.into_inner().unwrap_or_else(PoisonError::into_inner)).collect()
}

fn run(count: usize, work: &(dyn Fn(usize) + Sync)) {
    // One at a time: whoever is done takes from what is left, down to the last piece of work.
    (0..count).into_par_iter().with_max_len(1).for_each(work);
}

/// Does two pieces of work at once: the first, which often waits for the disk, by a thread of its own, so that no other thread
/// waits with it; the second by the caller. One after the other where there is to be one thread: neither may wait for the other
/// (what does so is done by [`handing_over`]).
pub fn beside<A: Send, B>(waiting: impl FnOnce() -> A + Send, other: impl FnOnce() -> B) -> (A, B) {
    if rayon::current_num_threads() == 1 { (waiting(), other()) } else { at_once(waiting, other) }
}

/// Does two pieces of work at once, of which one takes what the other gives until there is no more: the taking, which mostly
/// waits, always by a thread of its own.
pub fn handing_over<T: Send, A: Send, B>(
    taking: impl FnOnce(Receiver<T>) -> A + Send,
    giving: impl FnOnce(Sender<T>) -> B,
) -> (A, B) {
    let (given, taken) = mpsc::channel();
    at_once(move || taking(taken), move || giving(given))
}

fn at_once<A: Send, B>(waiting: impl FnOnce() -> A + Send, other: impl FnOnce() -> B) -> (A, B) {
    thread::scope(|scope| {
        let waiting = scope.spawn(waiting);
        let made = other();
        (waiting.join().unwrap_or_else(|panic| resume_unwind(panic)), made)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_pieces_of_work_are_done_and_a_panic_of_the_first_goes_on() {
        assert_eq!(beside(|| 1, || "two"), (1, "two"));
        assert!(std::panic::catch_unwind(|| beside(|| panic!("the first"), || ())).is_err());
    }

    #[test]
    fn what_is_given_is_taken_on_any_number_of_threads_and_a_panic_ends_both() {
        for threads in 1..=2 {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            let give = |to: Sender<usize>| each(100, |number| to.send(number * number).unwrap()).len();
            let (taken, given) = pool.install(|| handing_over(|from| from.into_iter().sum::<usize>(), give));
            assert_eq!((taken, given), (328_350, 100));
            let (written, made) = pool.install(|| beside(|| "written", || "made"));
            assert_eq!((written, made), ("written", "made"));
        }
        let panics = |_: Sender<usize>| -> usize { panic!("the giver") };
        assert!(std::panic::catch_unwind(|| handing_over(|from| from.into_iter().count(), panics)).is_err());
        let refuses = |from: Receiver<usize>| -> usize { panic!("the taker, of {from:?}") };
        assert!(
            std::panic::catch_unwind(|| handing_over(refuses, |to| each(9, |number| to.send(number).is_ok()))).is_err()
        );
    }

    #[test]
    fn results_stand_in_order_whichever_thread_made_them() {
        let squares = each(1_000, |number| {
            // Nested work shares the same threads.
            each(3, |part| number * number * part).into_iter().sum::<usize>()
        });
        assert_eq!(squares, (0..1_000).map(|number| 3 * number * number).collect::<Vec<_>>());
        assert!(each(0, |number| number).is_empty());
    }

    #[test]
    #[should_panic(expected = "the seventh")]
    fn a_panic_goes_on_to_the_caller() {
        each(20, |number| assert!(number != 7, "the seventh"));
    }
}
