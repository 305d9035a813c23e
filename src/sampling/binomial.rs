//! Binomial counts by inversion: one uniform, exact to about 1e-13 in probability, monotone in n, p and the uniform.
//!
//! The same scheme as the Poisson sampler: a squeeze, a search from 0 where few are expected, else a normal guess with
//! exact correction.

use super::beta::{beta_tails, binomial_probability};
use super::lanes::{LANES, LaneSet, Lanes, PACK, lanes_where, mask, pack};
use super::math::exp;
use super::poisson::{FAR, RECIPROCALS};
use super::special::normal_quantile;

/// Up to this expected count the search starts at 0.
const SEARCH_LIMIT: f64 = 48.0;
/// Terms past the mode below this cannot move a running sum that is near 1.
const NEGLIGIBLE: f64 = f64::EPSILON / 4.0;

/// A lower bound of (1-p)^n by Bonferroni's inequality: uniforms below it give 0 without a power.
#[inline(always)]
fn zero_for_sure(n: f64, p: f64) -> f64 {
    1.0 - n * p * (1.0 - (n - 1.0) * p * 0.5 * (1.0 - (n - 2.0) * p * (1.0 / 3.0)))
}

/// The number of successes in `n` tries of probability `p` at uniform `u` in (0, 1). Probabilities outside [0, 1] count as
/// the nearer end, NaN as 0.
#[inline]
#[must_use]
pub fn binomial(n: u32, p: f64, u: f64) -> u32 {
    if n == 0 || p.is_nan() || p <= 0.0 || u < zero_for_sure(f64::from(n), p) {
        return 0;
    }
    if p >= 1.0 {
        return n;
    }
    // Counting the rarer outcome; 1 - u and 1 - p are exact here, and failures fall as u rises.
    if p > 0.5 { n - rarer(n, 1.0 - p, 1.0 - u, true) } else { rarer(n, p, u, false) }
}

/// A column of probabilities, one a trial, prepared for many draws.
#[derive(Clone, Debug, PartialEq)]
pub struct Chances {
    p: Lanes,
    /// p / (1 - p).
    odds: Lanes,
    /// ln(1 - p).
    log_rest: Lanes,
}

impl Chances {
    /// Prepares `p`; not positive or NaN counts as 0, above 1 as 1.
    #[must_use]
    pub fn new(p: &Lanes) -> Self {
        Self { p: *p, odds: p.map(|p| p / (1.0 - p)), log_rest: p.map(|p| libm::log1p(-p)) }
    }

    /// One binomial count a trial (`n` not negative; negative counts as 0); the same bits as [`binomial`].
    #[inline(always)]
    #[must_use]
    pub fn counts(&self, n: &Lanes<i32>, u: &Lanes) -> Lanes<i32> {
        let p = &self.p;
        let mut counts = Lanes::of(0);
        // The trials that the squeeze leaves open.
        let mut open = lanes_where(|lane| u[lane] >= zero_for_sure(f64::from(n[lane]), p[lane]));
        if open.is_empty() {
            return counts;
        }
        let alone = if self.all_searched(n, u) { LaneSet::default() } else { lanes_where(|k| !self.searched(k, n, u)) };
        for lane in open.and(alone) {
            // At most n, so the count fits again.
            counts[lane] = binomial(n[lane].max(0) as u32, p[lane], u[lane]) as i32;
        }
        open = open.minus(alone);
        // Where most trials are open, all are searched where they stand: those that the squeeze has closed find 0.
        if alone.is_empty() && open.count() > LANES / 4 {
            for (number, counts) in counts.as_chunks_mut::<PACK>().0.iter_mut().enumerate() {
                let lane = |place: usize| number * PACK + place;
                *counts = search_pack(
                    &pack(|place| f64::from(n[lane(place)])),
                    &pack(|place| u[lane(place)]),
                    &pack(|place| self.odds[lane(place)]),
                    &pack(|place| self.log_rest[lane(place)]),
                );
            }
            return counts;
        }
        while let Some(first) = open.next() {
            // Places beyond the last trial repeat the first: they find what it finds.
            let mut lanes = [first; PACK];
            for place in &mut lanes[1..] {
                *place = open.next().unwrap_or(first);
            }
            let found = search_pack(
                &pack(|place| f64::from(n[lanes[place]])),
                &pack(|place| u[lanes[place]]),
                &pack(|place| self.odds[lanes[place]]),
                &pack(|place| self.log_rest[lanes[place]]),
            );
            for (lane, found) in lanes.into_iter().zip(found) {
                counts[lane] = found;
            }
        }
        counts
    }

    /// Whether the counts of all trials can be searched from 0, several at once.
    #[inline(always)]
    fn all_searched(&self, n: &Lanes<i32>, u: &Lanes) -> bool {
        (0..LANES).fold(true, |all, lane| all & self.searched(lane, n, u))
    }

    /// Whether the count of a trial can be.
    #[inline(always)]
    fn searched(&self, lane: usize, n: &Lanes<i32>, u: &Lanes) -> bool {
        let p = self.p[lane];
        (0.0..=0.5).contains(&p) & (f64::from(n[lane]) * p <= SEARCH_LIMIT) & (u[lane] < FAR)
    }
}

/// The search from 0 of several trials at once: tries, uniforms below [`FAR`], p / (1 - p) and ln(1 - p) of each, p at most one half.
#[inline(always)]
fn search_pack(tries: &[f64; PACK], u: &[f64; PACK], odds: &[f64; PACK], log_rest: &[f64; PACK]) -> [i32; PACK] {
    let mut term = [0.0; PACK];
    for place in 0..PACK {
        term[place] = exp(tries[place] * log_rest[place]);
    }
    let mut sum = term;
    let mut count = [0_u64; PACK];
    for (k, reciprocal) in &RECIPROCALS[1..] {
        let mut any = 0;
        for place in 0..PACK {
            let running = mask(u[place] >= sum[place]);
            // A mask of all bits is minus one.
            count[place] = count[place].wrapping_sub(running);
            any |= running;
        }
        if any == 0 {
            break;
        }
        for place in 0..PACK {
            // After as many successes as tries the term is 0, and stays so.
            term[place] *= odds[place] * (tries[place] - (k - 1.0)) * reciprocal;
            sum[place] += term[place];
        }
    }
    let mut found = [0; PACK];
    for place in 0..PACK {
        found[place] = count[place] as i32;
    }
    found
}

/// The smallest k with u < F(k), or with u <= F(k) if `closed` (for mirrored counts), for p at most one half.
fn rarer(n: u32, p: f64, u: f64, closed: bool) -> u32 {
    let below = |sum: f64| if closed { u <= sum } else { u < sum };
    if f64::from(n) * p > SEARCH_LIMIT {
        return from_guess(n, p, u, closed);
    }
    let odds = p / (1.0 - p);
    let mut term = exp(f64::from(n) * libm::log1p(-p));
    let mut sum = term;
    let mut count = 0;
    for (k, reciprocal) in &RECIPROCALS[1..] {
        if count == n || below(sum) || (term <= NEGLIGIBLE && *k > f64::from(n) * p + 1.0) {
            break;
        }
        term *= odds * f64::from(n - count) * reciprocal;
        sum += term;
        count += 1;
    }
    count
}

#[cold]
fn from_guess(n: u32, p: f64, u: f64, closed: bool) -> u32 {
    let below = |sum: f64| if closed { u <= sum } else { u < sum };
    let (n, q) = (f64::from(n), 1.0 - p);
    let z = normal_quantile(u);
    // Cornish-Fisher to the first order, for the count as a continuous quantity.
    let guess = n * p + libm::sqrt(n * p * q) * z + (q - p) * (z * z - 1.0) / 6.0 - 0.5;
    let mut count = libm::ceil(guess).clamp(0.0, n);
    let mut term = binomial_probability(count, n - count, p, q);
    let mut sum = if count < n { beta_tails(q, p, n - count, count + 1.0).0 } else { 1.0 };
    if below(sum) {
        while count > 0.0 && below(sum - term) {
            sum -= term;
            term *= count * q / ((n - count + 1.0) * p);
            count -= 1.0;
        }
    } else {
        while count < n && !below(sum) && !(term <= NEGLIGIBLE && count > n * p) {
            term *= (n - count) * p / ((count + 1.0) * q);
            count += 1.0;
            sum += term;
        }
    }
    count as u32
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sampling::TrialKey;
    use crate::sampling::lanes::each;
    use proptest::prelude::*;

    const SMALLEST: f64 = f64::EPSILON / 2.0;
    const LARGEST: f64 = 1.0 - f64::EPSILON / 2.0;

    /// P(count <= k), summed from its definition.
    fn distribution(n: u32, p: f64, k: u32) -> f64 {
        (0..=k).map(|i| binomial_probability(f64::from(i), f64::from(n - i), p, 1.0 - p)).sum()
    }

    #[test]
    fn counts_change_exactly_where_the_distribution_function_does() {
        for (n, p) in [(1, 0.25), (7, 0.5), (40, 0.001), (60, 0.3), (200, 0.4), (200, 0.9), (5000, 0.004), (5000, 0.7)]
        {
            for u in [1e-9, 1e-3, 0.2, 0.5, 0.8, 0.999, 1.0 - 1e-9] {
                let k = binomial(n, p, u);
                let edge = distribution(n, p, k);
                assert!(u < edge + 1e-13, "{n} {p} {u} {k}");
                assert!(k == 0 || u >= distribution(n, p, k - 1) - 1e-13, "{n} {p} {u} {k}");
                if edge < 1.0 - 1e-12 && binomial_probability(f64::from(k), f64::from(n - k), p, 1.0 - p) > 1e-12 {
                    assert_eq!(binomial(n, p, edge - 2e-13), k, "below the edge: {n} {p} {k}");
                    assert!(binomial(n, p, edge + 2e-13) > k, "above the edge: {n} {p} {k}");
                }
            }
        }
    }

    #[test]
    fn certain_outcomes_and_extremes_stay_in_range() {
        for u in [SMALLEST, 0.5, LARGEST] {
            assert_eq!(binomial(9, 0.0, u), 0);
            assert_eq!(binomial(9, -1.0, u), 0);
            assert_eq!(binomial(9, f64::NAN, u), 0);
            assert_eq!(binomial(9, 1.0, u), 9);
            assert_eq!(binomial(9, 2.0, u), 9);
            assert_eq!(binomial(0, 0.7, u), 0);
            for (n, p) in [(3, 0.5), (1000, 1e-9), (1000, 0.999_999), (100_000_000, 0.2), (u32::MAX, 1e-9)] {
                let k = f64::from(binomial(n, p, u));
                let (mean, sigma) = (f64::from(n) * p, (f64::from(n) * p * (1.0 - p)).sqrt());
                assert!((k - mean).abs() <= 9.0 * sigma + 12.0 && k <= f64::from(n), "{n} {p} {u}: {k}");
            }
        }
    }

    #[test]
    fn mean_and_variance_are_those_of_the_law() {
        for (case, (n, p)) in [(4, 0.1), (30, 0.55), (400, 0.3), (90_000, 0.9)].into_iter().enumerate() {
            let stream = TrialKey::new(4, case as u64).stream(1, 1);
            let draws = 40_000;
            let (mean, variance) = (f64::from(n) * p, f64::from(n) * p * (1.0 - p));
            let (mut sum, mut squares) = (0.0, 0.0);
            for entity in 0..draws {
                let deviation = f64::from(binomial(n, p, stream.uniform(entity, 0, 0))) - mean;
                sum += deviation;
                squares += deviation * deviation;
            }
            let (sum, squares) = (sum / f64::from(draws), squares / f64::from(draws));
            assert!(sum.abs() < 4.0 * (variance / f64::from(draws)).sqrt(), "{n} {p}: {sum}");
            // Var of the squared deviation: kurtosis 3 + (1 - 6pq)/(npq), less 1.
            let spread = variance * ((2.0 + (1.0 - 6.0 * p * (1.0 - p)) / variance) / f64::from(draws)).sqrt();
            assert!((squares - variance).abs() < 4.0 * spread, "{n} {p}: {squares}");
        }
    }

    #[test]
    fn columns_and_single_draws_agree_bit_for_bit() {
        let stream = TrialKey::new(6, 0).stream(0, 0);
        for entity in 0..500 {
            let n: Lanes<i32> = each(|lane| lane as i32 * 13 - 5);
            let p: Lanes = each(|lane| f64::from(entity) * 0.000_07 * lane as f64);
            let u: Lanes = each(|lane| stream.uniform(entity, lane as u32, 0));
            for edge in [SMALLEST, FAR.next_down(), FAR, LARGEST] {
                let u: Lanes = each(|lane| if lane == 9 { edge } else { u[lane] });
                let column = Chances::new(&p).counts(&n, &u);
                for lane in 0..LANES {
                    assert_eq!(column[lane], binomial(n[lane].max(0) as u32, p[lane], u[lane]) as i32);
                }
            }
        }
    }

    proptest! {
        #[test]
        fn more_tries_more_chance_or_a_larger_uniform_never_gives_fewer(
            n in 0..3000_u32, p in 0.0..1.0_f64, rise in 1e-9..1.0_f64, u in 1e-9..0.999_999_f64, above in 1e-9..1.0_f64,
        ) {
            let count = binomial(n, p, u);
            prop_assert!(binomial(n + 1, p, u) >= count);
            prop_assert!(binomial(n, p + (1.0 - p) * rise, u) >= count);
            prop_assert!(binomial(n, p, u + (1.0 - u) * above * 0.999) >= count);
        }
    }
}
