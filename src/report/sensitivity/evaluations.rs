//! `evaluations.parquet`: every trial of a study, one row per row of the design, point and history, with columns `row`,
//! `point`, `history` (int64) and one double `<metric>@<policy>` per metric and policy. Trials that failed are absent.

use std::path::Path;

use parquet::basic::Type as PhysicalType;
use parquet::data_type::{DoubleType, Int64Type};
use parquet::errors::ParquetError;

use super::Record;
use crate::experiment::sensitivity::evaluations::{Evaluations, Failure};
use crate::report::error::ReportError;
use crate::report::parquet_read;
use crate::report::parquet_tables::{ROWS_PER_GROUP, field, next_column, open};
use crate::report::whole_file::WholeFile;

/// Most figures that are read, 16 GB of them.
const MOST_FIGURES: usize = 2 << 30;

/// Its name.
pub const FILE: &str = "evaluations.parquet";

fn columns(record: &Record) -> Vec<String> {
    let pairs = record.policies.iter().flat_map(|(policy, _)| record.metrics.iter().map(move |m| (policy, &m.0)));
    pairs.map(|(policy, metric)| format!("{metric}@{policy}")).collect()
}

/// Writes the file.
///
/// # Errors
/// [`ReportError`] with the path.
pub fn write(path: &Path, record: &Record, evaluations: &Evaluations) -> Result<(), ReportError> {
    let failed = ReportError::parquet(path);
    let names = columns(record);
    let width = names.len();
    let mut fields: Vec<_> = ["row", "point", "history"].map(|name| field(name, PhysicalType::INT64, None)).into();
    fields.extend(names.iter().map(|name| field(name, PhysicalType::DOUBLE, None)));
    let fields = fields.into_iter().collect::<Result<_, _>>().map_err(&failed)?;
    let units =
        names.iter().enumerate().map(|(i, name)| (name.as_str(), record.metrics[i % record.metrics.len()].2.as_str()));
    let target = WholeFile::new(path);
    let mut writer = open(target.create()?, fields, units, &[]).map_err(&failed)?;
    let lanes: Vec<&[f64]> = evaluations.values.chunks_exact(width.max(1)).collect();
    let whole: Vec<usize> = (0..lanes.len()).filter(|&lane| lanes[lane].iter().all(|v| v.is_finite())).collect();
    for part in whole.chunks(ROWS_PER_GROUP) {
        let write =
            |writer: &mut parquet::file::writer::SerializedFileWriter<std::fs::File>| -> Result<(), ParquetError> {
                let mut group = writer.next_row_group()?;
                let (points, histories) = (evaluations.points, evaluations.histories);
                let places: [fn(usize, usize, usize) -> usize; 3] =
                    [|lane, p, h| lane / (p * h), |lane, p, h| lane / h % p, |lane, _, h| lane % h];
                for place in places {
                    let numbers: Vec<i64> = part.iter().map(|&lane| place(lane, points, histories) as i64).collect();
                    next_column(&mut group, |column| column.typed::<Int64Type>().write_batch(&numbers, None, None))?;
                }
                for column in 0..width {
                    let values: Vec<f64> = part.iter().filter_map(|&lane| lanes[lane].get(column).copied()).collect();
                    next_column(&mut group, |column| column.typed::<DoubleType>().write_batch(&values, None, None))?;
                }
                group.close().map(drop)
            };
        write(&mut writer).map_err(&failed)?;
    }
    writer.close().map_err(&failed)?;
    target.commit()
}

/// Trials of all policies together, and figures, of a study; `None` where no study is so large, or its failures are not
/// of its trials.
fn sizes(record: &Record) -> Option<(usize, usize)> {
    let lanes = record.rows.checked_mul(record.points)?.checked_mul(record.histories)?;
    let figures = lanes.checked_mul(record.policies.len())?.checked_mul(record.metrics.len())?;
    let within = |failure: &Failure| {
        failure.row < record.rows as u64
            && failure.point < record.points
            && failure.history < record.histories
            && failure.policy < record.policies.len()
    };
    (figures > 0 && figures <= MOST_FIGURES && record.failures.iter().all(within)).then_some((lanes, figures))
}

/// Reads what [`write()`] left: the evaluations of `record`'s rows.
///
/// # Errors
/// [`ReportError`] with the path: not there, damaged, or not of this study.
pub fn read(path: &Path, record: &Record) -> Result<Evaluations, ReportError> {
    let damaged = |message: &str| ReportError::Damaged { path: path.to_path_buf(), message: message.to_string() };
    let (lanes, figures) = sizes(record).ok_or_else(|| damaged("the study it belongs to cannot be"))?;
    let table = parquet_read::numbers(path, lanes)?;
    let names = columns(record);
    if table.len() != names.len() + 3 || table.iter().skip(3).zip(&names).any(|((name, _), own)| name != own) {
        return Err(damaged("its columns are not those of the study"));
    }
    let (policies, metrics) = (record.policies.len(), record.metrics.len());
    let mut evaluations = Evaluations::new(record.points, record.histories, policies, metrics);
    evaluations.failures = record.failures.clone();
    evaluations.values = vec![f64::NAN; figures];
    let width = names.len();
    for index in 0..table[0].1.len() {
        let [row, point, history] = [0, 1, 2].map(|column: usize| table[column].1.get(index) as usize);
        if row >= record.rows || point >= record.points || history >= record.histories {
            return Err(damaged("it holds trials that are not of the study"));
        }
        let lane = (row * record.points + point) * record.histories + history;
        for (column, (_, values)) in table.iter().skip(3).enumerate() {
            evaluations.values[lane * width + column] = values.get(index);
        }
    }
    Ok(evaluations)
}

#[cfg(test)]
mod tests {
    use super::super::FORMAT;
    use super::*;

    #[test]
    fn what_was_written_is_read_back_and_what_failed_stays_absent() {
        let pair = |name: &str| (name.to_string(), String::new());
        let record = Record {
            format: FORMAT,
            program: String::new(),
            command: String::new(),
            second_order: false,
            levels: 4,
            differences: true,
            hashes: super::super::Inputs { version: String::new(), scenario: String::new(), study: String::new() },
            inputs: Vec::new(),
            title: String::new(),
            description: None,
            scenario: String::new(),
            method: "sobol".to_string(),
            seed: 1,
            wanted: 2,
            rows: 2,
            points: 3,
            histories: 2,
            policies: vec![pair("a"), pair("b")],
            baseline: None,
            metrics: vec![("killed".to_string(), String::new(), "people".to_string())],
            groups: Vec::new(),
            failures: Vec::new(),
        };
        let mut evaluations = Evaluations::new(3, 2, 2, 1);
        evaluations.values = (0..24).map(f64::from).collect();
        evaluations.values[6] = f64::NAN;
        evaluations.values[7] = f64::NAN;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(FILE);
        write(&path, &record, &evaluations).unwrap();
        let again = read(&path, &record).unwrap();
        assert_eq!(again.rows(), 2);
        for (a, b) in evaluations.values.iter().zip(&again.values) {
            assert!(a == b || (a.is_nan() && b.is_nan()), "{a} {b}");
        }
        let shorter = Record { rows: 1, ..record };
        assert!(read(&path, &shorter).unwrap_err().to_string().contains("where at most 6 belong"));
    }
}
