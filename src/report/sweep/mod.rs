//! What a sweep writes: its table as it runs, then figures and the page.
//!
//! - `results.parquet` and `results.csv`: one row per point, policy and metric ([`tables`]).
//! - `best.csv`: which policy is best at each point, and whether the trials made settle it.
//! - `failed.csv`: points and trials that failed, with their reasons; only a header where none did.
//! - `plots/`: figures, as SVG and PNG ([`crate::report::plots::sweep`]).
//! - `report.html`: the page. `manifest.json`: what was run, with the study and the scenario resolved.
//! - `sweep.json`: what figures and page need beside the tables, so that they can be made again ([`saved`]).

pub mod page;
pub mod saved;
pub mod tables;

use serde::{Deserialize, Serialize};

use crate::experiment::sweep::axis::Axis;
use crate::experiment::sweep::figures::{Measure, PointResult};
use crate::experiment::sweep::points::SweepPoints;
use crate::report::numbers::readable;
use crate::scenario::study::Design;

/// What is varied, for readers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ShownAxis {
    /// Dotted path.
    pub path: String,
    /// Name.
    pub label: String,
    /// Unit; money in the scenario's currency.
    pub unit: String,
    /// Values, ascending; empty where sampled.
    pub levels: Vec<f64>,
    /// The values in words, one per level: dates, spans of time, switches, names; empty for numbers.
    pub names: Vec<String>,
    /// Whether they lie at equal ratios.
    pub logarithmic: bool,
    /// What the scenario itself has there, with its grade and source.
    pub written: String,
}

/// All that figures and page of a sweep show.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SweepResults {
    /// What the study asks.
    pub title: String,
    /// What its reader should know.
    pub description: Option<String>,
    /// Title of the scenario.
    pub scenario: String,
    /// Seed of all random words.
    pub seed: u64,
    /// Trials asked for per point and policy.
    pub trials: usize,
    /// How points were made.
    pub design: Design,
    /// What was varied.
    pub axes: Vec<ShownAxis>,
    /// What was measured, the objective last.
    pub measures: Vec<Measure>,
    /// The objective in words, e.g. `killed + 5 × displaced`.
    pub objective: String,
    /// Names of the policies for readers.
    pub policies: Vec<String>,
    /// Their ids, by which the tables name them.
    pub policy_ids: Vec<String>,
    /// Index of the policy that others are compared with.
    pub baseline: usize,
    /// The points that figures show, by number; not all of a large sweep.
    #[serde(skip)]
    pub points: Vec<PointResult>,
    /// Points of the study.
    pub wanted: usize,
    /// Points with results, those refused, trials that failed, fewest trials of a point, whether it was stopped.
    pub ended: crate::experiment::sweep::run::Ended,
    /// Some failures in words, at most a few.
    pub failures: Vec<String>,
    /// Program and version, the command line, hash of all inputs.
    pub program: String,
    /// The command line that repeats the sweep.
    pub command: String,
    /// Hash of all inputs.
    pub fingerprint: String,
}

impl ShownAxis {
    /// The axes of points; `currency` stands for the word in units.
    pub fn all(points: &SweepPoints, scenario: &crate::scenario::Scenario) -> Vec<Self> {
        let currency = &scenario.state.currency;
        let shown = |axis: &Axis| Self {
            path: axis.path.clone(),
            label: axis.label.clone(),
            unit: axis.limits.unit.replace("currency", currency),
            levels: axis.levels.clone(),
            names: axis.levels.iter().filter_map(|level| axis.word(*level)).collect(),
            logarithmic: axis.logarithmic,
            written: match scenario.parameter(&axis.path) {
                Some(one) => {
                    let source = one.source.as_deref().or(one.note.as_deref()).unwrap_or("no source");
                    format!("{}; grade {:?}, {source}", super::provenance::value(one), one.grade)
                }
                None => "each value makes a scenario of its own".to_string(),
            },
        };
        points.axes.iter().map(shown).collect()
    }

    /// A level in words, if it is no number.
    pub fn word(&self, level: f64) -> Option<&str> {
        let index = self.levels.iter().position(|one| *one == level)?;
        self.names.get(index).map(String::as_str)
    }

    /// A level for readers.
    pub fn shown(&self, level: f64) -> String {
        self.word(level).map_or_else(|| readable(level), str::to_string)
    }
}
