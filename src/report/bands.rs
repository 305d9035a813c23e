//! Trajectories condensed to what figures in time need: quantile bands and means per span of several steps.
//!
//! Counts of a single week are too few to read, so steps are taken together: spans of about four weeks, or about a
//! quarter where the horizon is longer than three years. What is left of a trajectory is small, so the trajectories
//! themselves can be dropped policy by policy.

use serde::{Deserialize, Serialize};

use super::calendar::{parse_iso, step_days};
use crate::experiment::results::{Labels, SeriesColumn, Slice, Trajectories};
use crate::statistics::summary::{quantile_of_sorted, sorted_finite};

/// How steps of a series combine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Accumulation {
    /// Something that happens in a step, e.g. attacks: a span holds the sum.
    Flow,
    /// A state at the end of a step, e.g. strength: a span shows its last.
    Level,
}

/// Spans of equally many steps.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Spans {
    /// Steps per span.
    pub steps: usize,
    /// Days per step.
    pub step_days: i32,
    /// First day of each span, days since 1970-01-01. Steps at the end that do not fill a span are left out.
    pub starts: Vec<i32>,
}

impl Spans {
    /// Spans over the labels' steps: about 28 days each, about 91 if the horizon exceeds three years.
    pub fn over(labels: &Labels) -> Self {
        let step_days = step_days(&labels.steps);
        let horizon = step_days as usize * labels.steps.len();
        let wanted = if horizon > 3 * 366 { 91.0 } else { 28.0 };
        let steps = ((wanted / f64::from(step_days)).round() as usize).clamp(1, labels.steps.len().max(1));
        let first = labels.steps.first().and_then(|s| parse_iso(s)).unwrap_or(0);
        let starts = (0..labels.steps.len() / steps).map(|b| first + step_days * i32::try_from(b * steps).unwrap_or(0));
        Spans { steps, step_days, starts: starts.collect() }
    }

    /// Days per span.
    pub fn days(&self) -> i32 {
        self.step_days * i32::try_from(self.steps).unwrap_or(1)
    }

    /// In words: `4 weeks`, `30 days`.
    pub fn words(&self) -> String {
        match self.days() {
            7 => "week".to_string(),
            days if days % 7 == 0 => format!("{} weeks", days / 7),
            1 => "day".to_string(),
            days => format!("{days} days"),
        }
    }
}

/// Quantiles over trials per span of one series, in its unit.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Bands {
    /// The series.
    pub column: SeriesColumn,
    /// Whether a span holds a sum or a last value.
    pub accumulation: Accumulation,
    /// `quantiles[q][span]` for q = 5, 25, 50, 75, 95 %.
    pub quantiles: [Vec<f64>; 5],
}

/// The quantiles that bands show.
pub const BAND_QUANTILES: [f64; 5] = [0.05, 0.25, 0.5, 0.75, 0.95];

/// One series of all trials.
struct OneSeries<'a> {
    /// `[trial * steps + step]`.
    values: Vec<f32>,
    trials: usize,
    steps: usize,
    spans: &'a Spans,
    accumulation: Accumulation,
}

impl<'a> OneSeries<'a> {
    /// The series of this index among the trajectories' columns.
    fn new(from: &Trajectories, column: usize, accumulation: Accumulation, spans: &'a Spans) -> Self {
        let values = from.series(column);
        Self { values, trials: from.trials.len(), steps: from.steps, spans, accumulation }
    }

    /// Quantiles over trials per span, as in [`Bands`]; empty if there are no trials.
    fn quantiles(&self) -> [Vec<f64>; 5] {
        let mut quantiles: [Vec<f64>; 5] = Default::default();
        let mut sample = Vec::with_capacity(self.trials);
        for span in 0..self.whole_spans() {
            sample.clear();
            sample.extend((0..self.trials).map(|trial| self.value(trial, span)));
            let sorted = sorted_finite(&sample);
            for (into, p) in quantiles.iter_mut().zip(BAND_QUANTILES) {
                into.extend(quantile_of_sorted(&sorted, p));
            }
        }
        quantiles
    }

    /// Mean over trials per span, in the series' unit; empty if there are no trials.
    fn means(&self) -> Vec<f64> {
        let mean = |span| (0..self.trials).map(|trial| self.value(trial, span)).sum::<f64>() / self.trials as f64;
        (0..self.whole_spans()).map(mean).collect()
    }

    fn whole_spans(&self) -> usize {
        if self.trials == 0 { 0 } else { self.spans.starts.len().min(self.steps / self.spans.steps) }
    }

    fn value(&self, trial: usize, span: usize) -> f64 {
        let start = trial * self.steps + span * self.spans.steps;
        let steps = &self.values[start..start + self.spans.steps];
        match self.accumulation {
            Accumulation::Flow => steps.iter().copied().map(f64::from).sum(),
            Accumulation::Level => steps.last().copied().map_or(0.0, f64::from),
        }
    }
}

/// What figures in time show of one policy.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct PolicyOverTime {
    /// Trials that it was computed from.
    pub trials: usize,
    /// Bands of the totals of the metrics asked for.
    pub bands: Vec<Bands>,
    /// Mean strength per group and span, `[group][span]`, groups as in [`Labels::groups`]; empty without such series.
    pub strength: Vec<Vec<f64>>,
}

impl PolicyOverTime {
    /// Condenses the trajectories of one policy, which can be dropped then. `metrics`: names whose totals get bands;
    /// `accumulation` says of a series whether it flows; groups' strength is the metric `strength` by group.
    pub fn condense(
        trajectories: &Trajectories,
        metrics: &[String],
        accumulation: impl Fn(&SeriesColumn) -> Accumulation,
        spans: &Spans,
        labels: &Labels,
    ) -> Self {
        let mut condensed = PolicyOverTime { trials: trajectories.trials.len(), ..Default::default() };
        for (place, column) in trajectories.columns.iter().enumerate() {
            match column.slice {
                Slice::Total if metrics.iter().any(|metric| metric == column.metric) => {
                    let accumulation = accumulation(column);
                    let quantiles = OneSeries::new(trajectories, place, accumulation, spans).quantiles();
                    condensed.bands.push(Bands { column: column.clone(), accumulation, quantiles });
                }
                Slice::Group(group) if column.metric == "strength" && usize::from(group) < labels.groups.len() => {
                    condensed.strength.resize(labels.groups.len(), vec![]);
                    let series = OneSeries::new(trajectories, place, Accumulation::Level, spans);
                    condensed.strength[usize::from(group)] = series.means();
                }
                _ => {}
            }
        }
        condensed
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::experiment::results::blocks_of;

    fn labels(steps: usize) -> Labels {
        let date = |i: usize| time::Date::from_julian_day(2_459_442 + 7 * i as i32).unwrap();
        let iso = |d: time::Date| format!("{:04}-{:02}-{:02}", d.year(), u8::from(d.month()), d.day());
        Labels { groups: vec!["a".into()], steps: (0..steps).map(|i| iso(date(i))).collect(), ..Default::default() }
    }

    fn trajectories() -> Trajectories {
        // Trial t has value t + 1 in every step but 10 (t + 1) in the last of the first span.
        let value = |t: usize, s: usize| (t + 1) as f32 * if s == 3 { 10.0 } else { 1.0 };
        let series: Vec<f32> = (0..3).flat_map(|t| (0..10).map(move |s| value(t, s))).collect();
        let column = |slice| SeriesColumn { metric: "strength", unit: "people".into(), slice };
        let columns = vec![column(Slice::Total), column(Slice::Group(0))];
        Trajectories { columns, trials: vec![0, 1, 2], steps: 10, blocks: blocks_of(&[series.clone(), series], 10) }
    }

    #[test]
    fn flows_sum_levels_take_the_last_and_a_part_of_a_span_is_left_out() {
        let spans = Spans::over(&labels(10));
        assert_eq!((spans.steps, spans.starts.len(), spans.words()), (4, 2, "4 weeks".to_string()));
        let flow = OneSeries::new(&trajectories(), 0, Accumulation::Flow, &spans);
        assert_eq!((flow.quantiles()[2].clone(), flow.means()), (vec![26.0, 8.0], vec![26.0, 8.0]));
        let level = OneSeries::new(&trajectories(), 0, Accumulation::Level, &spans).quantiles();
        assert_eq!((level[2].clone(), level[1][0]), (vec![20.0, 2.0], 15.0));
    }

    #[test]
    fn long_horizons_use_quarters() {
        assert_eq!(Spans::over(&labels(260)).steps, 13);
    }

    #[test]
    fn no_trials_and_no_steps_condense_to_nothing() {
        let none = Trajectories { trials: Vec::new(), steps: 0, ..trajectories() };
        let spans = Spans::over(&labels(0));
        let level = |_: &SeriesColumn| Accumulation::Level;
        let condensed = PolicyOverTime::condense(&none, &["strength".into()], level, &spans, &labels(0));
        assert!(condensed.bands[0].quantiles.iter().all(Vec::is_empty) && condensed.strength[0].is_empty());
    }
}
