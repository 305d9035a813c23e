//! Observed series: read from CSV beside the scenario, and laid against the model's trajectories.
//!
//! The file has a line `from,to,province,attacks,killed` after comment lines that begin with `#`. A row counts what
//! happened from the first day to the last, both included, in a province (empty: in the whole state); a figure that
//! is not known is left empty.

use std::io::{BufReader, Read};
use std::path::{Path, PathBuf};

use super::prepared::Prepared;
use super::results::{Labels, Outcomes, Slice, Trajectories};
use crate::sampling::{LANES, TrialKey};
use crate::scenario::date::Date;
use crate::scenario::diagnostic::quoted;
use crate::scenario::file;
use crate::scenario::whole::Observed;
use crate::statistics::summary::{mean, quantile_of_sorted, sorted_finite, variance};
use crate::world::draw::Drawer;

/// Largest file that is read, in bytes.
const LARGEST: u64 = 16 << 20;

/// One row of an observed series.
#[derive(Debug, Clone, PartialEq)]
pub struct ObservedRow {
    /// First day.
    pub from: Date,
    /// Last day.
    pub to: Date,
    /// Province, or `None` for the whole.
    pub province: Option<String>,
    /// Attacks counted.
    pub attacks: Option<f64>,
    /// Killed counted.
    pub killed: Option<f64>,
}

/// Why an observed series cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum ObservedError {
    /// The file cannot be opened or is no CSV.
    #[error("{path}: {cause}")]
    File {
        /// The file.
        path: PathBuf,
        /// What the system or the CSV reader says.
        cause: String,
    },
    /// A cell cannot be understood.
    #[error("{path}, line {line}: {what}")]
    Cell {
        /// The file.
        path: PathBuf,
        /// The line, from 1.
        line: u64,
        /// What is wrong and what was expected.
        what: String,
    },
}

/// Reads the series that a scenario in `folder` names, which lies in that folder or below it.
///
/// # Errors
/// The file, the line and what was expected there.
pub fn read(folder: &Path, named: &str, provinces: &[String]) -> Result<Vec<ObservedRow>, ObservedError> {
    let path = folder.join(named);
    let refused = |cause| ObservedError::File { path: path.clone(), cause };
    let found = file::below(folder, named).map_err(refused)?;
    read_from(&path, file::open(&found, LARGEST).map_err(refused)?, provinces)
}

/// Reads a series from anywhere; `path` stands for it in messages.
///
/// # Errors
/// As [`read`].
pub fn read_from(path: &Path, from: impl Read, provinces: &[String]) -> Result<Vec<ObservedRow>, ObservedError> {
    let file = |cause: csv::Error| ObservedError::File { path: path.to_path_buf(), cause: cause.to_string() };
    let mut reader =
        csv::ReaderBuilder::new().comment(Some(b'#')).trim(csv::Trim::All).from_reader(BufReader::new(from));
    let header = reader.headers().map_err(file)?.clone();
    let expected = ["from", "to", "province", "attacks", "killed"];
    if header.iter().take(expected.len()).ne(expected) {
        return Err(ObservedError::Cell {
            path: path.to_path_buf(),
            line: 1,
            what: format!("the first line must begin with {}", expected.join(",")),
        });
    }
    let mut rows = Vec::new();
    for record in reader.records() {
        let record = record.map_err(file)?;
        let line = record.position().map_or(0, csv::Position::line);
        let wrong = |what: String| ObservedError::Cell { path: path.to_path_buf(), line, what };
        let day =
            |text: &str| Date::parse(text).ok_or_else(|| wrong(format!("{} is no day like 2021-08-15", quoted(text))));
        let count = |text: &str| match text {
            "" => Ok(None),
            _ => text
                .parse::<f64>()
                .ok()
                .filter(|v| v.is_finite() && *v >= 0.0)
                .map(Some)
                .ok_or_else(|| wrong(format!("{} is no count", quoted(text)))),
        };
        let (from, to) = (day(&record[0])?, day(&record[1])?);
        if to < from {
            return Err(wrong(format!("{to} is before {from}")));
        }
        let province = Some(record[2].to_string()).filter(|p| !p.is_empty());
        if let Some(name) = province.as_ref().filter(|p| !provinces.contains(p)) {
            return Err(wrong(format!(
                "no region has the province {}; there are {}",
                quoted(name),
                provinces.join(", ")
            )));
        }
        rows.push(ObservedRow { from, to, province, attacks: count(&record[3])?, killed: count(&record[4])? });
    }
    Ok(rows)
}

/// What each trial of the trajectories counts in a window: steps whose middle lies within it. `None` if the window
/// is not wholly within the horizon or there is no such series.
pub fn counted(
    trajectories: &Trajectories,
    labels: &Labels,
    metric: &str,
    row: &ObservedRow,
    step_days: i64,
) -> Option<Vec<f64>> {
    let slice = match &row.province {
        None => Slice::Total,
        Some(name) => Slice::Province(labels.provinces.iter().position(|p| p == name)? as u16),
    };
    let column = trajectories.columns.iter().position(|c| c.metric == metric && c.slice == slice)?;
    let start = Date::parse(labels.steps.first()?)?;
    let horizon = start.plus_days(step_days * trajectories.steps as i64);
    if row.from < start || row.to > horizon {
        return None;
    }
    let inside = |step: usize| {
        let middle = 2 * step_days * step as i64 + step_days;
        middle >= 2 * start.days_until(row.from) && middle < 2 * (start.days_until(row.to) + 1)
    };
    let steps: Vec<usize> = (0..trajectories.steps).filter(|&s| inside(s)).collect();
    let series = trajectories.series(column);
    Some(
        (0..trajectories.trials.len())
            .map(|trial| steps.iter().map(|s| f64::from(series[trial * trajectories.steps + s])).sum())
            .collect(),
    )
}

/// One observed figure beside what the model's trials count.
#[derive(Debug, Clone, PartialEq)]
pub struct Comparison {
    /// Who counted.
    pub series: String,
    /// When and where.
    pub row: ObservedRow,
    /// `attacks` or `killed`.
    pub what: &'static str,
    /// Counted by the observers.
    pub observed: f64,
    /// Median of the trials, counted as the observers count.
    pub median: f64,
    /// Lower end of the 80 % interval of the trials.
    pub low: f64,
    /// Its upper end.
    pub high: f64,
}

impl Comparison {
    /// Whether the observed figure lies within the 80 % interval.
    pub fn within(&self) -> bool {
        (self.low..=self.high).contains(&self.observed)
    }
}

/// All observed figures whose window lies within the horizon, beside the model. `folder`: where the scenario's paths
/// start from.
///
/// # Errors
/// A series that cannot be read.
pub fn compare(
    prepared: &Prepared,
    folder: &Path,
    trajectories: &Trajectories,
) -> Result<Vec<Comparison>, ObservedError> {
    let scenario = prepared.scenario;
    let labels = prepared.labels();
    let mut comparisons = Vec::new();
    for series in &scenario.observed {
        let counting = counting_factors(prepared, series, trajectories.trials.len());
        for row in read(folder, &series.file, &labels.provinces)? {
            let figures = [("attacks", "attacks", row.attacks), ("killed", series.killed.as_str(), row.killed)];
            for (what, metric, observed) in figures {
                let counts = counted(trajectories, &labels, metric, &row, scenario.step_days as i64);
                let (Some(observed), Some(mut counts)) = (observed, counts) else { continue };
                counts.iter_mut().zip(&counting).for_each(|(count, factor)| *count *= factor);
                let [low, median, high] = quantiles(&counts, [0.1, 0.5, 0.9]);
                comparisons.push(Comparison {
                    series: series.label.clone(),
                    row: row.clone(),
                    what,
                    observed,
                    median,
                    low,
                    high,
                });
            }
        }
    }
    Ok(comparisons)
}

/// The counting factor of a series in each trial.
fn counting_factors(prepared: &Prepared, series: &Observed, trials: usize) -> Vec<f64> {
    (0..trials.div_ceil(LANES))
        .flat_map(|block| {
            let first = (block * LANES) as u64;
            let keys = std::array::from_fn(|lane| TrialKey::new(prepared.seed, first + lane as u64));
            *Drawer::new(keys).column(&series.counting)
        })
        .take(trials)
        .collect()
}

/// A stylised fact of the model's trials.
#[derive(Debug, Clone, PartialEq)]
pub struct Fact {
    /// In words.
    pub name: &'static str,
    /// Median over trials.
    pub median: f64,
    /// 10 % quantile.
    pub low: f64,
    /// 90 % quantile.
    pub high: f64,
}

/// Stylised facts of the first year: how clustered weekly attacks are, and how many attacks kill nobody.
pub fn facts(prepared: &Prepared, trajectories: &Trajectories, outcomes: &Outcomes) -> Vec<Fact> {
    let year = prepared.record.year_ends.first().copied().unwrap_or(0).min(trajectories.steps);
    let mut facts = Vec::new();
    let attacks = trajectories.columns.iter().position(|c| c.metric == "attacks" && c.slice == Slice::Total);
    if let Some(column) = attacks {
        let values = trajectories.series(column);
        let dispersion: Vec<f64> = (0..trajectories.trials.len())
            .filter_map(|trial| {
                let weeks: Vec<f64> =
                    values[trial * trajectories.steps..][..year].iter().copied().map(f64::from).collect();
                let mean = mean(&weeks).filter(|m| *m > 0.0)?;
                Some(variance(&weeks)? / mean)
            })
            .collect();
        let [low, median, high] = quantiles(&dispersion, [0.1, 0.5, 0.9]);
        facts.push(Fact { name: "variance / mean of attacks per step within the first year", median, low, high });
    }
    let total = |metric: &str| {
        let column = outcomes.columns.iter().position(|c| c.metric == metric && c.slice == Slice::Year(0))?;
        Some(outcomes.policies.first()?.values[column].all())
    };
    if let (Some(all), Some(fatal)) = (total("attacks"), total("attacks_fatal")) {
        let shares: Vec<f64> = all.into_iter().zip(fatal).filter(|(a, _)| *a > 0.0).map(|(a, f)| 1.0 - f / a).collect();
        let [low, median, high] = quantiles(&shares, [0.1, 0.5, 0.9]);
        facts.push(Fact { name: "share of attacks in the first year that kill nobody", median, low, high });
    }
    facts
}

fn quantiles<const N: usize>(values: &[f64], levels: [f64; N]) -> [f64; N] {
    let sorted = sorted_finite(values);
    levels.map(|level| quantile_of_sorted(&sorted, level).unwrap_or(0.0))
}
