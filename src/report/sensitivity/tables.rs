//! Indices as tidy tables.
//!
//! `indices.csv` and `indices.parquet` have the same rows: `metric`, `policy`, `less` (the policy whose outcome is taken
//! off, empty where none is), `by` and `group` (or the input's path, for `by = input`), `index`, `value`, and `low` and `high`
//! of its 95 % interval (empty, in Parquet equal to the value, where there is none). Indices: `chance`, `first`, `total`, `interactions`, `second`
//! (the pair as `a × b`), `mu`, `mu_star`, `mu_star_of_chance`, `sigma`, `pawn`, `pawn_of_chance`, `mean_at_low` and
//! `mean_at_high` (mean outcome in the lowest and the highest quarter of the input).

use std::io::Error;
use std::path::Path;

use parquet::basic::Type as PhysicalType;
use parquet::data_type::{ByteArray, ByteArrayType, DoubleType};

use super::Study;
use crate::experiment::sensitivity::analysis::Analysis;
use crate::report::error::ReportError;
use crate::report::parquet_tables::{field, next_column, open, string_field};
use crate::report::whole_file::{WholeFile, write_whole};
use crate::statistics::sensitivity::Estimate;

/// Metric, policy and the policy taken off, with an index.
type Keyed = ([String; 3], Row);

/// One index.
struct Row {
    by: String,
    group: String,
    index: &'static str,
    value: f64,
    interval: Option<(f64, f64)>,
}

fn estimate(by: &str, group: &str, index: &'static str, e: &Estimate) -> Row {
    let interval = Some((e.low, e.high));
    Row { by: by.to_string(), group: group.to_string(), index, value: e.value, interval }
}

fn plain(by: &str, group: &str, index: &'static str, value: f64) -> Row {
    Row { by: by.to_string(), group: group.to_string(), index, value, interval: None }
}

fn rows(study: &Study<'_>, analysis: &Analysis) -> Vec<Row> {
    let mut rows = Vec::new();
    let groups = &study.record.groups;
    if let Some(shares) = &analysis.shares {
        rows.extend(shares.chance.iter().map(|chance| estimate("", "", "chance", chance)));
        for (g, group) in groups.iter().enumerate() {
            rows.push(estimate(&group.by, &group.name, "first", &shares.first[g]));
            rows.push(estimate(&group.by, &group.name, "total", &shares.total[g]));
        }
        for ((by, _), left) in study.ways().into_iter().zip(&shares.left) {
            rows.push(estimate(by, "", "interactions", left));
        }
        // Pairs across two ways to group share inputs: no interaction of anything.
        for ((a, b), second) in shares.second.iter().filter(|((a, b), _)| groups[*a].by == groups[*b].by) {
            let pair = format!("{} × {}", groups[*a].name, groups[*b].name);
            rows.push(estimate(&groups[*a].by, &pair, "second", second));
        }
    }
    for (group, screened) in groups.iter().zip(&analysis.screened) {
        let Some(screened) = screened else { continue };
        rows.push(plain(&group.by, &group.name, "mu", screened.mu));
        rows.push(estimate(&group.by, &group.name, "mu_star", &screened.mu_star));
        let named = [("mu_star_of_chance", screened.chance), ("sigma", screened.sigma)];
        rows.extend(named.iter().filter_map(|(index, v)| Some(plain(&group.by, &group.name, index, (*v)?))));
    }
    rows.extend(analysis.distance_of_chance.iter().map(|level| plain("input", "", "pawn_of_chance", *level)));
    for (input, distance) in analysis.distances.iter().enumerate() {
        rows.extend(distance.iter().map(|pawn| estimate("input", &study.inputs[input].path, "pawn", pawn)));
    }
    for (input, swing) in analysis.swings.iter().enumerate() {
        let Some(swing) = swing else { continue };
        rows.push(plain("input", &study.inputs[input].path, "mean_at_low", swing.low));
        rows.push(plain("input", &study.inputs[input].path, "mean_at_high", swing.high));
    }
    rows
}

/// Writes both tables of indices.
///
/// # Errors
/// [`ReportError`] with the path.
pub fn write_indices(folder: &Path, study: &Study<'_>) -> Result<(), ReportError> {
    let all: Vec<Keyed> = study
        .analyses
        .iter()
        .flat_map(|analysis| {
            let target = analysis.target;
            let name = |policy: usize| study.record.policies[policy].0.clone();
            let metric = study.record.metrics[target.metric].0.clone();
            let key = [metric, name(target.policy), target.less.map(name).unwrap_or_default()];
            rows(study, analysis).into_iter().map(move |row| (key.clone(), row))
        })
        .collect();
    write_whole(&folder.join("indices.csv"), |file| {
        let mut csv = csv::Writer::from_writer(file);
        csv.write_record(["metric", "policy", "less", "by", "group", "index", "value", "low", "high"])
            .map_err(Error::other)?;
        for ([metric, policy, less], row) in &all {
            let (low, high) = row.interval.map_or_else(Default::default, |(l, h)| (l.to_string(), h.to_string()));
            let value = row.value.to_string();
            let cells = [metric, policy, less, &row.by, &row.group, row.index, &value, &low, &high];
            csv.write_record(cells).map_err(Error::other)?;
        }
        csv.flush()
    })?;
    let path = folder.join("indices.parquet");
    let failed = ReportError::parquet(&path);
    let mut fields: Vec<_> = ["metric", "policy", "less", "by", "group", "index"].map(string_field).into();
    fields.extend(["value", "low", "high"].map(|name| field(name, PhysicalType::DOUBLE, None)));
    let fields = fields.into_iter().collect::<Result<_, _>>().map_err(&failed)?;
    let target = WholeFile::new(&path);
    let mut writer = open(target.create()?, fields, std::iter::empty(), &[]).map_err(&failed)?;
    let mut group = writer.next_row_group().map_err(&failed)?;
    type Text = fn(&Keyed) -> &str;
    let texts: [Text; 6] = [|r| &r.0[0], |r| &r.0[1], |r| &r.0[2], |r| &r.1.by, |r| &r.1.group, |r| r.1.index];
    for text in texts {
        let values: Vec<ByteArray> = all.iter().map(|row| ByteArray::from(text(row))).collect();
        next_column(&mut group, |column| column.typed::<ByteArrayType>().write_batch(&values, None, None))
            .map_err(&failed)?;
    }
    let numbers: [fn(&Row) -> f64; 3] =
        [|r| r.value, |r| r.interval.map_or(r.value, |i| i.0), |r| r.interval.map_or(r.value, |i| i.1)];
    for number in numbers {
        let values: Vec<f64> = all.iter().map(|(_, row)| number(row)).collect();
        next_column(&mut group, |column| column.typed::<DoubleType>().write_batch(&values, None, None))
            .map_err(&failed)?;
    }
    group.close().map_err(&failed)?;
    writer.close().map_err(&failed)?;
    target.commit()
}

/// Writes `inputs.csv`: each uncertain number with its value, grade, source and groups.
///
/// # Errors
/// [`ReportError`] with the path.
pub fn write_inputs(path: &Path, study: &Study<'_>) -> Result<(), ReportError> {
    let ways = study.ways();
    write_whole(path, |file| {
        let mut csv = csv::Writer::from_writer(file);
        let mut header = vec!["path".to_string(), "value".into(), "grade".into(), "source".into()];
        header.extend(ways.iter().map(|(by, _)| format!("group_by_{by}")));
        csv.write_record(&header).map_err(Error::other)?;
        for (index, input) in study.inputs.iter().enumerate() {
            let source = input.source.clone().unwrap_or_default();
            let mut row = vec![input.path.clone(), input.range.clone(), format!("{:?}", input.grade), source];
            for (_, members) in &ways {
                let groups = members.iter().map(|&g| &study.record.groups[g]);
                let own = groups.clone().find(|group| group.members.contains(&index));
                row.push(own.map_or_else(String::new, |group| group.name.clone()));
            }
            csv.write_record(&row).map_err(Error::other)?;
        }
        csv.flush()
    })
}

/// Writes `failures.csv`: each trial that failed, with its reason.
///
/// # Errors
/// [`ReportError`] with the path.
pub fn write_failures(path: &Path, study: &Study<'_>) -> Result<(), ReportError> {
    write_whole(path, |file| {
        let mut csv = csv::Writer::from_writer(file);
        csv.write_record(["row", "point", "history", "policy", "reason"]).map_err(Error::other)?;
        for f in &study.record.failures {
            let policy = &study.record.policies[f.policy].0;
            let numbers = [f.row.to_string(), f.point.to_string(), f.history.to_string()];
            let [row, point, history] = &numbers;
            csv.write_record([row, point, history, policy, &f.reason]).map_err(Error::other)?;
        }
        csv.flush()
    })
}
