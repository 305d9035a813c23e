//! What a sweep writes: its table as it runs, then figures and the page.
//!
//! - `results.parquet` and `results.csv`: one row per point, policy and metric ([`tables`]).
//! - `best.csv`: which policy is best at each point, and whether the trials made settle it.
//! - `failed.csv`: points and trials that failed, with their reasons; only a header where none did.
//! - `plots/`: figures, as SVG and PNG ([`crate::report::plots::sweep`]).
//! - `report.html`: the page. `manifest.json`: what was run, with the study and the scenario resolved.

pub mod page;
pub mod tables;

use crate::experiment::sweep::figures::{Measure, PointResult};
use crate::experiment::sweep::points::SweepPoints;
use crate::scenario::study::Design;

/// A number that is varied, for readers.
#[derive(Debug, Clone, PartialEq)]
pub struct ShownAxis {
    /// Dotted path.
    pub path: String,
    /// Name.
    pub label: String,
    /// Unit; money in the scenario's currency.
    pub unit: String,
    /// Values, ascending; empty where sampled.
    pub levels: Vec<f64>,
    /// Whether they lie at equal ratios.
    pub logarithmic: bool,
    /// What the scenario itself has there, with its grade and source.
    pub written: String,
}

/// All that figures and page of a sweep show.
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
    /// Index of the policy that others are compared with.
    pub baseline: usize,
    /// The points that figures show, by number; not all of a large sweep.
    pub points: Vec<PointResult>,
    /// Points of the study.
    pub wanted: usize,
    /// Points with results, those refused, trials that failed, fewest trials of a point, whether it was stopped.
    pub ended: crate::experiment::sweep::run::Ended,
    /// Some failures in words, at most a few.
    pub failures: Vec<String>,
    /// Program and version, the command line, hash of all inputs.
    pub program: String,
    pub command: String,
    pub fingerprint: String,
}

impl ShownAxis {
    /// The axes of points; `currency` stands for the word in units.
    pub fn all(points: &SweepPoints, scenario: &crate::scenario::Scenario) -> Vec<Self> {
        let currency = &scenario.state.currency;
        let shown = |axis: &crate::experiment::sweep::points::Axis| Self {
            path: axis.path.clone(),
            label: axis.label.clone(),
            unit: axis.limits.unit.replace("currency", currency),
            levels: axis.levels.clone(),
            logarithmic: axis.logarithmic,
            written: scenario.parameter(&axis.path).map_or(String::new(), |one| {
                let source = one.source.as_deref().or(one.note.as_deref()).unwrap_or("no source");
                format!("{}; grade {:?}, {source}", super::provenance::value(one), one.grade)
            }),
        };
        points.axes.iter().map(shown).collect()
    }
}
