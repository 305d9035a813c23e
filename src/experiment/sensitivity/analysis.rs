//! From evaluations to indices: shares of variance or elementary effects, distances between distributions, and how far
//! the mean outcome swings from the low to the high end of each input.

use super::design::Design;
use super::evaluations::Evaluations;
use super::inputs::{Group, ways};
use crate::sampling::design::Trajectories;
use crate::sampling::special::normal_quantile;
use crate::statistics::sensitivity::Estimate;
use crate::statistics::sensitivity::morris::{Screened, elementary_effects, screen};
use crate::statistics::sensitivity::pawn::{chance_level, pawn_with_interval};
use crate::statistics::sensitivity::sobol::{Indices, indices};
use crate::statistics::summary::{mean, variance};

/// Slides of PAWN: few enough for about fifty points each in small studies.
const SLIDES: usize = 8;
/// The share of an input's range that is its low end, and its high end.
const END: f64 = 0.25;
/// Standard errors to either side of an interval of 95 %.
const SIDES: f64 = 1.96;

/// What is looked at: a metric under a policy, or how it differs from that under another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Target {
    /// Index of the metric among those kept.
    pub metric: usize,
    /// Index of the policy.
    pub policy: usize,
    /// Index of the policy whose outcome is taken off.
    pub less: Option<usize>,
}

/// Mean outcome where an input is in the low quarter of its range, and in the high quarter.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Swing {
    /// Mean at the low end.
    pub low: f64,
    /// Mean at the high end.
    pub high: f64,
    /// Half of the 95 % interval of the difference.
    pub error: f64,
    /// Whether the difference is more than what the largest of so many inputs without effect would show in one study of
    /// twenty (Bonferroni's allowance).
    pub sure: bool,
}

/// What the evaluations say about one target.
#[derive(Debug, Clone, PartialEq)]
pub struct Analysis {
    /// What is looked at.
    pub target: Target,
    /// Mean over the sample; `None` if all of it failed.
    pub mean: Option<f64>,
    /// Standard deviation over the sample, inputs and chance together.
    pub sd: Option<f64>,
    /// Shares of variance per group, for the Sobol' design; `None` for an outcome that does not vary.
    pub shares: Option<Indices>,
    /// Elementary effects per group, for a screening.
    pub screened: Vec<Option<Screened>>,
    /// Distance of distributions per input, for the Sobol' design.
    pub distances: Vec<Option<Estimate>>,
    /// The distance that an input without effect stays below in 19 of 20 cases.
    pub distance_of_chance: Option<f64>,
    /// Swing of the mean per input.
    pub swings: Vec<Option<Swing>>,
}

/// The sample that outcomes are laid against inputs in: levels and mean outcome over histories.
pub struct Sample {
    /// `levels[point][input]`.
    pub levels: Vec<Vec<f64>>,
    /// `points[point]`: row and point of the row.
    pub points: Vec<(usize, usize)>,
}

impl Sample {
    /// The sample of the rows that are done.
    pub fn of(design: &Design, rows: usize) -> Self {
        let (mut levels, mut points) = (Vec::new(), Vec::new());
        for row in 0..rows {
            let all = design.row(row as u64);
            for (point, one) in all.into_iter().enumerate().filter(|(point, _)| design.sample().contains(point)) {
                levels.push(one);
                points.push((row, point));
            }
        }
        Self { levels, points }
    }
}

impl Target {
    /// The outcome of a point in each history.
    pub fn outcomes(&self, evaluations: &Evaluations, row: usize, point: usize) -> Vec<f64> {
        let of = |policy| evaluations.outcomes(row, point, policy, self.metric);
        match self.less {
            None => of(self.policy),
            Some(less) => of(self.policy).iter().zip(of(less)).map(|(a, b)| a - b).collect(),
        }
    }
}

/// All targets: each metric under each policy, and if wanted the difference of each from the baseline.
pub fn targets(metrics: usize, policies: usize, baseline: Option<usize>) -> Vec<Target> {
    let of_metric = |metric: usize| {
        let plain = (0..policies).map(move |policy| Target { metric, policy, less: None });
        let others = baseline.into_iter().flat_map(move |base| {
            let rest = (0..policies).filter(move |policy| *policy != base);
            rest.map(move |policy| Target { metric, policy, less: Some(base) })
        });
        plain.chain(others)
    };
    (0..metrics).flat_map(of_metric).collect()
}

/// Analyses one target.
pub fn analyse(
    evaluations: &Evaluations,
    (design, groups): (&Design, &[Group]),
    sample: &Sample,
    target: Target,
    seed: u64,
) -> Analysis {
    let rows = evaluations.rows();
    let outcomes = |row: usize, point: usize| target.outcomes(evaluations, row, point);
    let sampled: Vec<Vec<f64>> = sample.points.iter().map(|&(row, point)| outcomes(row, point)).collect();
    let all: Vec<f64> = sampled.iter().flatten().copied().collect();
    let means: Vec<f64> = sampled.iter().map(|histories| mean_of_whole(histories)).collect();
    let inputs = sample.levels.first().map_or(0, Vec::len);
    let column = |input: usize| -> Vec<f64> { sample.levels.iter().map(|levels| levels[input]).collect() };
    let mut analysis = Analysis {
        target,
        mean: mean(&all),
        sd: variance(&all).map(f64::sqrt),
        shares: None,
        screened: Vec::new(),
        distances: Vec::new(),
        distance_of_chance: None,
        swings: (0..inputs).map(|input| swing(&column(input), &means, inputs)).collect(),
    };
    match design {
        Design::Sobol { .. } => {
            let rows: Vec<Vec<Vec<f64>>> =
                (0..rows).map(|row| (0..design.points()).map(|point| outcomes(row, point)).collect()).collect();
            let ways: Vec<Vec<usize>> = ways(groups).into_iter().map(|(_, members)| members).collect();
            analysis.shares = indices(&rows, groups.len(), &ways, seed);
            // One history a point: outcomes of several at the same point are not independent.
            let first: Vec<f64> = sampled.iter().map(|histories| histories[0]).collect();
            analysis.distances =
                (0..inputs).map(|input| pawn_with_interval(&column(input), &first, SLIDES, seed)).collect();
            analysis.distance_of_chance = chance_level(&first, SLIDES, seed);
        }
        Design::Morris(trajectories) => {
            let effects: Vec<Vec<Vec<f64>>> = (0..rows)
                .map(|row| {
                    let moves: Vec<(usize, f64)> = trajectories
                        .trajectory(row as u64)
                        .1
                        .iter()
                        .map(|one| (one.group, f64::from(one.direction) * Trajectories::STEP))
                        .collect();
                    let whole = |values: Vec<f64>| values.iter().all(|v| v.is_finite()).then_some(values);
                    let values: Vec<_> = (0..design.points()).map(|point| whole(outcomes(row, point))).collect();
                    elementary_effects(&values, &moves)
                })
                .collect();
            analysis.screened = screen(&effects, seed);
        }
    }
    analysis
}

/// The mean over histories, not a number if one of them failed.
fn mean_of_whole(histories: &[f64]) -> f64 {
    histories.iter().sum::<f64>() / histories.len() as f64
}

fn swing(levels: &[f64], outcomes: &[f64], inputs: usize) -> Option<Swing> {
    let end = |within: fn(f64) -> bool| -> Vec<f64> {
        let there = levels.iter().zip(outcomes).filter(|(level, y)| within(**level) && y.is_finite());
        there.map(|(_, y)| *y).collect()
    };
    let (low, high) = (end(|level| level < END), end(|level| level > 1.0 - END));
    let error = |values: &[f64]| Some(variance(values)? / values.len() as f64);
    let (low_mean, high_mean) = (mean(&low)?, mean(&high)?);
    let standard = (error(&low)? + error(&high)?).sqrt();
    let allowance = -normal_quantile(0.025 / inputs.max(1) as f64);
    Some(Swing {
        low: low_mean,
        high: high_mean,
        error: SIDES * standard,
        sure: (high_mean - low_mean).abs() > allowance * standard,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sampling::TrialKey;

    #[test]
    fn swings_tell_the_one_input_with_an_effect_from_a_hundred_without() {
        let (points, inputs) = (400, 101);
        let level = |point: u32, input: u32| TrialKey::new(3, u64::from(point)).stream(input, 0).uniform(0, 0, 0);
        let column = |input| (0..points).map(|point| level(point, input)).collect::<Vec<f64>>();
        // The first input, and noise as large: mean 0.125 below and 0.875 above.
        let outcomes: Vec<f64> = (0..points).map(|point| level(point, 0) + level(point, 1000)).collect();
        let swings: Vec<Swing> =
            (0..inputs).map(|input| swing(&column(input), &outcomes, inputs as usize).unwrap()).collect();
        assert!(swings[0].sure && (swings[0].high - swings[0].low - 0.75).abs() < 2.0 * swings[0].error);
        assert_eq!(swings.iter().filter(|one| one.sure).count(), 1);
        assert_eq!(swing(&[0.1, 0.9], &[1.0, f64::NAN], 1), None);
    }

    #[test]
    fn targets_are_every_policy_and_its_difference_from_the_baseline() {
        let all = targets(2, 3, Some(1));
        assert_eq!(all.len(), 2 * (3 + 2));
        assert!(all.iter().all(|one| one.less.is_none_or(|less| less == 1 && one.policy != 1)));
        assert_eq!(targets(1, 2, None).len(), 2);
    }
}
