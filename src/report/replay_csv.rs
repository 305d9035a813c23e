//! Tables of one trial: `chronicle.csv` (`date, happened`), `outcomes.csv` (`outcome, unit, value`, one row per outcome,
//! named as the columns of `trials.csv`) and `series.csv` (`date`, the first day of a step, and a column per series).
//! Form as of the other tables (see [`super::csv_tables`]).

use std::path::Path;

use super::csv_tables::{number, text, text_owned, write_csv};
use super::error::ReportError;
use super::series_parquet::series_name;
use crate::experiment::replay::Replay;
use crate::experiment::results::Labels;

/// Writes the three tables into a folder.
///
/// # Errors
/// [`ReportError::Write`] with the path.
pub fn write(folder: &Path, replay: &Replay, labels: &Labels) -> Result<(), ReportError> {
    write_csv(&folder.join("chronicle.csv"), |table| {
        table.write_record(["date", "happened"])?;
        for (day, words) in &replay.chronicle {
            table.write_record([day.to_string().as_bytes(), text(words).as_bytes()])?;
        }
        Ok(())
    })?;
    write_csv(&folder.join("outcomes.csv"), |table| {
        table.write_record(["outcome", "unit", "value"])?;
        for (column, value) in &replay.outcomes {
            let row = [text_owned(labels.column(column)), text(&column.unit), number(Some(*value))];
            table.write_record(row.iter().map(|cell| cell.as_bytes()))?;
        }
        Ok(())
    })?;
    write_csv(&folder.join("series.csv"), |table| {
        let names = replay.series.iter().map(|(column, _)| text_owned(series_name(labels, column)).into_owned());
        table.write_record(std::iter::once("date".to_string()).chain(names))?;
        for (step, day) in replay.days.iter().enumerate() {
            table.write_field(day.to_string())?;
            for (_, values) in &replay.series {
                table.write_field(number(values.get(step).map(|value| f64::from(*value))).as_bytes())?;
            }
            table.write_record(None::<&[u8]>)?;
        }
        Ok(())
    })
}
