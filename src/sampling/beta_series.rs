//! Quantiles of beta laws with small shapes, as most drawn parameters have, several at once.
//!
//! I_x(a, b) = x^a / B(a, b) sum over n of (1-b)_n / (n! (a+n)) x^n (DLMF 8.17.7 and 15.2.1), from the nearer end, so that x is at
//! most one half: a fixed number of terms, prepared once for a law, and no branch that depends on the value.

use super::beta::Shapes;
use super::lanes::{PACK, pack};
use super::math::{exp, ln, ln_of_normal};
use super::special::normal_quantile;
use super::widest::{Work, widest};

/// The terms left out are below 1e-16 of the sum.
const TERMS: usize = 42;

/// A beta law with shapes of [`BetaSeries::SHAPES`].
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct BetaSeries {
    a: f64,
    b: f64,
    /// ln B(a, b).
    log_beta: f64,
    /// Coefficients of the sums from 0 and from 1.
    terms: [(f64, f64); TERMS],
    /// Mean and standard deviation of the logit, about.
    start: (f64, f64),
}

impl BetaSeries {
    /// Beyond these shapes the terms would cancel, or one tail would be lost in the other.
    pub(super) const SHAPES: std::ops::RangeInclusive<f64> = 1.0..=6.0;

    /// The law with these shapes.
    pub(super) fn new(a: f64, b: f64) -> Self {
        let (mut rising, mut n) = ((1.0, 1.0), 0.0);
        let terms = pack(|_| {
            let term = (rising.0 / (a + n), rising.1 / (b + n));
            n += 1.0;
            rising = (rising.0 * (n - b) / n, rising.1 * (n - a) / n);
            term
        });
        Self { a, b, log_beta: log_beta(a, b), terms, start: logit_moments(a, b) }
    }

    /// The values with probabilities `u` below them, compiled for the machine's widest vectors.
    pub(super) fn quantiles<const N: usize>(&self, u: &[f64; N]) -> [f64; N] {
        let mut values = [0.0; N];
        widest(Search { series: self, u, values: &mut values });
        values
    }

    /// Halley's method on the logit and the logarithm of the smaller tail, as for other shapes; each place by itself.
    #[inline(always)]
    fn search<const N: usize>(&self, u: &[f64; N]) -> [f64; N] {
        let Self { a, b, .. } = *self;
        let inside: [f64; N] = pack(|k| u[k].clamp(1e-300, 1.0 - f64::EPSILON / 2.0));
        let mut logit: [f64; N] = pack(|k| self.start.0 + self.start.1 * normal_quantile(inside[k]));
        let mut settled = [false; N];
        // Logarithms of the tails are concave: from any start a few steps do.
        for _ in 0..100 {
            let (near, slope) = self.near_tails(&logit);
            let mut step = [0.0; N];
            for k in 0..N {
                let (x, y) = point(logit[k]);
                let (lower, upper) = if logit[k] <= 0.0 { (near[k], 1.0 - near[k]) } else { (1.0 - near[k], near[k]) };
                let (tail, target, sign) =
                    if inside[k] < 0.5 { (lower, inside[k], 1.0) } else { (upper, 1.0 - inside[k], -1.0) };
                let tail = if tail > f64::MIN_POSITIVE { tail } else { f64::MIN_POSITIVE };
                let newton = -sign * tail * ln_of_normal(tail / target) / slope[k];
                let rest = 1.0 + 0.5 * newton * (a * y - b * x - sign * slope[k] / tail);
                step[k] = newton / if rest > 0.5 { rest } else { 0.5 };
            }
            let mut open = false;
            for k in 0..N {
                let (x, y) = point(logit[k]);
                let smaller = if near[k] < 0.5 { near[k] } else { 1.0 - near[k] };
                logit[k] += if settled[k] { 0.0 } else { step[k] };
                // After a step this small, by the length over which the tail changes, the next would move the last digits only.
                let length = 1.0 + a * y + b * x + slope[k] / smaller;
                settled[k] |= (step[k].abs() * length <= 1e-5) | (step[k].abs() <= 1e-12);
                open |= !settled[k];
            }
            if !open {
                break;
            }
        }
        pack(|k| {
            if u[k] <= 0.0 {
                0.0
            } else if u[k] >= 1.0 {
                1.0
            } else {
                point(logit[k]).0
            }
        })
    }

    /// The tail beyond each logit at the nearer end, and the slope in the logit: x^a y^b / B(a, b).
    #[inline(always)]
    fn near_tails<const N: usize>(&self, logit: &[f64; N]) -> ([f64; N], [f64; N]) {
        let (mut distance, mut sum, mut power, mut slope) = ([0.0; N], [0.0; N], [0.0; N], [0.0; N]);
        for k in 0..N {
            let ratio = exp(-logit[k].abs());
            distance[k] = ratio / (1.0 + ratio);
            let log_rest = -ln_of_normal(1.0 + ratio);
            let (shape, other) = if logit[k] <= 0.0 { (self.a, self.b) } else { (self.b, self.a) };
            power[k] = exp(shape * (log_rest - logit[k].abs()) - self.log_beta);
            slope[k] = power[k] * exp(other * log_rest);
        }
        for (lower, upper) in self.terms.iter().rev() {
            for k in 0..N {
                sum[k] = sum[k] * distance[k] + if logit[k] <= 0.0 { *lower } else { *upper };
            }
        }
        for k in 0..N {
            sum[k] *= power[k];
        }
        (sum, slope)
    }
}

/// The value with this logit and one less it, each to full relative accuracy.
#[inline(always)]
pub(super) fn point(logit: f64) -> (f64, f64) {
    (1.0 / (1.0 + exp(-logit)), 1.0 / (1.0 + exp(logit)))
}

/// Mean and standard deviation of the logit of a beta variable: digamma and trigamma functions by their first asymptotic
/// terms. Where the search for a quantile starts, as if the logit were normal.
pub(super) fn logit_moments(a: f64, b: f64) -> (f64, f64) {
    let mean = |shape: f64| ln(shape) - (0.5 + 1.0 / (12.0 * shape)) / shape;
    let variance = |shape: f64| (1.0 + (0.5 + 1.0 / (6.0 * shape)) / shape) / shape;
    (mean(a) - mean(b), libm::sqrt(variance(a) + variance(b)))
}

/// ln B(a, b), from where Stirling's formula needs no corrections: B(a, b) = B(a+1, b+1) (a+b) (a+b+1) / (a b).
fn log_beta(a: f64, b: f64) -> f64 {
    const UP: u32 = 15;
    let (mut raised, mut divided) = (1.0, 1.0);
    for k in 0..UP {
        let k = f64::from(k);
        raised *= (a + b + 2.0 * k) * (a + b + 2.0 * k + 1.0);
        divided *= (a + k) * (b + k);
    }
    let (a, b) = (a + f64::from(UP), b + f64::from(UP));
    // At one half the slope in the logit is 2^-(a+b) / B(a, b).
    ln(raised / divided) - ln(Shapes::new(a, b).slope(0.5, 0.5)) - (a + b) * std::f64::consts::LN_2
}

/// A search for several quantiles, in packs.
struct Search<'a, const N: usize> {
    series: &'a BetaSeries,
    u: &'a [f64; N],
    values: &'a mut [f64; N],
}

impl<const N: usize> Work for Search<'_, N> {
    #[inline(always)]
    fn run(self) {
        let ((packs, others), (into, left)) = (self.u.as_chunks::<PACK>(), self.values.as_chunks_mut::<PACK>());
        for (u, values) in packs.iter().zip(into) {
            *values = self.series.search(u);
        }
        for (&u, value) in others.iter().zip(left) {
            [*value] = self.series.search(&[u]);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sampling::beta::{BetaLaw, beta_tails};

    #[test]
    fn quantiles_invert_the_incomplete_beta_and_do_not_depend_on_those_beside_them() {
        let u: [f64; 27] = pack(|k| {
            let end = 10.0_f64.powi(-1 - k as i32 / 2);
            if k < 3 {
                0.25 + 0.25 * k as f64
            } else if k % 2 == 0 {
                end
            } else {
                1.0 - end
            }
        });
        for a in [1.0, 1.2, 1.5, 2.0, 3.3, 5.0, 6.0] {
            for b in [1.0, 1.01, 1.6, 2.7, 4.0, 5.0, 6.0] {
                let law = BetaLaw::new(a, b);
                let values = law.quantiles(u);
                for (&u, &x) in u.iter().zip(&values) {
                    let (lower, upper) = beta_tails(x, 1.0 - x, a, b);
                    assert!((lower - u).abs() < 1e-14 + 1e-13 * u, "{u} {a} {b}: {lower:e}");
                    assert!((upper - (1.0 - u)).abs() < 1e-14, "{u} {a} {b}: {upper:e}");
                    assert_eq!(law.quantile(u), x);
                }
            }
        }
    }
}
