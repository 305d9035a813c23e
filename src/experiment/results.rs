//! What a run yields: every trial's outcomes, and trajectories of the first trials.

use std::borrow::Cow;

use serde::{Deserialize, Deserializer, Serialize, de};

use super::values::Values;
use crate::simulation::metrics::METRICS;

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

/// Trajectories of the first trials of one policy.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Trajectories {
    /// What is kept per step.
    pub columns: Vec<SeriesColumn>,
    /// Trials that are among them.
    pub trials: usize,
    /// Numbers, in order, of trials of this policy that failed and are not among them.
    pub left_out: Vec<u64>,
    /// Steps of a trial.
    pub steps: usize,
    /// `values[column][trial * steps + step]`; counts are exact up to 2^24.
    pub values: Vec<Vec<f32>>,
}

/// A metric's name as this program knows it.
fn known_metric<'de, D: Deserializer<'de>>(from: D) -> Result<&'static str, D::Error> {
    let name = Cow::<str>::deserialize(from)?;
    let metric = METRICS.iter().find(|m| m.spec.name == name);
    metric.map(|m| m.spec.name).ok_or_else(|| de::Error::custom(format!("no metric is called `{name}`")))
}
