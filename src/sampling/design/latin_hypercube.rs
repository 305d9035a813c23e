//! Latin hypercube: as many strata per input as points, each stratum met once (McKay, Beckman & Conover 1979, "A
//! comparison of three methods for selecting values of input variables", Technometrics 21(2)).
//!
//! The order of strata in each input is a permutation computed point by point, a small Feistel network over numbers that
//! walks its cycle until it lands within the strata (Black & Rogaway 2002, "Ciphers with arbitrary finite domains"): a
//! hypercube of millions of points takes no memory.

use crate::sampling::words::{Stream, TrialKey};

/// The streams of strata and of places within them.
const STRATA: u32 = 0;
const PLACES: u32 = 1;
/// Rounds of the network; four make a pseudorandom permutation of a good round function (Luby & Rackoff 1988).
const ROUNDS: u8 = 4;

/// A Latin hypercube.
#[derive(Debug, Clone)]
pub struct LatinHypercube {
    points: u32,
    inputs: usize,
    seed: u64,
}

impl LatinHypercube {
    /// The hypercube of so many points in so many inputs under a seed.
    pub fn new(points: u32, inputs: usize, seed: u64) -> Self {
        Self { points, inputs, seed }
    }

    /// Point `index`, taken modulo the number of points; coordinates in the open interval (0, 1).
    pub fn point(&self, index: u32) -> Vec<f64> {
        let points = self.points.max(1);
        let index = index % points;
        (0..self.inputs)
            .map(|input| {
                let key = TrialKey::new(self.seed, input as u64);
                let stratum = permuted(index, points, key.stream(STRATA, 0));
                let within = key.stream(PLACES, 0).uniform(index, 0, 0);
                (f64::from(stratum) + within) / f64::from(points)
            })
            .collect()
    }
}

/// Where `index` goes in a permutation of `0..n` that the stream determines.
fn permuted(index: u32, n: u32, words: Stream) -> u32 {
    let half = (u32::BITS - (n - 1).leading_zeros()).div_ceil(2).max(1);
    let mask = (1_u64 << half) - 1;
    let mut value = u64::from(index);
    loop {
        let (mut left, mut right) = (value >> half, value & mask);
        for round in 0..ROUNDS {
            let mixed = words.word(right as u32, 0, u32::from(round)) & mask;
            (left, right) = (right, left ^ mixed);
        }
        value = (left << half) | right;
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
    fn inputs_are_not_correlated_and_seeds_differ() {
        let n = 2000;
        let (a, b) = (LatinHypercube::new(n, 2, 1), LatinHypercube::new(n, 2, 2));
        let products: f64 = (0..n).map(|i| a.point(i)).map(|p| (p[0] - 0.5) * (p[1] - 0.5)).sum();
        // Correlation of n independent pairs has standard error 1 / sqrt(n).
        assert!((12.0 * products / f64::from(n)).abs() < 4.0 / f64::from(n).sqrt(), "{products}");
        assert_ne!(a.point(0), b.point(0));
    }
}
