//! The events of a column, several at a time, for programs that decide events together.

use jirga::sampling::{LANES, Lanes, PACK, lanes_where};

/// The events of a column in packs: trial `lane` has `counts[lane]` of them (negative counts as none), numbered from 1.
///
/// Packs hold (lane, number) in order of number, then lane; all but the last are full.
pub struct Packs<'a> {
    counts: &'a Lanes<i32>,
    waiting: [(u8, u32); LANES + PACK],
    filled: usize,
    done: usize,
    /// Number entered last; no trial has that many once nothing was entered.
    number: i32,
    last: bool,
}

impl<'a> Packs<'a> {
    /// All events of a column.
    #[inline(always)]
    #[must_use]
    pub fn new(counts: &'a Lanes<i32>) -> Self {
        Self { counts, waiting: [(0, 0); LANES + PACK], filled: 0, done: 0, number: 0, last: false }
    }

    /// The next pack and how many of its places hold an event; the others repeat what stood there before.
    #[inline(always)]
    #[allow(clippy::should_implement_trait, reason = "the trait's method could not be inlined always")]
    pub fn next(&mut self) -> Option<([(u8, u32); PACK], usize)> {
        loop {
            if self.done + PACK <= self.filled || (self.last && self.done < self.filled) {
                let mut pack = [(0, 0); PACK];
                pack.copy_from_slice(&self.waiting[self.done..self.done + PACK]);
                let filled = (self.filled - self.done).min(PACK);
                self.done += PACK;
                return Some((pack, filled));
            }
            if self.last {
                return None;
            }
            self.waiting.copy_within(self.done..self.filled, 0);
            self.filled -= self.done;
            self.done = 0;
            self.enter();
        }
    }

    /// Enters each trial's next event.
    #[inline(always)]
    fn enter(&mut self) {
        self.number += 1;
        let before = self.filled;
        for lane in lanes_where(|lane| self.counts[lane] >= self.number) {
            self.waiting[self.filled] = (lane as u8, self.number as u32);
            self.filled += 1;
        }
        self.last = self.filled == before;
    }
}
