//! `sweep.json`: what figures and page of a sweep need beside its tables, so that they can be made again at any time.
//!
//! The file holds what was asked, how it ended, and which points the figures show; their figures are read from `results.csv`
//! and `best.csv`, whose numbers are in the shortest form that reads back as the same number. So figures and page come
//! out the same to the bit.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::{SweepResults, page};
use crate::experiment::sweep::figures::{Best, Figures, PointResult};
use crate::report::ReportError;
use crate::report::csv_tables::text;
use crate::report::plots;
use crate::report::whole_file::write_whole;

/// Name of the file.
pub const FILE: &str = "sweep.json";
/// Version of its format.
const FORMAT: u32 = 1;

#[derive(Serialize, Deserialize)]
struct Saved {
    format: u32,
    #[serde(flatten)]
    results: SweepResults,
    /// The points that figures show, by number.
    shown: Vec<Shown>,
}

#[derive(Serialize, Deserialize)]
struct Shown {
    point: usize,
    coordinates: Vec<f64>,
    trials: usize,
}

/// Writes the file.
///
/// # Errors
/// [`ReportError::Write`] with the path.
pub fn write(folder: &Path, results: &SweepResults) -> Result<(), ReportError> {
    let shown =
        |one: &PointResult| Shown { point: one.point, coordinates: one.coordinates.clone(), trials: one.trials };
    let shown = results.points.iter().map(shown).collect();
    let results = SweepResults { points: Vec::new(), ..results.clone() };
    write_whole(&folder.join(FILE), |file| {
        serde_json::to_writer(&mut *file, &Saved { format: FORMAT, results, shown })?;
        writeln!(file)
    })
}

/// Draws the figures, if wanted, and writes the page.
///
/// # Errors
/// [`ReportError`] with the path.
pub fn write_page(folder: &Path, results: &SweepResults, figures: bool) -> Result<(), ReportError> {
    let plots_folder = folder.join("plots");
    let mut drawn = Vec::new();
    if figures {
        fs::create_dir_all(&plots_folder).map_err(ReportError::write(&plots_folder))?;
        drawn = plots::sweep::draw_all(results, &plots_folder)?;
    }
    page::write(&folder.join("report.html"), results, &drawn, &plots_folder)
}

/// Makes figures and page again from the tables of a sweep.
///
/// # Errors
/// A file that is not there, is damaged or cannot be written, with its path.
pub fn make(folder: &Path, figures: bool) -> Result<SweepResults, ReportError> {
    let results = read(folder)?;
    write_page(folder, &results, figures)?;
    Ok(results)
}

fn damaged(path: &Path, message: impl ToString) -> ReportError {
    ReportError::Damaged { path: path.to_path_buf(), message: message.to_string() }
}

fn read(folder: &Path) -> Result<SweepResults, ReportError> {
    let path = folder.join(FILE);
    let json = fs::read_to_string(&path).map_err(ReportError::read(&path))?;
    let saved: Saved = serde_json::from_str(&json).map_err(|error| damaged(&path, error))?;
    if saved.format != FORMAT {
        return Err(damaged(&path, format!("format {}, this program reads {FORMAT}", saved.format)));
    }
    let Saved { mut results, shown, .. } = saved;
    if results.policies.len() != results.policy_ids.len() || results.baseline >= results.policies.len().max(1) {
        return Err(damaged(&path, "its policies do not fit each other"));
    }
    let width = results.axes.len();
    if shown.iter().any(|one| one.coordinates.len() != width) {
        return Err(damaged(&path, "its points do not fit what is varied"));
    }
    let empty = vec![vec![None; results.measures.len()]; results.policies.len()];
    let point = |one: Shown| PointResult {
        point: one.point,
        coordinates: one.coordinates,
        trials: one.trials,
        figures: empty.clone(),
        best: None,
    };
    results.points = shown.into_iter().map(point).collect();
    let places: BTreeMap<usize, usize> =
        results.points.iter().enumerate().map(|(place, one)| (one.point, place)).collect();
    let ids: Vec<String> = results.policy_ids.iter().map(|id| text(id).into_owned()).collect();
    let metrics: Vec<String> = results.measures.iter().map(|one| text(&one.name).into_owned()).collect();
    let index = |names: &[String], name: Option<&str>| names.iter().position(|one| Some(one.as_str()) == name);
    let path = folder.join("results.csv");
    let points = &mut results.points;
    rows(&path, &places, |place, row| {
        let policy = index(&ids, row.get(1 + width))?;
        let measure = index(&metrics, row.get(2 + width))?;
        let cell = |at: usize| row.get(5 + width + at)?.parse::<f64>().ok();
        let quantiles = [cell(3)?, cell(4)?, cell(5)?, cell(6)?, cell(7)?];
        points[place].figures[policy][measure] = Some(Figures {
            trials: row.get(4 + width)?.parse().ok()?,
            mean: cell(0)?,
            mc_error: cell(1),
            sd: cell(2),
            quantiles,
            difference: cell(8).map(|mean| (mean, cell(9).zip(cell(10)))),
        });
        Some(())
    })?;
    let path = folder.join("best.csv");
    rows(&path, &places, |place, row| {
        let number = |at: usize| row.get(1 + width + at)?.parse::<f64>().ok();
        points[place].best = Some(Best {
            policy: index(&ids, row.get(1 + width))?,
            second: index(&ids, row.get(2 + width))?,
            margin: number(2)?,
            confidence: number(3)?,
            needed: row.get(6 + width).and_then(|cell| cell.parse().ok()),
        });
        Some(())
    })?;
    Ok(results)
}

/// Hands the rows of the points that are shown to `take`, with their places among these. They come first in the tables: the
/// first row of any other point ends the reading, however long the table is.
fn rows(
    path: &Path,
    places: &BTreeMap<usize, usize>,
    mut take: impl FnMut(usize, &csv::StringRecord) -> Option<()>,
) -> Result<(), ReportError> {
    let file = fs::File::open(path).map_err(ReportError::read(path))?;
    let mut reader = csv::Reader::from_reader(file);
    for row in reader.records() {
        let row = row.map_err(|error| damaged(path, error))?;
        let point = row.get(0).and_then(|cell| cell.parse().ok());
        let point: usize = point.ok_or_else(|| damaged(path, "a row has no number of a point"))?;
        let Some(place) = places.get(&point) else { break };
        let line = row.position().map_or(0, csv::Position::line);
        take(*place, &row).ok_or_else(|| damaged(path, format!("line {line} is not of this sweep")))?;
    }
    Ok(())
}
