//! Reads `trials.parquet` and `parameters.parquet` back, so that a report can be made again from saved trials.

use std::fs::File;
use std::path::Path;

use parquet::column::reader::ColumnReader;
use parquet::errors::ParquetError;
use parquet::file::reader::{FileReader, SerializedFileReader};

use super::error::ReportError;

/// A file's number columns by name, all row groups one after another; text columns are left out.
///
/// # Errors
/// [`ReportError::Parquet`] or [`ReportError::Write`] with the path: not there, damaged, or not of this program.
pub fn numbers(path: &Path) -> Result<Vec<(String, Vec<f64>)>, ReportError> {
    let failed = ReportError::parquet(path);
    let file = File::open(path).map_err(ReportError::read(path))?;
    let reader = SerializedFileReader::new(file).map_err(&failed)?;
    let schema = reader.metadata().file_metadata().schema_descr_ptr();
    let mut columns: Vec<(String, Vec<f64>)> =
        schema.columns().iter().map(|column| (column.name().to_string(), Vec::new())).collect();
    let mut texts = vec![false; columns.len()];
    for group in 0..reader.num_row_groups() {
        let group = reader.get_row_group(group).map_err(&failed)?;
        let rows = usize::try_from(group.metadata().num_rows()).unwrap_or(0);
        for (index, (_, values)) in columns.iter_mut().enumerate() {
            let column = group.get_column_reader(index).map_err(&failed)?;
            texts[index] |= !read(column, rows, values).map_err(&failed)?;
        }
    }
    let mut text = texts.into_iter();
    columns.retain(|_| !text.next().unwrap_or(false));
    Ok(columns)
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
