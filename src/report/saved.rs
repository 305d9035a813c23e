//! `saved.json`: what a report needs beside the trials themselves, so that it can be made again at any time.
//!
//! The file holds names, labels and settings of the run, the bands of the trajectories, and every parameter with its
//! source. Together with `trials.parquet` and `parameters.parquet` it gives every table, figure and page of the run
//! again, bit by bit. Floats are written in the shortest form that reads back as the same number.

use std::io::Write;
use std::path::Path;

use indexmap::IndexMap;
use serde::{Deserialize, Serialize};

use super::bands::{PolicyOverTime, Spans};
use super::error::ReportError;
use super::parquet_read;
use super::plots::ObservedPoint;
use super::whole_file::write_whole;
use crate::experiment::results::{Column, Labels, Outcomes, PolicyOutcomes, Slice};
use crate::experiment::values::Values;
use crate::scenario::diagnostic::quoted;
use crate::scenario::file;

/// Version of the file's format.
pub const FORMAT: u32 = 1;

/// Largest file that is read, in bytes.
const LARGEST: u64 = 256 << 20;

/// Most trials, steps, days from 1970 and names of one kind that a run can have.
const MOST_TRIALS: usize = 10_000_000;
const MOST_STEPS: usize = 10_000;
const MOST_DAYS: i32 = 4_000_000;
const MOST_NAMES: usize = 2_000;

/// A policy as a report names it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SavedPolicy {
    /// Id.
    pub name: String,
    /// Name for readers.
    pub label: String,
    /// What it stands for.
    pub description: Option<String>,
    /// Shares of trials per kind of tie at the start, see [`PolicyOutcomes::ties_start`].
    pub ties_start: Vec<[f64; 4]>,
    /// Likewise at the end.
    pub ties_end: Vec<[f64; 4]>,
}

/// A parameter with its provenance.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SavedParameter {
    /// Dotted path.
    pub path: String,
    /// Its value or range, for readers.
    pub value: String,
    /// A, B or C.
    pub grade: String,
    /// Where it comes from.
    pub source: Option<String>,
    /// A remark.
    pub note: Option<String>,
    /// True where the engine's default stands.
    pub is_default: bool,
    /// True where it is drawn anew in each trial.
    pub is_uncertain: bool,
}

/// What a report needs beside the trials.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Saved {
    /// Format of this file, [`FORMAT`].
    pub format: u32,
    /// Program and version that ran the trials.
    pub program: String,
    /// The command line that repeats the run.
    pub command: String,
    /// Hash of everything that results depend on.
    pub fingerprint: String,
    /// Title of the scenario.
    pub title: String,
    /// What the scenario is about.
    pub description: Option<String>,
    /// First and last day.
    pub horizon: (String, String),
    /// Seed of all random words.
    pub seed: u64,
    /// Trials per policy.
    pub trials: usize,
    /// Numbers, in order, of trials that failed and are left out.
    #[serde(default)]
    pub left_out: Vec<u64>,
    /// Trials of which a second history was made.
    pub second_histories: usize,
    /// True if the run was stopped early.
    pub interrupted: bool,
    /// Index of the baseline among the policies.
    pub baseline: usize,
    /// Metrics shown first.
    pub headline: Vec<String>,
    /// Weight per unit of each metric in the loss.
    pub objective: IndexMap<String, f64>,
    /// Unit of money.
    pub currency: String,
    /// Names that columns refer to.
    pub labels: Labels,
    /// Columns of outcomes.
    pub columns: Vec<Column>,
    /// The policies.
    pub policies: Vec<SavedPolicy>,
    /// Spans of the bands.
    pub spans: Spans,
    /// What the trajectories showed, by policy.
    pub over_time: Vec<PolicyOverTime>,
    /// Observed figures laid over figures in time.
    pub observed: Vec<ObservedPoint>,
    /// All parameters with their provenance.
    pub parameters: Vec<SavedParameter>,
}

impl Saved {
    /// Writes the file.
    ///
    /// # Errors
    /// [`ReportError::Write`] with the path.
    pub fn write(&self, path: &Path) -> Result<(), ReportError> {
        write_whole(path, |file| {
            serde_json::to_writer(&mut *file, self)?;
            writeln!(file)
        })
    }

    /// Reads the file.
    ///
    /// # Errors
    /// [`ReportError::Read`] or [`ReportError::Damaged`] with the path: not there, too large, or not what a run wrote.
    pub fn read(path: &Path) -> Result<Self, ReportError> {
        let text = file::text(path, LARGEST).map_err(ReportError::unreadable(path))?;
        Self::parse(path, &text)
    }

    /// Reads a text; `path` stands for it in messages.
    ///
    /// # Errors
    /// As [`Saved::read`].
    pub fn parse(path: &Path, text: &str) -> Result<Self, ReportError> {
        let saved: Self = serde_json::from_str(text).map_err(|error| damaged(path, error.to_string()))?;
        if saved.format != FORMAT {
            return Err(damaged(path, format!("format {}, this program reads {FORMAT}", saved.format)));
        }
        match saved.flaw() {
            Some(flaw) => Err(damaged(path, flaw.to_string())),
            None => Ok(saved),
        }
    }

    /// Reads trials back: `trials` per policy.
    ///
    /// # Errors
    /// The file is not there, damaged, or does not fit this one.
    pub fn outcomes(&self, path: &Path, trials: usize) -> Result<Outcomes, ReportError> {
        self.outcomes_of(path, parquet_read::numbers(path, trials * self.policies.len())?, trials)
    }

    /// The same from columns that were read.
    ///
    /// # Errors
    /// They do not fit this.
    pub fn outcomes_of(
        &self,
        path: &Path,
        mut numbers: Vec<(String, Values)>,
        trials: usize,
    ) -> Result<Outcomes, ReportError> {
        // The first number column is the trial's own number.
        if numbers.len() != self.columns.len() + 1 {
            let message = format!("{} columns where {} belong", numbers.len(), self.columns.len() + 1);
            return Err(damaged(path, message));
        }
        numbers.remove(0);
        for ((name, values), column) in numbers.iter().zip(&self.columns) {
            if *name != self.labels.column(column) || values.len() != trials * self.policies.len() {
                return Err(damaged(path, format!("column {} is not what the run announced", quoted(name))));
            }
            if !values.all().into_iter().all(f64::is_finite) {
                return Err(damaged(path, format!("column {} holds what is no number", quoted(name))));
            }
        }
        let mut policies: Vec<PolicyOutcomes> = self
            .policies
            .iter()
            .map(|policy| PolicyOutcomes {
                name: policy.name.clone(),
                label: policy.label.clone(),
                values: Vec::with_capacity(numbers.len()),
                ties_start: policy.ties_start.clone(),
                ties_end: policy.ties_end.clone(),
            })
            .collect();
        // Column by column, each dropped when it has been shared out: never all of them twice.
        for (_, values) in numbers {
            for (index, policy) in policies.iter_mut().enumerate() {
                policy.values.push(values.part(index * trials..(index + 1) * trials).into());
            }
        }
        Ok(Outcomes { columns: self.columns.clone(), trials, left_out: self.left_out.clone(), policies })
    }

    /// What no run writes: numbers that do not fit one another, and that tables and figures rely upon.
    fn flaw(&self) -> Option<&'static str> {
        let labels = &self.labels;
        let (years, provinces, groups) = (labels.years.len(), labels.provinces.len(), labels.groups.len());
        let known = |column: &Column| match column.slice {
            Slice::Total => true,
            Slice::Year(year) => usize::from(year) < years,
            Slice::Province(province) => usize::from(province) < provinces,
            Slice::YearProvince(year, province) => usize::from(year) < years && usize::from(province) < provinces,
            Slice::Group(group) => usize::from(group) < groups,
        };
        let shares = |ties: &Vec<[f64; 4]>| {
            ties.len() <= groups.pow(2) && ties.iter().flatten().all(|share| (0.0..=1.0 + 1e-9).contains(share))
        };
        let spans = self.spans.starts.len();
        let in_spans = |values: &Vec<f64>| values.len() <= spans && values.iter().all(|value| value.is_finite());
        let over_time = |policy: &PolicyOverTime| {
            policy.trials <= self.trials
                && policy.bands.iter().all(|band| band.quantiles.iter().all(in_spans))
                && policy.bands.iter().all(|band| band.quantiles.iter().all(|one| one.len() == band.quantiles[0].len()))
                && policy.strength.len() <= groups
                && policy.strength.iter().all(in_spans)
        };
        let checks = [
            ((1..=MOST_TRIALS).contains(&self.trials), "its number of trials"),
            (self.left_out.is_sorted() && self.left_out.len() <= MOST_TRIALS, "its failed trials"),
            (self.second_histories <= self.trials, "its number of second histories"),
            (!self.policies.is_empty() && self.policies.len() <= MOST_NAMES, "its number of policies"),
            (self.baseline < self.policies.len(), "its baseline"),
            (groups <= MOST_NAMES && labels.group_labels.len() == groups, "its number of groups"),
            (years <= MOST_NAMES && provinces <= MOST_NAMES, "its number of years or provinces"),
            (labels.steps.len() <= MOST_STEPS, "its number of steps"),
            (self.columns.iter().all(known), "a column that counts over what is not there"),
            (self.objective.values().all(|weight| weight.is_finite()), "a weight"),
            (self.policies.iter().all(|one| shares(&one.ties_start) && shares(&one.ties_end)), "shares of ties"),
            (self.over_time.len() == self.policies.len(), "its number of trajectories"),
            ((1..=MOST_STEPS).contains(&self.spans.steps) && (1..=366).contains(&self.spans.step_days), "a span"),
            (
                spans <= MOST_STEPS && self.spans.starts.iter().all(|day| (-MOST_DAYS..=MOST_DAYS).contains(day)),
                "a span",
            ),
            (self.over_time.iter().all(over_time), "a trajectory"),
            (self.observed.iter().all(|point| point.value.is_finite()), "an observed figure"),
        ];
        checks.into_iter().find(|(sound, _)| !sound).map(|(_, flaw)| flaw)
    }
}

fn damaged(path: &Path, message: String) -> ReportError {
    ReportError::Damaged { path: path.to_path_buf(), message }
}
