//! Memory that a thread asks for, counted.
//!
//! The crates that count (`stats_alloc`, `cap`, `dhat`) count over all threads; tests run side by side, and a bound on one
//! case needs the figures of its own thread. Handing calls on to the system's allocator is unsafe code by nature; it
//! stands in this test alone.

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

/// Counts, and hands on.
pub struct Counting;

thread_local! {
    static NOW: Cell<isize> = const { Cell::new(0) };
    static PEAK: Cell<isize> = const { Cell::new(0) };
}

fn count(change: isize) {
    // A thread that is ending has no counters left; what it asks for then is not of any case.
    let _ = NOW.try_with(|now| {
        let sum = now.get() + change;
        now.set(sum);
        let _ = PEAK.try_with(|peak| peak.set(peak.get().max(sum)));
    });
}

// SAFETY: every call is handed on unchanged to the system's allocator, whose promises are thereby kept.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        count(layout.size() as isize);
        unsafe { System.alloc(layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        count(layout.size() as isize);
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        count(-(layout.size() as isize));
        unsafe { System.dealloc(pointer, layout) }
    }

    unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        // Old and new may stand side by side while the content moves.
        count(size as isize);
        let moved = unsafe { System.realloc(pointer, layout, size) };
        count(-(layout.size() as isize));
        moved
    }
}

/// Most bytes that this thread held at once during the work, beyond what it held before.
pub fn peak_of<T>(work: impl FnOnce() -> T) -> (T, usize) {
    let before = NOW.get();
    PEAK.set(before);
    let done = work();
    (done, (PEAK.get() - before).max(0) as usize)
}
