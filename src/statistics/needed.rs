//! How many trials would be needed to tell policies apart.
//!
//! The usual plan for a paired comparison (Law (2015), "Simulation Modeling and Analysis", section 9.4; Lachin 1981):
//! `n = ((z_alpha + z_power) sd / |mean|)²`, with the difference taken to be what the trials so far show. It is a guide:
//! where the mean is uncertain the number is uncertain by the square of that.

use super::best::complete_trials;
use super::student::normal_upper_quantile;
use super::summary::{mean, variance};

/// Chance with which so many trials would settle the question.
pub const POWER: f64 = 0.9;

/// Trials after which the 95 % interval of a mean excludes zero with probability [`POWER`], at least 2; `None` where no
/// number would do (a mean of zero), or more than 10^15.
///
/// `mean` and `sd` are those of the paired differences, in the same unit.
pub fn trials_to_tell_from_zero(mean: f64, sd: f64) -> Option<u64> {
    trials_at(mean, sd, normal_upper_quantile(0.025))
}

/// Trials after which the policy with the smallest mean is known to be best with 95 % confidence, by the bound of
/// [`super::best::best_mean`], each comparison with probability [`POWER`]. `None` where no number would do, because
/// another policy is equal in the mean, or for fewer than two policies or trials. `losses[policy][trial]`.
pub fn trials_to_name_the_best(losses: &[&[f64]]) -> Option<u64> {
    let trials: Vec<usize> = complete_trials(losses).collect();
    if losses.len() < 2 || trials.len() < 2 {
        return None;
    }
    let means: Vec<f64> =
        losses.iter().map(|l| mean(&trials.iter().map(|t| l[*t]).collect::<Vec<_>>())).collect::<Option<_>>()?;
    let best = (0..means.len()).fold(0, |best, p| if means[p] < means[best] { p } else { best });
    let z = normal_upper_quantile(0.05 / (losses.len() - 1) as f64);
    let mut needed = 2;
    for other in (0..losses.len()).filter(|p| *p != best) {
        let differences: Vec<f64> = trials.iter().map(|t| losses[other][*t] - losses[best][*t]).collect();
        needed = needed.max(trials_at(mean(&differences)?, variance(&differences)?.sqrt(), z)?);
    }
    Some(needed)
}

fn trials_at(mean: f64, sd: f64, z: f64) -> Option<u64> {
    let ratio = (z + normal_upper_quantile(1.0 - POWER)) * sd / mean.abs();
    let n = (ratio * ratio).ceil();
    // Zero by zero is NaN: no number of trials either.
    (n <= 1e15).then_some((n as u64).max(2))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::statistics::paired::paired_difference;
    use crate::statistics::resampling::{Resampler, variates::normal};

    #[test]
    fn number_of_trials_is_the_planning_formula() {
        // (1.959964 + 1.281552)² = 10.507423
        assert_eq!(trials_to_tell_from_zero(1.0, 10.0), Some(1051));
        assert_eq!(trials_to_tell_from_zero(-5.0, 0.0), Some(2));
        assert_eq!([trials_to_tell_from_zero(0.0, 1.0), trials_to_tell_from_zero(0.0, 0.0)], [None, None]);
    }

    #[test]
    fn that_many_trials_tell_the_difference_nine_times_in_ten() {
        let n = trials_to_tell_from_zero(0.2, 1.0).unwrap();
        let mut words = Resampler::new(3);
        let runs = 2000;
        let told = (0..runs)
            .filter(|_| {
                let values: Vec<f64> = (0..n).map(|_| 0.2 + normal(&mut words)).collect();
                let (low, high) = paired_difference(&values, &vec![0.0; values.len()]).unwrap().interval.unwrap();
                low > 0.0 || high < 0.0
            })
            .count();
        let sigma = (0.9 * 0.1 / f64::from(runs)).sqrt();
        assert!((told as f64 / f64::from(runs) - 0.9).abs() < 4.0 * sigma, "{told} of {runs}");
    }

    #[test]
    fn naming_the_best_is_as_hard_as_its_hardest_rival() {
        let base: Vec<f64> = (0..50).map(f64::from).collect();
        let wobble = |shift: f64| -> Vec<f64> {
            base.iter().enumerate().map(|(i, v)| v + shift + if i % 2 == 0 { 1.0 } else { -1.0 }).collect()
        };
        let (near, far) = (wobble(0.5), wobble(10.0));
        let sd = (50.0_f64 / 49.0).sqrt();
        // One-sided 0.05 / 2: z = 1.959964.
        let want = ((1.959_963_98 + 1.281_551_57) * sd / 0.5).powi(2).ceil() as u64;
        assert_eq!(trials_to_name_the_best(&[&far, &base, &near]), Some(want));
        assert_eq!(trials_to_name_the_best(&[&base, &base]), None);
        assert_eq!(trials_to_name_the_best(&[&base]), None);
    }
}
