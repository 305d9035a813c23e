//! What a run yields: every trial's outcomes, and trajectories of the first trials.

use std::borrow::Cow;
use std::ops::Range;

use serde::{Deserialize, Deserializer, Serialize, de};

use super::values::Values;
use crate::sampling::LANES;
use crate::simulation::metrics::METRICS;
use crate::simulation::record::Series;

/// Which part of the whole a figure counts.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Slice {
    /// Everything, over the whole horizon (or at its end, for a level).
    Total,
    /// One year of the scenario, counted from its start: 0 is the first.
    Year(u16),
    /// One province over the whole horizon.
    Province(u16),
    /// One province in one year: (year, province).
    YearProvince(u16, u16),
    /// One group over the whole horizon; the last index stands for all groups born in the trial.
    Group(u16),
}

/// Name of a metric. (An alias, because serde takes a `&str` that it sees for text borrowed from its input.)
pub type MetricName = &'static str;

/// One column of outcomes: a metric and the slice it is counted over.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Column {
    /// Name of the metric, e.g. `killed`.
    #[serde(deserialize_with = "known_metric")]
    pub metric: MetricName,
    /// Unit, e.g. `people`; money has the scenario's currency.
    pub unit: Cow<'static, str>,
    /// What it counts over.
    pub slice: Slice,
}

/// Index of a metric's column over the whole horizon.
pub fn total_column(columns: &[Column], metric: &str) -> Option<usize> {
    columns.iter().position(|column| column.slice == Slice::Total && column.metric == metric)
}

/// Names that slices and series refer to.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Labels {
    /// Year slices, e.g. `2021-08-15..2022-08-14`.
    pub years: Vec<String>,
    /// Province names.
    pub provinces: Vec<String>,
    /// Group ids; the last is `splinters`.
    pub groups: Vec<String>,
    /// Group labels for figures, same order.
    pub group_labels: Vec<String>,
    /// First day of each step, ISO.
    pub steps: Vec<String>,
}

impl Labels {
    /// Name of a column in files, e.g. `killed`, `killed@KP`, `killed@2021-08-15..2022-08-14`, `strength@rebels`.
    pub fn column(&self, column: &Column) -> String {
        let metric = column.metric;
        match column.slice {
            Slice::Total => metric.to_string(),
            Slice::Year(y) => format!("{metric}@{}", self.years[usize::from(y)]),
            Slice::Province(p) => format!("{metric}@{}", self.provinces[usize::from(p)]),
            Slice::YearProvince(y, p) => {
                format!("{metric}@{}@{}", self.provinces[usize::from(p)], self.years[usize::from(y)])
            }
            Slice::Group(g) => format!("{metric}@{}", self.groups[usize::from(g)]),
        }
    }
}

/// Outcomes of all trials of one policy.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct PolicyOutcomes {
    /// Policy id.
    pub name: String,
    /// Policy label.
    pub label: String,
    /// Figures of every column, one a trial; columns as in [`Outcomes::columns`].
    pub values: Vec<Values>,
    /// Mean over trials of the ties' state at start and end: `[pair] -> shares of (hostile, none, cooperation, coalition)`;
    /// pairs (i, j) with j < i over the scenario's groups, at `i * (i - 1) / 2 + j`.
    pub ties_start: Vec<[f64; 4]>,
    /// Likewise at the end; pairs with a group that ended count as none.
    pub ties_end: Vec<[f64; 4]>,
}

/// Outcomes of a run: same columns and trials for every policy; trial `i` of all policies shares its random words.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Outcomes {
    /// What is counted, and over which part of the whole.
    pub columns: Vec<Column>,
    /// Trials per policy.
    pub trials: usize,
    /// Numbers, in order, of trials that failed under some policy and are left out under all.
    pub left_out: Vec<u64>,
    /// One per policy that ran, in the scenario's order.
    pub policies: Vec<PolicyOutcomes>,
}

/// Numbers of trials, without end, those left out passed over.
pub fn numbers(left_out: &[u64]) -> impl Iterator<Item = u64> + '_ {
    (0..).filter(|number| left_out.binary_search(number).is_err())
}

/// One series kept per step in a trajectory.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct SeriesColumn {
    /// Name of the metric, e.g. `attacks`.
    #[serde(deserialize_with = "known_metric")]
    pub metric: MetricName,
    /// Unit, as for [`Column`].
    pub unit: Cow<'static, str>,
    /// `Total`, `Province` or `Group`.
    pub slice: Slice,
}

/// Trajectories of the first trials of one policy, as its blocks hold them.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Trajectories {
    /// What is kept per step.
    pub columns: Vec<SeriesColumn>,
    /// Numbers, in order, of the trials that are among them: all but those of this policy that failed.
    pub trials: Vec<u64>,
    /// Steps of a trial.
    pub steps: usize,
    /// The series of each block of trials, in the order of the columns.
    pub blocks: Vec<Series>,
}

impl Trajectories {
    /// How many rows a series has: one a trial and step.
    pub fn rows(&self) -> usize {
        self.trials.len() * self.steps
    }

    /// All rows of a series (an index into the columns), as [`Trajectories::read`] has them.
    pub fn series(&self, column: usize) -> Vec<f32> {
        let mut series = Vec::with_capacity(self.rows());
        self.read(column, 0..self.rows(), &mut series);
        series
    }

    /// Puts rows of a series into a list, in place of what it held. Rows are at `trial * steps + step`; counts are exact up
    /// to 2^24.
    ///
    /// # Panics
    /// If there are not so many.
    pub fn read(&self, column: usize, rows: Range<usize>, into: &mut Vec<f32>) {
        into.clear();
        let mut row = rows.start;
        while row < rows.end {
            let (number, step) = (self.trials[row / self.steps] as usize, row % self.steps);
            let end = self.steps.min(step + rows.end - row);
            let by_step = &self.blocks[number / LANES].get(column)[step..end];
            into.extend(by_step.iter().map(|lanes| lanes[number % LANES]));
            row += end - step;
        }
    }
}

/// A metric's name as this program knows it.
fn known_metric<'de, D: Deserializer<'de>>(from: D) -> Result<&'static str, D::Error> {
    let name = Cow::<str>::deserialize(from)?;
    let metric = METRICS.iter().find(|m| m.spec.name == name);
    metric.map(|m| m.spec.name).ok_or_else(|| de::Error::custom(format!("no metric is called `{name}`")))
}

/// Blocks that hold series, each given trial by trial.
#[cfg(test)]
pub fn blocks_of(series: &[Vec<f32>], steps: usize) -> Vec<Series> {
    let trials = series.first().map_or(0, |values| values.len() / steps.max(1));
    let value = |values: &Vec<f32>, trial: usize, step| if trial < trials { values[trial * steps + step] } else { 0.0 };
    let block = |first: usize| {
        let lanes = |values, step| crate::sampling::lanes::each(|lane| value(values, first + lane, step));
        let of = |values| (0..steps).map(move |step| lanes(values, step));
        Series::of(steps, series.iter().flat_map(of).collect())
    };
    (0..trials).step_by(LANES).map(block).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_rows_of_a_series_are_read_from_the_blocks_of_its_trials() {
        let (trials, steps) = (2 * LANES + 3, 5);
        let series: Vec<Vec<f32>> =
            [0.0, 0.5].map(|shift| (0..trials * steps).map(|row| row as f32 + shift).collect()).to_vec();
        let blocks = blocks_of(&series, steps);
        let kept: Vec<u64> = numbers(&[1, 40]).take(trials - 2).collect();
        let trajectories = Trajectories { trials: kept.clone(), steps, blocks, ..Default::default() };
        let mut read = vec![9.0];
        for (column, all) in series.iter().enumerate() {
            let whole: Vec<f32> =
                kept.iter().flat_map(|trial| all[*trial as usize * steps..][..steps].iter().copied()).collect();
            for rows in [0..trajectories.rows(), 0..0, 3..4, 4..17, 150..trajectories.rows()] {
                trajectories.read(column, rows.clone(), &mut read);
                assert_eq!(read, whole[rows]);
            }
        }
    }
}
