//! Reads `trials.parquet` and `parameters.parquet` back, so that a report can be made again from saved trials.

use std::fs::File;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};

use parquet::column::reader::ColumnReader;
use parquet::errors::ParquetError;
use parquet::file::metadata::ParquetMetaDataReader;
use parquet::file::reader::{ChunkReader, FileReader, SerializedFileReader};

use super::error::ReportError;
use super::parquet_pages;
use crate::experiment::values::Values;
use crate::scenario::diagnostic::quoted;
use crate::scenario::file;

/// Most numbers that are read from a file: 16 GB of them, as much as a run may keep.
const MOST_NUMBERS: usize = 2 << 30;

/// A file that was looked at, whose columns can be read.
pub struct Table<R: ChunkReader> {
    path: PathBuf,
    reader: SerializedFileReader<R>,
    names: Vec<String>,
    rows: usize,
}

/// Opens a file. It may have at most `most` rows: what it claims itself is never a reason to set memory aside.
///
/// # Errors
/// [`ReportError::Read`] or [`ReportError::Damaged`] with the path: not there, damaged, or not of this program.
pub fn open(path: &Path, most: usize) -> Result<Table<File>, ReportError> {
    // A pipe or a device would be waited for, or read for ever.
    let file = file::open(path, u64::MAX).map_err(ReportError::unreadable(path))?.into_inner();
    Table::new(path, file, most)
}

/// A file's number columns by name, all row groups one after another; text columns are left out.
///
/// # Errors
/// As [`open`].
pub fn numbers(path: &Path, most: usize) -> Result<Vec<(String, Values)>, ReportError> {
    open(path, most)?.numbers()
}

impl<R: ChunkReader + 'static> Table<R> {
    /// Looks at what stands anywhere; `path` stands for it in messages.
    ///
    /// # Errors
    /// As [`open`].
    pub fn new(path: &Path, from: R, most: usize) -> Result<Self, ReportError> {
        let (reader, names, rows) = guarded(path, || look(from, most))?;
        Ok(Self { path: path.to_path_buf(), reader, names, rows })
    }

    /// Names of its columns.
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// A column by its place.
    ///
    /// # Errors
    /// As [`open`]; also where it holds no numbers.
    pub fn column(&self, place: usize) -> Result<Values, ReportError> {
        let found = guarded(&self.path, || self.read(place))?;
        found.ok_or_else(|| damaged(&self.path, format!("column {} holds no numbers", quoted(&self.names[place]))))
    }

    /// All columns that hold numbers, by name.
    ///
    /// # Errors
    /// As [`open`].
    pub fn numbers(&self) -> Result<Vec<(String, Values)>, ReportError> {
        let mut columns = Vec::new();
        for (place, name) in self.names.iter().enumerate() {
            columns.extend(guarded(&self.path, || self.read(place))?.map(|values| (name.clone(), values)));
        }
        Ok(columns)
    }

    /// A column's values; `None` where they are no numbers.
    fn read(&self, place: usize) -> Result<Option<Values>, String> {
        let mut values = Values::default();
        for group in 0..self.reader.num_row_groups() {
            let group = self.reader.get_row_group(group).map_err(words)?;
            let rows = usize::try_from(group.metadata().num_rows()).unwrap_or(0);
            if !read(group.get_column_reader(place).map_err(words)?, rows, &mut values).map_err(words)? {
                return Ok(None);
            }
        }
        if values.len() == self.rows {
            return Ok(Some(values));
        }
        Err(format!("column {} has {} of {} values", quoted(&self.names[place]), values.len(), self.rows))
    }
}

/// The library that reads the format has been seen to panic at files made to break it.
fn guarded<T>(path: &Path, work: impl FnOnce() -> Result<T, String>) -> Result<T, ReportError> {
    catch_unwind(AssertUnwindSafe(work))
        .unwrap_or_else(|_| Err("it is no sound Parquet file".to_string()))
        .map_err(|message| damaged(path, message))
}

fn damaged(path: &Path, message: String) -> ReportError {
    ReportError::Damaged { path: path.to_path_buf(), message }
}

fn words(error: ParquetError) -> String {
    error.to_string()
}

/// A reader of the file, the names of its columns, and how many rows it has, after everything that it claims was checked.
fn look<R: ChunkReader + 'static>(
    from: R,
    most: usize,
) -> Result<(SerializedFileReader<R>, Vec<String>, usize), String> {
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
    let schema = metadata.file_metadata().schema_descr_ptr();
    if rows.saturating_mul(schema.num_columns()) > MOST_NUMBERS {
        return Err(format!(
            "it claims {rows} rows of {} columns, more than memory is asked for",
            schema.num_columns()
        ));
    }
    parquet_pages::check(&from, &metadata)?;
    let names = schema.columns().iter().map(|column| column.name().to_string()).collect();
    Ok((SerializedFileReader::new(from).map_err(words)?, names, rows))
}

/// Appends a column's values; false where it holds no numbers.
fn read(column: ColumnReader, rows: usize, into: &mut Values) -> Result<bool, ParquetError> {
    match column {
        ColumnReader::Int64ColumnReader(mut reader) => {
            let mut values = Vec::with_capacity(rows);
            reader.read_records(rows, None, None, &mut values)?;
            into.extend(&values.into_iter().map(|v| v as f64).collect::<Vec<_>>());
        }
        ColumnReader::DoubleColumnReader(mut reader) => {
            let mut values = Vec::with_capacity(rows);
            reader.read_records(rows, None, None, &mut values)?;
            into.extend(&values);
        }
        _ => return Ok(false),
    }
    Ok(true)
}
