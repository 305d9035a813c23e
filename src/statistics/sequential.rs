//! Intervals for a mean that may be looked at after every trial: a confidence sequence.
//!
//! An ordinary 95 % interval that is looked at again and again until it is narrow or excludes zero errs far more often than
//! one time in twenty. A confidence sequence covers the mean at all sample sizes at once with the stated probability, so
//! any rule may end the run. This is the asymptotic one of Waudby-Smith, Arbour, Sinha, Kennedy & Ramdas (2024),
//! "Time-uniform central limit theory and asymptotic confidence sequences", Annals of Statistics 52(6), equation (6):
//!
//! `mean ± sd sqrt(2 (n rho² + 1) / (n² rho²) ln(sqrt(n rho² + 1) / alpha))`
//!
//! It supposes, like the central limit theorem, that there are trials enough for the mean to be about normal; begin
//! to look after some hundreds. The price of looking often is an interval 1.5 to 1.7 times as wide as that of one look from
//! a quarter of the size it is tuned for to ten times that size.

/// A confidence sequence for a mean.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ConfidenceSequence {
    alpha: f64,
    rho_squared: f64,
}

impl ConfidenceSequence {
    /// The sequence that errs with probability at most `alpha` (0 to 1, both excluded; others are moved inside) over all
    /// sample sizes, tightest at `n` values (at least 1).
    ///
    /// With `u = n rho²` the half-width is least where `u = ln(1 + u) - 2 ln(alpha)`, found by iteration, which
    /// contracts. (The paper gives the second iterate as an approximation.)
    pub fn tightest_at(n: usize, alpha: f64) -> Self {
        let alpha = if alpha.is_nan() { 0.05 } else { alpha.clamp(1e-12, 1.0 - 1e-12) };
        let mut u = 1.0;
        for _ in 0..200 {
            u = libm::log1p(u) - 2.0 * libm::log(alpha);
        }
        Self { alpha, rho_squared: u / n.max(1) as f64 }
    }

    /// Half-width after `n` values with standard deviation `sd`, in its unit; `None` for fewer than two values.
    pub fn half_width(&self, n: usize, sd: f64) -> Option<f64> {
        if n < 2 {
            return None;
        }
        let size = n as f64;
        let u = size * self.rho_squared;
        let log = 0.5 * libm::log1p(u) - libm::log(self.alpha);
        Some(sd * (2.0 * (u + 1.0) / (size * u) * log).sqrt())
    }
}

/// Mean and variance of values as they come (Welford 1962, Technometrics 4(3)), in their order.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Running {
    n: usize,
    mean: f64,
    squares: f64,
}

impl Running {
    /// Takes one more value; one that is not finite is left out.
    pub fn add(&mut self, value: f64) {
        if value.is_finite() {
            self.n += 1;
            let before = value - self.mean;
            self.mean += before / self.n as f64;
            self.squares += before * (value - self.mean);
        }
    }

    /// Values taken.
    pub fn n(&self) -> usize {
        self.n
    }

    /// Mean so far; zero without values.
    pub fn mean(&self) -> f64 {
        self.mean
    }

    /// Standard deviation so far (divisor `n - 1`); zero for fewer than two values.
    pub fn sd(&self) -> f64 {
        if self.n < 2 { 0.0 } else { (self.squares.max(0.0) / (self.n - 1) as f64).sqrt() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::statistics::resampling::{Resampler, variates};
    use crate::statistics::summary::{mean, variance};

    #[test]
    fn half_width_is_the_published_formula_at_the_published_tuning() {
        let sequence = ConfidenceSequence::tightest_at(1000, 0.05);
        // The paper's approximation: rho = sqrt((-2 ln a + ln(-2 ln a + 1)) / n).
        let log = -2.0 * 0.05_f64.ln();
        let approximate = (log + (log + 1.0).ln()) / 1000.0;
        assert!((sequence.rho_squared / approximate - 1.0).abs() < 0.05, "{}", sequence.rho_squared * 1000.0);
        // By numpy, minimised over rho by scipy.optimize: half-width in units of sd.
        assert!((sequence.half_width(1000, 1.0).unwrap() - 0.095_978_998_025_965).abs() < 1e-9);
        assert!((sequence.half_width(5000, 2.0).unwrap() - 0.089_297_447_747_004).abs() < 1e-9);
        assert_eq!(sequence.half_width(1, 1.0), None);
    }

    #[test]
    fn no_other_tuning_is_tighter_at_the_size_it_is_tuned_for() {
        let best = ConfidenceSequence::tightest_at(700, 0.1);
        for factor in [0.9, 0.99, 1.01, 1.1] {
            let other = ConfidenceSequence { rho_squared: best.rho_squared * factor, ..best };
            assert!(other.half_width(700, 1.0) > best.half_width(700, 1.0));
        }
    }

    #[test]
    fn looking_after_every_value_errs_no_more_than_stated_where_plain_intervals_err_often() {
        let mut words = Resampler::new(2024);
        let runs = 2000;
        let sequence = ConfidenceSequence::tightest_at(1000, 0.05);
        let (mut missed, mut plain_missed) = (0.0_f64, 0.0_f64);
        for _ in 0..runs {
            let mut running = Running::default();
            let (mut out, mut plain_out) = (false, false);
            for n in 1..=3000 {
                // Skewed, with mean 1 and standard deviation 1.
                running.add(-variates::uniform(&mut words).ln());
                if n >= 200 {
                    let off = (running.mean() - 1.0).abs();
                    out |= off > sequence.half_width(n, running.sd()).unwrap();
                    plain_out |= off > 1.96 * running.sd() / (n as f64).sqrt();
                }
            }
            missed += f64::from(out);
            plain_missed += f64::from(plain_out);
        }
        let runs = f64::from(runs);
        assert!(missed / runs <= 0.05 + 4.0 * (0.05 * 0.95 / runs).sqrt(), "{missed}");
        // It is no empty promise either: a sequence half as wide would err much more often; and plain intervals do.
        assert!(missed > 0.0 && plain_missed / runs > 0.2, "{missed} {plain_missed}");
    }

    #[test]
    fn running_moments_are_those_of_the_whole_sample() {
        let values = [3.0, -1.0, 4.0, 1e3, 5.5];
        let mut running = Running::default();
        values.iter().chain(&[f64::NAN]).for_each(|v| running.add(*v));
        assert_eq!(running.n(), 5);
        assert!((running.mean() - mean(&values).unwrap()).abs() < 1e-12);
        assert!((running.sd() - variance(&values).unwrap().sqrt()).abs() < 1e-9);
        assert_eq!(Running::default().sd(), 0.0);
    }
}
