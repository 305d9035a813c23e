//! The number killed in an attack: a Lomax tail on whole numbers, with a cap.
//!
//! P(K >= k) = (1 + k/scale)^-index for 1 <= k <= cap, so K is the whole part of a Lomax variable, at most `cap`
//! (a density exponent of index + 1 in the tail). Its mean is a finite sum, computed exactly by Euler and Maclaurin, and
//! the scale that gives a wanted mean is found by Halley's method or, in the hot path, by a
//! [`SeverityTable`](super::SeverityTable).

use super::lanes::PACK;
use super::math::{exp, ln, ln_of_normal, pow, whole_below};

/// Scales above this put all but nothing of the law at the cap.
const LARGEST_SCALE: f64 = 1e15;

/// The number killed at uniform `u` in (0, 1): min(floor(scale (u^(-1/index) - 1)), cap). Falls as `u` rises, rises with
/// `scale`. A scale that is not positive gives 0.
#[inline(always)]
#[must_use]
pub fn severity(u: f64, scale: f64, index: f64, cap: u32) -> u32 {
    // Selections instead of branches, so that a loop over several attacks vectorises. Caps above 2^30 count as that.
    let scale = if scale > 0.0 { scale } else { f64::MIN_POSITIVE };
    let cap = f64::from(cap.min(1 << 30));
    let killed = scale * (exp(-ln_of_normal(u) / index) - 1.0);
    let killed = if killed < cap { killed } else { cap };
    whole_below(killed) as u32
}

/// The mean of [`severity`]: the sum of (1 + k/scale)^-index over k = 1 .. cap, to about 1e-13 relative. `index` > 0.
#[must_use]
pub fn severity_mean(scale: f64, index: f64, cap: u32) -> f64 {
    if scale.is_nan() || scale <= 0.0 || cap == 0 { 0.0 } else { means(scale, index, cap)[0] }
}

/// The means of tail index `index`, `index + 1` and `index + 2`, for a positive scale and cap: they share their powers.
fn means(scale: f64, index: f64, cap: u32) -> [f64; 3] {
    /// From this argument on six Bernoulli terms leave less than 1e-15.
    const ASYMPTOTIC: f64 = 12.0;
    let cap = f64::from(cap);
    // The first terms one by one, in packs: what is beyond the last counts nothing.
    let single = (ASYMPTOTIC + index - scale).ceil().clamp(0.0, cap);
    let mut sums = [0.0; 3];
    let mut before = 0.0;
    while before < single {
        let mut pack = [[0.0; PACK]; 3];
        for place in 0..PACK {
            let k = before + (place + 1) as f64;
            let ratio = 1.0 + k / scale;
            let counts = if k <= single { 1.0 } else { 0.0 };
            pack[0][place] = counts * exp(-index * ln_of_normal(ratio));
            pack[1][place] = pack[0][place] / ratio;
            pack[2][place] = pack[1][place] / ratio;
        }
        for (sum, terms) in sums.iter_mut().zip(pack) {
            terms.iter().for_each(|term| *sum += term);
        }
        before += PACK as f64;
    }
    let first = single + 1.0;
    if first > cap {
        return sums;
    }
    let (low, high) = (scale + first, scale + cap);
    let ends = Ends { low, high, span: libm::log1p((high - low) / low) };
    let (mut at_low, mut at_high) = (exp(-index * libm::log1p(first / scale)), exp(-index * libm::log1p(cap / scale)));
    for (sum, more) in sums.iter_mut().zip([0.0, 1.0, 2.0]) {
        *sum += ends.rest(index + more, at_low, at_high);
        at_low *= scale / low;
        at_high *= scale / high;
    }
    sums
}

/// First and last argument of a sum of powers, and the logarithm of their ratio.
struct Ends {
    low: f64,
    high: f64,
    span: f64,
}

impl Ends {
    /// The sum from the first to the last term by Euler and Maclaurin: the integral, half of both ends, and Bernoulli
    /// terms in odd derivatives.
    fn rest(&self, index: f64, at_low: f64, at_high: f64) -> f64 {
        let (low, high) = (self.low, self.high);
        let bend = (index - 1.0) * self.span;
        // (1 - e^-bend) / (index - 1), also at index = 1.
        let reach = if bend.abs() < 1e-300 { self.span } else { -libm::expm1(-bend) / (index - 1.0) };
        let mut rest = low * at_low * reach + 0.5 * (at_low + at_high);
        /// B_2j / (2j)!, j = 1 .. 6.
        const BERNOULLI: [f64; 6] = [
            1.0 / 12.0,
            -1.0 / 720.0,
            1.0 / 30_240.0,
            -1.0 / 1_209_600.0,
            1.0 / 47_900_160.0,
            -691.0 / 1_307_674_368_000.0,
        ];
        let (mut slope_low, mut slope_high) = (index * at_low / low, index * at_high / high);
        let (shrink_low, shrink_high) = (1.0 / (low * low), 1.0 / (high * high));
        let mut order = index;
        for coefficient in BERNOULLI {
            rest += coefficient * (slope_low - slope_high);
            let grown = (order + 1.0) * (order + 2.0);
            slope_low *= grown * shrink_low;
            slope_high *= grown * shrink_high;
            order += 2.0;
        }
        rest
    }
}

/// The scale at which [`severity_mean`] is `mean`. A mean that is not positive gives 0; one at or above `cap`, which no
/// scale reaches, gives 1e15, where practically every attack kills `cap`.
#[must_use]
pub fn severity_scale(mean: f64, index: f64, cap: u32) -> f64 {
    // At small scales the mean is proportional to scale^index, at middling ones near scale / (index - 1).
    let guess = if mean < 1.0 { pow(mean.max(f64::MIN_POSITIVE), 1.0 / index) } else { mean * index };
    severity_scale_from(guess, mean, index, cap)
}

/// [`severity_scale`] started at the scale of a nearby mean: one or two steps instead of three or four. The result does not
/// depend on the start beyond 1e-13 relative.
#[must_use]
pub fn severity_scale_from(previous: f64, mean: f64, index: f64, cap: u32) -> f64 {
    if mean.is_nan() || mean <= 0.0 {
        return 0.0;
    }
    if mean >= f64::from(cap) {
        return LARGEST_SCALE;
    }
    let (mut low, mut high) = (ln(f64::MIN_POSITIVE), ln(LARGEST_SCALE));
    let mut position = if previous > 0.0 { ln(previous).clamp(low, high) } else { 0.0 };
    let target = ln(mean);
    for _ in 0..100 {
        let LogMean { value, slope, bend } = LogMean::at(position, index, cap);
        let excess = value - target;
        if excess > 0.0 {
            high = position;
        } else {
            low = position;
        }
        // Newton's step, bent as the mean bends (Halley's method).
        let newton = excess / slope;
        let step = newton / (1.0 - 0.5 * newton * bend / slope).max(0.5);
        let next = position - step;
        // A step cubes the distance: after one this small the next would move the last digits only.
        if step.abs() < 1e-5 && next >= low && next <= high {
            position = next;
            break;
        }
        // Outside the bracket, or no number at all where the mean is flat: halve.
        position = if next > low && next < high { next } else { 0.5 * (low + high) };
    }
    exp(position)
}

/// ln(mean) as a function of ln(scale), with its first two derivatives.
pub(super) struct LogMean {
    value: f64,
    pub(super) slope: f64,
    pub(super) bend: f64,
}

impl LogMean {
    /// From differentiating the sum: a mean of index a changes by a (it less the mean of index a + 1).
    pub(super) fn at(log_scale: f64, index: f64, cap: u32) -> Self {
        let [mean, steeper, steepest] = means(exp(log_scale), index, cap);
        let (second, third) = (steeper / mean, steepest / mean);
        let bend = index * (index * second * (1.0 - second) - (index + 1.0) * (second - third));
        Self { value: ln(mean), slope: index * (1.0 - second), bend }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sampling::TrialKey;
    use proptest::prelude::*;

    fn direct_mean(scale: f64, index: f64, cap: u32) -> f64 {
        (1..=cap).rev().map(|k| libm::exp(-index * libm::log1p(f64::from(k) / scale))).sum()
    }

    #[test]
    fn the_mean_is_its_sum() {
        for index in [0.4, 1.0, 1.5, 2.5, 9.0] {
            for scale in [1e-12, 1e-3, 0.7, 1.0, 30.0, 1e4, 1e9] {
                for cap in [1, 2, 15, 500, 20_000] {
                    let (fast, slow) = (severity_mean(scale, index, cap), direct_mean(scale, index, cap));
                    assert!((fast / slow - 1.0).abs() < 1e-12, "{scale} {index} {cap}: {fast} {slow}");
                }
            }
        }
        assert_eq!(severity_mean(0.0, 1.5, 500), 0.0);
        assert_eq!(severity_mean(3.0, 1.5, 0), 0.0);
    }

    #[test]
    fn the_scale_gives_back_the_mean() {
        for index in [0.4, 1.0, 1.5, 4.0] {
            for cap in [1, 40, 500] {
                for share in [1e-9, 1e-4, 0.01, 0.3, 0.9, 0.999] {
                    let mean = share * f64::from(cap);
                    let scale = severity_scale(mean, index, cap);
                    let met = severity_mean(scale, index, cap) / mean - 1.0;
                    assert!(met.abs() < 1e-12, "{mean} {index} {cap}: {met:e}");
                    let warm = severity_scale_from(scale * 1.3, mean, index, cap);
                    assert!((warm / scale - 1.0).abs() < 1e-9, "{mean} {index} {cap}: {warm} {scale}");
                }
            }
        }
        assert_eq!(severity_scale(0.0, 1.5, 500), 0.0);
        assert_eq!(severity_scale(f64::NAN, 1.5, 500), 0.0);
        assert_eq!(severity(0.4, severity_scale(500.0, 1.5, 500), 1.5, 500), 500);
        assert_eq!(severity(0.4, severity_scale(0.0, 1.5, 500), 1.5, 500), 0);
    }

    #[test]
    fn tail_probabilities_of_draws_are_the_law_itself() {
        let (scale, index, cap) = (severity_scale(1.4, 1.5, 500), 1.5, 500);
        let stream = TrialKey::new(11, 0).stream(2, 0);
        let draws = 200_000;
        let killed: Vec<u32> = (0..draws).map(|i| severity(stream.uniform(i, 0, 0), scale, index, cap)).collect();
        for k in [1, 2, 3, 5, 10, 30, 100, 500] {
            let p = libm::pow(1.0 + f64::from(k) / scale, -index);
            let seen = killed.iter().filter(|&&killed| killed >= k).count() as f64;
            let expected = f64::from(draws) * p;
            assert!((seen - expected).abs() < 4.0 * (expected * (1.0 - p)).sqrt(), "at least {k}: {seen}, {expected}");
        }
        assert!(killed.iter().all(|&killed| killed <= cap));
    }

    #[test]
    fn counts_change_exactly_where_the_law_says() {
        for (scale, index) in [(0.3, 1.5), (5.0, 1.1), (80.0, 3.0)] {
            for k in [1, 2, 7, 60] {
                let edge = libm::pow(1.0 + f64::from(k) / scale, -index);
                assert!(severity(edge - 1e-13, scale, index, 500) >= k, "{scale} {index} {k}");
                assert_eq!(severity(edge + 1e-13, scale, index, 500), k - 1, "{scale} {index} {k}");
            }
        }
        assert_eq!(severity(f64::EPSILON, 1e300, 0.01, 500), 500);
        assert_eq!(severity(1.0 - f64::EPSILON / 2.0, 1.0, 1.5, 500), 0);
    }

    proptest! {
        #[test]
        fn a_larger_scale_never_kills_fewer_and_a_larger_uniform_never_more(
            log_scale in -9.0..9.0_f64, index in 0.3..5.0_f64, more in 0.0..3.0_f64, u in 1e-9..0.999_999_f64,
            above in 0.0..1.0_f64,
        ) {
            let scale = libm::exp(log_scale);
            let killed = severity(u, scale, index, 500);
            prop_assert!(severity(u, scale * (1.0 + more), index, 500) >= killed);
            prop_assert!(severity(u + (1.0 - u) * above * 0.999, scale, index, 500) <= killed);
        }
    }
}
