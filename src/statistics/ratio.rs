//! A ratio of two means of the same trials, for instance cost per unit averted, with the interval of Fieller.
//!
//! Fieller (1954), "Some problems in interval estimation", JRSS B 16. The 95 % set holds every ratio `r` that
//! `x - r y` having mean zero is not rejected for: `(x̄ - r ȳ)² <= t² (s_xx - 2 r s_xy + r² s_yy)` with variances and
//! covariance of the means and Student's `t(n-1)`. Where the denominator may be zero the set is not an interval: it runs
//! to infinity on both sides, or holds every number. Reporting a finite interval there would be wrong however wide
//! (Gleser & Hwang 1987).

use super::best::complete_trials;
use super::student::student_975;

/// What the trials say about a ratio of means.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Ratio {
    /// The denominator is told from zero.
    Bounded {
        /// Ratio of the means.
        estimate: f64,
        /// Lower bound.
        low: f64,
        /// Upper bound.
        high: f64,
    },
    /// The denominator is not told from zero, but the numerator is: the ratio is at most `below` or at least `above`.
    Unbounded {
        /// Ratio of the means; `None` where the denominator's mean is zero.
        estimate: Option<f64>,
        /// Upper end of the part that runs to minus infinity.
        below: f64,
        /// Lower end of the part that runs to infinity.
        above: f64,
    },
    /// Neither is told from zero: no ratio can be ruled out.
    NoStatement,
}

/// Ratio of the mean of `numerator` to the mean of `denominator`, trial by trial; `None` for fewer than two trials.
pub fn fieller(numerator: &[f64], denominator: &[f64]) -> Option<Ratio> {
    let both = [numerator, denominator];
    let (mut n, mut x, mut y, mut xx, mut yy, mut xy) = (0.0, 0.0, 0.0, 0.0, 0.0, 0.0);
    for trial in complete_trials(&both) {
        n += 1.0;
        let (dx, dy) = (numerator[trial] - x, denominator[trial] - y);
        x += dx / n;
        y += dy / n;
        xx += dx * (numerator[trial] - x);
        yy += dy * (denominator[trial] - y);
        xy += dx * (denominator[trial] - y);
    }
    if n < 2.0 {
        return None;
    }
    let t = student_975(n as usize - 1);
    let scale = t * t / (n * (n - 1.0));
    // a r² - 2 b r + c <= 0
    let a = y * y - scale * yy;
    let b = x * y - scale * xy;
    let c = x * x - scale * xx;
    let inside = b * b - a * c;
    if a > 0.0 {
        // The estimate itself satisfies the inequality, so there are roots but for rounding.
        let root = inside.max(0.0).sqrt();
        // The root of larger size first, the other by their product, so that neither cancels.
        let far = if b >= 0.0 { b + root } else { b - root };
        let (one, other) = (far / a, if far == 0.0 { 0.0 } else { c / far });
        return Some(Ratio::Bounded { estimate: x / y, low: one.min(other), high: one.max(other) });
    }
    if a < 0.0 && inside > 0.0 {
        let root = inside.sqrt();
        let far = if b >= 0.0 { b + root } else { b - root };
        let (one, other) = (far / a, c / far);
        let estimate = (y != 0.0).then(|| x / y);
        return Some(Ratio::Unbounded { estimate, below: one.min(other), above: one.max(other) });
    }
    Some(Ratio::NoStatement)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::statistics::resampling::{Resampler, variates::normal};

    #[test]
    fn bounds_solve_the_defining_equation() {
        // Roots of (x̄ - r ȳ)² = t² var(x - r y) / n for these pairs, by scipy.optimize.brentq.
        let x = [10.0, 12.0, 9.0, 14.0, 11.0];
        let y = [2.0, 3.0, 2.5, 2.0, 3.5];
        let Some(Ratio::Bounded { estimate, low, high }) = fieller(&x, &y) else { panic!() };
        assert!((estimate - 56.0 / 13.0).abs() < 1e-12);
        assert!((low - 2.936_379_191).abs() < 1e-4 && (high - 6.679_473_203).abs() < 1e-4, "{low} {high}");
    }

    #[test]
    fn a_denominator_that_may_be_zero_yields_no_interval() {
        let noise = [-1.0, 1.0, -2.0, 2.0, 0.5, -0.4];
        let large: Vec<f64> = noise.iter().map(|v| 100.0 + v).collect();
        let Some(Ratio::Unbounded { below, above, .. }) = fieller(&large, &noise) else { panic!() };
        assert!(below < 0.0 && above > 0.0);
        let other = [1.0, -1.0, 0.3, -0.2, 2.0, -2.1];
        assert_eq!(fieller(&other, &noise), Some(Ratio::NoStatement));
    }

    #[test]
    fn degenerate_samples_are_answered_without_nan() {
        assert_eq!(fieller(&[1.0], &[1.0]), None);
        assert_eq!(fieller(&[0.0; 3], &[0.0; 3]), Some(Ratio::NoStatement));
        let exact = Some(Ratio::Bounded { estimate: 0.0, low: 0.0, high: 0.0 });
        assert_eq!(fieller(&[0.0; 3], &[2.0; 3]), exact);
        let Some(Ratio::Bounded { estimate, low, high }) = fieller(&[-4.0; 3], &[2.0; 3]) else { panic!() };
        assert_eq!((estimate, low, high), (-2.0, -2.0, -2.0));
        assert_eq!(fieller(&[3.0; 3], &[0.0; 3]), Some(Ratio::NoStatement));
    }

    #[test]
    fn the_true_ratio_is_in_the_set_95_times_in_100_also_where_the_denominator_is_near_zero() {
        let mut words = Resampler::new(11);
        for (mean_y, kinds) in [(3.0, "bounded"), (0.2, "mixed")] {
            let runs = 4000;
            let mut covered = 0.0_f64;
            for _ in 0..runs {
                let pairs: Vec<(f64, f64)> = (0..30)
                    .map(|_| {
                        let shared = normal(&mut words);
                        (2.0 * mean_y + shared + normal(&mut words), mean_y + shared)
                    })
                    .collect();
                let (x, y): (Vec<f64>, Vec<f64>) = pairs.into_iter().unzip();
                covered += f64::from(match fieller(&x, &y).unwrap() {
                    Ratio::Bounded { low, high, .. } => low <= 2.0 && 2.0 <= high,
                    Ratio::Unbounded { below, above, .. } => 2.0 <= below || 2.0 >= above,
                    Ratio::NoStatement => true,
                });
            }
            let sigma = (0.05 * 0.95 / f64::from(runs)).sqrt();
            assert!((covered / f64::from(runs) - 0.95).abs() < 4.0 * sigma, "{kinds}: {covered}");
        }
    }
}
