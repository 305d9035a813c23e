//! Random words without state: a word is a pure function of where it is used.
//!
//! A word is addressed by (seed, trial, mechanism, step, entity, sub, k) and by nothing that happened before, so policies
//! compared under one seed share every draw that they both make. [`FORMULA`] states the function in full;
//! `docs/random-words.md` says how it was tested. Two 64-bit key words go into each word: with one, some streams of a run
//! of a million trials would overlap by the birthday bound.

use super::lanes::{LANES, LaneSet, Lanes, each, pack};
use rand::rand_core::TryRng;
use std::convert::Infallible;

/// The exact formula of a random word, for the manifest of a run. All arithmetic is modulo 2^64.
pub const FORMULA: &str = "\
m(x) = z ^ (z >> 31), z = (y ^ (y >> 27)) * 94d049bb133111eb, y = (x ^ (x >> 30)) * bf58476d1ce4e5b9; \
P = 9e3779b97f4a7c15, Q = d1342543de82ef95; \
trial key: A = m(m(seed ^ 243f6a8885a308d3) + P * trial), B = m(m(seed ^ 13198a2e03707344) + Q * trial); \
stream: t = 2^32 * mechanism + step, a = m(A + P * t), b = m(B + Q * t); \
word: s = 2^32 * entity + 2^8 * sub + k, x = a + P * s, y = (x ^ (x >> 30)) * bf58476d1ce4e5b9 ^ b, \
z = (y ^ (y >> 27)) * 94d049bb133111eb, w = z ^ (z >> 31); \
uniform = (2 * (w >> 12) + 1) / 2^53; numbers with letters are hexadecimal, ^ is exclusive or";

/// 2^64 divided by the golden ratio, made odd: the step of a Weyl sequence.
const WEYL_A: u64 = 0x9e37_79b9_7f4a_7c15;
/// An odd multiplier with a good spectrum (Steele & Vigna 2022), for the second key.
const WEYL_B: u64 = 0xd134_2543_de82_ef95;
/// The first digits of pi: they tell the two key words apart.
const SALT_A: u64 = 0x243f_6a88_85a3_08d3;
const SALT_B: u64 = 0x1319_8a2e_0370_7344;
/// Multipliers of the finalizer "variant 13" (Stafford 2011), as in SplitMix64.
const MIX_1: u64 = 0xbf58_476d_1ce4_e5b9;
const MIX_2: u64 = 0x94d0_49bb_1331_11eb;

#[inline(always)]
const fn mix(word: u64) -> u64 {
    finalize(word, 0)
}

/// SplitMix64's finalizer with a second key folded in mid-way; a bijection of `word` for each `key`.
#[inline(always)]
const fn finalize(word: u64, key: u64) -> u64 {
    let folded = (word ^ (word >> 30)).wrapping_mul(MIX_1) ^ key;
    let mixed = (folded ^ (folded >> 27)).wrapping_mul(MIX_2);
    mixed ^ (mixed >> 31)
}

#[inline(always)]
const fn slot(entity: u32, sub: u32, k: u32) -> u64 {
    debug_assert!(sub < 1 << 24, "sub has 24 bits");
    debug_assert!(k < 1 << 8, "k has 8 bits");
    ((entity as u64) << 32) | ((sub << 8) as u64) | ((k & 0xff) as u64)
}

/// The upper 52 bits of a word as the midpoint of one of 2^52 equal cells of (0, 1): never 0, never 1.
#[inline(always)]
fn open_uniform(word: u64) -> f64 {
    /// 1 - 2^-53, so that subtracting it from [1, 2) adds half a cell.
    const BELOW_ONE: f64 = 1.0 - f64::EPSILON / 2.0;
    f64::from_bits((word >> 12) | 0x3ff0_0000_0000_0000) - BELOW_ONE
}

/// The key of one trial: 128 bits that depend on the seed and the trial's number alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TrialKey {
    a: u64,
    b: u64,
}

impl TrialKey {
    /// The key of trial `trial` under `seed`.
    pub const fn new(seed: u64, trial: u64) -> Self {
        Self {
            a: mix(mix(seed ^ SALT_A).wrapping_add(WEYL_A.wrapping_mul(trial))),
            b: mix(mix(seed ^ SALT_B).wrapping_add(WEYL_B.wrapping_mul(trial))),
        }
    }

    /// The words of one mechanism in one step of this trial.
    #[inline(always)]
    pub const fn stream(self, mechanism: u32, step: u32) -> Stream {
        let tag = ((mechanism as u64) << 32) | step as u64;
        Stream {
            a: mix(self.a.wrapping_add(WEYL_A.wrapping_mul(tag))),
            b: mix(self.b.wrapping_add(WEYL_B.wrapping_mul(tag))),
        }
    }
}

/// The random words of one mechanism in one step of one trial; words are looked up, not consumed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stream {
    a: u64,
    b: u64,
}

impl Stream {
    /// The word of decision `k` (below 2^8) about part `sub` (below 2^24) of `entity`.
    #[inline(always)]
    pub const fn word(self, entity: u32, sub: u32, k: u32) -> u64 {
        finalize(self.a.wrapping_add(WEYL_A.wrapping_mul(slot(entity, sub, k))), self.b)
    }

    /// The same word as a uniform number in the open interval (0, 1), an odd multiple of 2^-53.
    #[inline(always)]
    pub fn uniform(self, entity: u32, sub: u32, k: u32) -> f64 {
        open_uniform(self.word(entity, sub, k))
    }

    /// The words of one event: part `sub` (below 2^24) of `entity`.
    #[inline(always)]
    pub const fn event(self, entity: u32, sub: u32) -> EventWord {
        EventWord { a: self.a.wrapping_add(WEYL_A.wrapping_mul(slot(entity, sub, 0))), b: self.b }
    }

    /// The words of `entity` one after the other, for samplers that consume a variable number of them (bootstraps,
    /// priors); never for the model's path. Word n is `word(entity, n >> 8, n & 255)`; it repeats after 2^32 words.
    pub const fn sequence(self, entity: u32) -> Sequence {
        Sequence { stream: self, entity, next: 0 }
    }
}

/// A generator in the sense of the crate `rand` over the words of one entity; see [`Stream::sequence`].
#[derive(Clone, Debug)]
pub struct Sequence {
    stream: Stream,
    entity: u32,
    next: u32,
}

impl Sequence {
    /// The next word as a uniform number in the open interval (0, 1).
    pub fn uniform(&mut self) -> f64 {
        open_uniform(self.word())
    }

    fn word(&mut self) -> u64 {
        let word = self.stream.word(self.entity, self.next >> 8, self.next & 0xff);
        self.next = self.next.wrapping_add(1);
        word
    }
}

impl TryRng for Sequence {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        Ok((self.word() >> 32) as u32)
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        Ok(self.word())
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Infallible> {
        for chunk in bytes.chunks_mut(8) {
            chunk.copy_from_slice(&self.word().to_le_bytes()[..chunk.len()]);
        }
        Ok(())
    }
}

/// The streams of a block of trials: column form of [`Stream`], bit for bit the same words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Streams {
    a: Lanes<u64>,
    b: Lanes<u64>,
}

impl Streams {
    /// The words of one mechanism in one step of every trial of a block.
    #[inline(always)]
    pub fn new(keys: &[TrialKey; LANES], mechanism: u32, step: u32) -> Self {
        let mut streams = Self { a: Lanes::of(0), b: Lanes::of(0) };
        for lane in 0..LANES {
            let stream = keys[lane].stream(mechanism, step);
            streams.a[lane] = stream.a;
            streams.b[lane] = stream.b;
        }
        streams
    }

    /// One uniform in (0, 1) a trial, all at the same address.
    #[inline(always)]
    pub fn uniforms(&self, entity: u32, sub: u32, k: u32) -> Lanes {
        let offset = WEYL_A.wrapping_mul(slot(entity, sub, k));
        let mut uniforms = Lanes::of(0.0);
        for lane in 0..LANES {
            uniforms[lane] = open_uniform(finalize(self.a[lane].wrapping_add(offset), self.b[lane]));
        }
        uniforms
    }

    /// One uniform in (0, 1) in some of the trials, all at the same address; in the others any number.
    #[inline(always)]
    pub fn uniforms_among(&self, lanes: LaneSet, entity: u32, sub: u32, k: u32) -> Lanes {
        /// Up to so many words are looked up one by one.
        const FEW: usize = 6;
        if lanes.count() > FEW {
            return self.uniforms(entity, sub, k);
        }
        let mut uniforms = Lanes::of(0.5);
        for lane in lanes {
            uniforms[lane] = self.stream(lane).uniform(entity, sub, k);
        }
        uniforms
    }

    /// One uniform in (0, 1) a trial, where each trial has its own entity at the address.
    #[inline(always)]
    pub fn uniforms_by(&self, entities: &Lanes<u32>, sub: u32, k: u32) -> Lanes {
        let first = entities[0];
        // Entities that are the same in all trials, which most are, share the address.
        if entities.iter().fold(true, |same, &entity| same & (entity == first)) {
            return self.uniforms(first, sub, k);
        }
        let mut uniforms = Lanes::of(0.0);
        for lane in 0..LANES {
            uniforms[lane] = self.stream(lane).uniform(entities[lane], sub, k);
        }
        uniforms
    }

    /// One uniform in (0, 1) in some of the trials, each at an address (entity, `sub`) of its own; in the others any number.
    #[inline(always)]
    pub fn uniforms_in(&self, lanes: LaneSet, address: impl Fn(usize) -> (u32, u32)) -> Lanes {
        /// Up to so many words are looked up one by one.
        const FEW: usize = 12;
        let uniform = |lane: usize| {
            let (entity, sub) = address(lane);
            self.stream(lane).uniform(entity, sub, 0)
        };
        if lanes.count() > FEW {
            return each(uniform);
        }
        let mut uniforms = Lanes::of(0.5);
        for lane in lanes {
            uniforms[lane] = uniform(lane);
        }
        uniforms
    }

    /// The words of one event a trial, where each trial has its own entity.
    #[inline(always)]
    pub fn events_by(&self, entities: &Lanes<u32>, sub: u32) -> EventWords<LANES> {
        let (first, offset) = (entities[0], |entity: u32| WEYL_A.wrapping_mul(slot(entity, sub, 0)));
        let same = entities.iter().fold(true, |same, &entity| same & (entity == first));
        let a = if same {
            let offset = offset(first);
            each(|lane| self.a[lane].wrapping_add(offset))
        } else {
            each(|lane| self.a[lane].wrapping_add(offset(entities[lane])))
        };
        EventWords { a: *a, b: *self.b }
    }

    /// The stream of one trial of the block, for mechanisms written one trial at a time.
    #[inline(always)]
    pub fn stream(&self, lane: usize) -> Stream {
        Stream { a: self.a[lane], b: self.b[lane] }
    }
}

/// The words of one event, a part of an entity in one trial: what is decided about it is looked up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct EventWord {
    a: u64,
    b: u64,
}

impl EventWord {
    /// The uniform in (0, 1) of decision `k`; bit for bit [`Stream::uniform`] at the event's address.
    #[inline(always)]
    pub fn uniform(self, k: u32) -> f64 {
        open_uniform(finalize(self.a.wrapping_add(WEYL_A.wrapping_mul(slot(0, 0, k))), self.b))
    }
}

/// The words of several events: column form of [`EventWord`], bit for bit the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EventWords<const N: usize> {
    a: [u64; N],
    b: [u64; N],
}

impl<const N: usize> EventWords<N> {
    /// Those of so many events.
    #[inline(always)]
    pub fn of(events: &[EventWord; N]) -> Self {
        Self { a: pack(|place| events[place].a), b: pack(|place| events[place].b) }
    }

    /// Puts an event in a place.
    #[inline(always)]
    pub fn set(&mut self, place: usize, event: EventWord) {
        (self.a[place], self.b[place]) = (event.a, event.b);
    }

    /// Those of some of the events, from a place on.
    #[inline(always)]
    pub fn part<const M: usize>(&self, from: usize) -> EventWords<M> {
        EventWords { a: pack(|place| self.a[from + place]), b: pack(|place| self.b[from + place]) }
    }

    /// Those of one of the events.
    #[inline(always)]
    pub fn event(&self, place: usize) -> EventWord {
        EventWord { a: self.a[place], b: self.b[place] }
    }

    /// One uniform in (0, 1) an event, of decision `k`.
    #[inline(always)]
    pub fn uniforms(&self, k: u32) -> [f64; N] {
        let offset = WEYL_A.wrapping_mul(slot(0, 0, k));
        let mut uniforms = [0.0; N];
        for place in 0..N {
            uniforms[place] = open_uniform(finalize(self.a[place].wrapping_add(offset), self.b[place]));
        }
        uniforms
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sampling::lanes::lanes_where;
    use rand::Rng;

    #[test]
    fn known_answers_never_change() {
        // From an independent program (integers of any size, in Python).
        let answers = [
            (TrialKey::new(0, 0).stream(0, 0).word(0, 0, 0), 0x4d61_846c_23ad_d587),
            (TrialKey::new(1, 0).stream(0, 0).word(0, 0, 0), 0xa6c6_f864_99dd_b3a7),
            (TrialKey::new(2026, 7).stream(10, 51).word(3, 2, 1), 0x1566_e24a_a795_119b),
            (
                TrialKey::new(u64::MAX, u64::MAX).stream(u32::MAX, u32::MAX).word(u32::MAX, (1 << 24) - 1, 255),
                0xe02c_2f3e_fd48_a2c1,
            ),
        ];
        for (word, expected) in answers {
            assert_eq!(word, expected, "{word:#018x}");
        }
    }

    #[test]
    fn the_formula_in_words_is_the_formula_in_code() {
        // Written out a second time from FORMULA, in 128-bit arithmetic.
        let wrap = |x: u128| x & u128::from(u64::MAX);
        let m = |x: u128, b: u128| {
            let y = wrap((x ^ (x >> 30)) * 0xbf58476d1ce4e5b9) ^ b;
            let z = wrap((y ^ (y >> 27)) * 0x94d049bb133111eb);
            z ^ (z >> 31)
        };
        let (p, q) = (0x9e3779b97f4a7c15_u128, 0xd1342543de82ef95_u128);
        let (seed, trial, mechanism, step, entity, sub, k) =
            (99_u128, 12_u128, 4_u128, 260_u128, 17_u128, 5_u128, 3_u128);
        let key_a = m(wrap(m(seed ^ 0x243f6a8885a308d3, 0) + p * trial), 0);
        let key_b = m(wrap(m(seed ^ 0x13198a2e03707344, 0) + q * trial), 0);
        let tag = (mechanism << 32) + step;
        let (a, b) = (m(wrap(key_a + p * tag), 0), m(wrap(key_b + q * tag), 0));
        let word = m(wrap(a + p * ((entity << 32) + (sub << 8) + k)), b);
        let stream = TrialKey::new(99, 12).stream(4, 260);
        assert_eq!(u128::from(stream.word(17, 5, 3)), word);
        assert_eq!(stream.uniform(17, 5, 3), (2 * (word >> 12) + 1) as f64 / 9_007_199_254_740_992.0);
    }

    #[test]
    fn columns_and_single_trials_agree_bit_for_bit() {
        let keys: [TrialKey; LANES] = std::array::from_fn(|lane| TrialKey::new(5, 64 + lane as u64));
        let streams = Streams::new(&keys, 3, 9);
        let entities: Lanes<u32> = each(|lane| (lane * 7) as u32);
        let same = streams.uniforms(11, 2, 1);
        let own = streams.uniforms_by(&entities, 2, 1);
        let address = |lane: usize| (entities[lane], entities[LANES - 1 - lane]);
        for lanes in [5, 7, 40, 1].map(|every| lanes_where(|lane| lane % every == 0)) {
            let some = streams.uniforms_in(lanes, address);
            for lane in lanes {
                let (entity, sub) = address(lane);
                assert_eq!(some[lane].to_bits(), streams.stream(lane).uniform(entity, sub, 0).to_bits());
                assert_eq!(streams.uniforms_among(lanes, 11, 2, 1)[lane].to_bits(), same[lane].to_bits());
            }
        }
        for entities in [entities, Lanes::of(u32::MAX)] {
            let events = streams.events_by(&entities, 6);
            let again: Lanes<EventWord> = each(|lane| streams.stream(lane).event(entities[lane], 6));
            assert_eq!(EventWords::of(&again), events);
            let mut swapped = events;
            swapped.set(3, again[4]);
            assert_eq!((swapped.event(3), swapped.event(4)), (again[4], again[4]));
            let uniforms = events.uniforms(5);
            for lane in 0..LANES {
                assert_eq!(events.event(lane), again[lane]);
                assert_eq!(events.part::<4>(lane / 4 * 4).event(lane % 4), again[lane]);
                assert_eq!(uniforms[lane], again[lane].uniform(5));
                assert_eq!(uniforms[lane], keys[lane].stream(3, 9).uniform(entities[lane], 6, 5));
            }
        }
        for lane in 0..LANES {
            let stream = keys[lane].stream(3, 9);
            assert_eq!(stream, streams.stream(lane));
            assert_eq!(same[lane].to_bits(), stream.uniform(11, 2, 1).to_bits());
            assert_eq!(own[lane].to_bits(), stream.uniform(entities[lane], 2, 1).to_bits());
        }
    }

    #[test]
    fn uniforms_stay_inside_the_open_interval_and_are_symmetric() {
        assert_eq!(open_uniform(0), f64::EPSILON / 2.0);
        assert_eq!(open_uniform(u64::MAX), 1.0 - f64::EPSILON / 2.0);
        assert_eq!(open_uniform(1 << 63) + open_uniform(!(1 << 63)), 1.0);
    }

    #[test]
    fn a_sequence_walks_the_words_of_its_entity() {
        let stream = TrialKey::new(8, 1).stream(2, 3);
        let mut sequence = stream.sequence(6);
        for n in 0..600_u32 {
            assert_eq!(sequence.next_u64(), stream.word(6, n >> 8, n & 255));
        }
        let mut bytes = [0; 11];
        stream.sequence(6).fill_bytes(&mut bytes);
        assert_eq!(bytes[..8], stream.word(6, 0, 0).to_le_bytes());
        assert_eq!(bytes[8..], stream.word(6, 0, 1).to_le_bytes()[..3]);
    }
}
