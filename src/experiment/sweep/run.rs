//! Running a sweep: points by point in a spread order, rounds of trials over as many points as memory holds.
//!
//! Every round makes [`LANES`] trials at each point of a batch, so that a sweep that is stopped has all points of the
//! batch with fewer trials; of a sweep too large for one batch, it has points that are spread over all. What is told of a
//! point does not depend on the batch, the round or the other points.

use std::sync::atomic::{AtomicBool, Ordering};

use super::figures::{LOSS, Measure, OBJECTIVE, PointResult, figures};
use super::points::SweepPoints;
use super::units::{self, Unit, at_once, kept};
use crate::experiment::prepared::Prepared;
use crate::experiment::results::{Column, total_column};
use crate::experiment::run::Progress;
use crate::experiment::study::Points;
use crate::journal::{Journal, JournalError};
use crate::parallel;
use crate::sampling::LANES;
use crate::scenario::catalog::Catalog;
use crate::simulation::metrics::{Better, METRICS};

/// Most bytes of outcomes in memory at a time.
const MEMORY: usize = 256 << 20;
/// Most points in a batch.
const BATCH: usize = 4096;

/// A point or a trial that failed; the rest goes on.
#[derive(Debug, Clone, PartialEq)]
pub struct Failed {
    /// Number of the point.
    pub point: usize,
    /// Its coordinates.
    pub coordinates: Vec<f64>,
    /// The policy and the trial that failed; `None` where the whole point was refused.
    pub trial: Option<(usize, u64)>,
    /// In words.
    pub reason: String,
}

/// Takes what comes of a sweep as it comes, point by point.
pub trait SweepSink {
    /// The error that ends the sweep; the journal's among them.
    type Error: From<JournalError>;
    /// Takes the figures of a point.
    fn take(&mut self, result: PointResult) -> Result<(), Self::Error>;
    /// Takes a failure.
    fn fail(&mut self, failed: Failed) -> Result<(), Self::Error>;
}

/// A scenario that points need, prepared: one where only parameters are varied.
pub struct Variant<'a> {
    /// The scenario with its policies.
    pub prepared: Prepared<'a>,
    /// Indices of the columns that are kept, in [`Prepared::columns`].
    pub columns: Vec<usize>,
    /// Weight of each column in the objective.
    weights: Vec<f64>,
}

/// What is run.
pub struct SweepPlan<'a> {
    /// The scenarios that points need, by [`SweepPoints::variant`]; in words, why one does not hold.
    variants: Vec<Result<Variant<'a>, String>>,
    /// Names of the policies that run.
    pub policies: Vec<String>,
    /// The points.
    pub points: &'a SweepPoints,
    /// What the engine offers, for checks.
    pub catalog: &'a Catalog,
    /// Trials per point and policy.
    pub trials: usize,
    /// Index of the policy that others are compared with.
    pub baseline: usize,
    /// What is told, the objective last.
    pub measures: Vec<Measure>,
}

/// How a sweep ended.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Ended {
    /// Points with figures.
    pub points: usize,
    /// Points refused.
    pub refused: usize,
    /// Trials that failed.
    pub failed_trials: usize,
    /// Fewest trials of a point.
    pub least_trials: usize,
    /// True if it was stopped before all was done.
    pub interrupted: bool,
}

impl<'a> SweepPlan<'a> {
    /// A plan; `whole` is the scenario with any of the values that are varied, `variants` are those that points need, and
    /// `metrics` are names of metrics, told beside those that the objective weighs.
    pub fn new(
        whole: &Prepared<'_>,
        variants: Vec<Result<Prepared<'a>, String>>,
        points: &'a SweepPoints,
        catalog: &'a Catalog,
        (trials, metrics): (usize, &[String]),
    ) -> Self {
        let scenario = whole.scenario;
        let all = whole.columns();
        let mut names: Vec<&str> = Vec::new();
        for name in metrics.iter().map(String::as_str).chain(scenario.objective.keys().map(String::as_str)) {
            if total_column(&all, name).is_some() && !names.contains(&name) {
                names.push(name);
            }
        }
        let found = names.iter().filter_map(|name| total_column(&all, name));
        let mut measures: Vec<Measure> = found.map(|column| measure(&all[column])).collect();
        measures.push(Measure {
            name: OBJECTIVE.to_string(),
            label: "Objective".to_string(),
            unit: LOSS.to_string(),
            better: Better::Lower,
        });
        let variant = |prepared: Prepared<'a>| {
            let all = prepared.columns();
            let columns = names.iter().filter_map(|name| total_column(&all, name)).collect();
            let weight = |name: &&str| prepared.scenario.objective.get(*name).copied().unwrap_or(0.0);
            Variant { columns, weights: names.iter().map(weight).collect(), prepared }
        };
        let policies: Vec<String> = whole.policies.iter().map(|&index| scenario.policies[index].name.clone()).collect();
        let baseline = policies.iter().position(|name| *name == scenario.baseline).unwrap_or(0);
        let variants = variants.into_iter().map(|one| one.map(variant)).collect();
        Self { variants, policies, points, catalog, trials, baseline, measures }
    }

    /// The scenario that a point needs.
    ///
    /// # Errors
    /// In words, why it does not hold.
    pub fn variant(&self, point: usize) -> Result<&Variant<'a>, String> {
        let variant = self.variants.get(self.points.variant(point)).map(Result::as_ref);
        variant.unwrap_or(Err(&"there is no such point".to_string())).map_err(Clone::clone)
    }

    /// How many outcomes of a trial are kept under each policy.
    pub fn columns(&self) -> usize {
        self.measures.len() - 1
    }

    /// Points that are run together.
    fn batch(&self) -> usize {
        let bytes = self.policies.len() * self.measures.len() * self.trials * size_of::<f64>();
        (MEMORY / bytes.max(1)).clamp(1, BATCH)
    }

    /// Why a point cannot be run, if it cannot.
    ///
    /// # Errors
    /// In words.
    pub fn check(&self, point: usize) -> Result<(), String> {
        let mut values = vec![0.0; self.points.paths().len()];
        self.points.write(point, &mut values);
        let given: Vec<(&str, f64)> = self.points.paths().iter().map(String::as_str).zip(values).collect();
        self.variant(point)?.prepared.scenario.check_given(&given, self.catalog)
    }
}

fn measure(column: &Column) -> Measure {
    let metric = METRICS.iter().find(|metric| metric.spec.name == column.metric);
    Measure {
        name: column.metric.to_string(),
        label: metric.map_or(column.metric, |metric| metric.spec.label).to_string(),
        unit: column.unit.to_string(),
        better: metric.map_or(Better::Neither, |metric| metric.better),
    }
}

/// Runs the sweep; rounds that the journal holds are taken from there. `stop` ends it after the blocks at work; `progress`
/// counts trials of one policy.
///
/// # Errors
/// What the sink or the journal returns.
pub fn sweep<S: SweepSink>(
    plan: &SweepPlan<'_>,
    journal: Option<&Journal>,
    progress: &dyn Progress,
    stop: &AtomicBool,
    sink: &mut S,
) -> Result<Ended, S::Error> {
    let mut ended = Ended { least_trials: plan.trials, ..Ended::default() };
    let mut order = plan.points.spread();
    let size = plan.batch();
    while !ended.interrupted {
        let mut batch: Vec<usize> = order.by_ref().take(size).collect();
        if batch.is_empty() {
            break;
        }
        // In the order of their numbers, which is that of the table.
        batch.sort_unstable();
        let checks = parallel::each(batch.len(), |place| plan.check(batch[place]));
        let mut sound = Vec::with_capacity(batch.len());
        for (point, check) in batch.into_iter().zip(checks) {
            match check {
                Ok(()) => sound.push(point),
                Err(reason) => {
                    ended.refused += 1;
                    progress.advance(plan.trials * plan.policies.len());
                    let coordinates = plan.points.coordinates(point);
                    sink.fail(Failed { point, coordinates, trial: None, reason })?;
                }
            }
        }
        let mut batch = Batch::new(plan, sound);
        batch.run(journal, progress, (stop, &mut ended), sink)?;
        batch.tell(&mut ended, sink)?;
    }
    if ended.points == 0 {
        ended.least_trials = 0;
    }
    Ok(ended)
}

/// Points run together, and their outcomes.
struct Batch<'p> {
    plan: &'p SweepPlan<'p>,
    points: Vec<usize>,
    /// `values[policy][column][place * trials + trial]`, a place per point.
    values: Vec<Vec<Vec<f64>>>,
    /// Trials done at each place.
    done: Vec<usize>,
}

impl<'p> Batch<'p> {
    fn new(plan: &'p SweepPlan<'p>, points: Vec<usize>) -> Self {
        let column = vec![f64::NAN; points.len() * plan.trials];
        let values = vec![vec![column; plan.columns()]; plan.policies.len()];
        Self { plan, done: vec![0; points.len()], points, values }
    }

    /// Round after round of trials at all points.
    fn run<S: SweepSink>(
        &mut self,
        journal: Option<&Journal>,
        progress: &dyn Progress,
        (stop, ended): (&AtomicBool, &mut Ended),
        sink: &mut S,
    ) -> Result<(), S::Error> {
        let trials = self.plan.trials;
        for first in (0..trials).step_by(LANES) {
            let round = first..trials.min(first + LANES);
            let at_once = at_once(&round);
            let mut failures = Vec::new();
            let mut done = 0;
            for start in (0..self.points.len()).step_by(at_once) {
                if stop.load(Ordering::Relaxed) {
                    ended.interrupted = true;
                    break;
                }
                let places = start..self.points.len().min(start + at_once);
                done = places.end;
                failures.extend(self.run_places(places, &round, journal, progress)?);
            }
            // A round that was not finished is dropped, unless it is the first: then some points have trials, others none.
            if ended.interrupted && first > 0 {
                return Ok(());
            }
            self.done[..done].fill(round.end);
            for failed in failures {
                ended.failed_trials += 1;
                sink.fail(failed)?;
            }
            if ended.interrupted {
                return Ok(());
            }
        }
        Ok(())
    }

    /// A round at some places, from the journal where it is there. What failed is by place, trial and policy.
    fn run_places(
        &mut self,
        places: std::ops::Range<usize>,
        round: &std::ops::Range<usize>,
        journal: Option<&Journal>,
        progress: &dyn Progress,
    ) -> Result<Vec<Failed>, JournalError> {
        let mut found: Vec<Option<Unit>> = places
            .clone()
            .map(|place| kept(self.plan, journal, self.points[place], round))
            .collect::<Result<_, _>>()?;
        let there = found.iter().flatten().count();
        progress.advance(there * round.len() * self.plan.policies.len());
        let missing: Vec<usize> =
            places.clone().zip(&found).filter(|(_, one)| one.is_none()).map(|(place, _)| self.points[place]).collect();
        let mut new = units::run(self.plan, journal, &missing, round, progress)?.into_iter();
        let mut failures = Vec::new();
        for (place, unit) in places.zip(&mut found) {
            let Some(unit) = unit.take().or_else(|| new.next()) else { continue };
            let start = place * self.plan.trials + round.start;
            let columns = self.values.iter_mut().flatten();
            for (all, values) in columns.zip(unit.values.chunks_exact(round.len())) {
                all[start..start + round.len()].copy_from_slice(values);
            }
            failures.extend(unit.failed);
        }
        Ok(failures)
    }

    /// Hands over the figures of all points that have trials.
    fn tell<S: SweepSink>(self, ended: &mut Ended, sink: &mut S) -> Result<(), S::Error> {
        for result in parallel::each(self.points.len(), |place| self.figures(place)).into_iter().flatten() {
            ended.points += 1;
            ended.least_trials = ended.least_trials.min(result.trials);
            sink.take(result)?;
        }
        Ok(())
    }

    fn figures(&self, place: usize) -> Option<PointResult> {
        let trials = self.done[place];
        if trials == 0 {
            return None;
        }
        let from = place * self.plan.trials;
        let point = self.points[place];
        let variant = self.plan.variant(point).ok()?;
        let by_policy = |columns: &Vec<Vec<f64>>| {
            let mut measures: Vec<Vec<f64>> = columns.iter().map(|all| all[from..from + trials].to_vec()).collect();
            let loss = |trial: usize| {
                let weighted = measures.iter().zip(&variant.weights);
                weighted.filter(|(_, weight)| **weight != 0.0).map(|(values, weight)| weight * values[trial]).sum()
            };
            let objective: Vec<f64> = (0..trials).map(loss).collect();
            measures.push(objective);
            measures
        };
        let values: Vec<Vec<Vec<f64>>> = self.values.iter().map(by_policy).collect();
        Some(figures(point, self.plan.points.coordinates(point), &values, self.plan.baseline))
    }
}
