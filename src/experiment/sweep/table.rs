//! Points from a CSV file: the header names the paths, each row is a point.

use std::collections::BTreeSet;
use std::io::{BufReader, Read};
use std::path::{Path, PathBuf};

use super::axis::Axis;
use super::points::AxisError;
use crate::scenario::diagnostic::quoted;
use crate::scenario::file;
use crate::scenario::setting::Setting;

/// Most points that a table may hold; they are kept in memory.
const MOST_ROWS: usize = 10_000_000;

/// Most different dates, spans and words of a column.
const MOST_WORDS: usize = 1000;

/// Largest file that is read, in bytes.
const LARGEST: u64 = 256 << 20;

/// Points of a table. A column whose first cell is no number holds dates, spans of time, switches or words.
#[derive(Debug, Clone, PartialEq)]
pub struct PointTable {
    /// Dotted paths, from the header.
    pub paths: Vec<String>,
    /// Numbers, row by row; for other columns the place among [`PointTable::words`].
    pub cells: Vec<f64>,
    /// The different values of each column that holds no numbers.
    pub words: Vec<Vec<Setting>>,
}

impl PointTable {
    /// A value of each path.
    pub fn first(&self) -> impl Iterator<Item = (&String, Setting)> {
        let value = |(column, path)| {
            let word = self.words.get(column).and_then(|words: &Vec<Setting>| words.first()).cloned();
            (path, word.unwrap_or_else(|| Setting::Number(self.cells.get(column).copied().unwrap_or(0.0))))
        };
        self.paths.iter().enumerate().map(value)
    }

    /// The points' coordinates, row by row, and the levels of the axes with them.
    ///
    /// # Errors
    /// A cell is no value of its key.
    pub fn coordinates(self, axes: &mut [Axis]) -> Result<Vec<f64>, Vec<AxisError>> {
        let width = axes.len().max(1);
        let mut coordinates = self.cells;
        for (index, axis) in axes.iter_mut().enumerate() {
            let refused = |message: String| vec![AxisError { axis: index, message }];
            let words: Vec<f64> = self.words[index]
                .iter()
                .map(|word| axis.coordinate(word))
                .collect::<Result<_, _>>()
                .map_err(refused)?;
            let cells = coordinates.iter_mut().skip(index).step_by(width);
            if words.is_empty() {
                let mut known: Option<f64> = None;
                for cell in cells {
                    if known != Some(*cell) {
                        axis.coordinate(&Setting::Number(*cell)).map_err(refused)?;
                        known = Some(*cell);
                    }
                }
            } else {
                cells.for_each(|cell| *cell = words[*cell as usize]);
            }
            axis.levels = coordinates.iter().skip(index).step_by(width).copied().collect();
            axis.levels.sort_by(f64::total_cmp);
            axis.levels.dedup();
        }
        Ok(coordinates)
    }
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
/// [`TableError`] with the line where a cell is not a finite number in a column of numbers, a row has another length than the header, a path is
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
    let mut cells = Vec::new();
    let mut words: Vec<Vec<Setting>> = vec![Vec::new(); paths.len()];
    for (row, record) in reader.records().enumerate() {
        let record = record.map_err(|error| failed(error.to_string()))?;
        let line = record.position().map_or(row as u64 + 2, csv::Position::line);
        for ((cell, name), words) in record.iter().zip(&paths).zip(&mut words) {
            let not = |what: &str| failed(format!("line {line}: {} is {}, {what}", quoted(name), quoted(cell)));
            let number = cell.parse::<f64>().ok();
            match (number, words.is_empty()) {
                (Some(number), true) if number.is_finite() => cells.push(number),
                (Some(_), _) => return Err(not("not a number that can be given")),
                (None, true) if row > 0 || cell.is_empty() => return Err(not("not a number")),
                (None, _) => {
                    let word = Setting::parse(cell);
                    let place = words.iter().position(|other| *other == word).unwrap_or_else(|| {
                        words.push(word);
                        words.len() - 1
                    });
                    if place >= MOST_WORDS {
                        return Err(not("one more than the thousand different values that such a column may have"));
                    }
                    cells.push(place as f64);
                }
            }
        }
        if row >= MOST_ROWS {
            return Err(failed(format!("more than {MOST_ROWS} rows")));
        }
    }
    if cells.is_empty() {
        return Err(failed("it holds no points: expected a header of paths and a row for each point".to_string()));
    }
    Ok(PointTable { paths, cells, words })
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
        assert_eq!(table.cells, [1.0, 2.5, 3.0, 400.0]);
        let mixed = written("from,on,x\n2023-01-01,true,1\n2024-01-01,true,2\n2023-01-01,false,3\n").unwrap();
        assert_eq!(mixed.cells, [0.0, 0.0, 1.0, 1.0, 0.0, 2.0, 0.0, 1.0, 3.0]);
        assert_eq!(mixed.words[1], [Setting::Flag(true), Setting::Flag(false)]);
        assert!(matches!(mixed.first().next(), Some((path, Setting::Date(_))) if path == "from"));
        let said = |text: &str| written(text).expect_err("a mistake");
        assert!(said("a,b\n1,2\n3,many\n").contains("line 3: `b` is `many`, not a number"));
        assert!(said("a,b\n1,inf\n").contains("not a number"));
        assert!(said("a,a\n1,2\n").contains("each path once"));
        assert!(said("a,b\n").contains("no points"));
        assert!(said("a,b\n1\n").contains("record 1"), "{}", said("a,b\n1\n"));
    }
}
