//! `series.parquet`: what happened step by step in the first trials of every policy.
//!
//! One row per policy, trial and step, sorted so. Columns: `policy` (string), `trial` (int64, from 0), `step` (int32,
//! from 0), `date` (date, first day of the step), then one float column per series, named like the columns of
//! `summary.csv` (`attacks`, `attacks@KP`, `strength@north-front`); counts are exact up to 2^24. No nulls, streams of split
//! bytes (BYTE_STREAM_SPLIT), Snappy compression, row groups of at most 131,072 rows. Metadata as in `trials.parquet`.
//!
//! Policies are written one at a time as they are simulated, so memory does not grow with their number.

use std::fs::File;
use std::ops::Range;
use std::path::{Path, PathBuf};

use parquet::basic::{LogicalType, Type as PhysicalType};
use parquet::data_type::{FloatType, Int32Type, Int64Type};
use parquet::errors::ParquetError;
use parquet::file::writer::SerializedFileWriter;

use super::calendar::parse_iso;
use super::error::ReportError;
use super::parquet_tables::{ROWS_PER_GROUP, field, next_column, open, string_field, write_name};
use super::whole_file::WholeFile;
use crate::experiment::results::{Column, Labels, SeriesColumn, Trajectories};
use crate::simulation::record::Series;

/// Writes `series.parquet` policy by policy; its spec is this module's comment. Dropped without
/// [`SeriesWriter::finish`], it leaves nothing behind.
pub struct SeriesWriter {
    path: PathBuf,
    target: WholeFile,
    writer: SerializedFileWriter<File>,
    columns: Vec<SeriesColumn>,
    /// First day of each step, days since 1970-01-01.
    dates: Vec<i32>,
}

/// Name of a series in files, the same as that of an outcome of the same metric and slice.
pub fn series_name(labels: &Labels, column: &SeriesColumn) -> String {
    labels.column(&Column { metric: column.metric, unit: column.unit.clone(), slice: column.slice.clone() })
}

impl SeriesWriter {
    /// Begins the file. `columns`: the series that every policy's trajectories hold, in their order.
    ///
    /// # Errors
    /// [`ReportError::Write`] or [`ReportError::Parquet`] with the path; [`ReportError::Shape`] if a step has no date.
    pub fn create(
        path: &Path,
        labels: &Labels,
        columns: &[SeriesColumn],
        metadata: &[(String, String)],
    ) -> Result<Self, ReportError> {
        let dates = labels.steps.iter().map(|step| parse_iso(step)).collect::<Option<Vec<i32>>>();
        let dates = dates.ok_or_else(|| ReportError::Shape { message: "a step's first day is not a date".into() })?;
        let failed = ReportError::parquet(path);
        let names: Vec<String> = columns.iter().map(|column| series_name(labels, column)).collect();
        let mut fields = vec![
            string_field("policy"),
            field("trial", PhysicalType::INT64, None),
            field("step", PhysicalType::INT32, None),
            field("date", PhysicalType::INT32, Some(LogicalType::Date)),
        ];
        fields.extend(names.iter().map(|name| field(name, PhysicalType::FLOAT, None)));
        let fields = fields.into_iter().collect::<Result<_, _>>().map_err(&failed)?;
        let units = names.iter().zip(columns).map(|(name, column)| (name.as_str(), &*column.unit));
        let target = WholeFile::new(path);
        let writer = open(target.create()?, fields, units, metadata).map_err(&failed)?;
        Ok(SeriesWriter { path: path.to_path_buf(), target, writer, columns: columns.to_vec(), dates })
    }

    /// Appends the trajectories of one policy.
    ///
    /// # Errors
    /// As [`SeriesWriter::create`]; [`ReportError::Shape`] if the trajectories hold other series or steps than announced,
    /// or a value that is not a finite number.
    pub fn write_policy(&mut self, policy: &str, trajectories: &Trajectories) -> Result<(), ReportError> {
        let rows = trajectories.rows();
        let holds = |block: &Series| block.iter().len() == self.columns.len() && block.steps() == trajectories.steps;
        let fits = trajectories.columns == self.columns
            && (rows == 0 || (trajectories.blocks.iter().all(holds) && trajectories.steps == self.dates.len()));
        if !fits {
            let message = format!("trajectories of policy `{policy}` do not have the series and steps announced");
            return Err(ReportError::Shape { message });
        }
        for start in (0..rows).step_by(ROWS_PER_GROUP) {
            let end = (start + ROWS_PER_GROUP).min(rows);
            if !self.write_rows(policy, trajectories, start..end).map_err(ReportError::parquet(&self.path))? {
                let message = format!("a trajectory of policy `{policy}` holds a value that is not a finite number");
                return Err(ReportError::Shape { message });
            }
        }
        Ok(())
    }

    /// False where a value is not a finite number.
    fn write_rows(&mut self, policy: &str, from: &Trajectories, rows: Range<usize>) -> Result<bool, ParquetError> {
        let mut group = self.writer.next_row_group()?;
        write_name(&mut group, policy, rows.len())?;
        let trials: Vec<i64> = rows.clone().map(|row| from.trials[row / from.steps] as i64).collect();
        next_column(&mut group, |column| column.typed::<Int64Type>().write_batch(&trials, None, None))?;
        let steps: Vec<i32> = rows.clone().map(|row| (row % from.steps) as i32).collect();
        next_column(&mut group, |column| column.typed::<Int32Type>().write_batch(&steps, None, None))?;
        let dates: Vec<i32> = rows.clone().map(|row| self.dates[row % from.steps]).collect();
        next_column(&mut group, |column| column.typed::<Int32Type>().write_batch(&dates, None, None))?;
        let mut series = Vec::with_capacity(rows.len());
        for place in 0..from.columns.len() {
            from.read(place, rows.clone(), &mut series);
            // All of them, without a branch: the compiler makes vectors of it.
            if !series.iter().fold(true, |all, value| all & value.is_finite()) {
                return Ok(false);
            }
            next_column(&mut group, |column| column.typed::<FloatType>().write_batch(&series, None, None))?;
        }
        group.close().map(|_| true)
    }

    /// Ends the file and gives it its name; where it is.
    ///
    /// # Errors
    /// [`ReportError::Write`] or [`ReportError::Parquet`] with the path.
    pub fn finish(self) -> Result<PathBuf, ReportError> {
        self.writer.close().map_err(ReportError::parquet(&self.path))?;
        self.target.commit()?;
        Ok(self.path)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::experiment::results::{Slice, blocks_of};
    use crate::sampling::lanes::Lanes;
    use parquet::file::reader::{FileReader, SerializedFileReader};
    use parquet::record::RowAccessor;

    fn columns() -> Vec<SeriesColumn> {
        vec![SeriesColumn { metric: "attacks", unit: "attacks".into(), slice: Slice::Province(0) }]
    }

    fn labels() -> Labels {
        let steps = ["2021-08-15", "2021-08-22", "2021-08-29"].map(String::from).to_vec();
        Labels { provinces: vec!["North".into()], steps, ..Default::default() }
    }

    fn trajectories(blocks: Vec<Series>) -> Trajectories {
        Trajectories { columns: columns(), trials: vec![0, 1], steps: 3, blocks }
    }

    fn from(first: f32) -> Trajectories {
        trajectories(blocks_of(&[(0..6).map(|i| first + i as f32).collect()], 3))
    }

    #[test]
    fn policies_written_one_by_one_read_back_in_order_with_dates() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("series.parquet");
        let mut writer = SeriesWriter::create(&path, &labels(), &columns(), &[]).unwrap();
        writer.write_policy("a", &from(0.0)).unwrap();
        writer.write_policy("b", &from(100.0)).unwrap();
        assert!(!path.exists(), "the file must not appear before it is whole");
        writer.finish().unwrap();
        let reader = SerializedFileReader::new(File::open(&path).unwrap()).unwrap();
        let rows: Vec<_> = reader.get_row_iter(None).unwrap().map(Result::unwrap).collect();
        assert_eq!(rows.len(), 12);
        assert_eq!(rows[10].to_string(), "{policy: \"b\", trial: 1, step: 1, date: 2021-08-22, attacks@North: 104.0}");
        assert_eq!(rows[10].get_float(4).unwrap(), 104.0);
    }

    #[test]
    fn other_series_than_announced_are_refused_and_nothing_is_left() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("series.parquet");
        let mut writer = SeriesWriter::create(&path, &labels(), &columns(), &[]).unwrap();
        for other in [Series::new(1, 2), Series::new(2, 3), Series::of(3, vec![Lanes::of(f32::NAN); 3])] {
            let refused = writer.write_policy("a", &trajectories(vec![other]));
            assert!(matches!(refused, Err(ReportError::Shape { .. })));
        }
        drop(writer);
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
    }
}
