//! A step of a block asks for no memory: what it needs was asked for when the block began.
//!
//! The counting allocator is unsafe code by nature; it stands in this test alone.

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::collections::BTreeMap;
use std::path::Path;

use jirga::experiment::histories::Histories;
use jirga::experiment::prepared::Prepared;
use jirga::scenario;
use jirga::simulation::catalog;

/// Counts what each thread asks for, and hands on.
struct Counting;

thread_local! {
    static ASKED: Cell<usize> = const { Cell::new(0) };
}

fn count() {
    // A thread that is ending has no counter left; what it asks for then is not of a step.
    let _ = ASKED.try_with(|asked| asked.set(asked.get() + 1));
}

// SAFETY: every call is handed on unchanged to the system's allocator, whose promises are thereby kept.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        count();
        unsafe { System.alloc(layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        count();
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        unsafe { System.dealloc(pointer, layout) }
    }

    unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        count();
        unsafe { System.realloc(pointer, layout, size) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// How often each part of a step asked for memory, over all policies of a scenario; the first step, in which buffers are
/// filled for the first time, is not counted.
fn asked(file: &str) -> BTreeMap<&'static str, usize> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(file);
    let loaded = scenario::load(&path, &[], &catalog()).unwrap_or_else(|problems| panic!("{problems}"));
    let prepared = Prepared::new(&loaded.scenario, (0..loaded.scenario.policies.len()).collect(), 1);
    let mut asked = BTreeMap::new();
    let mut parts = 0;
    for block in 0..2 {
        let world = prepared.world(block, 0);
        for policy in 0..prepared.policies.len() {
            let (mut steps, mut before) = (0, ASKED.get());
            prepared.run_watched(&world, policy, true, &mut |part| {
                let now = ASKED.get();
                if steps > 0 {
                    parts += 1;
                    if now > before {
                        *asked.entry(part).or_default() += now - before;
                    }
                }
                steps += usize::from(part == "record");
                before = ASKED.get();
            });
            assert_eq!(steps, prepared.layout.steps, "every step ends with its record");
        }
    }
    assert!(parts > 1000, "parts of steps were heard");
    asked
}

/// The same of the steps that policies take after a past in common, the first of them included.
fn asked_after_a_common_past(file: &str) -> BTreeMap<&'static str, usize> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(file);
    let loaded = scenario::load(&path, &[], &catalog()).unwrap_or_else(|problems| panic!("{problems}"));
    let prepared = Prepared::new(&loaded.scenario, (0..loaded.scenario.policies.len()).collect(), 1);
    let histories = Histories::new(&prepared, prepared.world(0, 0), true);
    let mut asked = BTreeMap::new();
    for policy in 0..prepared.policies.len() {
        let (mut steps, mut before) = (0, ASKED.get());
        histories.run_watched(policy, &mut |part| {
            let now = ASKED.get();
            if part != "begin" && now > before {
                *asked.entry(part).or_default() += now - before;
            }
            steps += usize::from(part == "record");
            before = ASKED.get();
        });
        assert!(0 < steps && steps < prepared.layout.steps, "the past is in common");
    }
    asked
}

#[test]
fn no_step_after_a_common_past_asks_for_memory() {
    assert_eq!(asked_after_a_common_past("scenarios/pakistan.toml"), BTreeMap::new());
}

#[test]
fn no_step_asks_for_memory() {
    for file in ["scenarios/minimal.toml", "scenarios/pakistan.toml", "scenarios/sorona.toml"] {
        assert_eq!(asked(file), BTreeMap::new(), "{file}");
    }
}
