//! Resampling with a fixed seed: the same sample always yields the same interval.
//!
//! Words come from SplitMix64 (Steele, Lea & Flood 2014, "Fast splittable pseudorandom number generators", OOPSLA). They
//! have nothing to do with the random words of the trials.

use super::summary::{LEVEL, quantile_of_sorted, sorted_finite};

/// A stream of random words.
#[derive(Debug, Clone)]
pub struct Resampler {
    state: u64,
}

impl Resampler {
    /// The stream of a seed.
    pub fn new(seed: u64) -> Self {
        Self { state: seed }
    }

    fn word(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (self.state ^ (self.state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// An index below `n` (at least 1), each as likely to within `n / 2^64`.
    pub fn below(&mut self, n: usize) -> usize {
        ((u128::from(self.word()) * n as u128) >> 64) as usize
    }

    /// Puts a slice in random order (Fisher and Yates).
    pub fn shuffle<T>(&mut self, items: &mut [T]) {
        for i in (1..items.len()).rev() {
            items.swap(i, self.below(i + 1));
        }
    }
}

/// 95 % interval between the 2.5 % and 97.5 % quantiles of resampled estimates (Efron & Tibshirani 1993, "An
/// Introduction to the Bootstrap", chapter 13); `None` without estimates.
pub fn percentile_interval(estimates: &[f64]) -> Option<(f64, f64)> {
    let sorted = sorted_finite(estimates);
    let tail = (1.0 - LEVEL) / 2.0;
    Some((quantile_of_sorted(&sorted, tail)?, quantile_of_sorted(&sorted, 1.0 - tail)?))
}

/// Variates for the tests of this room.
#[cfg(test)]
pub mod variates {
    use super::Resampler;

    /// Uniform in (0, 1).
    pub fn uniform(from: &mut Resampler) -> f64 {
        ((from.word() >> 12) as f64 + 0.5) / (1_u64 << 52) as f64
    }

    /// Standard normal (Box and Muller).
    pub fn normal(from: &mut Resampler) -> f64 {
        (-2.0 * uniform(from).ln()).sqrt() * (2.0 * std::f64::consts::PI * uniform(from)).cos()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_match_the_published_generator() {
        // First three words of SplitMix64 with seed 1234567, as in the reference implementation's test vector.
        let mut words = Resampler::new(1_234_567);
        assert_eq!(
            [words.word(), words.word(), words.word()],
            [6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423]
        );
    }

    #[test]
    fn indices_are_even_and_a_shuffle_keeps_every_item() {
        let mut words = Resampler::new(1);
        let mut counts = [0.0_f64; 7];
        (0..70_000).for_each(|_| counts[words.below(7)] += 1.0);
        // Binomial(70000, 1/7): sigma 92.6.
        assert!(counts.iter().all(|c| (c - 10_000.0).abs() < 4.0 * 92.6), "{counts:?}");
        let mut items: Vec<usize> = (0..100).collect();
        words.shuffle(&mut items);
        assert_ne!(items, (0..100).collect::<Vec<_>>());
        items.sort_unstable();
        assert_eq!(items, (0..100).collect::<Vec<_>>());
    }

    #[test]
    fn percentile_interval_cuts_both_tails() {
        let estimates: Vec<f64> = (0..=1000).rev().map(f64::from).collect();
        let (low, high) = percentile_interval(&estimates).unwrap();
        assert!((low - 25.0).abs() < 1e-9 && (high - 975.0).abs() < 1e-9, "{low} {high}");
        assert_eq!(percentile_interval(&[]), None);
    }
}
