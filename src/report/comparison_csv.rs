//! `comparison.csv`: policies compared, one row per policy and measure, measures and policies in the order of the run.
//!
//! Form as of the other tables (see [`super::csv_tables`]). The first measure is `objective`, the loss that the scenario
//! weighs from metrics; then every metric over the whole horizon. Differences are policy less baseline, trial by trial under
//! the same random words. Columns:
//!
//! - `policy, baseline, measure, unit`; `better`: `lower`, `higher` or `neither` (all else equal); `n`: trials.
//! - `mean`: of the policy. In rows of the baseline the columns from `difference` to `dominance_violation` are empty.
//! - `difference, difference_low, difference_high`: mean difference with its 95 % interval (Student's t of the paired
//!   differences); `verdict`: `lower` or `higher` where the interval excludes zero, `equal` where no trial differs, `open`
//!   where the trials do not tell; `relative`: difference by the baseline's mean, empty where that is zero.
//! - `pairing_factor`: how many times more unpaired trials would give the same precision.
//! - `p_better, p_better_low, p_better_high`: share of trials in which the policy is better, equal ones counted half, with
//!   the 95 % interval of Wilson; `ties`: share of equal trials. Empty where neither way is better, as are dominance
//!   and `p_best`.
//! - `q05` to `q95`: quantiles of the difference over trials; `_low`, `_high`: distribution-free 95 % interval.
//! - `trials_needed`: trials at which the mean difference would be told from zero with probability 0.9, if it is what it
//!   seems; `none` where no number would do.
//! - `dominance`: `first` or `second` where the policy stochastically dominates the baseline in that order (the first
//!   implies the second), `dominated-first`, `dominated-second` the other way round, else `none`;
//!   `dominance_violation`: share of the area between the two distribution functions where the policy is the worse.
//! - `p_best, p_best_low, p_best_high`: share of trials in which it is the best of all policies, ties split.
//! - `regret, regret_low, regret_high, regret_q95, regret_worst`: of the objective only, against the best policy of each
//!   trial: mean with 95 % interval, 95 % quantile, largest.
//! - `cost_per_death_averted, _low, _high, _kind`: in rows of `deaths` only, money spent above the baseline's by deaths below
//!   the baseline's, with the 95 % set of Fieller. Kind `bounded`: between low and high. `unbounded`: the deaths averted may
//!   be zero, the ratio is at most low or at least high. `no-statement`: any ratio is possible. `trade`, by the means: `buys` (costs more, averts deaths: the ratio is a price),
//!   `saves` (costs less and more die: what is saved for each further death), `gains` and `loses` (better or worse in both:
//!   the ratio is no price).

use std::borrow::Cow;
use std::path::Path;

use super::csv_tables::{number, text, write_csv};
use super::error::ReportError;
use crate::experiment::compare::{
    AgainstBaseline, Better, Comparison, CostPerDeath, Measured, PolicyMeasure, Trade, Verdict,
};
use crate::experiment::results::Outcomes;
use crate::statistics::dominance::{Dominance, Order};
use crate::statistics::proportion::Proportion;
use crate::statistics::ratio::Ratio;
use crate::statistics::summary::Quantile;

const HEADER: [&str; 44] = [
    "policy",
    "baseline",
    "measure",
    "unit",
    "better",
    "n",
    "mean",
    "difference",
    "difference_low",
    "difference_high",
    "verdict",
    "relative",
    "pairing_factor",
    "p_better",
    "p_better_low",
    "p_better_high",
    "ties",
    "q05",
    "q05_low",
    "q05_high",
    "q25",
    "q50",
    "q50_low",
    "q50_high",
    "q75",
    "q95",
    "q95_low",
    "q95_high",
    "trials_needed",
    "dominance",
    "dominance_violation",
    "p_best",
    "p_best_low",
    "p_best_high",
    "regret",
    "regret_low",
    "regret_high",
    "regret_q95",
    "regret_worst",
    "cost_per_death_averted",
    "cost_per_death_averted_low",
    "cost_per_death_averted_high",
    "cost_per_death_averted_kind",
    "trade",
];

/// Cells of an absent comparison with the baseline.
const AGAINST: usize = 24;

/// Writes `comparison.csv`; its spec is this module's comment.
///
/// # Errors
/// [`ReportError::Write`] with the path.
pub fn write_comparison(path: &Path, outcomes: &Outcomes, comparison: &Comparison) -> Result<(), ReportError> {
    let names: Vec<&str> = outcomes.policies.iter().map(|p| p.name.as_str()).collect();
    let baseline = names.get(comparison.baseline).copied().unwrap_or_default();
    write_csv(path, |table| {
        table.write_record(HEADER)?;
        for (p, name) in names.iter().enumerate() {
            for measured in &comparison.measures {
                let Some(policy) = measured.policies.get(p) else { continue };
                let base = measured.policies.get(comparison.baseline).and_then(|b| b.mean);
                let mut row: Vec<Cow<'_, str>> =
                    vec![text(name), text(baseline), measured.name.into(), text(&measured.unit)];
                row.extend([
                    better_word(measured.better).into(),
                    comparison.trials.to_string().into(),
                    number(policy.mean),
                ]);
                match &policy.against {
                    Some(against) => row.extend(against_cells(against, base)),
                    None => row.extend(empty(AGAINST)),
                }
                row.extend(proportion_cells(policy.best));
                row.extend(regret_cells(policy));
                let cost = comparison.cost_per_death_averted.get(p).copied().flatten();
                row.extend(cost_cells(measured, cost));
                table.write_record(row.iter().map(|cell| cell.as_bytes()))?;
            }
        }
        Ok(())
    })
}

type Cells = Vec<Cow<'static, str>>;

fn empty(n: usize) -> Cells {
    vec!["".into(); n]
}

fn better_word(better: Better) -> &'static str {
    match better {
        Better::Lower => "lower",
        Better::Higher => "higher",
        Better::Neither => "neither",
    }
}

fn against_cells(against: &AgainstBaseline, base: Option<f64>) -> Cells {
    let difference = &against.difference;
    let verdict = match against.verdict() {
        Verdict::Lower => "lower",
        Verdict::Higher => "higher",
        Verdict::Equal => "equal",
        Verdict::Open => "open",
    };
    let mut cells = vec![
        number(Some(difference.mean)),
        number(difference.interval.map(|i| i.0)),
        number(difference.interval.map(|i| i.1)),
        verdict.into(),
        number(base.filter(|b| *b != 0.0).map(|b| difference.mean / b.abs())),
        number(difference.variance_reduction),
    ];
    cells.extend(proportion_cells(against.better.map(|b| b.share)));
    cells.push(number(against.better.map(|b| b.ties)));
    let spread = &against.spread;
    cells.extend(quantile_cells(&spread.q05));
    cells.push(number(Some(spread.q25)));
    cells.extend(quantile_cells(&spread.q50));
    cells.push(number(Some(spread.q75)));
    cells.extend(quantile_cells(&spread.q95));
    cells.push(against.trials_needed.map_or("none".into(), |n| n.to_string().into()));
    cells.extend(dominance_cells(against.dominance));
    cells
}

fn quantile_cells(quantile: &Quantile) -> [Cow<'static, str>; 3] {
    [Some(quantile.value), quantile.interval.map(|i| i.0), quantile.interval.map(|i| i.1)].map(number)
}

fn dominance_cells(dominance: Option<Dominance>) -> Cells {
    let Some(dominance) = dominance else { return empty(2) };
    let word = match (dominance.dominates, dominance.dominated) {
        (Some(Order::First), _) => "first",
        (Some(Order::Second), _) => "second",
        (_, Some(Order::First)) => "dominated-first",
        (_, Some(Order::Second)) => "dominated-second",
        _ => "none",
    };
    vec![word.into(), number(dominance.violation)]
}

/// Estimate and bounds; empty without trials or a direction.
fn proportion_cells(proportion: Option<Proportion>) -> Cells {
    match proportion {
        Some(p) if p.estimate.is_some() => vec![number(p.estimate), number(Some(p.low)), number(Some(p.high))],
        _ => empty(3),
    }
}

fn regret_cells(policy: &PolicyMeasure) -> Cells {
    let Some(regret) = policy.regret else { return empty(5) };
    [
        Some(regret.expected),
        regret.interval.map(|i| i.0),
        regret.interval.map(|i| i.1),
        Some(regret.q95),
        Some(regret.worst),
    ]
    .map(number)
    .to_vec()
}

fn cost_cells(measured: &Measured, cost: Option<CostPerDeath>) -> Cells {
    let Some(cost) = cost.filter(|_| measured.name == "deaths") else { return empty(5) };
    let mut cells = match cost.ratio {
        Ratio::Bounded { estimate, low, high } => {
            vec![number(Some(estimate)), number(Some(low)), number(Some(high)), "bounded".into()]
        }
        Ratio::Unbounded { estimate, below, above } => {
            vec![number(estimate), number(Some(below)), number(Some(above)), "unbounded".into()]
        }
        Ratio::NoStatement => vec!["".into(), "".into(), "".into(), "no-statement".into()],
    };
    let trade = match cost.trade() {
        Trade::Buys => "buys",
        Trade::Saves => "saves",
        Trade::Gains => "gains",
        Trade::Loses => "loses",
    };
    cells.push(trade.into());
    cells
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::experiment::compare::compare;
    use crate::experiment::results::{Column, PolicyOutcomes, Slice};
    use std::collections::BTreeMap;

    fn rows(policies: &[(&str, [Vec<f64>; 3])]) -> Vec<BTreeMap<String, String>> {
        let outcomes = Outcomes {
            left_out: Vec::new(),
            columns: ["deaths", "spent", "operations"]
                .map(|metric| Column { metric, unit: "u".into(), slice: Slice::Total })
                .to_vec(),
            trials: policies[0].1[0].len(),
            policies: policies
                .iter()
                .map(|(name, values)| PolicyOutcomes {
                    name: name.to_string(),
                    values: values.iter().cloned().map(Into::into).collect(),
                    ..PolicyOutcomes::default()
                })
                .collect(),
        };
        let objective = [("deaths".to_string(), 1.0)].into_iter().collect();
        let comparison = compare(&outcomes, &objective, 0).unwrap();
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("comparison.csv");
        write_comparison(&path, &outcomes, &comparison).unwrap();
        csv::Reader::from_path(path).unwrap().deserialize().map(Result::unwrap).collect()
    }

    #[test]
    fn every_policy_and_measure_has_a_row_of_named_cells() {
        let deaths: Vec<f64> = (0..40).map(f64::from).collect();
        let fewer: Vec<f64> = deaths.iter().map(|d| d - 2.0 - (d % 3.0)).collect();
        let rows = rows(&[
            ("status-quo", [deaths, vec![0.0; 40], vec![1.0; 40]]),
            ("=talks", [fewer, vec![6.0; 40], vec![2.0; 40]]),
        ]);
        assert_eq!(rows.len(), 8);
        let cell = |row: usize, name: &str| rows[row][name].as_str();
        assert_eq!([cell(0, "measure"), cell(0, "difference"), cell(0, "p_best")], ["objective", "", "0"]);
        assert_eq!([cell(4, "policy"), cell(4, "baseline"), cell(4, "verdict")], ["'=talks", "status-quo", "lower"]);
        assert_eq!([cell(4, "regret"), cell(4, "regret_worst"), cell(0, "regret_worst")], ["0", "0", "4"]);
        assert_eq!([cell(5, "measure"), cell(5, "p_better"), cell(5, "dominance")], ["deaths", "1", "first"]);
        assert_eq!([cell(5, "q50"), cell(5, "n"), cell(5, "cost_per_death_averted_kind")], ["-3", "40", "bounded"]);
        assert_eq!([cell(5, "trade"), cell(4, "trade")], ["buys", ""]);
        assert!((cell(5, "cost_per_death_averted").parse::<f64>().unwrap() - 6.0 / 2.975).abs() < 1e-9);
        assert_eq!([cell(7, "better"), cell(7, "p_better"), cell(7, "dominance")], ["neither", "", ""]);
        assert_eq!([cell(7, "difference"), cell(7, "trials_needed")], ["1", "2"]);
    }

    #[test]
    fn no_trials_and_equal_policies_make_rows_without_numbers_that_do_not_exist() {
        for trials in [0, 1, 5] {
            let same = || [vec![3.0; trials], vec![0.0; trials], vec![0.0; trials]];
            let rows = rows(&[("a", same()), ("b", same())]);
            assert!(rows.iter().all(|r| r.values().all(|v| !v.contains("NaN") && !v.contains("inf"))));
            let want = if trials > 1 {
                "equal"
            } else if trials == 1 {
                "open"
            } else {
                ""
            };
            assert_eq!(rows[5]["verdict"], want);
            assert_eq!(rows[5]["trials_needed"], if trials > 0 { "none" } else { "" });
        }
    }
}
