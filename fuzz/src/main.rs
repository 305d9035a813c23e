//! One reader under libFuzzer; `READER` names it. Memory is held to a bound here, time by libFuzzer's `-timeout`.
#![no_main]

#[path = "../../tests/hostile/bounds.rs"]
mod bounds;
#[path = "../../tests/hostile/memory.rs"]
mod memory;
#[path = "../../tests/hostile/readers.rs"]
mod readers;

use std::sync::LazyLock;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use readers::{READERS, Reader};

#[global_allocator]
static ALLOCATOR: memory::Counting = memory::Counting;

static READER: LazyLock<Reader> = LazyLock::new(|| {
    let name = std::env::var("READER").expect("READER names a reader");
    *READERS.iter().find(|reader| reader.name == name).expect("a reader of that name")
});

/// Largest figure so far; says so where it has grown by a quarter.
fn largest(of: &AtomicU64, now: u64, what: &str) {
    let before = of.load(Ordering::Relaxed);
    if now > before + before / 4 {
        of.store(now, Ordering::Relaxed);
        eprintln!("{}: {what} {now}", READER.name);
    }
}

// A reader may catch a panic of a library it uses; one that it does not catch ends the fuzzing.
libfuzzer_sys::fuzz_target!(init: std::panic::set_hook(Box::new(|panic| eprintln!("{panic}"))), |bytes: &[u8]| {
    static LONGEST: AtomicU64 = AtomicU64::new(0);
    static MOST: AtomicU64 = AtomicU64::new(0);
    let begun = Instant::now();
    let (_, peak) = memory::peak_of(|| (READER.read)(bytes));
    let mut time = begun.elapsed();
    if time > bounds::TIME {
        // The machine may have been busy: what is slow is slow again.
        let again = Instant::now();
        (READER.read)(bytes);
        time = time.min(again.elapsed());
    }
    largest(&LONGEST, time.as_micros() as u64, "microseconds");
    assert!(time <= bounds::TIME, "{time:?} for {} bytes of input", bytes.len());
    largest(&MOST, peak as u64, "bytes");
    assert!(peak <= bounds::memory(READER.name, bytes.len()), "{peak} bytes of memory for {} of input", bytes.len());
});
