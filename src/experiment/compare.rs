//! Policies compared, trial by trial: every measure against the baseline, and all policies against each other.
//!
//! Trial `i` of all policies shares its random words, so differences are taken within trials and what is common to all
//! falls out. Measures are the scenario's objective (a loss: the weighted sum of metrics) and every metric over the whole
//! horizon. Nothing here looks at a difference twice: intervals are those of a fixed number of trials.

use std::borrow::Cow;

use indexmap::IndexMap;

use super::results::{Outcomes, Slice, total_column};
use super::values::Values;
use crate::parallel;
pub use crate::simulation::metrics::Better;
use crate::simulation::metrics::better;
use crate::statistics::best::{BestMean, BetterShare, best_mean, share_best, share_better};
use crate::statistics::dominance::{Dominance, dominance_of_sorted};
use crate::statistics::needed::{trials_to_name_the_best, trials_to_tell_from_zero};
use crate::statistics::paired::{PairedDifference, paired_difference};
use crate::statistics::proportion::Proportion;
use crate::statistics::ratio::{Ratio, fieller};
use crate::statistics::regret::{Regret, regrets};
use crate::statistics::summary::{Summary, mean, sorted_finite, summarize};

/// Name of the scenario's objective among the measures.
pub const OBJECTIVE: &str = "objective";

/// All policies compared.
#[derive(Debug, Clone, PartialEq)]
pub struct Comparison {
    /// Index of the baseline among the policies.
    pub baseline: usize,
    /// Trials per policy.
    pub trials: usize,
    /// The objective first, then every metric in the order of the outcomes.
    pub measures: Vec<Measured>,
    /// The policy with the smallest mean objective and how sure that is; `None` for fewer than two trials.
    pub best: Option<BestMean>,
    /// Trials at which the policy with the smallest mean objective would be known to be best with 95 % confidence; `None`
    /// where no number would do, because another policy does exactly as well.
    pub trials_to_name_the_best: Option<u64>,
    /// Money for each death averted against the baseline, by policy; `None` for the baseline and where the outcomes do
    /// not hold `spent` and `deaths`.
    pub cost_per_death_averted: Vec<Option<CostPerDeath>>,
}

/// One measure of all policies.
#[derive(Debug, Clone, PartialEq)]
pub struct Measured {
    /// Name of the metric, or [`OBJECTIVE`].
    pub name: &'static str,
    /// Unit; `loss` for the objective.
    pub unit: Cow<'static, str>,
    /// Which way is better.
    pub better: Better,
    /// By policy, in the order of the outcomes.
    pub policies: Vec<PolicyMeasure>,
}

/// One measure of one policy.
#[derive(Debug, Clone, PartialEq)]
pub struct PolicyMeasure {
    /// Mean over trials; `None` without trials.
    pub mean: Option<f64>,
    /// Against the baseline; `None` for the baseline itself.
    pub against: Option<AgainstBaseline>,
    /// How often it is the best of all policies; `None` where neither way is better.
    pub best: Option<Proportion>,
    /// Regret; of the objective only.
    pub regret: Option<Regret>,
}

/// A policy less the baseline, in the unit of the measure.
#[derive(Debug, Clone, PartialEq)]
pub struct AgainstBaseline {
    /// Mean difference, its 95 % interval, and the factor by which pairing cut the variance.
    pub difference: PairedDifference,
    /// Distribution of the differences over trials.
    pub spread: Summary,
    /// How often the policy is better; `None` where neither way is.
    pub better: Option<BetterShare>,
    /// Stochastic dominance over the baseline; `None` where neither way is better.
    pub dominance: Option<Dominance>,
    /// Trials at which the mean difference would be told from zero; `None` where no number would do.
    pub trials_needed: Option<u64>,
}

/// What is given for what, by the means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trade {
    /// Costs more and averts deaths: the ratio is a price.
    Buys,
    /// Costs no more and averts deaths, or costs less and as many die: nothing to weigh.
    Gains,
    /// Costs less, and more die: the ratio is what is saved for each further death.
    Saves,
    /// Costs no less and averts no death: nothing to weigh.
    Loses,
}

/// What the trials say about a mean difference.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// The interval is below zero.
    Lower,
    /// The interval is above zero.
    Higher,
    /// All differences are zero.
    Equal,
    /// The interval includes zero: the trials do not tell.
    Open,
}

impl AgainstBaseline {
    /// What the trials say.
    pub fn verdict(&self) -> Verdict {
        match self.difference.interval {
            Some((low, high)) if low == 0.0 && high == 0.0 => Verdict::Equal,
            Some((_, high)) if high < 0.0 => Verdict::Lower,
            Some((low, _)) if low > 0.0 => Verdict::Higher,
            _ => Verdict::Open,
        }
    }
}

/// Money against deaths, both against the baseline.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CostPerDeath {
    /// Mean of money spent above the baseline's.
    pub cost: f64,
    /// Mean of deaths below the baseline's.
    pub averted: f64,
    /// Their ratio. It is a price only where the policy costs more and averts deaths; see [`CostPerDeath::trade`].
    pub ratio: Ratio,
}

impl CostPerDeath {
    /// What the policy gives for what.
    pub fn trade(&self) -> Trade {
        match (self.cost > 0.0, self.averted > 0.0) {
            (true, true) => Trade::Buys,
            (false, true) => Trade::Gains,
            (true, false) => Trade::Loses,
            (false, false) if self.cost == 0.0 => Trade::Loses,
            (false, false) if self.averted == 0.0 => Trade::Gains,
            (false, false) => Trade::Saves,
        }
    }
}

/// Compares all policies. `objective`: weight per unit of each metric; `baseline`: an index among the policies. `None` if
/// there is no such policy.
pub fn compare(outcomes: &Outcomes, objective: &IndexMap<String, f64>, baseline: usize) -> Option<Comparison> {
    if baseline >= outcomes.policies.len() {
        return None;
    }
    let totals: Vec<usize> =
        (0..outcomes.columns.len()).filter(|c| outcomes.columns[*c].slice == Slice::Total).collect();
    let losses: Vec<Vec<f64>> = (0..outcomes.policies.len()).map(|p| losses(outcomes, objective, p)).collect();
    let slices: Vec<&[f64]> = losses.iter().map(Vec::as_slice).collect();
    let mut measures = vec![measure(OBJECTIVE, "loss".into(), Better::Lower, &slices, baseline)];
    for (policy, regret) in measures[0].policies.iter_mut().zip(regrets(&slices)) {
        policy.regret = Some(regret);
    }
    measures.extend(parallel::each(totals.len(), |total| {
        let column = &outcomes.columns[totals[total]];
        let values: Vec<Vec<f64>> =
            outcomes.policies.iter().map(|p| p.values.get(totals[total]).map_or_else(Vec::new, Values::all)).collect();
        let values: Vec<&[f64]> = values.iter().map(Vec::as_slice).collect();
        measure(column.metric, column.unit.clone(), better(column.metric), &values, baseline)
    }));
    Some(Comparison {
        baseline,
        trials: outcomes.trials,
        measures,
        best: best_mean(&slices),
        trials_to_name_the_best: trials_to_name_the_best(&slices),
        cost_per_death_averted: (0..outcomes.policies.len()).map(|p| cost_per_death(outcomes, p, baseline)).collect(),
    })
}

/// The objective of every trial of a policy: the sum of its metrics by weight. Metrics that the outcomes do not hold are
/// left out.
pub fn losses(outcomes: &Outcomes, objective: &IndexMap<String, f64>, policy: usize) -> Vec<f64> {
    losses_from(outcomes, objective, policy, 0)
}

/// Like [`losses`], from trial `from` on.
pub fn losses_from(outcomes: &Outcomes, objective: &IndexMap<String, f64>, policy: usize, from: usize) -> Vec<f64> {
    let mut sum = vec![0.0; outcomes.trials.saturating_sub(from)];
    for (metric, weight) in objective {
        let column = total_column(&outcomes.columns, metric);
        let values = outcomes.policies.get(policy).and_then(|p| p.values.get(column?));
        let values = values.map(|values| values.part(from..outcomes.trials));
        sum.iter_mut().zip(values.unwrap_or_default()).for_each(|(sum, value)| *sum += weight * value);
    }
    sum
}

fn measure(
    name: &'static str,
    unit: Cow<'static, str>,
    better: Better,
    values: &[&[f64]],
    baseline: usize,
) -> Measured {
    // Statistics of choice take losses: where more is better, less of the negative is.
    let negated: Vec<Vec<f64>> = match better {
        Better::Higher => values.iter().map(|v| v.iter().map(|x| -x).collect()).collect(),
        Better::Lower | Better::Neither => Vec::new(),
    };
    let losses: Vec<&[f64]> = match better {
        Better::Higher => negated.iter().map(Vec::as_slice).collect(),
        Better::Lower => values.to_vec(),
        Better::Neither => Vec::new(),
    };
    let best = share_best(&losses);
    let reference = losses.get(baseline).map(|l| sorted_finite(l));
    let policies = (0..values.len())
        .map(|p| PolicyMeasure {
            mean: mean(values[p]),
            against: (p != baseline).then(|| against(values, &losses, reference.as_deref(), p, baseline)).flatten(),
            best: best.get(p).copied(),
            regret: None,
        })
        .collect();
    Measured { name, unit, better, policies }
}

/// `losses` is empty where neither way is better; `reference` holds the baseline's losses in order.
fn against(
    values: &[&[f64]],
    losses: &[&[f64]],
    reference: Option<&[f64]>,
    policy: usize,
    baseline: usize,
) -> Option<AgainstBaseline> {
    let differences: Vec<f64> = values[policy].iter().zip(values[baseline]).map(|(a, b)| a - b).collect();
    let spread = summarize(&differences)?;
    Some(AgainstBaseline {
        difference: paired_difference(values[policy], values[baseline])?,
        better: losses.get(policy).and_then(|own| share_better(own, losses[baseline])),
        dominance: losses.get(policy).and_then(|own| dominance_of_sorted(&sorted_finite(own), reference?)),
        trials_needed: spread.sd.and_then(|sd| trials_to_tell_from_zero(spread.mean, sd)),
        spread,
    })
}

fn cost_per_death(outcomes: &Outcomes, policy: usize, baseline: usize) -> Option<CostPerDeath> {
    if policy == baseline {
        return None;
    }
    let less = |metric: &str, from: usize, take: usize| -> Option<Vec<f64>> {
        let column = total_column(&outcomes.columns, metric)?;
        let (from, take) = (outcomes.policies[from].values.get(column)?, outcomes.policies[take].values.get(column)?);
        Some(from.all().into_iter().zip(take.all()).map(|(a, b)| a - b).collect())
    };
    let cost = less("spent", policy, baseline)?;
    let averted = less("deaths", baseline, policy)?;
    Some(CostPerDeath { cost: mean(&cost)?, averted: mean(&averted)?, ratio: fieller(&cost, &averted)? })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::experiment::results::{Column, PolicyOutcomes};
    use crate::statistics::dominance::Order;

    fn outcomes(metrics: &[&'static str], policies: &[&[&[f64]]]) -> Outcomes {
        let column = |metric: &&'static str| Column { metric, unit: "people".into(), slice: Slice::Total };
        Outcomes {
            left_out: Vec::new(),
            columns: metrics.iter().map(column).collect(),
            trials: policies[0][0].len(),
            policies: policies
                .iter()
                .map(|columns| PolicyOutcomes {
                    values: columns.iter().map(|c| c.to_vec().into()).collect(),
                    ..PolicyOutcomes::default()
                })
                .collect(),
        }
    }

    fn objective(weights: &[(&str, f64)]) -> IndexMap<String, f64> {
        weights.iter().map(|(name, weight)| (name.to_string(), *weight)).collect()
    }

    #[test]
    fn better_follows_the_direction_of_each_metric() {
        let found = outcomes(
            &["killed", "writ", "militants_killed"],
            &[&[&[5.0, 6.0], &[0.5, 0.6], &[1.0, 1.0]], &[&[4.0, 4.0], &[0.4, 0.5], &[9.0, 9.0]]],
        );
        let comparison = compare(&found, &objective(&[("killed", 1.0)]), 0).unwrap();
        let against = |m: usize| comparison.measures[m].policies[1].against.clone().unwrap();
        let names: Vec<&str> = comparison.measures.iter().map(|m| m.name).collect();
        assert_eq!(names, [OBJECTIVE, "killed", "writ", "militants_killed"]);
        assert_eq!(against(1).better.unwrap().share.estimate, Some(1.0));
        assert_eq!(against(1).dominance.unwrap().dominates, Some(Order::First));
        assert_eq!(against(2).better.unwrap().share.estimate, Some(0.0));
        assert_eq!(against(2).dominance.unwrap().dominated, Some(Order::First));
        assert_eq!((against(3).better, against(3).dominance), (None, None));
        assert_eq!(comparison.measures[2].policies[0].best.unwrap().estimate, Some(1.0));
    }

    #[test]
    fn objective_weighs_metrics_and_regret_is_its_own() {
        let found = outcomes(&["killed", "spent"], &[&[&[10.0, 20.0], &[0.0, 0.0]], &[&[5.0, 18.0], &[10.0, 10.0]]]);
        let comparison = compare(&found, &objective(&[("killed", 1.0), ("spent", 0.4), ("unknown", 9.0)]), 0).unwrap();
        let loss = &comparison.measures[0];
        // Losses 10, 20 and 9, 22.
        assert_eq!((loss.policies[0].mean, loss.policies[1].mean), (Some(15.0), Some(15.5)));
        let regret: Vec<(f64, f64)> =
            loss.policies.iter().map(|p| p.regret.unwrap()).map(|r| (r.expected, r.worst)).collect();
        assert_eq!(regret, [(0.5, 1.0), (1.0, 2.0)]);
        assert!(comparison.measures[1].policies[0].regret.is_none());
        assert_eq!(comparison.best.unwrap().index, 0);
    }

    #[test]
    fn verdicts_say_open_where_the_interval_holds_zero() {
        let base: &[&[f64]] = &[&[1.0, 2.0, 3.0, 4.0]];
        let found = outcomes(
            &["killed"],
            &[
                base,
                &[&[1.0, 2.0, 3.0, 4.0]],
                &[&[0.0, 3.0, 2.0, 5.0]],
                &[&[9.0, 10.5, 11.0, 12.0]],
                &[&[-9.0, -8.0, -7.0, -6.5]],
            ],
        );
        let comparison = compare(&found, &objective(&[("killed", 1.0)]), 0).unwrap();
        let verdicts: Vec<Verdict> =
            comparison.measures[1].policies[1..].iter().map(|p| p.against.as_ref().unwrap().verdict()).collect();
        assert_eq!(verdicts, [Verdict::Equal, Verdict::Open, Verdict::Higher, Verdict::Lower]);
    }

    #[test]
    fn cost_per_death_averted_is_a_price_with_bounds_or_none() {
        let spent: &[f64] = &[10.0, 10.0, 10.0];
        let found = outcomes(
            &["spent", "deaths"],
            &[&[&[0.0; 3], &[50.0, 60.0, 70.0]], &[spent, &[45.0, 55.0, 65.0]], &[&[0.0; 3], &[51.0, 59.0, 70.0]]],
        );
        let comparison = compare(&found, &objective(&[("deaths", 1.0)]), 0).unwrap();
        let price = comparison.cost_per_death_averted[1].unwrap();
        assert_eq!((price.cost, price.averted, price.trade()), (10.0, 5.0, Trade::Buys));
        let trade = |cost: f64, averted: f64| CostPerDeath { cost, averted, ratio: Ratio::NoStatement }.trade();
        assert_eq!([trade(-1.0, 1.0), trade(0.0, 1.0), trade(-1.0, 0.0)], [Trade::Gains; 3]);
        assert_eq!([trade(1.0, -1.0), trade(1.0, 0.0), trade(0.0, 0.0)], [Trade::Loses; 3]);
        assert_eq!(trade(-1.0, -1.0), Trade::Saves);
        let Ratio::Bounded { estimate, low, high } = price.ratio else { panic!("{price:?}") };
        assert!([estimate, low, high].iter().all(|v| (v - 2.0).abs() < 1e-9), "{price:?}");
        assert_eq!(comparison.cost_per_death_averted[2].unwrap().ratio, Ratio::NoStatement);
        assert_eq!(comparison.cost_per_death_averted[0], None);
    }

    #[test]
    fn runs_without_trials_or_baseline_are_answered() {
        let found = outcomes(&["killed"], &[&[&[]], &[&[]]]);
        let comparison = compare(&found, &objective(&[("killed", 1.0)]), 1).unwrap();
        assert!(comparison.measures[1].policies[0].against.is_none() && comparison.best.is_none());
        assert_eq!(compare(&found, &objective(&[]), 2), None);
    }
}
