//! Tables as CSV (RFC 4180, UTF-8, comma, one header row, `\n`). Numbers are in shortest form that reads back to the
//! same value; a cell is empty where a figure does not exist (no trials, or too few for an interval).
//!
//! `summary.csv`, one row per policy and outcome column, policies and columns in the order of the run:
//! `policy, metric` (column name, e.g. `killed@KP`), `unit, n` (trials), `mean, mc_error` (standard error of the mean),
//! `sd, q05, q05_low, q05_high, q25, q50, q50_low, q50_high, q75, q95, q95_low, q95_high`; `_low` and `_high` are the
//! distribution-free 95 % interval of the quantile before them.
//!
//! `events.csv`, one row per policy and named event: `policy, event, n` (trials), `count` (trials in which it happened),
//! `probability, low, high` (95 % interval of Wilson).
//!
//! `trials.csv`, one row per policy and trial: `policy, trial` (from 0), then one column per outcome. A trial of the
//! same number shares its random words across policies.
//!
//! Text cells that a spreadsheet would take for a formula (they begin with `=`, `+`, `-`, `@`, tab or return) get an
//! apostrophe in front, because names come from scenario files that strangers write.

use std::borrow::Cow;
use std::fs::File;
use std::io::{self, BufWriter};
use std::path::Path;

use super::error::ReportError;
use super::whole_file::write_whole;
use crate::experiment::events::Event;
use crate::experiment::results::{Labels, Outcomes, numbers};
use crate::experiment::run::BrokenTrial;
use crate::experiment::values::Values;
use crate::parallel;
use crate::statistics::proportion::wilson;
use crate::statistics::summary::{PACK, summarize_each};

const SUMMARY_HEADER: [&str; 18] = [
    "policy", "metric", "unit", "n", "mean", "mc_error", "sd", "q05", "q05_low", "q05_high", "q25", "q50", "q50_low",
    "q50_high", "q75", "q95", "q95_low", "q95_high",
];

/// Writes `summary.csv`; its spec is this module's comment.
///
/// # Errors
/// [`ReportError::Write`] with the path.
pub fn write_summary(path: &Path, outcomes: &Outcomes, labels: &Labels) -> Result<(), ReportError> {
    write_csv(path, |table| {
        table.write_record(SUMMARY_HEADER)?;
        for policy in &outcomes.policies {
            // Sorting thousands of columns is what takes time here; the order of rows stays that of the columns.
            let packs: Vec<_> = policy.values.chunks(PACK).collect();
            let summaries =
                parallel::each(packs.len(), |pack| summarize_each(packs[pack].iter().map(Values::all).collect()));
            for (column, summary) in outcomes.columns.iter().zip(summaries.into_iter().flatten()) {
                let mut row = vec![text(&policy.name), text_owned(labels.column(column)), text(&column.unit)];
                match summary {
                    None => row.extend(std::iter::once("0".into()).chain(std::iter::repeat_n("".into(), 14))),
                    Some(s) => {
                        row.push(s.n.to_string().into());
                        row.extend([Some(s.mean), s.mc_error, s.sd].map(number));
                        for (quantile, next) in [(s.q05, Some(s.q25)), (s.q50, Some(s.q75)), (s.q95, None)] {
                            row.push(number(Some(quantile.value)));
                            row.push(number(quantile.interval.map(|i| i.0)));
                            row.push(number(quantile.interval.map(|i| i.1)));
                            row.extend(next.map(|value| number(Some(value))));
                        }
                    }
                }
                table.write_record(row.iter().map(|cell| cell.as_bytes()))?;
            }
        }
        Ok(())
    })
}

/// Writes `events.csv`; its spec is this module's comment.
///
/// # Errors
/// [`ReportError::Write`] with the path.
pub fn write_events(path: &Path, outcomes: &Outcomes, events: &[Event]) -> Result<(), ReportError> {
    let trials = outcomes.trials as u64;
    write_csv(path, |table| {
        table.write_record(["policy", "event", "n", "count", "probability", "low", "high"])?;
        for (p, policy) in outcomes.policies.iter().enumerate() {
            for event in events {
                let count = event.counts.get(p).copied().unwrap_or(0);
                let share = wilson(count, trials);
                let row = [
                    text(&policy.name),
                    text(&event.name),
                    trials.to_string().into(),
                    count.to_string().into(),
                    number(share.estimate),
                    number(Some(share.low)),
                    number(Some(share.high)),
                ];
                table.write_record(row.iter().map(|cell| cell.as_bytes()))?;
            }
        }
        Ok(())
    })
}

/// Writes `trials.csv`; its spec is this module's comment.
///
/// # Errors
/// [`ReportError::Write`] with the path; [`ReportError::Shape`] if a column lacks trials.
pub fn write_trials(path: &Path, outcomes: &Outcomes, labels: &Labels) -> Result<(), ReportError> {
    check_shape(outcomes)?;
    write_csv(path, |table| {
        let names = outcomes.columns.iter().map(|column| text_owned(labels.column(column)).into_owned());
        table.write_record(["policy".to_string(), "trial".to_string()].into_iter().chain(names))?;
        for policy in &outcomes.policies {
            let name = text(&policy.name);
            for (trial, own_number) in numbers(&outcomes.left_out).take(outcomes.trials).enumerate() {
                table.write_field(name.as_bytes())?;
                table.write_field(own_number.to_string())?;
                for values in &policy.values {
                    table.write_field(number(Some(values.get(trial))).as_bytes())?;
                }
                table.write_record(None::<&[u8]>)?;
            }
        }
        Ok(())
    })
}

/// Writes `failures.csv`, one row per trial that failed under a policy: `policy, trial, reason, command` (which runs exactly
/// this trial again).
///
/// # Errors
/// [`ReportError::Write`] with the path.
pub fn write_failures(path: &Path, failures: &[(BrokenTrial, String)]) -> Result<(), ReportError> {
    write_csv(path, |table| {
        table.write_record(["policy", "trial", "reason", "command"])?;
        for (failed, command) in failures {
            let row = [text(&failed.policy), failed.trial.to_string().into(), text(&failed.law), text(command)];
            table.write_record(row.iter().map(|cell| cell.as_bytes()))?;
        }
        Ok(())
    })
}

/// Every policy has every column, every column a value for every trial.
pub(super) fn check_shape(outcomes: &Outcomes) -> Result<(), ReportError> {
    for policy in &outcomes.policies {
        let fits = policy.values.len() == outcomes.columns.len()
            && policy.values.iter().all(|values| values.len() == outcomes.trials);
        if !fits {
            let message = format!(
                "policy `{}` does not have {} columns of {} trials",
                policy.name,
                outcomes.columns.len(),
                outcomes.trials
            );
            return Err(ReportError::Shape { message });
        }
    }
    Ok(())
}

/// Fills a table and writes it whole.
pub(super) fn write_csv(
    path: &Path,
    fill: impl FnOnce(&mut csv::Writer<&mut BufWriter<File>>) -> csv::Result<()>,
) -> Result<(), ReportError> {
    write_whole(path, |writer| {
        let mut table = csv::Writer::from_writer(writer);
        fill(&mut table).map_err(|error| match error.into_kind() {
            csv::ErrorKind::Io(error) => error,
            other => io::Error::other(format!("{other:?}")),
        })?;
        table.flush()
    })
}

/// A number in shortest form; empty where it does not exist.
pub(super) fn number(value: Option<f64>) -> Cow<'static, str> {
    match value {
        // Adding zero turns -0 into 0.
        Some(value) if value.is_finite() => (value + 0.0).to_string().into(),
        _ => "".into(),
    }
}

/// Text that no spreadsheet takes for a formula.
pub(super) fn text(cell: &str) -> Cow<'_, str> {
    match cell.starts_with(['=', '+', '-', '@', '\t', '\r']) {
        true => format!("'{cell}").into(),
        false => cell.into(),
    }
}

pub(super) fn text_owned(cell: String) -> Cow<'static, str> {
    text(&cell).into_owned().into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::experiment::results::{Column, PolicyOutcomes, Slice};

    fn outcomes(values: Vec<f64>) -> Outcomes {
        Outcomes {
            left_out: Vec::new(),
            columns: vec![Column { metric: "killed", unit: "people".into(), slice: Slice::Province(0) }],
            trials: values.len(),
            policies: vec![PolicyOutcomes { name: "=cmd()".into(), values: vec![values.into()], ..Default::default() }],
        }
    }

    fn labels() -> Labels {
        Labels { provinces: vec!["North, upper".into()], ..Default::default() }
    }

    fn written(fill: impl FnOnce(&Path)) -> String {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("t.csv");
        fill(&path);
        std::fs::read_to_string(path).unwrap()
    }

    #[test]
    fn summary_rows_follow_the_header_and_names_cannot_become_formulas() {
        let text = written(|p| write_summary(p, &outcomes((1..=9).map(f64::from).collect()), &labels()).unwrap());
        let mut lines = text.lines();
        assert_eq!(lines.next().unwrap(), SUMMARY_HEADER.join(","));
        let row = lines.next().unwrap();
        assert!(
            row.starts_with(
                "'=cmd(),\"killed@North, upper\",people,9,5,0.9128709291752769,2.7386127875258306,1.4,,,3,5,2,8,7,8.6,,"
            ),
            "{row}"
        );
    }

    #[test]
    fn rows_without_trials_or_numbers_have_empty_cells_and_equal_length() {
        for values in [vec![], vec![f64::NAN], vec![-0.0]] {
            let text = written(|p| write_summary(p, &outcomes(values.clone()), &labels()).unwrap());
            let mut reader = csv::Reader::from_reader(text.as_bytes());
            let row = reader.records().next().unwrap().unwrap();
            assert_eq!((row.len(), row[4].is_empty()), (18, values != [0.0]));
            assert!(!text.contains("NaN") && !text.contains("-0"));
        }
    }

    #[test]
    fn events_carry_wilson_intervals() {
        let events = [Event { name: "deal-holds".into(), counts: vec![0] }];
        let text = written(|p| write_events(p, &outcomes(vec![1.0; 20]), &events).unwrap());
        assert!(text.contains("'=cmd(),deal-holds,20,0,0,0,0.161"), "{text}");
    }

    #[test]
    fn trials_read_back_to_the_same_numbers() {
        let values = vec![0.1 + 0.2, 1e21, 5e-324, 12.0];
        let text = written(|p| write_trials(p, &outcomes(values.clone()), &labels()).unwrap());
        let mut reader = csv::Reader::from_reader(text.as_bytes());
        let read: Vec<f64> = reader.records().map(|r| r.unwrap()[2].parse().unwrap()).collect();
        assert_eq!(read, values);
    }

    #[test]
    fn columns_without_every_trial_are_refused() {
        let mut broken = outcomes(vec![1.0]);
        broken.trials = 2;
        assert!(matches!(write_trials(Path::new("x"), &broken, &labels()), Err(ReportError::Shape { .. })));
    }
}
