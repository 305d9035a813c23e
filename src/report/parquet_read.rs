//! Reads `trials.parquet` and `parameters.parquet` back, so that a report can be made again from saved trials.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use parquet::column::reader::ColumnReader;
use parquet::errors::ParquetError;
use parquet::file::metadata::ParquetMetaDataReader;
use parquet::file::reader::{ChunkReader, FileReader, SerializedFileReader};

use super::error::ReportError;
use super::parquet_pages;
use crate::scenario::diagnostic::quoted;
use crate::scenario::file;

/// Most numbers that are read from a file: 16 GB of them, as much as a run may keep.
const MOST_NUMBERS: usize = 2 << 30;

/// A file's number columns by name, all row groups one after another; text columns are left out. The file may
/// have at most `most` rows: what it claims itself is never a reason to set memory aside.
///
/// # Errors
/// [`ReportError::Read`] or [`ReportError::Damaged`] with the path: not there, damaged, or not of this program.
pub fn numbers(path: &Path, most: usize) -> Result<Vec<(String, Vec<f64>)>, ReportError> {
    // A pipe or a device would be waited for, or read for ever.
    let file = file::open(path, u64::MAX).map_err(ReportError::unreadable(path))?.into_inner();
    numbers_of(path, file, most)
}

/// The same of what stands anywhere; `path` stands for it in messages.
///
/// # Errors
/// As [`numbers`].
pub fn numbers_of<R: ChunkReader + 'static>(
    path: &Path,
    from: R,
    most: usize,
) -> Result<Vec<(String, Vec<f64>)>, ReportError> {
    // The library that reads the format has been seen to panic at files made to break it.
    catch_unwind(AssertUnwindSafe(|| columns(from, most)))
        .unwrap_or_else(|_| Err("it is no sound Parquet file".to_string()))
        .map_err(|message| damaged(path, message))
}

fn damaged(path: &Path, message: String) -> ReportError {
    ReportError::Damaged { path: path.to_path_buf(), message }
}

fn columns<R: ChunkReader + 'static>(from: R, most: usize) -> Result<Vec<(String, Vec<f64>)>, String> {
    let words = |error: ParquetError| error.to_string();
    parquet_pages::check_description(&from)?;
    let metadata = ParquetMetaDataReader::new().parse_and_finish(&from).map_err(words)?;
    let mut there = 0_i64;
    for group in metadata.row_groups() {
        let count = group.num_rows();
        there = there.checked_add(count).filter(|_| count >= 0).ok_or("it has a negative number of rows")?;
    }
    let rows = usize::try_from(there).unwrap_or(usize::MAX);
    if rows > most {
        return Err(format!("it has {rows} rows where at most {most} belong"));
    }
    let width = metadata.file_metadata().schema_descr().num_columns();
    if rows.saturating_mul(width) > MOST_NUMBERS {
        return Err(format!("it claims {rows} rows of {width} columns, more than memory is asked for"));
    }
    parquet_pages::check(&from, &metadata)?;
    let schema = metadata.file_metadata().schema_descr_ptr();
    let mut columns: Vec<(String, Vec<f64>)> =
        schema.columns().iter().map(|column| (column.name().to_string(), Vec::new())).collect();
    let mut texts = vec![false; columns.len()];
    let reader = SerializedFileReader::new(from).map_err(words)?;
    for group in 0..reader.num_row_groups() {
        let group = reader.get_row_group(group).map_err(words)?;
        let rows = usize::try_from(group.metadata().num_rows()).unwrap_or(0);
        for (index, (_, values)) in columns.iter_mut().enumerate() {
            let column = group.get_column_reader(index).map_err(words)?;
            texts[index] |= !read(column, rows, values).map_err(words)?;
        }
    }
    let mut text = texts.into_iter();
    columns.retain(|_| !text.next().unwrap_or(false));
    match columns.iter().find(|(_, values)| values.len() != rows) {
        Some((name, values)) => Err(format!("column {} has {} of {rows} values", quoted(name), values.len())),
        None => Ok(columns),
    }
}

/// Appends a column's values; false where it holds no numbers.
fn read(column: ColumnReader, rows: usize, into: &mut Vec<f64>) -> Result<bool, ParquetError> {
    match column {
        ColumnReader::Int64ColumnReader(mut reader) => {
            let mut values = Vec::with_capacity(rows);
            reader.read_records(rows, None, None, &mut values)?;
            into.extend(values.into_iter().map(|v| v as f64));
        }
        ColumnReader::DoubleColumnReader(mut reader) => {
            reader.read_records(rows, None, None, into)?;
        }
        _ => return Ok(false),
    }
    Ok(true)
}
