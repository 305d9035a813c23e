//! `trials.parquet`: every outcome of every trial, one row per policy and trial.
//!
//! Columns: `policy` (string), `trial` (int64, from 0; trials of the same number share their random words across
//! policies), then one column per outcome, named as in `summary.csv`. A column whose unit counts things (people,
//! attacks, strikes: see [`counts_things`]) is int64, any other double; a counting column that holds a fraction after
//! all stays double, so that nothing is ever rounded. No column holds nulls. Rows are sorted by policy and trial, one
//! row group per policy (at most 131,072 rows), Snappy compression; counts are kept as differences
//! (DELTA_BINARY_PACKED). The file's key-value metadata carries what the
//! caller gives, and `jirga.units`, a JSON object from column name to unit.

use std::fs::File;
use std::ops::Range;
use std::path::Path;
use std::sync::Arc;

use parquet::basic::{Compression, Encoding, LogicalType, Repetition, Type as PhysicalType};
use parquet::data_type::{ByteArray, ByteArrayType, DoubleType, Int64Type};
use parquet::errors::ParquetError;
use parquet::file::metadata::KeyValue;
use parquet::file::properties::{EnabledStatistics, WriterProperties, WriterPropertiesBuilder};
use parquet::file::writer::{SerializedFileWriter, SerializedRowGroupWriter};
use parquet::schema::types::{ColumnPath, Type, TypePtr};

use super::csv_tables::check_shape;
use super::error::ReportError;
use super::whole_file::WholeFile;
use crate::experiment::information::ByTrial;
use crate::experiment::results::{Labels, Outcomes, numbers};

/// Rows per row group at most: what bounds the writer's memory.
pub(super) const ROWS_PER_GROUP: usize = 131_072;
/// Integers up to here are exact in a double.
const EXACT: f64 = 9_007_199_254_740_992.0;

/// Whether figures of this unit count things that come whole.
pub fn counts_things(unit: &str) -> bool {
    const WHOLE: [&str; 22] = [
        "attacks",
        "bystanders",
        "captures",
        "casualties",
        "civilians",
        "count",
        "deals",
        "events",
        "factions",
        "groups",
        "incidents",
        "injured",
        "killed",
        "leaders",
        "mergers",
        "operations",
        "people",
        "splits",
        "steps",
        "strikes",
        "talks",
        "weeks",
    ];
    WHOLE.contains(&unit)
}

/// Writes `trials.parquet`; its spec is this module's comment. `metadata`: keys and values to store in the file.
///
/// # Errors
/// [`ReportError::Write`] or [`ReportError::Parquet`] with the path; [`ReportError::Shape`] if a column lacks trials or
/// holds a value that is not a finite number.
pub fn write_trials(
    path: &Path,
    outcomes: &Outcomes,
    labels: &Labels,
    metadata: &[(String, String)],
) -> Result<(), ReportError> {
    check_shape(outcomes)?;
    let names: Vec<String> = outcomes.columns.iter().map(|column| labels.column(column)).collect();
    let whole = (0..names.len()).map(|c| is_whole(outcomes, c, &names[c])).collect::<Result<Vec<bool>, _>>()?;
    let failed = ReportError::parquet(path);
    let mut fields = vec![string_field("policy"), field("trial", PhysicalType::INT64, None)];
    for (name, whole) in names.iter().zip(&whole) {
        fields.push(field(name, if *whole { PhysicalType::INT64 } else { PhysicalType::DOUBLE }, None));
    }
    let fields = fields.into_iter().collect::<Result<_, _>>().map_err(&failed)?;
    let units = names.iter().zip(&outcomes.columns).map(|(name, column)| (name.as_str(), &*column.unit));
    let target = WholeFile::new(path);
    let mut writer = open(target.create()?, fields, units, metadata).map_err(&failed)?;
    for policy in &outcomes.policies {
        for start in (0..outcomes.trials).step_by(ROWS_PER_GROUP) {
            let end = (start + ROWS_PER_GROUP).min(outcomes.trials);
            let write = |writer: &mut SerializedFileWriter<File>| -> Result<(), ParquetError> {
                let mut group = writer.next_row_group()?;
                write_name(&mut group, &policy.name, end - start)?;
                let trials = numbers(&outcomes.left_out).skip(start).take(end - start);
                let trials: Vec<i64> = trials.map(|number| number as i64).collect();
                next_column(&mut group, |column| column.typed::<Int64Type>().write_batch(&trials, None, None))?;
                for (values, whole) in policy.values.iter().zip(&whole) {
                    let values = values.part(start..end);
                    next_column(&mut group, |column| match whole {
                        true => {
                            let counts: Vec<i64> = values.iter().map(|v| *v as i64).collect();
                            column.typed::<Int64Type>().write_batch(&counts, None, None)
                        }
                        false => column.typed::<DoubleType>().write_batch(&values, None, None),
                    })?;
                }
                group.close().map(drop)
            };
            write(&mut writer).map_err(&failed)?;
        }
    }
    writer.close().map_err(&failed)?;
    target.commit()
}

/// Drawn parameters, whose values are asked for some at a time: those of all in all trials may be more than memory should
/// hold.
pub struct DrawnParameters<'a> {
    /// Dotted paths.
    pub paths: Vec<&'a str>,
    /// Values of some parameters, by place, in trials of these numbers.
    pub values: &'a dyn Fn(Range<usize>, &[u64]) -> ByTrial,
}

/// Parameters whose values are in memory at a time.
const PARAMETERS_AT_ONCE: usize = 8;

/// Writes `parameters.parquet`: the value of every drawn parameter in each trial, columns `trial` (int64) and one double
/// per dotted path. All policies of a trial share the values.
///
/// # Errors
/// As [`write_trials`].
pub fn write_parameters(
    path: &Path,
    trials: usize,
    left_out: &[u64],
    parameters: &DrawnParameters<'_>,
) -> Result<(), ReportError> {
    let failed = ReportError::parquet(path);
    let mut fields = vec![field("trial", PhysicalType::INT64, None)];
    fields.extend(parameters.paths.iter().map(|name| field(name, PhysicalType::DOUBLE, None)));
    let fields = fields.into_iter().collect::<Result<_, _>>().map_err(&failed)?;
    let target = WholeFile::new(path);
    let mut writer = open(target.create()?, fields, std::iter::empty(), &[]).map_err(&failed)?;
    for start in (0..trials).step_by(ROWS_PER_GROUP) {
        let own: Vec<u64> = numbers(left_out).skip(start).take(ROWS_PER_GROUP.min(trials - start)).collect();
        let mut group = writer.next_row_group().map_err(&failed)?;
        let signed: Vec<i64> = own.iter().map(|number| *number as i64).collect();
        next_column(&mut group, |column| column.typed::<Int64Type>().write_batch(&signed, None, None))
            .map_err(&failed)?;
        for first in (0..parameters.paths.len()).step_by(PARAMETERS_AT_ONCE) {
            let some = first..parameters.paths.len().min(first + PARAMETERS_AT_ONCE);
            for (values, name) in (parameters.values)(some.clone(), &own).iter().zip(&parameters.paths[some]) {
                if values.len() != own.len() || values.iter().any(|value| !value.is_finite()) {
                    return Err(ReportError::Shape {
                        message: format!("`{name}` lacks a finite value for every trial"),
                    });
                }
                next_column(&mut group, |column| column.typed::<DoubleType>().write_batch(values, None, None))
                    .map_err(&failed)?;
            }
        }
        group.close().map_err(&failed)?;
    }
    writer.close().map_err(&failed)?;
    target.commit()
}

/// Whether a column holds whole numbers; an error where it holds what is no number.
fn is_whole(outcomes: &Outcomes, column: usize, name: &str) -> Result<bool, ReportError> {
    let mut whole = counts_things(&outcomes.columns[column].unit);
    for policy in &outcomes.policies {
        let values = &policy.values[column];
        if values.wide().any(|value| !value.is_finite()) {
            return Err(ReportError::Shape { message: format!("`{name}` holds a value that is not a finite number") });
        }
        whole = whole && values.wide().all(|value| value.fract() == 0.0 && value.abs() <= EXACT);
    }
    Ok(whole)
}

/// A column without nulls.
pub(super) fn field(name: &str, physical: PhysicalType, logical: Option<LogicalType>) -> Result<TypePtr, ParquetError> {
    Type::primitive_type_builder(name, physical)
        .with_repetition(Repetition::REQUIRED)
        .with_logical_type(logical)
        .build()
        .map(Arc::new)
}

/// A column of text without nulls.
pub(super) fn string_field(name: &str) -> Result<TypePtr, ParquetError> {
    field(name, PhysicalType::BYTE_ARRAY, Some(LogicalType::String))
}

/// Begins a file with these columns; `units` are stored as `jirga.units`.
pub(super) fn open<'a>(
    file: File,
    fields: Vec<TypePtr>,
    units: impl Iterator<Item = (&'a str, &'a str)>,
    metadata: &[(String, String)],
) -> Result<SerializedFileWriter<File>, ParquetError> {
    let units: serde_json::Map<String, serde_json::Value> =
        units.map(|(name, unit)| (name.to_string(), unit.into())).collect();
    let mut stored = vec![KeyValue::new("jirga.units".to_string(), serde_json::Value::Object(units).to_string())];
    stored.extend(metadata.iter().map(|(key, value)| KeyValue::new(key.clone(), value.clone())));
    // Numbers seldom repeat enough for a dictionary to pay, and nobody looks for a range of them: neither is kept. Counts
    // take as few bits as their differences need; floats have their first bytes, which differ little, side by side.
    let numbers = |properties: WriterPropertiesBuilder, field: &TypePtr| {
        let encoding = match field.get_physical_type() {
            PhysicalType::INT32 | PhysicalType::INT64 => Encoding::DELTA_BINARY_PACKED,
            PhysicalType::FLOAT => Encoding::BYTE_STREAM_SPLIT,
            PhysicalType::DOUBLE => Encoding::PLAIN,
            _ => return properties,
        };
        let path = ColumnPath::from(field.name());
        properties
            .set_column_encoding(path.clone(), encoding)
            .set_column_dictionary_enabled(path.clone(), false)
            .set_column_statistics_enabled(path, EnabledStatistics::None)
    };
    let properties = fields
        .iter()
        .fold(WriterProperties::builder(), numbers)
        .set_compression(Compression::SNAPPY)
        .set_created_by(format!("jirga {}", env!("CARGO_PKG_VERSION")))
        .set_key_value_metadata(Some(stored))
        .build();
    let schema = Type::group_type_builder("trials").with_fields(fields).build()?;
    SerializedFileWriter::new(file, Arc::new(schema), Arc::new(properties))
}

/// Writes the policy's name into every row of the group; the dictionary stores it once.
pub(super) fn write_name(
    group: &mut SerializedRowGroupWriter<'_, File>,
    name: &str,
    rows: usize,
) -> Result<(), ParquetError> {
    const AT_ONCE: usize = 1024;
    let names = vec![ByteArray::from(name); rows.min(AT_ONCE)];
    next_column(group, |column| {
        let column = column.typed::<ByteArrayType>();
        let pieces = (0..rows).step_by(AT_ONCE).map(|start| &names[..AT_ONCE.min(rows - start)]);
        pieces.map(|piece| column.write_batch(piece, None, None)).sum()
    })
}

/// Writes the group's next column through `fill`.
pub(super) fn next_column(
    group: &mut SerializedRowGroupWriter<'_, File>,
    fill: impl FnOnce(&mut parquet::file::writer::SerializedColumnWriter<'_>) -> Result<usize, ParquetError>,
) -> Result<(), ParquetError> {
    let mut column =
        group.next_column()?.ok_or_else(|| ParquetError::General("more values than columns".to_string()))?;
    fill(&mut column)?;
    column.close()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::experiment::results::{Column, PolicyOutcomes, Slice};
    use parquet::file::reader::{FileReader, SerializedFileReader};
    use parquet::record::RowAccessor;

    fn outcomes() -> Outcomes {
        let policy = |name: &str, shift: f64| PolicyOutcomes {
            name: name.into(),
            values: vec![(0..5).map(|t| f64::from(t) * 10.0 + shift).collect(), vec![0.1 + shift; 5].into()],
            ..Default::default()
        };
        Outcomes {
            left_out: Vec::new(),
            columns: vec![
                Column { metric: "killed", unit: "people".into(), slice: Slice::Total },
                Column { metric: "spent", unit: "PKR bn".into(), slice: Slice::Total },
            ],
            trials: 5,
            policies: vec![policy("status-quo", 0.0), policy("talks", 1.0)],
        }
    }

    #[test]
    fn trials_read_back_row_by_row_with_types_by_unit() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("trials.parquet");
        let seed = [("jirga.seed".to_string(), "7".to_string())];
        write_trials(&path, &outcomes(), &Labels::default(), &seed).unwrap();
        let reader = SerializedFileReader::new(File::open(&path).unwrap()).unwrap();
        let stored = reader.metadata().file_metadata().key_value_metadata().unwrap();
        assert_eq!(stored[0].value.as_deref(), Some(r#"{"killed":"people","spent":"PKR bn"}"#));
        assert_eq!((stored[1].key.as_str(), stored[1].value.as_deref()), ("jirga.seed", Some("7")));
        let rows: Vec<_> = reader.get_row_iter(None).unwrap().map(Result::unwrap).collect();
        assert_eq!((rows.len(), reader.num_row_groups()), (10, 2));
        let last = &rows[9];
        assert_eq!((last.get_string(0).unwrap().as_str(), last.get_long(1).unwrap()), ("talks", 4));
        assert_eq!((last.get_long(2).unwrap(), last.get_double(3).unwrap()), (41, 1.1));
    }

    #[test]
    fn a_fraction_in_a_counting_column_is_kept() {
        let mut results = outcomes();
        results.policies[1].values[0] = vec![0.5, 1.0, 2.0, 3.0, 4.0].into();
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("trials.parquet");
        write_trials(&path, &results, &Labels::default(), &[]).unwrap();
        let reader = SerializedFileReader::new(File::open(&path).unwrap()).unwrap();
        let row = reader.get_row_iter(None).unwrap().nth(5).unwrap().unwrap();
        assert_eq!(row.get_double(2).unwrap(), 0.5);
    }

    #[test]
    fn no_trials_make_a_readable_empty_file_and_nan_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("trials.parquet");
        let mut results = outcomes();
        results.policies[0].values[1] = vec![0.0, 1.0, f64::NAN, 3.0, 4.0].into();
        let error = write_trials(&path, &results, &Labels::default(), &[]).unwrap_err();
        assert!(error.to_string().contains("`spent`") && !path.exists());
        results.trials = 0;
        results.policies.iter_mut().for_each(|p| p.values.iter_mut().for_each(|values| values.truncate(0)));
        write_trials(&path, &results, &Labels::default(), &[]).unwrap();
        let reader = SerializedFileReader::new(File::open(&path).unwrap()).unwrap();
        assert_eq!(reader.metadata().file_metadata().num_rows(), 0);
    }
}
