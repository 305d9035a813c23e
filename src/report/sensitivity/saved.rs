//! A study's folder: what was run is written first, everything else is made from it.

use std::fs;
use std::path::Path;

use serde_json::Value;

use super::{FORMAT, Record, Study, evaluations, page, tables};
use crate::experiment::sensitivity::analysis::{Analysis, Sample, analyse, targets};
use crate::experiment::sensitivity::design::Design;
use crate::experiment::sensitivity::evaluations::Evaluations;
use crate::experiment::sensitivity::quantile;
use crate::parallel;
use crate::report::error::ReportError;
use crate::report::plots;
use crate::report::whole_file::write_whole;

/// What was asked and done.
pub const RECORD: &str = "study.json";
/// The scenario as resolved.
const SCENARIO: &str = "scenario.json";
/// Paths at which two scenarios differ that are told.
const TOLD: usize = 3;

/// Writes what was run: all that [`make`] needs. `canonical` is the scenario's text.
///
/// # Errors
/// [`ReportError`] with the path.
pub fn write(folder: &Path, record: &Record, found: &Evaluations, canonical: &str) -> Result<(), ReportError> {
    evaluations::write(&folder.join(evaluations::FILE), record, found)?;
    write_whole(&folder.join(SCENARIO), |file| std::io::Write::write_all(file, canonical.as_bytes()))?;
    write_whole(&folder.join(RECORD), |file| {
        serde_json::to_writer_pretty(&mut *file, record)?;
        std::io::Write::write_all(file, b"\n")
    })
}

/// Reads back what [`write()`] left.
///
/// # Errors
/// [`ReportError`] with the path: not there, damaged, or of another version.
pub fn read(folder: &Path) -> Result<(Record, Evaluations), ReportError> {
    let record = read_record(folder)?;
    let found = evaluations::read(&folder.join(evaluations::FILE), &record)?;
    Ok((record, found))
}

fn read_record(folder: &Path) -> Result<Record, ReportError> {
    let path = folder.join(RECORD);
    let text = fs::read_to_string(&path).map_err(ReportError::read(&path))?;
    let damaged = |message: String| ReportError::Damaged { path: path.clone(), message };
    let record: Record = serde_json::from_str(&text).map_err(|error| damaged(error.to_string()))?;
    if record.format != FORMAT {
        return Err(damaged(format!("format {}, this program reads {FORMAT}", record.format)));
    }
    let within = |index: usize| index < record.inputs.len();
    if !record.groups.iter().flat_map(|group| &group.members).all(|member| within(*member)) {
        return Err(damaged("its groups name inputs that it has not".to_string()));
    }
    Ok(record)
}

/// A study with everything that is computed from it.
pub struct Made {
    /// What was asked and done.
    pub record: Record,
    /// One per target.
    pub analyses: Vec<Analysis>,
    evaluations: Evaluations,
    sample: Sample,
}

impl Made {
    /// The study for those who tell of it.
    pub fn study(&self) -> Study<'_> {
        Study {
            record: &self.record,
            inputs: &self.record.inputs,
            evaluations: &self.evaluations,
            sample: &self.sample,
            analyses: &self.analyses,
        }
    }
}

/// The design of a study.
pub fn design(record: &Record) -> Design {
    let members: Vec<Vec<usize>> = record.groups.iter().map(|group| group.members.clone()).collect();
    match record.method.as_str() {
        "morris" => Design::morris(members, record.levels, record.seed),
        _ => Design::sobol(record.inputs.len(), &members, record.second_order, record.seed),
    }
}

/// Makes every table, figure and page from what [`write()`] left.
///
/// # Errors
/// A file that is not there, is damaged or cannot be written, with its path.
pub fn make(folder: &Path, figures: bool) -> Result<Made, ReportError> {
    let (record, evaluations) = read(folder)?;
    let design = design(&record);
    let sample = Sample::of(&design, evaluations.rows());
    let baseline = record.baseline.filter(|_| record.differences);
    let all = targets(record.metrics.len(), record.policies.len(), baseline);
    let analyses = parallel::each(all.len(), |target| {
        analyse(&evaluations, (&design, &record.groups), &sample, all[target], record.seed)
    });
    let made = Made { record, analyses, evaluations, sample };
    let study = made.study();
    tables::write_indices(folder, &study)?;
    tables::write_inputs(&folder.join("inputs.csv"), &study)?;
    if !study.record.failures.is_empty() {
        tables::write_failures(&folder.join("failures.csv"), &study)?;
    }
    let mut drawn = Vec::new();
    if figures {
        let plots = folder.join("plots");
        fs::create_dir_all(&plots).map_err(ReportError::write(&plots))?;
        drawn = plots::sensitivity::draw_all(&study, &plots, quantile)?;
    }
    page::write(&folder.join("report.html"), &study, &drawn)?;
    Ok(made)
}

/// What of the inputs of the study in a folder differs from those of another, in words; nothing if the folder holds no study.
pub fn differences(folder: &Path, record: &Record, canonical: &str) -> Vec<String> {
    let Ok(before) = read_record(folder) else { return Vec::new() };
    let mut told = Vec::new();
    let changed = |what: &str, before: &str, now: &str| format!("{what} was {before} and is {now}");
    if before.hashes.version != record.hashes.version {
        told.push(changed("the version of the program", &before.hashes.version, &record.hashes.version));
    }
    if before.seed != record.seed {
        told.push(changed("the seed", &before.seed.to_string(), &record.seed.to_string()));
    }
    if before.hashes.scenario != record.hashes.scenario {
        let mut paths = Vec::new();
        let scenario = fs::read_to_string(folder.join(SCENARIO)).ok();
        let parsed = |text: &str| serde_json::from_str::<Value>(text).ok();
        if let Some((old, new)) = scenario.as_deref().and_then(parsed).zip(parsed(canonical)) {
            compare(&old, &new, String::new(), &mut paths);
        }
        let more = if paths.len() > TOLD { ", ..." } else { "" };
        paths.truncate(TOLD);
        let at = if paths.is_empty() { String::new() } else { format!(" (at {}{more})", paths.join(", ")) };
        told.push(format!("the scenario is another{at}"));
    }
    let names = |record: &Record| record.policies.iter().map(|policy| policy.0.clone()).collect::<Vec<_>>().join(", ");
    if names(&before) != names(record) {
        told.push(changed("the list of policies", &names(&before), &names(record)));
    }
    if before.hashes.study != record.hashes.study {
        told.push("what the study asks is another".to_string());
    }
    told
}

/// Collects the paths at which two values differ, at most one more than are told.
fn compare(old: &Value, new: &Value, path: String, found: &mut Vec<String>) {
    if old == new || found.len() > TOLD {
        return;
    }
    let below = |name: &str| if path.is_empty() { name.to_string() } else { format!("{path}.{name}") };
    let name_of = |value: &Value| value.get("name").or(value.get("path")).and_then(Value::as_str).map(str::to_string);
    match (old, new) {
        // A number that may be uncertain is told by its own path.
        (Value::Object(a), Value::Object(b)) if a.get("path") == b.get("path") && a.contains_key("path") => {
            found.push(a.get("path").and_then(Value::as_str).unwrap_or_default().to_string());
        }
        (Value::Object(a), Value::Object(b)) => {
            let nothing = Value::Null;
            for key in a.keys().chain(b.keys().filter(|key| !a.contains_key(*key))) {
                compare(a.get(key).unwrap_or(&nothing), b.get(key).unwrap_or(&nothing), below(key), found);
            }
        }
        (Value::Array(a), Value::Array(b)) if a.len() == b.len() => {
            for (index, (one, other)) in a.iter().zip(b).enumerate() {
                compare(one, other, below(&name_of(one).unwrap_or_else(|| index.to_string())), found);
            }
        }
        _ => found.push(path),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_differs_between_two_scenarios_is_told_by_its_path() {
        let of = |text: &str| serde_json::from_str::<Value>(text).unwrap();
        let told = |a: &str, b: &str| {
            let mut found = Vec::new();
            compare(&of(a), &of(b), String::new(), &mut found);
            found
        };
        let number = |value: u8| format!(r#"{{"path": "groups.a.tempo", "distribution": {{"fixed": {value}}}}}"#);
        assert_eq!(told(&format!("[{}]", number(1)), &format!("[{}]", number(2))), ["groups.a.tempo"]);
        assert_eq!(told(r#"{"start": 1, "x": {"y": 2}}"#, r#"{"start": 1, "x": {"y": 3}, "z": 4}"#), ["x.y", "z"]);
        let policies =
            |from: u8| format!(r#"{{"policies": [{{"name": "p", "actions": [{{"name": "q", "from": {from}}}]}}]}}"#);
        assert_eq!(told(&policies(1), &policies(2)), ["policies.p.actions.q.from"]);
        assert!(told(&policies(1), &policies(1)).is_empty());
    }
}
