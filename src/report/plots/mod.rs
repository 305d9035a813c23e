//! Figures of a run, each as SVG and PNG.
//!
//! - `distributions-<metric>`: density per policy with quantile ticks.
//! - `ecdf-<metric>`: cumulative distribution per policy against the baseline's.
//! - `fan-<metric>`: quantile bands in time per policy, observed figures over them; also for what observers count.
//! - `paired-differences-<metric>`: mean differences from the baseline with intervals.
//! - `strength` and `strength-<policy>`: mean strength of groups, stacked, in time.
//! - `ties`: how groups stand to each other at the start and at the end under the baseline.
//! - `spending`: spent per year and policy.
//! - `cost`: what each policy spends against how many die under it.
//! - `regret`: regret of each policy under the objective.
//!
//! The baseline is named and drawn in its own colour on every panel. A figure without data is left out.

mod axis;
mod canvas;
mod cost;
mod differences;
mod distributions;
mod ecdf;
mod fan;
mod palette;
mod regret;
pub mod sensitivity;
mod sheet;
mod spending;
mod strength;
pub mod sweep;
mod ties;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::mpsc;

use indexmap::IndexMap;
use serde::{Deserialize, Serialize};

use self::canvas::Picture;
use super::bands::{Accumulation, PolicyOverTime, Spans};
use super::error::ReportError;
use super::numbers::with_decimals;
use super::whole_file::WholeFile;
use crate::experiment::results::{Labels, Outcomes, total_column};
use crate::parallel;

/// An observed figure laid over a fan chart.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ObservedPoint {
    /// Who counted, e.g. `PIPS`.
    pub source: String,
    /// The metric, for the whole of the scenario's area.
    pub metric: String,
    /// First day, ISO.
    pub from: String,
    /// First day no longer counted, ISO; equal to `from` for a level on a day.
    pub to: String,
    /// Counted in the whole interval, or the level on the day.
    pub value: f64,
}

/// What the figures show.
#[derive(Debug, Clone, Copy)]
pub struct PlotInputs<'a> {
    /// Title of the scenario.
    pub title: &'a str,
    /// Seed of the run.
    pub seed: u64,
    /// Index of the baseline among the policies.
    pub baseline: usize,
    /// Outcomes of all trials.
    pub outcomes: &'a Outcomes,
    /// Names.
    pub labels: &'a Labels,
    /// Metrics that get figures of their own, in this order.
    pub headline: &'a [String],
    /// How metrics are called in figures, e.g. `killed` -> `People killed`; others go by their name.
    pub metric_labels: &'a BTreeMap<String, String>,
    /// The spans of `over_time`.
    pub spans: &'a Spans,
    /// What became of the trajectories, by policy in the order of the outcomes; may be empty.
    pub over_time: &'a [PolicyOverTime],
    /// Observed figures.
    pub observed: &'a [ObservedPoint],
    /// Weight per unit of each metric in the loss that policies are judged by.
    pub objective: &'a IndexMap<String, f64>,
}

type Job<'a> = (String, Box<dyn Fn() -> Option<Picture> + Send + Sync + 'a>);

/// Draws all figures into `folder`, which must exist, and returns the paths written, in the order of the list above.
///
/// # Errors
/// [`ReportError`] with the path of the first figure that could not be written; [`ReportError::Shape`] if outcomes or
/// trajectories do not fit together.
pub fn draw_all(inputs: &PlotInputs<'_>, folder: &Path) -> Result<Vec<PathBuf>, ReportError> {
    inputs.check()?;
    let inputs = *inputs;
    let mut jobs: Vec<Job<'_>> = vec![];
    for metric in inputs.headline {
        if let Some(column) = total_column(&inputs.outcomes.columns, metric) {
            jobs.push((format!("distributions-{metric}"), Box::new(move || distributions::draw(&inputs, column))));
            jobs.push((format!("ecdf-{metric}"), Box::new(move || ecdf::draw(&inputs, column))));
            jobs.push((format!("paired-differences-{metric}"), Box::new(move || differences::draw(&inputs, column))));
        }
        jobs.push((format!("fan-{metric}"), Box::new(move || fan::draw(&inputs, metric))));
    }
    // Observers may count otherwise than the headline does: their metric has a chart in time as well.
    let observed: BTreeSet<&str> = inputs.observed.iter().map(|point| point.metric.as_str()).collect();
    for metric in observed.into_iter().filter(|metric| !inputs.headline.iter().any(|own| own == metric)) {
        jobs.push((format!("fan-{metric}"), Box::new(move || fan::draw(&inputs, metric))));
    }
    jobs.push(("strength".to_string(), Box::new(move || strength::draw_all_policies(&inputs))));
    for (p, policy) in inputs.outcomes.policies.iter().enumerate() {
        jobs.push((format!("strength-{}", policy.name), Box::new(move || strength::draw_policy(&inputs, p))));
    }
    jobs.push(("ties".to_string(), Box::new(move || ties::draw(&inputs))));
    jobs.push(("spending".to_string(), Box::new(move || spending::draw(&inputs))));
    jobs.push(("cost".to_string(), Box::new(move || cost::draw(&inputs))));
    jobs.push(("regret".to_string(), Box::new(move || regret::draw(&inputs))));
    let names = file_names(jobs.iter().map(|job| job.0.as_str()));
    // A file that is filled waits for the disk where nobody who draws waits with it.
    let draw = |filled: &mpsc::Sender<WholeFile>, job: usize| -> Result<Vec<PathBuf>, ReportError> {
        let ((_, draw), name) = (&jobs[job], &names[job]);
        let Some(picture) = draw() else { return Ok(vec![]) };
        let (svg, png) = (folder.join(format!("{name}.svg")), folder.join(format!("{name}.png")));
        for file in [picture.svg(&svg)?, picture.png(&png)?] {
            // Nobody takes it once a file could not be committed, which is told below.
            let _ = filled.send(file);
        }
        Ok(vec![svg, png])
    };
    let commit = |filled: mpsc::Receiver<WholeFile>| filled.into_iter().try_for_each(WholeFile::commit);
    let draw_each = |filled| parallel::each(jobs.len(), |job| draw(&filled, job));
    let (committed, written) = parallel::handing_over(commit, draw_each);
    // The first error in the order of the figures, whichever thread met one first.
    let mut paths = vec![];
    for figure in written {
        paths.extend(figure?);
    }
    committed?;
    Ok(paths)
}

/// Names that every file system takes, all different.
fn file_names<'a>(names: impl Iterator<Item = &'a str>) -> Vec<String> {
    let mut taken = BTreeSet::new();
    names
        .map(|name| {
            let safe = |c: char| if c.is_ascii_alphanumeric() || "-_.".contains(c) { c } else { '_' };
            let plain: String = name.chars().map(safe).take(100).collect();
            let mut unique = plain.clone();
            let mut number = 2;
            // Some file systems do not tell upper from lower case.
            while !taken.insert(unique.to_lowercase()) {
                unique = format!("{plain}-{number}");
                number += 1;
            }
            unique
        })
        .collect()
}

/// For use inside a sentence.
fn lower_first(words: &str) -> String {
    let mut letters = words.chars();
    letters.next().map_or(String::new(), |first| first.to_lowercase().chain(letters).collect())
}

impl PlotInputs<'_> {
    fn check(&self) -> Result<(), ReportError> {
        super::csv_tables::check_shape(self.outcomes)?;
        let policies = self.outcomes.policies.len();
        let message = if policies > 0 && self.baseline >= policies {
            format!("the baseline is policy {} of {policies}", self.baseline + 1)
        } else if !self.over_time.is_empty() && self.over_time.len() != policies {
            format!("there are {policies} policies, but trajectories of {}", self.over_time.len())
        } else {
            return Ok(());
        };
        Err(ReportError::Shape { message })
    }

    fn policy_label(&self, policy: usize) -> &str {
        let policy = &self.outcomes.policies[policy];
        if policy.label.is_empty() { &policy.name } else { &policy.label }
    }

    fn metric_label(&self, metric: &str) -> String {
        match self.metric_labels.get(metric) {
            Some(label) => label.clone(),
            None => {
                let words = metric.replace(['_', '-'], " ");
                let mut letters = words.chars();
                letters.next().map_or(words.clone(), |first| first.to_uppercase().chain(letters).collect())
            }
        }
    }

    /// What a total of the metric covers: a level's outcome is its last value.
    fn scope(&self, metric: &str) -> &'static str {
        let bands = self.over_time.iter().flat_map(|policy| &policy.bands);
        let mut levels = bands.filter(|b| b.accumulation == Accumulation::Level);
        match levels.any(|b| b.column.metric == metric) {
            true => "at the end of the horizon",
            false => "over the whole horizon",
        }
    }

    /// A metric's label with its unit, unless the label says it already.
    fn with_unit(&self, metric: &str, unit: &str) -> String {
        let label = self.metric_label(metric);
        match unit.is_empty() || label.to_lowercase().contains(&unit.to_lowercase()) {
            true => label,
            false => format!("{label} ({unit})"),
        }
    }

    /// Unit, n, seed and scenario; `trials` per policy.
    fn caption(&self, unit: &str, trials: usize) -> String {
        let unit = if unit.is_empty() { String::new() } else { format!("Unit: {unit}. ") };
        let n = with_decimals(trials as f64, 0);
        format!("{unit}n = {n} trials per policy. Seed {}. Scenario: {}.", self.seed, self.title.trim_end_matches('.'))
    }

    /// Trials per policy that the trajectories come from.
    fn trajectory_trials(&self) -> usize {
        self.over_time.iter().map(|policy| policy.trials).max().unwrap_or(0)
    }
}

#[cfg(test)]
mod tests;
