//! Splits variance into what comes from not knowing the parameters and what comes from chance.
//!
//! Two replicates per parameter draw: the same parameters, independent chance. Then the covariance of the replicates is
//! the variance of the expectation given the parameters, and half the variance of their difference is the expected
//! variance given the parameters: the one-way random-effects model (Searle, Casella & McCulloch 1992, "Variance
//! Components", chapter 3) with two observations per class. Both estimates are unbiased; the first can come out below
//! zero where there is nothing to find.

use super::resampling::{Resampler, percentile_interval};

/// Resamples of the draws for the interval.
const RESAMPLES: usize = 1000;
/// Their seed.
const SEED: u64 = 0x7661_7269_616e_6365;

/// Variance of one quantity by where it comes from, in the square of its unit.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct VarianceSplit {
    /// Parameter draws used.
    pub n: usize,
    /// Variance by ignorance of parameters: `cov(first, second)`.
    pub parameters: f64,
    /// Variance by chance within a history: `var(first - second) / 2`.
    pub chance: f64,
    /// Share of ignorance of parameters in the sum (the intraclass correlation); below zero where the estimate is;
    /// `None` where nothing varies.
    pub share: Option<f64>,
    /// 95 % interval of the share by bootstrap over draws, percentile method, fixed seed.
    pub interval: Option<(f64, f64)>,
}

/// Splits the variance of a quantity; `first[i]` and `second[i]` are its values in two histories with parameter draw `i`.
/// Draws with a value that is not finite are left out. `None` for fewer than two draws.
pub fn split(first: &[f64], second: &[f64]) -> Option<VarianceSplit> {
    let pairs = finite_pairs(first, second);
    let n = pairs.len();
    let (parameters, chance) = components(&pairs, 0..n)?;
    let share = share(parameters, chance);
    let interval = share.and_then(|_| {
        let mut words = Resampler::new(SEED);
        let mut chosen = vec![0; n];
        let mut estimates = Vec::with_capacity(RESAMPLES);
        for _ in 0..RESAMPLES {
            chosen.iter_mut().for_each(|index| *index = words.below(n));
            estimates.extend(components(&pairs, chosen.iter().copied()).and_then(|(p, c)| self::share(p, c)));
        }
        percentile_interval(&estimates)
    });
    Some(VarianceSplit { n, parameters, chance, share, interval })
}

/// The variance by chance alone, as [`split`] has it.
pub fn chance(first: &[f64], second: &[f64]) -> Option<f64> {
    let pairs = finite_pairs(first, second);
    components(&pairs, 0..pairs.len()).map(|(_, chance)| chance)
}

/// Draws whose two values are finite.
fn finite_pairs(first: &[f64], second: &[f64]) -> Vec<(f64, f64)> {
    first.iter().copied().zip(second.iter().copied()).filter(|(a, b)| a.is_finite() && b.is_finite()).collect()
}

fn share(parameters: f64, chance: f64) -> Option<f64> {
    (parameters + chance > 0.0).then(|| parameters / (parameters + chance))
}

/// Covariance of the pairs at `indices`, and half the variance of their differences.
fn components(pairs: &[(f64, f64)], indices: impl Iterator<Item = usize>) -> Option<(f64, f64)> {
    let (mut n, mut a, mut b) = (0.0, 0.0, 0.0);
    let (mut product, mut difference) = (0.0, 0.0);
    for index in indices {
        let (x, y) = pairs[index];
        n += 1.0;
        let (dx, dy) = (x - a, y - b);
        a += dx / n;
        b += dy / n;
        product += dx * (y - b);
        difference += (dx - dy) * ((x - a) - (y - b));
    }
    (n > 1.0).then(|| (product / (n - 1.0), difference / (2.0 * (n - 1.0))))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::statistics::resampling::variates::normal;

    fn draws(n: usize, parameter_sd: f64, words: &mut Resampler) -> (Vec<f64>, Vec<f64>) {
        (0..n)
            .map(|_| {
                let expectation = parameter_sd * normal(words);
                (expectation + normal(words), expectation + normal(words))
            })
            .unzip()
    }

    #[test]
    fn components_match_numpy_on_a_small_sample() {
        // numpy.cov(a, b, ddof=1)[0, 1] and numpy.var(a - b, ddof=1) / 2.
        let split = split(&[3.0, 5.0, 4.0, 8.0, 6.0], &[2.0, 6.0, 5.0, 7.0, 9.0]).unwrap();
        assert!((split.parameters - 3.8).abs() < 1e-12 && (split.chance - 1.4).abs() < 1e-12, "{split:?}");
        assert_eq!(chance(&[3.0, 5.0, 4.0, 8.0, 6.0], &[2.0, 6.0, 5.0, 7.0, 9.0]), Some(split.chance));
        let (low, high) = split.interval.unwrap();
        assert!(low < split.share.unwrap() && split.share.unwrap() < high);
    }

    #[test]
    fn components_are_unbiased_and_the_interval_covers_the_share() {
        let mut words = Resampler::new(6);
        // Variances 0.25 and 1: the share is 0.2.
        let runs = 300;
        let (mut parameters, mut chance, mut covered) = (Vec::new(), Vec::new(), 0.0_f64);
        for _ in 0..runs {
            let (a, b) = draws(200, 0.5, &mut words);
            let s = split(&a, &b).unwrap();
            parameters.push(s.parameters);
            chance.push(s.chance);
            let (low, high) = s.interval.unwrap();
            covered += f64::from(low <= 0.2 && 0.2 <= high);
        }
        for (values, truth) in [(parameters, 0.25), (chance, 1.0)] {
            let s = crate::statistics::summary::summarize(&values).unwrap();
            assert!((s.mean - truth).abs() < 4.0 * s.mc_error.unwrap(), "{truth}: {s:?}");
        }
        // The percentile method covers a little less than it says at this size.
        let coverage = covered / f64::from(runs);
        assert!((coverage - 0.95).abs() < 0.01 + 4.0 * (0.05_f64 * 0.95 / f64::from(runs)).sqrt(), "{coverage}");
    }

    #[test]
    fn where_parameters_do_not_matter_the_interval_holds_zero() {
        let (a, b) = draws(500, 0.0, &mut Resampler::new(7));
        let s = split(&a, &b).unwrap();
        let (low, high) = s.interval.unwrap();
        assert!(low < 0.0 && high > 0.0 && s.share.unwrap().abs() < 0.2, "{s:?}");
    }

    #[test]
    fn constant_and_small_samples_have_no_share() {
        assert_eq!(split(&[1.0], &[2.0]), None);
        let s = split(&[2.0; 5], &[2.0; 5]).unwrap();
        assert_eq!((s.parameters, s.chance, s.share, s.interval), (0.0, 0.0, None, None));
    }
}
