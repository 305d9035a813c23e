//! Tables of a sweep, written row by row as points come in: memory does not grow with their number.
//!
//! `results.csv` and `results.parquet`, one row per point, policy and metric: `point` (from 0), one column per path that
//! is varied (in the unit of its key; dates, spans of time, switches and names as text), `policy`, `metric` (`objective` for the weighted sum that policies are judged by),
//! `unit`, `trials` (those that did not fail), `mean`, `mc_error` (standard error of the mean), `sd`, `q05`, `q25`, `q50`,
//! `q75`, `q95`, `difference` (mean of the paired differences from the baseline), `difference_low`, `difference_high`
//! (its 95 % interval). A cell is empty (null) where a figure does not exist: differences of the baseline, errors of a
//! single trial. Rows are in order of points, in batches where a sweep is too large for memory.
//!
//! `best.csv`, one row per point: `point`, the paths, `best`, `second` (the nearest), `margin` (paired mean difference of
//! their objectives), `confidence` (lower bound of the probability that `best` is best in expectation), `settled`
//! (confidence of 95 %), `trials_needed` (that would settle it with the chance of 90 % per comparison).
//!
//! `failed.csv`: `point`, the paths, `policy`, `trial` (both empty where the whole point was refused), `reason`.

use std::fs::File;
use std::io::BufWriter;
use std::path::{Path, PathBuf};

use parquet::basic::{Repetition, Type as PhysicalType};
use parquet::data_type::{ByteArray, ByteArrayType, DoubleType, Int64Type};
use parquet::errors::ParquetError;
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::types::{Type, TypePtr};

use crate::experiment::sweep::figures::{Figures, Measure, PointResult};
use crate::experiment::sweep::run::{Failed, SweepSink};
use crate::report::ReportError;
use crate::report::csv_tables::{number, text};
use crate::report::parquet_tables::{ROWS_PER_GROUP, field, next_column, open, string_field};
use crate::report::sweep::ShownAxis;

/// Names of the figures' columns.
const FIGURES: [&str; 11] =
    ["mean", "mc_error", "sd", "q05", "q25", "q50", "q75", "q95", "difference", "difference_low", "difference_high"];

/// Failures written to the table at most; the rest are counted.
const MOST_FAILURES: usize = 100_000;
/// Failures told on the page.
const TOLD: usize = 5;

/// The tables in the making.
pub struct SweepTables {
    results: Csv,
    best: Csv,
    failed: Csv,
    parquet: Columns,
    axes: Vec<ShownAxis>,
    policies: Vec<String>,
    measures: Vec<Measure>,
    failures: usize,
    /// Points kept for figures, at most so many.
    pub kept: Vec<PointResult>,
    most_kept: usize,
    /// The first failures in words.
    pub told: Vec<String>,
}

impl SweepTables {
    /// Begins the tables in a folder. `policies` are ids; `most_kept` points are kept for figures.
    ///
    /// # Errors
    /// [`ReportError`] with the path.
    pub fn create(
        folder: &Path,
        axes: Vec<ShownAxis>,
        policies: Vec<String>,
        measures: &[Measure],
        most_kept: usize,
    ) -> Result<Self, ReportError> {
        let header = |before: &[&str], after: &[&str]| -> Vec<String> {
            let paths = axes.iter().map(|axis| text(&axis.path).into_owned());
            let plain = |names: &[&str]| names.iter().map(ToString::to_string).collect::<Vec<_>>();
            plain(before).into_iter().chain(paths).chain(plain(after)).collect()
        };
        let named = ["policy", "metric", "unit", "trials"];
        let mut results = Csv::create(&folder.join("results.csv"))?;
        results.row(header(&["point"], &[&named[..], &FIGURES[..]].concat()))?;
        let mut best = Csv::create(&folder.join("best.csv"))?;
        best.row(header(&["point"], &["best", "second", "margin", "confidence", "settled", "trials_needed"]))?;
        let mut failed = Csv::create(&folder.join("failed.csv"))?;
        failed.row(header(&["point"], &["policy", "trial", "reason"]))?;
        Ok(Self {
            results,
            best,
            failed,
            parquet: Columns::create(&folder.join("results.parquet"), &axes)?,
            axes,
            policies,
            measures: measures.to_vec(),
            failures: 0,
            kept: Vec::new(),
            most_kept,
            told: Vec::new(),
        })
    }

    /// Closes all files.
    ///
    /// # Errors
    /// [`ReportError`] with the path.
    pub fn finish(&mut self) -> Result<(), ReportError> {
        self.parquet.finish()?;
        [&mut self.results, &mut self.best, &mut self.failed].into_iter().try_for_each(Csv::finish)?;
        self.kept.sort_by_key(|result| result.point);
        Ok(())
    }
}

/// Coordinates as cells.
fn coordinates(axes: &[ShownAxis], coordinates: &[f64]) -> Vec<String> {
    let cell = |(axis, value): (&ShownAxis, &f64)| match axis.word(*value) {
        Some(word) => text(word).into_owned(),
        None => number(Some(*value)).into_owned(),
    };
    axes.iter().zip(coordinates).map(cell).collect()
}

/// The figures in the order of [`FIGURES`].
fn cells(figures: &Figures) -> [Option<f64>; 11] {
    let [q05, q25, q50, q75, q95] = figures.quantiles.map(Some);
    let difference = figures.difference;
    let interval = difference.and_then(|one| one.1);
    [
        Some(figures.mean),
        figures.mc_error,
        figures.sd,
        q05,
        q25,
        q50,
        q75,
        q95,
        difference.map(|one| one.0),
        interval.map(|ends| ends.0),
        interval.map(|ends| ends.1),
    ]
}

impl SweepSink for SweepTables {
    type Error = ReportError;

    fn take(&mut self, result: PointResult) -> Result<(), ReportError> {
        let coordinates = coordinates(&self.axes, &result.coordinates);
        let place = |point: usize| std::iter::once(point.to_string()).chain(coordinates.iter().cloned());
        for (policy, by_measure) in self.policies.iter().zip(&result.figures) {
            for (measure, figures) in self.measures.iter().zip(by_measure) {
                let Some(figures) = figures else { continue };
                let cells = cells(figures);
                let names = [text(policy), text(&measure.name), text(&measure.unit)].map(|cell| cell.into_owned());
                let row = place(result.point).chain(names).chain([figures.trials.to_string()]);
                self.results.row(row.chain(cells.iter().map(|cell| number(*cell).into_owned())))?;
                self.parquet.push(
                    &result,
                    &self.axes,
                    [policy, &measure.name, &measure.unit],
                    figures.trials,
                    cells,
                )?;
            }
        }
        if let Some(best) = result.best {
            let name = |policy: usize| text(&self.policies[policy]).into_owned();
            let figures = [best.margin, best.confidence].map(|value| number(Some(value)).into_owned());
            let settled = best.is_settled().to_string();
            let needed = best.needed.map_or(String::new(), |trials| trials.to_string());
            let names = [name(best.policy), name(best.second)];
            self.best.row(place(result.point).chain(names).chain(figures).chain([settled, needed]))?;
        }
        if self.kept.len() < self.most_kept {
            self.kept.push(result);
        }
        Ok(())
    }

    fn fail(&mut self, failed: Failed) -> Result<(), ReportError> {
        if self.told.len() < TOLD {
            let who = failed.trial.map_or(String::new(), |(policy, trial)| {
                format!(", trial {trial} of {}", self.policies.get(policy).map_or("?", String::as_str))
            });
            self.told.push(format!("point {}{who}: {}", failed.point, failed.reason));
        }
        self.failures += 1;
        if self.failures > MOST_FAILURES {
            return Ok(());
        }
        let place = coordinates(&self.axes, &failed.coordinates);
        let (policy, trial) = match failed.trial {
            Some((policy, trial)) => {
                (self.policies.get(policy).map_or(String::new(), |name| text(name).into_owned()), trial.to_string())
            }
            None => (String::new(), String::new()),
        };
        let reason = text(&failed.reason).into_owned();
        self.failed.row(std::iter::once(failed.point.to_string()).chain(place).chain([policy, trial, reason]))
    }
}

/// A CSV file that grows.
struct Csv {
    path: PathBuf,
    writer: csv::Writer<BufWriter<File>>,
}

impl Csv {
    fn create(path: &Path) -> Result<Self, ReportError> {
        let file = File::create(path).map_err(ReportError::write(path))?;
        Ok(Self { path: path.to_path_buf(), writer: csv::Writer::from_writer(BufWriter::new(file)) })
    }

    fn row(&mut self, cells: impl IntoIterator<Item = String>) -> Result<(), ReportError> {
        let failed = |error: csv::Error| match error.into_kind() {
            csv::ErrorKind::Io(error) => ReportError::write(&self.path)(error),
            other => ReportError::write(&self.path)(std::io::Error::other(format!("{other:?}"))),
        };
        let cells: Vec<String> = cells.into_iter().collect();
        self.writer.write_record(&cells).map_err(failed)
    }

    fn finish(&mut self) -> Result<(), ReportError> {
        self.writer.flush().map_err(ReportError::write(&self.path))
    }
}

/// A column of what is varied: numbers, or words.
enum Coordinates {
    Numbers(Vec<f64>),
    Words(Vec<ByteArray>),
}

/// The Parquet file and the rows of its next row group.
struct Columns {
    path: PathBuf,
    writer: Option<SerializedFileWriter<File>>,
    points: Vec<i64>,
    trials: Vec<i64>,
    coordinates: Vec<Coordinates>,
    names: [Vec<ByteArray>; 3],
    figures: Vec<Vec<Option<f64>>>,
}

impl Columns {
    fn create(path: &Path, axes: &[ShownAxis]) -> Result<Self, ReportError> {
        let failed = ReportError::parquet(path);
        let optional = |name: &str| -> Result<TypePtr, ParquetError> {
            let column = Type::primitive_type_builder(name, PhysicalType::DOUBLE);
            column.with_repetition(Repetition::OPTIONAL).build().map(std::sync::Arc::new)
        };
        let mut fields = vec![field("point", PhysicalType::INT64, None)];
        fields.extend(axes.iter().map(|axis| match axis.names.is_empty() {
            true => field(&axis.path, PhysicalType::DOUBLE, None),
            false => string_field(&axis.path),
        }));
        fields.extend(["policy", "metric", "unit"].map(string_field));
        fields.push(field("trials", PhysicalType::INT64, None));
        fields.extend(FIGURES.map(optional));
        let fields = fields.into_iter().collect::<Result<_, _>>().map_err(&failed)?;
        let file = File::create(path).map_err(ReportError::write(path))?;
        let writer = open(file, fields, std::iter::empty(), &[]).map_err(&failed)?;
        Ok(Self {
            path: path.to_path_buf(),
            writer: Some(writer),
            points: Vec::new(),
            trials: Vec::new(),
            coordinates: axes
                .iter()
                .map(|axis| match axis.names.is_empty() {
                    true => Coordinates::Numbers(Vec::new()),
                    false => Coordinates::Words(Vec::new()),
                })
                .collect(),
            names: Default::default(),
            figures: vec![Vec::new(); FIGURES.len()],
        })
    }

    fn push(
        &mut self,
        result: &PointResult,
        axes: &[ShownAxis],
        names: [&str; 3],
        trials: usize,
        cells: [Option<f64>; 11],
    ) -> Result<(), ReportError> {
        self.points.push(result.point as i64);
        self.trials.push(trials as i64);
        for ((column, value), axis) in self.coordinates.iter_mut().zip(&result.coordinates).zip(axes) {
            match column {
                Coordinates::Numbers(numbers) => numbers.push(*value),
                Coordinates::Words(words) => words.push(ByteArray::from(axis.word(*value).unwrap_or_default())),
            }
        }
        for (column, name) in self.names.iter_mut().zip(names) {
            column.push(ByteArray::from(name));
        }
        for (column, cell) in self.figures.iter_mut().zip(cells) {
            column.push(cell.filter(|value| value.is_finite()));
        }
        if self.points.len() >= ROWS_PER_GROUP { self.write_group() } else { Ok(()) }
    }

    fn write_group(&mut self) -> Result<(), ReportError> {
        let Some(writer) = self.writer.as_mut().filter(|_| !self.points.is_empty()) else { return Ok(()) };
        let failed = ReportError::parquet(&self.path);
        let mut write = || -> Result<(), ParquetError> {
            let mut group = writer.next_row_group()?;
            next_column(&mut group, |c| c.typed::<Int64Type>().write_batch(&self.points, None, None))?;
            for column in &self.coordinates {
                match column {
                    Coordinates::Numbers(numbers) => {
                        next_column(&mut group, |c| c.typed::<DoubleType>().write_batch(numbers, None, None))?;
                    }
                    Coordinates::Words(words) => {
                        next_column(&mut group, |c| c.typed::<ByteArrayType>().write_batch(words, None, None))?;
                    }
                }
            }
            for names in &self.names {
                next_column(&mut group, |c| c.typed::<ByteArrayType>().write_batch(names, None, None))?;
            }
            next_column(&mut group, |c| c.typed::<Int64Type>().write_batch(&self.trials, None, None))?;
            for cells in &self.figures {
                let present: Vec<f64> = cells.iter().copied().flatten().collect();
                let levels: Vec<i16> = cells.iter().map(|cell| i16::from(cell.is_some())).collect();
                next_column(&mut group, |c| c.typed::<DoubleType>().write_batch(&present, Some(&levels), None))?;
            }
            group.close().map(drop)
        };
        write().map_err(failed)?;
        self.points.clear();
        self.trials.clear();
        self.coordinates.iter_mut().for_each(|column| match column {
            Coordinates::Numbers(numbers) => numbers.clear(),
            Coordinates::Words(words) => words.clear(),
        });
        self.names.iter_mut().for_each(Vec::clear);
        self.figures.iter_mut().for_each(Vec::clear);
        Ok(())
    }

    fn finish(&mut self) -> Result<(), ReportError> {
        self.write_group()?;
        let failed = ReportError::parquet(&self.path);
        self.writer.take().map_or(Ok(()), |writer| writer.close().map(drop).map_err(failed))
    }
}

/// Bytes that the tables of so many rows take, about, with so many paths: CSV and Parquet together, as
/// measured on sweeps of the shipped scenarios.
pub fn predicted_bytes(rows: f64, paths: usize) -> f64 {
    rows * (150.0 + 22.0 * paths as f64)
}
