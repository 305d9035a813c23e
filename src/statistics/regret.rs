//! Regret: how much worse a policy is, in a trial, than the policy that was best in that trial.
//!
//! Savage (1951), "The theory of statistical decision", JASA 46: `r_p(i) = L_p(i) - min over q of L_q(i)`, with losses
//! (smaller is better) of trials that share their random words. It looks back with full knowledge of what happened, so
//! the smallest expected regret is what foresight of everything, chance included, would be worth; what knowledge of
//! parameters alone would be worth is less (see `value_of_information`).

use super::best::complete_trials;
use super::student::student_975;
use super::summary::{interval_ranks, mean, quantile_of_sorted, sorted_finite, variance};

/// Regret of one policy, in the unit of the losses.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Regret {
    /// Trials used.
    pub n: usize,
    /// Mean regret.
    pub expected: f64,
    /// 95 % interval of the mean by Student's t, not below zero; `None` for a single trial.
    pub interval: Option<(f64, f64)>,
    /// 95 % quantile.
    pub q95: f64,
    /// Distribution-free 95 % interval of that quantile, where there are trials enough.
    pub q95_interval: Option<(f64, f64)>,
    /// Largest regret of any trial (minimax regret chooses the policy where it is smallest).
    pub worst: f64,
}

/// Regret of every policy; empty without a trial in which all have a value. `losses[policy][trial]`.
pub fn regrets(losses: &[&[f64]]) -> Vec<Regret> {
    let mut values = vec![Vec::new(); losses.len()];
    for trial in complete_trials(losses) {
        let least = losses.iter().map(|l| l[trial]).fold(f64::INFINITY, f64::min);
        for (values, loss) in values.iter_mut().zip(losses) {
            values.push(loss[trial] - least);
        }
    }
    values.iter().filter_map(|v| of_values(v)).collect()
}

fn of_values(values: &[f64]) -> Option<Regret> {
    let sorted = sorted_finite(values);
    let n = sorted.len();
    let expected = mean(&sorted)?;
    let interval = variance(&sorted).map(|v| {
        let half = student_975(n - 1) * (v / n as f64).sqrt();
        ((expected - half).max(0.0), expected + half)
    });
    Some(Regret {
        n,
        expected,
        interval,
        q95: quantile_of_sorted(&sorted, 0.95)?,
        q95_interval: interval_ranks(n, 0.95, 0.95).map(|(low, high)| (sorted[low], sorted[high])),
        worst: *sorted.last()?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn regret_is_measured_from_the_best_of_each_trial() {
        let losses: [&[f64]; 3] = [&[3.0, 1.0, 5.0], &[1.0, 4.0, 5.0], &[2.0, 2.0, 9.0]];
        let found = regrets(&losses);
        // Regrets 2 0 0, 0 3 0, 1 1 4.
        let means: Vec<f64> = found.iter().map(|r| r.expected).collect();
        assert!(means.iter().zip([2.0 / 3.0, 1.0, 2.0]).all(|(a, b)| (a - b).abs() < 1e-15), "{means:?}");
        assert_eq!(found.iter().map(|r| r.worst).collect::<Vec<_>>(), [2.0, 3.0, 4.0]);
        // Type 7 at position 1.9 of 1, 1, 4.
        assert!((found[2].q95 - 3.7).abs() < 1e-12);
        assert_eq!(found[0].interval.unwrap().0, 0.0);
    }

    #[test]
    fn a_policy_that_is_always_best_regrets_nothing() {
        let found = regrets(&[&[1.0, 2.0], &[3.0, 2.0]]);
        assert_eq!((found[0].expected, found[0].worst, found[0].interval), (0.0, 0.0, Some((0.0, 0.0))));
        assert!(regrets(&[&[], &[1.0]]).is_empty() && regrets(&[]).is_empty());
        assert_eq!(regrets(&[&[f64::NAN, 2.0], &[3.0, 1.0]])[0].n, 1);
    }
}
