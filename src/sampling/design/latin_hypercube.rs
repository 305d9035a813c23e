//! Latin hypercube: as many strata per input as points, each stratum met once (McKay, Beckman & Conover 1979, "A
//! comparison of three methods for selecting values of input variables", Technometrics 21(2)).
//!
//! A hypercube of twice as many points begins with the points of the smaller one, as nested hypercubes do (Qian 2009,
//! "Nested Latin hypercube designs", Biometrika 96(4)): every stratum is cut in half, the half in which a point lies is
//! met, and each new point takes the free half of a stratum. So the number of points is an odd number doubled some times, and
//! hypercubes with the same odd number are one growing design. The strata of the new points are in random order in each
//! input, which leaves the inputs independent.
//!
//! The order of strata is a permutation computed point by point, a small Feistel network over numbers that walks its cycle
//! until it lands within the strata (Black & Rogaway 2002, "Ciphers with arbitrary finite domains"), and undone the same
//! way: a hypercube of millions of points takes no memory, and a point a few dozen steps per input.

use crate::sampling::words::{Stream, TrialKey};

/// The stream of places within strata; the order of strata after so many doublings has a stream of its own, from
/// [`STRATA`] on.
const PLACES: u32 = 0;
const STRATA: u32 = 1;
/// Rounds of the network; four make a pseudorandom permutation of a good round function (Luby & Rackoff 1988).
const ROUNDS: u8 = 4;

/// A Latin hypercube.
#[derive(Debug, Clone)]
pub struct LatinHypercube {
    /// Points before any doubling: an odd number.
    first: u32,
    doublings: u32,
    inputs: usize,
    seed: u64,
}

impl LatinHypercube {
    /// The hypercube of so many points (at least one) in so many inputs under a seed.
    pub fn new(points: u32, inputs: usize, seed: u64) -> Self {
        let points = points.max(1);
        let doublings = points.trailing_zeros();
        Self { first: points >> doublings, doublings, inputs, seed }
    }

    /// Point `index`, taken modulo the number of points; coordinates in the open interval (0, 1).
    pub fn point(&self, index: u32) -> Vec<f64> {
        let index = index % (self.first << self.doublings);
        (0..self.inputs)
            .map(|input| {
                let line = Line { first: self.first, key: TrialKey::new(self.seed, input as u64) };
                let strata = self.first << line.doublings_before(index);
                (f64::from(line.stratum_at_birth(index)) + line.within(index)) / f64::from(strata)
            })
            .collect()
    }
}

/// The strata of one input. A point is born at the doubling that first counts it, in one stratum of that doubling.
struct Line {
    first: u32,
    key: TrialKey,
}

impl Line {
    /// Doublings up to a point's birth.
    fn doublings_before(&self, index: u32) -> u32 {
        let times = index / self.first;
        u32::BITS - times.leading_zeros()
    }

    /// Where a point lies in its stratum, 0 to 1; the digits decide in which half of it, and so on.
    fn within(&self, index: u32) -> f64 {
        self.key.stream(PLACES, 0).uniform(index, 0, 0)
    }

    /// The order of strata at a doubling.
    fn order(&self, doubling: u32) -> Stream {
        self.key.stream(STRATA + doubling, 0)
    }

    fn stratum_at_birth(&self, index: u32) -> u32 {
        match self.doublings_before(index) {
            0 => permuted(index, self.first, self.order(0)),
            doubling => {
                let before = self.first << (doubling - 1);
                let stratum = permuted(index - before, before, self.order(doubling));
                2 * stratum + 1 - self.half_met(self.occupant(stratum, doubling - 1), doubling)
            }
        }
    }

    /// The half of its stratum in which a point lies when the strata are cut for the `doubling`th time: 0 or 1.
    fn half_met(&self, point: u32, doubling: u32) -> u32 {
        let digit = doubling - self.doublings_before(point);
        let halves = (self.within(point) * f64::from(digit).exp2()) as u64;
        (halves & 1) as u32
    }

    /// The point that lies in a stratum after so many doublings.
    fn occupant(&self, stratum: u32, doublings: u32) -> u32 {
        if doublings == 0 {
            return unpermuted(stratum, self.first, self.order(0));
        }
        let (parent, half) = (stratum >> 1, stratum & 1);
        let earlier = self.occupant(parent, doublings - 1);
        if self.half_met(earlier, doublings) == half {
            return earlier;
        }
        let before = self.first << (doublings - 1);
        before + unpermuted(parent, before, self.order(doublings))
    }
}

/// Where `index` goes in a permutation of `0..n` that the stream determines.
fn permuted(index: u32, n: u32, words: Stream) -> u32 {
    walked(index, n, |half, mask, value| {
        let (mut left, mut right) = (value >> half, value & mask);
        for round in 0..ROUNDS {
            let mixed = words.word(right as u32, 0, u32::from(round)) & mask;
            (left, right) = (right, left ^ mixed);
        }
        (left << half) | right
    })
}

/// What goes to `place` in the permutation of [`permuted`].
fn unpermuted(place: u32, n: u32, words: Stream) -> u32 {
    walked(place, n, |half, mask, value| {
        let (mut left, mut right) = (value >> half, value & mask);
        for round in (0..ROUNDS).rev() {
            let mixed = words.word(left as u32, 0, u32::from(round)) & mask;
            (left, right) = (right ^ mixed, left);
        }
        (left << half) | right
    })
}

/// Walks on from a number below `n` by a permutation of two halves of binary digits, `step(digits of a half, its mask, value)`,
/// until the number is below `n` again.
fn walked(from: u32, n: u32, step: impl Fn(u32, u64, u64) -> u64) -> u32 {
    let half = (u32::BITS - (n - 1).leading_zeros()).div_ceil(2).max(1);
    let mask = (1_u64 << half) - 1;
    let mut value = u64::from(from);
    loop {
        value = step(half, mask, value);
        if value < u64::from(n) {
            return value as u32;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_stratum_of_every_input_is_met_once() {
        for points in [1, 2, 3, 7, 64, 1000] {
            let design = LatinHypercube::new(points, 3, 5);
            for input in 0..3 {
                let mut strata: Vec<u32> =
                    (0..points).map(|i| (design.point(i)[input] * f64::from(points)) as u32).collect();
                strata.sort_unstable();
                assert_eq!(strata, (0..points).collect::<Vec<_>>(), "{points} points, input {input}");
            }
        }
    }

    #[test]
    fn a_hypercube_of_twice_as_many_points_begins_with_those_of_the_smaller() {
        for (few, many) in [(1, 64), (3, 48), (125, 1000), (7, 14)] {
            let (small, large) = (LatinHypercube::new(few, 3, 5), LatinHypercube::new(many, 3, 5));
            for index in 0..few {
                assert_eq!(small.point(index), large.point(index), "{index} of {few} and {many}");
            }
        }
        let line = Line { first: 5, key: TrialKey::new(9, 0) };
        let born: Vec<u32> = [0, 4, 5, 9, 10, 19, 20].iter().map(|index| line.doublings_before(*index)).collect();
        assert_eq!(born, [0, 0, 1, 1, 2, 2, 3]);
        for place in 0..40 {
            assert_eq!(permuted(unpermuted(place, 40, line.order(1)), 40, line.order(1)), place);
        }
    }

    #[test]
    fn inputs_are_not_correlated_and_seeds_differ() {
        // 2,000 is an odd number doubled four times, 2,048 one doubled eleven times.
        for n in [2000, 2048] {
            let design = LatinHypercube::new(n, 2, 1);
            let products: f64 = (0..n).map(|i| design.point(i)).map(|p| (p[0] - 0.5) * (p[1] - 0.5)).sum();
            // Correlation of n independent pairs has standard error 1 / sqrt(n).
            assert!((12.0 * products / f64::from(n)).abs() < 4.0 / f64::from(n).sqrt(), "{products}");
        }
        let (a, b) = (LatinHypercube::new(2000, 2, 1), LatinHypercube::new(2000, 2, 2));
        assert_ne!(a.point(0), b.point(0));
    }
}
