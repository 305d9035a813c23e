//! Running the rows of a design, and what came of them.

use std::sync::atomic::{AtomicBool, Ordering};

use super::super::prepared::Prepared;
use super::super::run::Progress;
use super::super::stored::{decode_values, encode_values};
use super::super::study::{Lane, Points as _, evaluate};
use super::design::{Design, Rows};
use crate::journal::{Journal, JournalError, Key, Shard};

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

    /// Adds the next row from the journal; false if it is not there.
    fn add_kept(&mut self, journal: Option<&Journal>) -> Result<bool, JournalError> {
        let row = self.rows() as u64;
        let Some(journal) = journal else { return Ok(false) };
        let Some(bytes) = journal.read(key(row))? else { return Ok(false) };
        let Some((values, failed)) = decode_values(&bytes, self.per_row()) else { return Ok(false) };
        self.values.extend(values);
        let failure =
            |([point, history, policy], reason): ([usize; 3], String)| Failure { row, point, history, policy, reason };
        self.failures.extend(failed.into_iter().map(failure));
        Ok(true)
    }

    /// Adds further rows until there are `rows`, from the journal where they are there, or `stop` is set, or, where
    /// `to_failure` says so, a trial has failed: then those that are done stay. Rows beyond `rows` that the journal holds are
    /// added too. True if it got to the end.
    ///
    /// # Errors
    /// What the journal says.
    pub fn extend(
        &mut self,
        study: &Rowwise<'_>,
        (rows, to_failure): (usize, bool),
        journal: Option<&Journal>,
        (stop, progress): (&AtomicBool, &dyn Progress),
    ) -> Result<bool, JournalError> {
        loop {
            let per_row = self.points * self.histories * self.policies;
            while self.add_kept(journal)? {
                progress.advance(per_row);
            }
            let first = self.rows();
            if first >= rows {
                return Ok(true);
            }
            if stop.load(Ordering::Relaxed) || to_failure && !self.failures.is_empty() {
                return Ok(false);
            }
            let at_once = self.at_once();
            let known = |row: &usize| journal.is_none_or(|journal| !journal.has(key(*row as u64)));
            let missing: Vec<usize> = (first..rows).take_while(known).take(at_once).collect();
            if missing.is_empty() {
                // The journal announced the next row and no longer has it: it is run again.
                self.add(study.run(&[first], (self.points, self.histories), progress), None)?;
            } else {
                self.add(study.run(&missing, (self.points, self.histories), progress), journal)?;
            }
        }
    }

    /// Rows that are run between two looks at whether to stop.
    fn at_once(&self) -> usize {
        (LANES_AT_ONCE / (self.points * self.histories).max(1)).max(1)
    }

    /// Adds rows that were run, and keeps them in the journal.
    fn add(&mut self, rows: Vec<Row>, journal: Option<&Journal>) -> Result<(), JournalError> {
        for row in rows {
            row.keep(journal)?;
            self.values.extend(row.values);
            self.failures.extend(row.failed);
        }
        journal.iter().for_each(|journal| journal.sync_soon());
        Ok(())
    }

    /// Runs the rows of a shard that the journal does not hold yet. True if it got to the end.
    ///
    /// # Errors
    /// What the journal says.
    pub fn shard(
        &self,
        study: &Rowwise<'_>,
        rows: usize,
        (shard, journal): (Shard, &Journal),
        (stop, progress): (&AtomicBool, &dyn Progress),
    ) -> Result<bool, JournalError> {
        let own = (0..rows).filter(|row| shard.holds(*row as u64));
        let (done, missing): (Vec<usize>, Vec<usize>) = own.partition(|row| journal.has(key(*row as u64)));
        progress.advance(done.len() * self.points * self.histories * self.policies);
        for rows in missing.chunks(self.at_once()) {
            if stop.load(Ordering::Relaxed) {
                return Ok(false);
            }
            for row in study.run(rows, (self.points, self.histories), progress) {
                row.keep(Some(journal))?;
            }
            journal.sync_soon();
        }
        Ok(true)
    }
}

/// The key of a row in a journal.
pub fn key(row: u64) -> Key {
    Key { table: 0, part: 0, unit: row }
}

/// A study by rows.
pub struct Rowwise<'a> {
    /// The scenario with its policies.
    pub prepared: &'a Prepared<'a>,
    /// The points of its rows.
    pub design: &'a Design,
    /// Paths of the inputs.
    pub paths: &'a [String],
    /// Indices of the metrics in [`Prepared::columns`].
    pub columns: &'a [usize],
}

/// One row that was run.
struct Row {
    row: u64,
    /// As in [`Evaluations::values`].
    values: Vec<f64>,
    failed: Vec<Failure>,
}

impl Row {
    fn keep(&self, journal: Option<&Journal>) -> Result<(), JournalError> {
        let Some(journal) = journal else { return Ok(()) };
        let failed: Vec<([usize; 3], &str)> =
            self.failed.iter().map(|one| ([one.point, one.history, one.policy], one.reason.as_str())).collect();
        journal.append(key(self.row), &encode_values(self.values.iter().copied(), &failed))
    }
}

impl Rowwise<'_> {
    /// Runs rows, of so many points and histories each.
    fn run(&self, rows: &[usize], (points, histories): (usize, usize), progress: &dyn Progress) -> Vec<Row> {
        let of_rows = Rows::of(self.paths.to_vec(), self.design, rows.iter().map(|row| *row as u64));
        debug_assert_eq!(of_rows.len(), rows.len() * points);
        let lanes: Vec<Lane> = (0..rows.len() * points)
            .flat_map(|point| (0..histories).map(move |history| (point, history)))
            .map(|(point, history)| Lane { point, trial: rows[point / points] as u64, history: history as u64 })
            .collect();
        let found = evaluate(self.prepared, &of_rows, self.columns, &lanes, progress);
        let per_row = points * histories;
        let mut all: Vec<Row> = Vec::with_capacity(rows.len());
        for (index, row) in rows.iter().enumerate() {
            let mut values = Vec::with_capacity(per_row * self.columns.len() * self.prepared.policies.len());
            for lane in index * per_row..(index + 1) * per_row {
                let start = values.len();
                values.extend(found.values.iter().flatten().map(|metric| metric[lane]));
                // One rule for single policies and differences: a trial that failed under one policy is lost under all.
                if values[start..].iter().any(|value| !value.is_finite()) {
                    values[start..].fill(f64::NAN);
                }
            }
            all.push(Row { row: *row as u64, values, failed: Vec::new() });
        }
        for failed in found.failed {
            let lane = lanes[failed.lane];
            let (point, history) = (lane.point % points, lane.history as usize);
            all[failed.lane / per_row].failed.push(Failure {
                row: lane.trial,
                point,
                history,
                policy: failed.policy,
                reason: failed.reason,
            });
        }
        all.iter_mut().for_each(|row| row.failed.sort_by_key(|one| (one.point, one.history, one.policy)));
        all
    }
}
