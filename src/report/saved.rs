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
use crate::experiment::results::{Column, Labels, Outcomes, PolicyOutcomes};

/// Version of the file's format.
pub const FORMAT: u32 = 1;

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
    /// [`ReportError::Read`] or [`ReportError::Damaged`] with the path.
    pub fn read(path: &Path) -> Result<Self, ReportError> {
        let text = std::fs::read_to_string(path).map_err(ReportError::read(path))?;
        let damaged = |message: String| ReportError::Damaged { path: path.to_path_buf(), message };
        let saved: Self = serde_json::from_str(&text).map_err(|error| damaged(error.to_string()))?;
        if saved.format != FORMAT {
            return Err(damaged(format!("format {}, this program reads {FORMAT}", saved.format)));
        }
        Ok(saved)
    }

    /// Reads trials back: `trials` per policy.
    ///
    /// # Errors
    /// The file is not there, damaged, or does not fit this one.
    pub fn outcomes(&self, path: &Path, trials: usize) -> Result<Outcomes, ReportError> {
        let damaged = |message: String| ReportError::Damaged { path: path.to_path_buf(), message };
        let mut numbers = parquet_read::numbers(path)?;
        // The first number column is the trial's own number.
        if numbers.len() != self.columns.len() + 1 {
            return Err(damaged(format!("{} columns where {} belong", numbers.len(), self.columns.len() + 1)));
        }
        numbers.remove(0);
        for ((name, values), column) in numbers.iter().zip(&self.columns) {
            if *name != self.labels.column(column) || values.len() != trials * self.policies.len() {
                return Err(damaged(format!("column `{name}` is not what the run announced")));
            }
        }
        let policies = self
            .policies
            .iter()
            .enumerate()
            .map(|(index, policy)| PolicyOutcomes {
                name: policy.name.clone(),
                label: policy.label.clone(),
                values: numbers
                    .iter()
                    .map(|(_, values)| values[index * trials..(index + 1) * trials].to_vec())
                    .collect(),
                ties_start: policy.ties_start.clone(),
                ties_end: policy.ties_end.clone(),
            })
            .collect();
        Ok(Outcomes { columns: self.columns.clone(), trials, policies })
    }
}
