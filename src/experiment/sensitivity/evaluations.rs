//! Running the rows of a design, and what came of them.

use std::sync::atomic::{AtomicBool, Ordering};

use super::super::prepared::Prepared;
use super::super::run::Progress;
use super::super::study::{Lane, evaluate};
use super::design::{Design, Rows};

/// Lanes that are run between two looks at whether to stop, about.
const LANES_AT_ONCE: usize = 4096;

/// Outcomes of rows: of every point, history, policy and metric.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Evaluations {
    /// Points of a row.
    pub points: usize,
    /// Histories of each point.
    pub histories: usize,
    /// Policies.
    pub policies: usize,
    /// Metrics kept.
    pub metrics: usize,
    /// `values[(((row * points + point) * histories + history) * policies + policy) * metrics + metric]`; not a number where
    /// the trial failed under any policy.
    pub values: Vec<f64>,
    /// Trials that failed.
    pub failures: Vec<Failure>,
}

/// A trial that failed.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Failure {
    /// Row of the design, which is the trial's number.
    pub row: u64,
    /// Point of the row.
    pub point: usize,
    /// History.
    pub history: usize,
    /// Index of the policy.
    pub policy: usize,
    /// In words.
    pub reason: String,
}

impl Evaluations {
    /// None yet.
    pub fn new(points: usize, histories: usize, policies: usize, metrics: usize) -> Self {
        Self { points, histories, policies, metrics, ..Self::default() }
    }

    /// Figures of one row.
    pub fn per_row(&self) -> usize {
        self.points * self.histories * self.policies * self.metrics
    }

    /// Rows that are complete.
    pub fn rows(&self) -> usize {
        self.values.len().checked_div(self.per_row()).unwrap_or(0)
    }

    /// An outcome in each history.
    pub fn outcomes(&self, row: usize, point: usize, policy: usize, metric: usize) -> Vec<f64> {
        let at = |history: usize| {
            (((row * self.points + point) * self.histories + history) * self.policies + policy) * self.metrics + metric
        };
        (0..self.histories).map(|history| self.values[at(history)]).collect()
    }

    /// Runs further rows until there are `rows`, or `stop` is set, or, where `to_failure` says so, a trial has failed: then
    /// those that are done stay. `columns` are the metrics' indices in [`Prepared::columns`], `paths` the inputs'. True if it
    /// got to the end.
    pub fn extend(
        &mut self,
        prepared: &Prepared,
        (design, paths): (&Design, &[String]),
        columns: &[usize],
        (rows, to_failure): (usize, bool),
        stop: &AtomicBool,
        progress: &dyn Progress,
    ) -> bool {
        let at_once = (LANES_AT_ONCE / (self.points * self.histories).max(1)).max(1);
        while self.rows() < rows {
            if stop.load(Ordering::Relaxed) || to_failure && !self.failures.is_empty() {
                return false;
            }
            let first = self.rows();
            let last = (first + at_once).min(rows);
            let points = Rows::new(paths.to_vec(), design, first as u64..last as u64);
            let lanes: Vec<Lane> = (first..last)
                .flat_map(|row| (0..self.points).map(move |point| (row, point)))
                .flat_map(|(row, point)| (0..self.histories).map(move |history| (row, point, history)))
                .map(|(row, point, history)| Lane {
                    point: (row - first) * self.points + point,
                    trial: row as u64,
                    history: history as u64,
                })
                .collect();
            let found = evaluate(prepared, &points, columns, &lanes, progress);
            self.values.reserve(lanes.len() * self.policies * self.metrics);
            for lane in 0..lanes.len() {
                let start = self.values.len();
                self.values.extend(found.values.iter().flatten().map(|metric| metric[lane]));
                // One rule for single policies and differences: a trial that failed under one policy is lost under all.
                if self.values[start..].iter().any(|value| !value.is_finite()) {
                    self.values[start..].fill(f64::NAN);
                }
            }
            self.failures.extend(found.failed.into_iter().map(|failed| {
                let lane = lanes[failed.lane];
                let point = lane.point % self.points;
                let (row, history) = (lane.trial, lane.history as usize);
                Failure { row, point, history, policy: failed.policy, reason: failed.reason }
            }));
        }
        true
    }
}
