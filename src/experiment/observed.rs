//! Observed series: read from CSV beside the scenario, and laid against the model's trajectories.
//!
//! The file has a line `from,to,province,attacks,killed` after comment lines that begin with `#`. A row counts what
//! happened from the first day to the last, both included, in a province (empty: in the whole state); a figure that
//! is not known is left empty.

use std::path::{Path, PathBuf};

use super::results::{Labels, Slice, Trajectories};
use crate::scenario::date::Date;

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

/// Reads a series.
///
/// # Errors
/// The file, the line and what was expected there.
pub fn read(path: &Path, provinces: &[String]) -> Result<Vec<ObservedRow>, ObservedError> {
    let file = |cause: csv::Error| ObservedError::File { path: path.to_path_buf(), cause: cause.to_string() };
    let mut reader =
        csv::ReaderBuilder::new().comment(Some(b'#')).trim(csv::Trim::All).from_path(path).map_err(file)?;
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
        let day = |text: &str| Date::parse(text).ok_or_else(|| wrong(format!("`{text}` is no day like 2021-08-15")));
        let count = |text: &str| match text {
            "" => Ok(None),
            _ => text
                .parse::<f64>()
                .ok()
                .filter(|v| v.is_finite() && *v >= 0.0)
                .map(Some)
                .ok_or_else(|| wrong(format!("`{text}` is no count"))),
        };
        let (from, to) = (day(&record[0])?, day(&record[1])?);
        if to < from {
            return Err(wrong(format!("{to} is before {from}")));
        }
        let province = Some(record[2].to_string()).filter(|p| !p.is_empty());
        if let Some(name) = province.as_ref().filter(|p| !provinces.contains(p)) {
            return Err(wrong(format!("no region has the province `{name}`; there are {}", provinces.join(", "))));
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
    let series = &trajectories.values[column];
    Some(
        (0..trajectories.trials)
            .map(|trial| steps.iter().map(|s| f64::from(series[trial * trajectories.steps + s])).sum())
            .collect(),
    )
}
