//! Which of several policies is best: in a single trial, and on average. Smaller is better.

use super::proportion::{Proportion, wilson_with_parts};
use super::student::student_upper_tail;
use super::summary::{mean, variance};

/// How often one sample is below another, trial by trial.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct BetterShare {
    /// `P(first < second) + P(first = second) / 2`, the "probability of superiority" (Vargha & Delaney 2000), here of
    /// pairs that share their random words; 95 % interval of Wilson.
    pub share: Proportion,
    /// Share of the pairs that are equal, counted half in `share`.
    pub ties: f64,
}

/// Compares two samples trial by trial; `None` without pairs.
pub fn share_better(first: &[f64], second: &[f64]) -> Option<BetterShare> {
    let (mut below, mut equal, mut n) = (0_u64, 0_u64, 0_u64);
    for trial in complete_trials(&[first, second]) {
        n += 1;
        below += u64::from(first[trial] < second[trial]);
        equal += u64::from(first[trial] == second[trial]);
    }
    (n > 0).then(|| BetterShare {
        share: wilson_with_parts(below as f64 + equal as f64 / 2.0, n),
        ties: equal as f64 / n as f64,
    })
}

/// For each policy the share of trials in which it has the smallest loss of all; a tie of `k` policies counts `1/k` for
/// each, so that the shares sum to one. 95 % intervals of Wilson. `losses[policy][trial]`.
pub fn share_best(losses: &[&[f64]]) -> Vec<Proportion> {
    let mut credit = vec![0.0; losses.len()];
    let mut n = 0;
    for trial in complete_trials(losses) {
        n += 1;
        let least = losses.iter().map(|l| l[trial]).fold(f64::INFINITY, f64::min);
        let winners = losses.iter().filter(|l| l[trial] == least).count() as f64;
        for (credit, loss) in credit.iter_mut().zip(losses) {
            if loss[trial] == least {
                *credit += 1.0 / winners;
            }
        }
    }
    credit.into_iter().map(|sum| wilson_with_parts(sum, n)).collect()
}

/// The policy with the smallest mean, and how sure it is that its expectation is the smallest.
#[derive(Debug, Clone, PartialEq)]
pub struct BestMean {
    /// Index of the policy with the smallest mean; the first of equals.
    pub index: usize,
    /// Lower bound of the probability that it is best in expectation; see [`best_mean`].
    pub confidence: f64,
    /// For each policy `P(it is better than the best)`, one-sided by the paired t statistic; 0 for the best itself.
    pub doubts: Vec<f64>,
}

/// Multiple comparison with the best: `confidence = max(0, 1 - sum over j of P(t(n-1) > d_j / se_j))`, where `d_j` is the
/// mean paired difference of policy `j` to the best and `se_j` its standard error. By Bonferroni's inequality this is a
/// lower bound whatever the dependence between policies (Branke, Chick & Schmidt 2007, "Selecting a selection procedure",
/// Management Science 53(12), section 2.2; Hsu 1996, "Multiple Comparisons", chapter 4). Policies that are equal in all
/// trials stay in doubt, one half each. `None` for no policies or fewer than two trials.
pub fn best_mean(losses: &[&[f64]]) -> Option<BestMean> {
    let trials: Vec<usize> = complete_trials(losses).collect();
    if losses.is_empty() || trials.len() < 2 {
        return None;
    }
    let mut index = 0;
    let mut least = f64::INFINITY;
    for (policy, loss) in losses.iter().enumerate() {
        let values: Vec<f64> = trials.iter().map(|t| loss[*t]).collect();
        let value = mean(&values)?;
        if value < least {
            (index, least) = (policy, value);
        }
    }
    let doubt = |policy: usize| -> Option<f64> {
        if policy == index {
            return Some(0.0);
        }
        let differences: Vec<f64> = trials.iter().map(|t| losses[policy][*t] - losses[index][*t]).collect();
        let (centre, spread) = (mean(&differences)?, variance(&differences)?);
        Some(match (spread > 0.0, centre > 0.0) {
            (true, _) => student_upper_tail(centre / (spread / trials.len() as f64).sqrt(), trials.len() - 1),
            (false, true) => 0.0,
            (false, false) => 0.5,
        })
    };
    let doubts: Vec<f64> = (0..losses.len()).map(doubt).collect::<Option<_>>()?;
    let confidence = (1.0 - doubts.iter().sum::<f64>()).max(0.0);
    Some(BestMean { index, confidence, doubts })
}

/// Numbers of the trials in which every policy has a finite value; none without policies.
pub(super) fn complete_trials<'a>(losses: &'a [&'a [f64]]) -> impl Iterator<Item = usize> + 'a {
    let shortest = losses.iter().map(|l| l.len()).min().unwrap_or(0);
    (0..shortest).filter(move |trial| losses.iter().all(|l| l[*trial].is_finite()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::statistics::resampling::{Resampler, variates::normal};

    #[test]
    fn ties_count_half_and_are_told() {
        let better = share_better(&[1.0, 2.0, 3.0, f64::NAN], &[2.0, 2.0, 1.0, 9.0]).unwrap();
        assert_eq!(better.share.estimate, Some(0.5));
        assert!((better.ties - 1.0 / 3.0).abs() < 1e-15);
        assert_eq!(share_better(&[], &[1.0]), None);
    }

    #[test]
    fn shares_of_being_best_split_ties_and_sum_to_one() {
        let losses: [&[f64]; 3] = [&[1.0, 5.0, 2.0, 0.0], &[1.0, 4.0, 2.0, 1.0], &[3.0, 6.0, 2.0, 1.0]];
        let shares: Vec<f64> = share_best(&losses).iter().map(|p| p.estimate.unwrap()).collect();
        let third = 1.0 / 3.0;
        for (got, want) in shares.iter().zip([(0.5 + third + 1.0) / 4.0, (0.5 + 1.0 + third) / 4.0, third / 4.0]) {
            assert!((got - want).abs() < 1e-15);
        }
        assert!(share_best(&[]).is_empty());
        assert_eq!(share_best(&[&[]])[0].estimate, None);
    }

    #[test]
    fn confidence_in_the_best_of_two_is_that_of_the_one_sided_paired_test() {
        // scipy.stats.ttest_rel([2, 4, 6, 9], [1, 2, 3, 4], alternative="greater").pvalue
        let best = best_mean(&[&[2.0, 4.0, 6.0, 9.0], &[1.0, 2.0, 3.0, 4.0]]).unwrap();
        assert_eq!(best.index, 1);
        assert!((1.0 - best.confidence - 0.024_283_428_279_900_51).abs() < 1e-12, "{best:?}");
        assert_eq!(best.doubts[1], 0.0);
    }

    #[test]
    fn equal_policies_stay_in_doubt_and_constant_gaps_leave_none() {
        assert_eq!(best_mean(&[&[1.0, 2.0], &[1.0, 2.0]]).unwrap().confidence, 0.5);
        assert_eq!(best_mean(&[&[2.0, 3.0], &[1.0, 2.0]]).unwrap().confidence, 1.0);
        assert_eq!(best_mean(&[&[1.0], &[2.0]]), None);
        assert_eq!(best_mean(&[]), None);
    }

    #[test]
    fn a_confidence_of_95_percent_is_wrong_at_most_one_time_in_twenty() {
        // Five policies of equal expectation but for the last, which is truly best by little.
        let mut words = Resampler::new(5);
        let (mut sure, mut wrong) = (0.0_f64, 0.0);
        let runs = 4000.0_f64;
        for _ in 0..4000 {
            let mut losses = vec![Vec::new(); 5];
            for _ in 0..40 {
                let shared = normal(&mut words);
                for (p, loss) in losses.iter_mut().enumerate() {
                    loss.push(shared + normal(&mut words) - if p == 4 { 0.3 } else { 0.0 });
                }
            }
            let slices: Vec<&[f64]> = losses.iter().map(Vec::as_slice).collect();
            let best = best_mean(&slices).unwrap();
            if best.confidence >= 0.95 {
                sure += 1.0;
                wrong += f64::from(best.index != 4);
            }
        }
        assert!(sure > 100.0, "{sure}");
        assert!(wrong / runs <= 0.05 + 4.0 * (0.05 * 0.95 / runs).sqrt() && wrong < 0.05 * sure, "{wrong} of {sure}");
    }
}
