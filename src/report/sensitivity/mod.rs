//! The files of a sensitivity study: indices as tables, every evaluation, figures, the page.
//!
//! - `evaluations.parquet`: every trial, from which the same study with more rows goes on; see [`evaluations`].
//! - `indices.csv` and `indices.parquet`: every index of every target, one row each; see [`tables`].
//! - `inputs.csv`: the uncertain numbers, and the groups that each is in.
//! - `failures.csv`: trials that failed, with their reasons; only if there are any.
//! - `study.json`: what was asked and what was done, and `scenario.json`: the scenario as resolved; `plots/`, `report.html`.
//!
//! All but the evaluations and the two JSON files is made from these, by the same code whether a study has just ended or
//! `jirga report` makes its report again ([`saved`]).

pub mod evaluations;
pub mod findings;
pub mod page;
pub mod saved;
pub mod tables;

use std::collections::BTreeMap;
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::error::ReportError;
use super::provenance;
use crate::experiment::sensitivity::analysis::{Analysis, Sample, Target};
use crate::experiment::sensitivity::evaluations::{Evaluations, Failure};
use crate::experiment::sensitivity::inputs::{Group, ways};
use crate::scenario::file;
use crate::scenario::uncertain::{Distribution, Grade, Uncertain};

/// Version of `study.json`.
pub const FORMAT: u32 = 2;

/// An uncertain number that a study tried.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Input {
    /// Dotted path.
    pub path: String,
    /// Its law.
    pub distribution: Distribution,
    /// The law as a reader would write it: `0.2 to 0.5`.
    pub range: String,
    /// How well it is founded.
    pub grade: Grade,
    /// Where it comes from.
    pub source: Option<String>,
}

impl From<&Uncertain> for Input {
    fn from(number: &Uncertain) -> Self {
        Self {
            path: number.path.clone(),
            distribution: number.distribution.clone(),
            range: provenance::value(number),
            grade: number.grade,
            source: number.source.clone(),
        }
    }
}

/// Hashes of what the rows depend on, part by part: so that a message can say what differs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Inputs {
    /// Version of the program.
    pub version: String,
    /// The scenario as resolved.
    pub scenario: String,
    /// The keys of the study that shape its rows.
    pub study: String,
}

/// What was asked and what was done: `study.json`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Record {
    /// [`FORMAT`].
    pub format: u32,
    /// Program and version.
    pub program: String,
    /// A command line that gives the same results.
    pub command: String,
    /// Title of the study.
    pub title: String,
    /// What the reader should know.
    pub description: Option<String>,
    /// Title of the scenario.
    pub scenario: String,
    /// `sobol` or `morris`.
    pub method: String,
    /// Whether pairs of groups are looked at.
    pub second_order: bool,
    /// Levels of a number in a screening.
    pub levels: u64,
    /// Whether policies are also compared with the baseline.
    pub differences: bool,
    /// Seed of design and draws.
    pub seed: u64,
    /// Hashes of the other things that the rows depend on.
    pub hashes: Inputs,
    /// Rows that were wanted.
    pub wanted: usize,
    /// Rows that are done.
    pub rows: usize,
    /// Points of a row.
    pub points: usize,
    /// Histories of a point.
    pub histories: usize,
    /// Policies as (name, label).
    pub policies: Vec<(String, String)>,
    /// Index of the baseline among them.
    pub baseline: Option<usize>,
    /// Metrics as (name, label, unit).
    pub metrics: Vec<(String, String, String)>,
    /// The uncertain numbers.
    pub inputs: Vec<Input>,
    /// Ways that inputs are grouped, and the groups.
    pub groups: Vec<Group>,
    /// Trials that failed.
    pub failures: Vec<Failure>,
}

/// Largest `study.json` that is read, in bytes.
const LARGEST: u64 = 256 << 20;

impl Record {
    /// Reads the file.
    ///
    /// # Errors
    /// [`ReportError::Read`] or [`ReportError::Damaged`] with the path: not there, too large, or not what a study wrote.
    pub fn read(path: &Path) -> Result<Self, ReportError> {
        let damaged = |message| ReportError::Damaged { path: path.to_path_buf(), message };
        let text = file::text(path, LARGEST).map_err(ReportError::unreadable(path))?;
        let record: Self = serde_json::from_str(&text).map_err(|error| damaged(error.to_string()))?;
        if record.format != FORMAT {
            return Err(damaged(format!("format {}, this program reads {FORMAT}", record.format)));
        }
        Ok(record)
    }
}

/// A study with what was computed from it.
pub struct Study<'a> {
    /// What was asked and done.
    pub record: &'a Record,
    /// The uncertain numbers.
    pub inputs: &'a [Input],
    /// Every trial.
    pub evaluations: &'a Evaluations,
    /// Points that outcomes are laid against.
    pub sample: &'a Sample,
    /// One per target.
    pub analyses: &'a [Analysis],
}

impl Study<'_> {
    /// Label of a policy.
    pub fn policy(&self, policy: usize) -> &str {
        let (name, label) = &self.record.policies[policy];
        if label.is_empty() { name } else { label }
    }

    /// The target for people: `People killed under Talks`, `People killed: Talks less Status quo`.
    pub fn target(&self, target: Target) -> String {
        let (_, metric, _) = &self.record.metrics[target.metric];
        let policy = self.policy(target.policy);
        match target.less {
            None => format!("{metric} under {policy}"),
            Some(less) => format!("{metric}: {policy} less {}", self.policy(less)),
        }
    }

    /// The target for names of files: `killed-talks`, `killed-talks-less-status-quo`.
    pub fn file_name(&self, target: Target) -> String {
        let name = |policy: usize| &self.record.policies[policy].0;
        let metric = &self.record.metrics[target.metric].0;
        match target.less {
            None => format!("{metric}-{}", name(target.policy)),
            Some(less) => format!("{metric}-{}-less-{}", name(target.policy), name(less)),
        }
    }

    /// The ways that inputs are grouped, in order, each with the indices of its groups.
    pub fn ways(&self) -> Vec<(&str, Vec<usize>)> {
        ways(&self.record.groups)
    }

    /// Trials by which the indices are known.
    pub fn trials(&self) -> usize {
        self.record.rows * self.record.points * self.record.histories
    }

    /// Rows, points, histories, seed and scenario, below every figure.
    pub fn caption(&self, unit: &str) -> String {
        let unit = if unit.is_empty() { String::new() } else { format!("Unit: {unit}. ") };
        let record = self.record;
        let rows = if record.method == "morris" { "trajectories" } else { "base rows" };
        format!(
            "{unit}{} {rows} of {} points in {} histories each: {} trials per policy. {} uncertain numbers. Seed {}. \
             Scenario: {}.",
            record.rows,
            record.points,
            record.histories,
            super::numbers::with_decimals(self.trials() as f64, 0),
            self.inputs.len(),
            record.seed,
            record.scenario.trim_end_matches('.')
        )
    }

    /// Reasons of failures, with how often each came.
    pub fn reasons(&self) -> BTreeMap<&str, usize> {
        let mut reasons = BTreeMap::new();
        for failure in &self.record.failures {
            *reasons.entry(failure.reason.as_str()).or_insert(0) += 1;
        }
        reasons
    }
}

/// The heading of a way to group.
pub fn way_title(by: &str) -> &'static str {
    match by {
        "grade" => "By grade of evidence",
        "source" => "By whether there is a source",
        "mechanism" => "By mechanism",
        "part" => "By part of the scenario",
        "own" => "By the study's groups",
        _ => "Each number by itself",
    }
}
