//! The width of a block: how many trials step together, column by column; sets of its trials.

use std::ops::{Deref, DerefMut};

/// Trials in a block. A block of trials steps together; each quantity of an entity is a column with one entry a trial,
/// so that loops over a column compile to vector instructions.
pub const LANES: usize = 32;

/// One quantity of one entity in every trial of a block, shape `[trial in block]`. Wherever it stands it begins at a line of
/// the cache: a wide vector that lies across two lines is read twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(align(64))]
pub struct Lanes<T = f64>([T; LANES]);

impl<T: Copy> Lanes<T> {
    /// The same in every trial.
    #[inline(always)]
    #[must_use]
    pub const fn of(value: T) -> Self {
        Self([value; LANES])
    }

    /// What is made of the value of each trial.
    #[inline(always)]
    #[must_use]
    pub fn map<U>(&self, made: impl FnMut(T) -> U) -> Lanes<U> {
        Lanes(self.0.map(made))
    }
}

impl<'a, T> IntoIterator for &'a Lanes<T> {
    type Item = &'a T;
    type IntoIter = std::slice::Iter<'a, T>;

    #[inline(always)]
    fn into_iter(self) -> Self::IntoIter {
        self.0.iter()
    }
}

impl<T> From<[T; LANES]> for Lanes<T> {
    #[inline(always)]
    fn from(values: [T; LANES]) -> Self {
        Self(values)
    }
}

impl<T> Deref for Lanes<T> {
    type Target = [T; LANES];

    #[inline(always)]
    fn deref(&self) -> &[T; LANES] {
        &self.0
    }
}

impl<T> DerefMut for Lanes<T> {
    #[inline(always)]
    fn deref_mut(&mut self) -> &mut [T; LANES] {
        &mut self.0
    }
}

/// How many decisions of a few trials are worked on together, where most trials of a block have none to make.
pub const PACK: usize = 8;

/// A column made trial by trial. A loop where it stands, and not `std::array::from_fn`, whose way through fallible halves the
/// compiler does not always see through.
#[inline(always)]
#[must_use]
pub fn each<T: Copy + Default>(of: impl FnMut(usize) -> T) -> Lanes<T> {
    Lanes(pack(of))
}

/// A pack, or another array, made place by place, likewise.
#[inline(always)]
#[must_use]
pub fn pack<T: Copy + Default, const N: usize>(mut of: impl FnMut(usize) -> T) -> [T; N] {
    let mut all = [T::default(); N];
    for place in 0..N {
        all[place] = of(place);
    }
    all
}

/// Adds to every place of a column what two others make of theirs. A pack is read whole before it is written: the compiler
/// makes vectors of it without knowing that the columns are apart.
#[inline(always)]
pub fn add_each(sum: &mut Lanes, first: &Lanes, second: &Lanes, made: impl Fn(f64, f64) -> f64) {
    for from in (0..LANES).step_by(PACK) {
        let mut sums = [0.0; PACK];
        for place in 0..PACK {
            sums[place] = sum[from + place] + made(first[from + place], second[from + place]);
        }
        for place in 0..PACK {
            sum[from + place] = sums[place];
        }
    }
}

/// Adds counts trial by trial.
#[inline(always)]
pub fn add_counts(sum: &mut Lanes<i32>, counts: &Lanes<i32>) {
    for lane in 0..LANES {
        sum[lane] += counts[lane];
    }
}

/// Some of the trials of a block, in order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct LaneSet(u64);

/// The trials for which something holds. Asked of all trials: a condition written without branches (`&`, not `&&`) is asked
/// of several at a time, and what follows is done for the few it holds for.
#[inline(always)]
#[must_use]
pub fn lanes_where(holds: impl Fn(usize) -> bool) -> LaneSet {
    let mut bits = 0;
    for lane in 0..LANES {
        bits |= mask(holds(lane)) & (1 << lane);
    }
    LaneSet(bits)
}

/// All bits if `holds`, else none: a selection that stays one when a loop over it is compiled, where a branch would end vectors.
#[inline(always)]
#[must_use]
pub const fn mask(holds: bool) -> u64 {
    (holds as u64).wrapping_neg()
}

impl LaneSet {
    /// How many trials are in it.
    #[inline(always)]
    #[must_use]
    pub const fn count(self) -> usize {
        self.0.count_ones() as usize
    }

    /// All trials if `holds`, else none.
    #[inline(always)]
    #[must_use]
    pub const fn all_if(holds: bool) -> Self {
        Self(mask(holds) & (mask(true) >> (u64::BITS as usize - LANES)))
    }

    /// Whether a trial is in it.
    #[inline(always)]
    #[must_use]
    pub const fn has(self, lane: usize) -> bool {
        self.0 >> (lane % LANES) & 1 == 1
    }

    /// The same, but for one trial, which is in it if `holds`.
    #[inline(always)]
    #[must_use]
    pub const fn with(self, lane: usize, holds: bool) -> Self {
        let place = lane % LANES;
        Self(self.0 & !(1 << place) | (holds as u64) << place)
    }

    /// The trials that are in both.
    #[inline(always)]
    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    /// The trials that are in one of both.
    #[inline(always)]
    #[must_use]
    pub const fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// The trials that are not in the other.
    #[inline(always)]
    #[must_use]
    pub const fn minus(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    /// Whether no trial is in it.
    #[inline(always)]
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }
}

impl Iterator for LaneSet {
    type Item = usize;

    #[inline(always)]
    fn next(&mut self) -> Option<usize> {
        if self.0 == 0 {
            return None;
        }
        // Never more than the last lane: the rest of the division tells the compiler, and costs nothing.
        let lane = self.0.trailing_zeros() as usize % LANES;
        self.0 &= self.0 - 1;
        Some(lane)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_column_fills_whole_lines_of_the_cache() {
        assert_eq!((align_of::<Lanes>(), size_of::<Lanes>()), (64, 8 * LANES));
        assert_eq!((align_of::<Lanes<i32>>(), size_of::<Lanes<i32>>()), (64, 4 * LANES));
    }

    #[test]
    fn every_place_is_made_once_in_order_and_added_to() {
        let mut asked = Vec::new();
        let made: [usize; 5] = pack(|place| {
            asked.push(place);
            place * place
        });
        assert_eq!((made, asked), ([0, 1, 4, 9, 16], vec![0, 1, 2, 3, 4]));
        let column = |factor: f64| -> Lanes { each(|lane| factor * lane as f64) };
        let mut sum = column(1.0);
        add_each(&mut sum, &column(2.0), &column(3.0), |first, second| first - second);
        assert_eq!(sum, Lanes::of(0.0));
    }

    #[test]
    fn a_set_of_lanes_holds_those_for_which_its_condition_holds() {
        for modulus in 1..40 {
            let holds = |lane: usize| lane % modulus == modulus - 1;
            let set = lanes_where(holds);
            let expected: Vec<usize> = (0..LANES).filter(|&lane| holds(lane)).collect();
            assert_eq!((set.count(), set.is_empty()), (expected.len(), expected.is_empty()));
            assert!((0..LANES).all(|lane| set.has(lane) == holds(lane)));
            let put = (0..LANES).fold(LaneSet::all_if(modulus % 2 == 0), |put, lane| put.with(lane, holds(lane)));
            assert_eq!(put, set);
            assert_eq!(set.collect::<Vec<_>>(), expected);
        }
        assert_eq!((LaneSet::all_if(true).count(), LaneSet::all_if(false).count()), (LANES, 0));
    }
}
