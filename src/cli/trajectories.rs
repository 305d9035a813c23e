//! What `jirga run` keeps of trajectories: a file, and what figures in time show.

use super::Failure;
use crate::experiment::prepared::Prepared;
use crate::experiment::results::{Labels, SeriesColumn, Trajectories};
use crate::experiment::run::TrajectorySink;
use crate::report::ReportError;
use crate::report::bands::{Accumulation, PolicyOverTime, Spans};
use crate::report::folder::Folder;
use crate::report::series_parquet::SeriesWriter;
use crate::scenario::Loaded;
use crate::simulation::metrics::{Kind, METRICS};

/// Takes trajectories as they come.
pub struct Kept {
    /// The file.
    pub series: SeriesWriter,
    /// What figures show, by policy.
    pub over_time: Vec<PolicyOverTime>,
    /// Spans of the figures' bands.
    pub spans: Spans,
    /// Names that columns refer to.
    pub labels: Labels,
    metrics: Vec<String>,
    names: Vec<String>,
}

impl Kept {
    /// Begins the file in the folder in the making.
    ///
    /// # Errors
    /// It cannot be written.
    pub fn new(prepared: &Prepared, folder: &Folder, loaded: &Loaded) -> Result<Self, Failure> {
        let labels = prepared.labels();
        let path = folder.path().join("series.parquet");
        let mut metrics = loaded.scenario.headline.clone();
        metrics.extend(loaded.scenario.observed.iter().map(|o| o.killed.clone()));
        Ok(Self {
            series: SeriesWriter::create(&path, &labels, &prepared.series(), &[])?,
            over_time: Vec::new(),
            spans: Spans::over(&labels),
            labels,
            metrics,
            names: prepared.policies.iter().map(|&p| loaded.scenario.policies[p].name.clone()).collect(),
        })
    }
}

impl TrajectorySink for Kept {
    type Error = ReportError;

    fn take(&mut self, policy: usize, trajectories: Trajectories) -> Result<(), ReportError> {
        self.series.write_policy(&self.names[policy], &trajectories)?;
        let accumulation = |column: &SeriesColumn| {
            let flows = METRICS.iter().any(|m| m.spec.name == column.metric && m.kind == Kind::Flow);
            if flows { Accumulation::Flow } else { Accumulation::Level }
        };
        self.over_time.push(PolicyOverTime::condense(
            &trajectories,
            &self.metrics,
            accumulation,
            &self.spans,
            &self.labels,
        ));
        Ok(())
    }
}
