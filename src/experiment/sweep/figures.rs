//! What is told of a point: figures per policy and metric, and which policy is best there.

use crate::simulation::metrics::Better;
use crate::statistics::best::best_mean;
use crate::statistics::needed::trials_to_name_the_best;
use crate::statistics::paired::paired_difference;
use crate::statistics::summary::summarize;

/// Name of the weighted sum of metrics that policies are judged by.
pub const OBJECTIVE: &str = "objective";
/// Its unit.
pub const LOSS: &str = "loss";
/// Confidence with which a policy must be best for the ranking to be settled.
pub const SETTLED: f64 = 0.95;

/// What is measured.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Measure {
    /// Name, e.g. `killed`; [`OBJECTIVE`] for the objective.
    pub name: String,
    /// Name for readers.
    pub label: String,
    /// Unit; the scenario's currency for money.
    pub unit: String,
    /// Which way is better.
    pub better: Better,
}

/// Figures of one metric under one policy at one point.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Figures {
    /// Trials they come from: those that did not fail.
    pub trials: usize,
    /// Mean over trials.
    pub mean: f64,
    /// Monte Carlo standard error of the mean; `None` for a single trial.
    pub mc_error: Option<f64>,
    /// Standard deviation over trials; `None` for a single trial.
    pub sd: Option<f64>,
    /// Quantiles 5, 25, 50, 75, 95 %.
    pub quantiles: [f64; 5],
    /// Mean of the paired differences from the baseline's trials, and its 95 % interval; `None` for the baseline.
    pub difference: Option<(f64, Option<(f64, f64)>)>,
}

/// Which policy has the lowest mean objective at a point.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Best {
    /// Index of the policy.
    pub policy: usize,
    /// The policy that comes nearest, and the paired mean difference of its objective to the best one's.
    pub second: usize,
    /// How much more the second loses in the mean, in units of the objective.
    pub margin: f64,
    /// Lower bound of the probability that it is best in expectation.
    pub confidence: f64,
    /// Trials that would name the best with 95 % confidence; `None` where no number would.
    pub needed: Option<u64>,
}

impl Best {
    /// Whether the trials made settle who is best.
    pub fn is_settled(&self) -> bool {
        self.confidence >= SETTLED
    }
}

/// All that is told of a point.
#[derive(Debug, Clone, PartialEq)]
pub struct PointResult {
    /// Number of the point.
    pub point: usize,
    /// Its coordinates.
    pub coordinates: Vec<f64>,
    /// Trials made per policy.
    pub trials: usize,
    /// `figures[policy][measure]`; `None` where every trial failed.
    pub figures: Vec<Vec<Option<Figures>>>,
    /// The best policy; `None` for a single policy or fewer than two trials.
    pub best: Option<Best>,
}

/// Figures of a point from its trials, `values[policy][measure][trial]`; the last measure is the objective. Trials that
/// failed hold no number.
pub fn figures(point: usize, coordinates: Vec<f64>, values: &[Vec<Vec<f64>>], baseline: usize) -> PointResult {
    let trials = values.first().and_then(|measures| measures.first()).map_or(0, Vec::len);
    let told = |policy: usize, measure: usize| -> Option<Figures> {
        let sample = &values[policy][measure];
        let summary = summarize(sample)?;
        let difference = if policy == baseline { None } else { paired_difference(sample, &values[baseline][measure]) };
        Some(Figures {
            trials: summary.n,
            mean: summary.mean,
            mc_error: summary.mc_error,
            sd: summary.sd,
            quantiles: [summary.q05.value, summary.q25, summary.q50.value, summary.q75, summary.q95.value],
            difference: difference.map(|one| (one.mean, one.interval)),
        })
    };
    let by_policy = |policy: usize| (0..values[policy].len()).map(|measure| told(policy, measure)).collect();
    let losses: Vec<&[f64]> = values.iter().filter_map(|measures| measures.last().map(Vec::as_slice)).collect();
    PointResult { point, coordinates, trials, figures: (0..values.len()).map(by_policy).collect(), best: best(&losses) }
}

fn best(losses: &[&[f64]]) -> Option<Best> {
    if losses.len() < 2 {
        return None;
    }
    let found = best_mean(losses)?;
    let margin = |policy: usize| paired_difference(losses[policy], losses[found.index]).map(|one| one.mean);
    let others = (0..losses.len()).filter(|policy| *policy != found.index);
    let (second, margin) =
        others.filter_map(|policy| Some((policy, margin(policy)?))).min_by(|a, b| a.1.total_cmp(&b.1))?;
    let needed = trials_to_name_the_best(losses);
    Some(Best { policy: found.index, second, margin, confidence: found.confidence, needed })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_best_is_named_with_its_margin_and_only_settled_where_trials_suffice() {
        let clear = vec![vec![vec![10.0, 12.0, 11.0, 13.0]], vec![vec![4.0, 5.5, 5.0, 6.5]]];
        let told = figures(3, vec![1.0], &clear, 0);
        let best = told.best.expect("two policies");
        assert_eq!((best.policy, best.second, best.margin), (1, 0, 6.25));
        assert!(best.is_settled());
        let second = told.figures[1][0].expect("trials");
        assert_eq!((second.trials, second.mean), (4, 5.25));
        assert_eq!(second.difference.map(|one| one.0), Some(-6.25));
        assert_eq!(told.figures[0][0].expect("trials").difference, None);
        let doubtful = vec![vec![vec![10.0, 5.0, 8.0, 12.0]], vec![vec![9.0, 9.0, 7.0, 11.0]]];
        assert!(!figures(0, vec![], &doubtful, 0).best.expect("two policies").is_settled());
    }

    #[test]
    fn failed_trials_are_left_out_and_a_point_without_any_has_no_figures() {
        let values = vec![vec![vec![1.0, f64::NAN, 3.0]], vec![vec![f64::NAN; 3]]];
        let told = figures(0, vec![], &values, 0);
        assert_eq!(told.figures[0][0].map(|one| (one.trials, one.mean)), Some((2, 2.0)));
        assert_eq!((told.figures[1][0], told.best), (None, None));
    }
}
