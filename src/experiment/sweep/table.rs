//! Points from a CSV file: the header names the paths, each row is a point.

use std::collections::BTreeSet;
use std::io::{BufReader, Read};
use std::path::{Path, PathBuf};

use crate::scenario::diagnostic::quoted;
use crate::scenario::file;

/// Most points that a table may hold; they are kept in memory.
const MOST_ROWS: usize = 10_000_000;

/// Largest file that is read, in bytes.
const LARGEST: u64 = 256 << 20;

/// Points of a table.
#[derive(Debug, Clone, PartialEq)]
pub struct PointTable {
    /// Dotted paths, from the header.
    pub paths: Vec<String>,
    /// Coordinates, row by row.
    pub coordinates: Vec<f64>,
}

/// Why a table was refused.
#[derive(Debug, thiserror::Error)]
#[error("{}: {message}", path.display())]
pub struct TableError {
    path: PathBuf,
    message: String,
}

/// Reads a table.
///
/// # Errors
/// [`TableError`] with the line where a cell is not a finite number, a row has another length than the header, a path is
/// there twice, or there is no row.
pub fn read(path: &Path) -> Result<PointTable, TableError> {
    let file = file::open(path, LARGEST).map_err(|message| TableError { path: path.to_path_buf(), message })?;
    read_from(path, file)
}

/// Reads a table from anywhere; `path` stands for it in messages.
///
/// # Errors
/// As [`read`].
pub fn read_from(path: &Path, from: impl Read) -> Result<PointTable, TableError> {
    let failed = |message: String| TableError { path: path.to_path_buf(), message };
    let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(BufReader::new(from));
    let header = reader.headers().map_err(|error| failed(error.to_string()))?;
    let paths: Vec<String> = header.iter().map(|cell| cell.trim_start_matches('\u{feff}').to_string()).collect();
    let mut seen = BTreeSet::new();
    for (index, name) in paths.iter().enumerate() {
        if name.is_empty() || !seen.insert(name) {
            return Err(failed(format!("column {} is named {}: expected each path once", index + 1, quoted(name))));
        }
    }
    let mut coordinates = Vec::new();
    for (row, record) in reader.records().enumerate() {
        let record = record.map_err(|error| failed(error.to_string()))?;
        let line = record.position().map_or(row as u64 + 2, csv::Position::line);
        for (cell, name) in record.iter().zip(&paths) {
            let value = cell.parse::<f64>().ok().filter(|value| value.is_finite());
            let value = value
                .ok_or_else(|| failed(format!("line {line}: {} is {}, not a number", quoted(name), quoted(cell))))?;
            coordinates.push(value);
        }
        if row >= MOST_ROWS {
            return Err(failed(format!("more than {MOST_ROWS} rows")));
        }
    }
    if coordinates.is_empty() {
        return Err(failed("it holds no points: expected a header of paths and a row for each point".to_string()));
    }
    Ok(PointTable { paths, coordinates })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(text: &str) -> Result<PointTable, String> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("points.csv");
        std::fs::write(&path, text).unwrap();
        read(&path).map_err(|error| error.to_string())
    }

    #[test]
    fn rows_are_points_and_mistakes_are_named_with_their_line() {
        let table = written("\u{feff}a.b, c.d\n1, 2.5\n3,4e2\n").unwrap();
        assert_eq!(table.paths, ["a.b", "c.d"]);
        assert_eq!(table.coordinates, [1.0, 2.5, 3.0, 400.0]);
        let said = |text: &str| written(text).expect_err("a mistake");
        assert!(said("a,b\n1,2\n3,many\n").contains("line 3: `b` is `many`, not a number"));
        assert!(said("a,b\n1,inf\n").contains("not a number"));
        assert!(said("a,a\n1,2\n").contains("each path once"));
        assert!(said("a,b\n").contains("no points"));
        assert!(said("a,b\n1\n").contains("record 1"), "{}", said("a,b\n1\n"));
    }
}
