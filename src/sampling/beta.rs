//! The regularised incomplete beta function, its inverse, and the binomial probabilities.
//!
//! The prefactor is Loader's deviance form, the rest the continued fraction of DLMF 8.17.22; x and 1-x travel together,
//! so that neither end loses digits.

use super::beta_series::{BetaSeries, logit_moments, point};
use super::gamma::{deviance, nonzero, stirling_error};
use super::math::{exp, ln};
use super::special::normal_quantile;

/// Gamma(a+b+1) / (Gamma(a+1) Gamma(b+1)) x^a y^b, with y = 1-x: for whole a and b the binomial probability of `a` successes
/// in `a+b`. Arguments not negative.
#[must_use]
pub fn binomial_probability(a: f64, b: f64, x: f64, y: f64) -> f64 {
    if a <= 0.0 {
        return exp(b * if y > 0.5 { libm::log1p(-x) } else { ln(y) });
    }
    if b <= 0.0 {
        return exp(a * if x > 0.5 { libm::log1p(-y) } else { ln(x) });
    }
    if x <= 0.0 || y <= 0.0 {
        return 0.0;
    }
    Shapes::new(a, b).probability(x, y)
}

/// The beta law with shapes `a`, `b` > 0, prepared for many quantiles.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct BetaLaw {
    a: f64,
    b: f64,
    /// Where both shapes are small.
    series: Option<BetaSeries>,
}

impl BetaLaw {
    /// The law with shapes `a`, `b` > 0.
    #[must_use]
    pub fn new(a: f64, b: f64) -> Self {
        let small = BetaSeries::SHAPES.contains(&a) && BetaSeries::SHAPES.contains(&b);
        Self { a, b, series: small.then(|| BetaSeries::new(a, b)) }
    }

    /// The value with probability `u` below it; `u` in [0, 1].
    #[must_use]
    pub fn quantile(&self, u: f64) -> f64 {
        self.quantiles([u])[0]
    }

    /// [`BetaLaw::quantile`] of several probabilities, bit for bit.
    #[must_use]
    pub fn quantiles<const N: usize>(&self, u: [f64; N]) -> [f64; N] {
        match &self.series {
            Some(series) => series.quantiles(&u),
            None => {
                let shapes = Shapes::new(self.a, self.b);
                u.map(|u| shapes.quantile_tails(u).0)
            }
        }
    }
}

/// The shapes of a beta law, with what its densities have in common.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Shapes {
    a: f64,
    b: f64,
    /// The part of the logarithm of a probability that depends on the shapes alone.
    stirling: f64,
}

impl Shapes {
    /// Shapes `a`, `b` > 0.
    pub(super) fn new(a: f64, b: f64) -> Self {
        Self { a, b, stirling: stirling_error(a + b) - stirling_error(a) - stirling_error(b) }
    }

    /// [`binomial_probability`] for x and y > 0.
    fn probability(&self, x: f64, y: f64) -> f64 {
        let Self { a, b, stirling } = *self;
        let n = a + b;
        let exponent = stirling - deviance(a, n * x) - deviance(b, n * y);
        exp(exponent) * libm::sqrt(n / (std::f64::consts::TAU * a * b))
    }

    /// The slope of I_x(a, b) in the logit of x: x^a y^b / B(a, b), x and y > 0.
    pub(super) fn slope(&self, x: f64, y: f64) -> f64 {
        self.probability(x, y) * (self.a / (self.a + self.b)) * self.b
    }

    /// I_x(a, b), its complement, and its slope.
    fn tails_and_slope(&self, x: f64, y: f64) -> (f64, f64, f64) {
        let Self { a, b, .. } = *self;
        if x <= 0.0 {
            return (0.0, 1.0, 0.0);
        }
        if y <= 0.0 {
            return (1.0, 0.0, 0.0);
        }
        let density = self.slope(x, y);
        if x * (a + b + 2.0) < a + 1.0 {
            let lower = (density * fraction(x, a, b) / a).clamp(0.0, 1.0);
            (lower, 1.0 - lower, density)
        } else {
            let upper = (density * fraction(y, b, a) / b).clamp(0.0, 1.0);
            (1.0 - upper, upper, density)
        }
    }

    /// The value with probability `u` below it, `u` in [0, 1], and one less it, each to full relative accuracy.
    pub(super) fn quantile_tails(&self, u: f64) -> (f64, f64) {
        if u <= 0.0 {
            return (0.0, 1.0);
        }
        if u >= 1.0 {
            return (1.0, 0.0);
        }
        // Newton on the logit, which keeps both tails apart from 0 and 1, inside a bracket that bisection shrinks.
        let (mut low, mut high) = (-700.0, 700.0);
        let (mean, deviation) = logit_moments(self.a, self.b);
        let mut logit = (mean + deviation * normal_quantile(u)).clamp(-30.0, 30.0);
        for _ in 0..200 {
            let (x, y) = point(logit);
            let (lower, upper, slope) = self.tails_and_slope(x, y);
            // The smaller tail decides, because it carries the digits.
            let excess = if u < 0.5 { lower - u } else { (1.0 - u) - upper };
            if excess > 0.0 {
                high = logit;
            } else {
                low = logit;
            }
            // On the logarithm of the smaller tail Newton converges from afar, and how its slope bends is known: the slope of the
            // tail itself has the logarithmic slope a y - b x. With it a step cubes the distance (Halley's method).
            let bend = self.a * y - self.b * x;
            let (newton, bend) = if u < 0.5 && lower > 0.0 {
                (-lower * ln(lower / u) / slope, bend - slope / lower)
            } else if u >= 0.5 && upper > 0.0 {
                (upper * ln(upper / (1.0 - u)) / slope, bend + slope / upper)
            } else {
                (-excess / slope, 0.0)
            };
            let step = newton / (1.0 + 0.5 * newton * bend).max(0.5);
            // After a step this small, by the length over which the tail changes, the next would move the last digits only.
            if step.abs() * (1.0 + self.a * y + self.b * x + slope / lower.min(upper)) <= 1e-5 || step.abs() <= 1e-12 {
                logit += step;
                break;
            }
            let next = logit + step;
            logit = if next > low && next < high { next } else { 0.5 * (low + high) };
        }
        point(logit)
    }
}

/// Regularised incomplete beta function I_x(a, b), for a, b > 0 and x in [0, 1].
#[must_use]
pub fn beta_inc(x: f64, a: f64, b: f64) -> f64 {
    beta_tails(x, 1.0 - x, a, b).0
}

/// I_x(a, b) and its complement I_y(b, a), where y = 1-x is given beside x.
pub(super) fn beta_tails(x: f64, y: f64, a: f64, b: f64) -> (f64, f64) {
    let (lower, upper, _) = Shapes::new(a, b).tails_and_slope(x, y);
    (lower, upper)
}

/// The continued fraction of DLMF 8.17.22 by Lentz's method; it needs some sqrt(max(a, b)) terms.
fn fraction(x: f64, a: f64, b: f64) -> f64 {
    let mut c = 1.0;
    let mut d = 1.0 / nonzero(1.0 - (a + b) * x / (a + 1.0));
    let mut value = d;
    for m in 1..1_000_000 {
        let m = f64::from(m);
        let even = m * (b - m) * x / ((a + 2.0 * m - 1.0) * (a + 2.0 * m));
        d = 1.0 / nonzero(1.0 + even * d);
        c = nonzero(1.0 + even / c);
        value *= d * c;
        let odd = -(a + m) * (a + b + m) * x / ((a + 2.0 * m) * (a + 2.0 * m + 1.0));
        d = 1.0 / nonzero(1.0 + odd * d);
        c = nonzero(1.0 + odd / c);
        let factor = d * c;
        value *= factor;
        if (factor - 1.0).abs() < 2e-16 {
            break;
        }
    }
    value
}

/// The value with probability `u` below it under the beta law with shapes `a`, `b` > 0; `u` in [0, 1].
#[must_use]
pub fn beta_quantile(u: f64, a: f64, b: f64) -> f64 {
    BetaLaw::new(a, b).quantile(u)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// (x, a, b, I_x(a, b)) from mpmath's betainc at 40 digits.
    const REFERENCE: &[(f64, f64, f64, f64)] = &[
        (0.1, 0.5, 0.5, 0.20483276469913345),
        (0.9, 2.0, 6.0, 0.9999936),
        (0.3, 10.0, 20.0, 0.3640040810719442),
        (1e-06, 3.0, 1000000.0, 0.08030167298125863),
        (0.5, 1000.0, 1050.0, 0.865332346794025),
        (0.29995, 300000.0, 700000.0, 0.45667206597770743),
        (0.0101, 10000.0, 1000000.0, 0.9777875433046724),
    ];

    #[test]
    fn incomplete_beta_meets_reference_values() {
        for &(x, a, b, expected) in REFERENCE {
            let value = beta_inc(x, a, b);
            assert!((value - expected).abs() < 1e-13, "I_{x}({a}, {b}) = {value:e} not {expected:e}");
        }
    }

    #[test]
    fn incomplete_beta_of_whole_shapes_is_a_binomial_tail() {
        for (n, p) in [(5_u32, 0.3), (40, 0.62), (300, 0.01)] {
            let mut sum = 0.0;
            for k in (1..=n).rev() {
                sum += binomial_probability(f64::from(k), f64::from(n - k), p, 1.0 - p);
                assert!((beta_inc(p, f64::from(k), f64::from(n - k + 1)) - sum).abs() < 2e-14, "{n} {p} {k}");
            }
        }
    }

    #[test]
    fn beta_quantile_inverts_the_incomplete_beta() {
        for (a, b) in [(2.0, 6.0), (0.3, 0.4), (1.0, 1.0), (50.0, 3.0), (1e4, 2e4), (0.05, 9.0)] {
            for u in [1e-9, 0.01, 0.3, 0.5, 0.77, 0.999, 1.0 - 1e-9] {
                let (x, y) = Shapes::new(a, b).quantile_tails(u);
                let (lower, upper) = beta_tails(x, y, a, b);
                assert!((lower - u).abs() < 1e-13 && (upper - (1.0 - u)).abs() < 1e-13, "{u} {a} {b}: {x:e}");
                assert!((beta_quantile(u, a, b) - x).abs() < 1e-13, "{u} {a} {b}");
            }
        }
        assert_eq!(beta_quantile(0.0, 2.0, 6.0), 0.0);
        assert_eq!(beta_quantile(1.0, 2.0, 6.0), 1.0);
        // Closed form for b = 1: x = u^(1/a).
        assert!((beta_quantile(1e-12, 0.1, 1.0) / 1e-120 - 1.0).abs() < 1e-12);
    }
}
