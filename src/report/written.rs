//! The files of a run: what the trials yielded, and everything that is made from it, by the same code whether a run has just
//! ended or `jirga report` makes its report again from the first of these files alone.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use super::folder::{FINGERPRINT, STOPPED};
use super::manifest::{self, FNV_OFFSET, Manifest, fnv1a64};
use super::page::{self, PageInputs};
use super::parquet_tables::DrawnParameters;
use super::saved::Saved;
use super::whole_file::write_whole;
use super::{ReportError, comparison_csv, csv_tables, parquet_read, parquet_tables, plots};
use crate::experiment::compare::{Comparison, compare};
use crate::experiment::events::events;
use crate::experiment::information::{Drawn, Information, Parameter, information};
use crate::experiment::results::Outcomes;
use crate::parallel;
use crate::simulation::metrics::METRICS;

/// Trials of all policies.
const TRIALS: &str = "trials.parquet";
/// Second histories of the first trials.
const SECOND: &str = "second-histories.parquet";
/// Values of drawn parameters.
const PARAMETERS: &str = "parameters.parquet";
/// Everything else a report needs.
const SAVED: &str = "saved.json";
/// Folder of figures.
const PLOTS: &str = "plots";

/// Which files are wanted beside those that always are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wanted {
    /// `trials.csv`.
    pub csv: bool,
    /// Figures.
    pub plots: bool,
}

/// What is computed from the trials.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Findings {
    /// Policies compared; `None` without trials.
    pub comparison: Option<Comparison>,
    /// Chance, ignorance and what would change the choice.
    pub information: Information,
    /// Labels of metrics by name.
    metric_labels: BTreeMap<String, String>,
}

impl Findings {
    /// Label of a metric; its name where it has none.
    pub fn metric_label(&self, metric: &str) -> String {
        self.metric_labels.get(metric).cloned().unwrap_or_else(|| metric.to_string())
    }
}

/// Writes what the trials yielded: all that [`make`] needs. `series.parquet` is written as trajectories come in.
///
/// # Errors
/// The path and what the system says.
pub fn write_trials(
    folder: &Path,
    saved: &Saved,
    outcomes: &Outcomes,
    second: &Outcomes,
    parameters: &DrawnParameters<'_>,
) -> Result<(), ReportError> {
    parquet_tables::write_trials(&folder.join(TRIALS), outcomes, &saved.labels, &[])?;
    if second.trials > 0 {
        parquet_tables::write_trials(&folder.join(SECOND), second, &saved.labels, &[])?;
    }
    parquet_tables::write_parameters(&folder.join(PARAMETERS), outcomes.trials, &outcomes.left_out, parameters)?;
    saved.write(&folder.join(SAVED))
}

/// What a report was made from.
pub struct Made {
    /// The run.
    pub saved: Saved,
    /// Its trials.
    pub outcomes: Outcomes,
    /// What was computed from them.
    pub findings: Findings,
}

/// Makes every table, figure and page from the files that [`write_trials`] left.
///
/// # Errors
/// A file that is not there, is damaged or cannot be written, with its path.
pub fn make(folder: &Path, wanted: Wanted) -> Result<Made, ReportError> {
    let saved = Saved::read(&folder.join(SAVED))?;
    let outcomes = saved.outcomes(&folder.join(TRIALS), saved.trials)?;
    let second = match saved.second_histories {
        0 => None,
        trials => Some(saved.outcomes(&folder.join(SECOND), trials)?),
    };
    let table = parquet_read::open(&folder.join(PARAMETERS), saved.trials)?;
    // The first column is the trial's own number.
    let paths = table.names().iter().skip(1).map(String::as_str);
    let parameters = parameters(&saved, paths);
    let mut values = |places: &[usize]| places.iter().map(|place| table.column(place + 1).map(|v| v.all())).collect();
    let mut drawn = Drawn { parameters: &parameters, values: &mut values };
    let findings = find(&saved, &outcomes, second.as_ref(), &mut drawn)?;
    make_of(folder, wanted, &saved, &outcomes, &findings)?;
    Ok(Made { saved, outcomes, findings })
}

/// Drawn parameters with their grades.
pub fn parameters<'p>(saved: &Saved, paths: impl Iterator<Item = &'p str>) -> Vec<Parameter> {
    let grades: BTreeMap<&str, &str> = saved.parameters.iter().map(|p| (p.path.as_str(), p.grade.as_str())).collect();
    let grade = |path: &str| grades.get(path).copied().unwrap_or("C").to_string();
    paths.map(|path| Parameter { grade: grade(path), path: path.to_string() }).collect()
}

/// Computes what a report tells of the trials.
///
/// # Errors
/// Values of parameters cannot be read.
pub fn find<E>(
    saved: &Saved,
    outcomes: &Outcomes,
    second: Option<&Outcomes>,
    drawn: &mut Drawn<'_, E>,
) -> Result<Findings, E> {
    let Saved { objective, headline, baseline, .. } = saved;
    Ok(Findings {
        comparison: compare(outcomes, objective, *baseline),
        information: information(outcomes, second, drawn, objective, headline, *baseline)?,
        metric_labels: METRICS.iter().map(|m| (m.spec.name.to_string(), m.spec.label.to_string())).collect(),
    })
}

/// Makes every table, figure and page of trials that are in memory.
///
/// # Errors
/// A file that cannot be written, with its path.
pub fn make_of(
    folder: &Path,
    wanted: Wanted,
    saved: &Saved,
    outcomes: &Outcomes,
    findings: &Findings,
) -> Result<(), ReportError> {
    csv_tables::write_summary(&folder.join("summary.csv"), outcomes, &saved.labels)?;
    csv_tables::write_events(&folder.join("events.csv"), outcomes, &events(outcomes, saved.baseline))?;
    if let Some(comparison) = findings.comparison.as_ref().filter(|_| outcomes.policies.len() > 1) {
        comparison_csv::write_comparison(&folder.join("comparison.csv"), outcomes, comparison)?;
    }
    if wanted.csv {
        csv_tables::write_trials(&folder.join("trials.csv"), outcomes, &saved.labels)?;
    }
    let plots_folder = folder.join(PLOTS);
    if wanted.plots {
        fs::create_dir_all(&plots_folder).map_err(ReportError::write(&plots_folder))?;
        let inputs = plots::PlotInputs {
            title: &saved.title,
            seed: saved.seed,
            baseline: saved.baseline,
            outcomes,
            labels: &saved.labels,
            headline: &saved.headline,
            metric_labels: &findings.metric_labels,
            spans: &saved.spans,
            over_time: &saved.over_time,
            observed: &saved.observed,
            objective: &saved.objective,
        };
        plots::draw_all(&inputs, &plots_folder)?;
    }
    let page = PageInputs { saved, outcomes, findings, plots: &plots_folder };
    page::write(&folder.join("report.html"), &page)
}

/// Writes the manifest with the sizes and hashes of all other files, those that it does not hold yet, and the fingerprint,
/// last of all.
///
/// # Errors
/// The path and what the system says.
pub fn write_manifest(folder: &Path, fingerprint: &str, mut manifest: Manifest) -> Result<(), ReportError> {
    let mut paths = Vec::new();
    files_below(folder, &mut paths).map_err(ReportError::write(folder))?;
    paths.sort();
    let known = std::mem::take(&mut manifest.files);
    let record = |place: usize| match known.iter().find(|known| folder.join(&known.name) == paths[place]) {
        Some(known) => Ok(known.clone()),
        None => manifest::record_file(folder, &paths[place]),
    };
    for record in parallel::each(paths.len(), record) {
        manifest.files.push(record?);
    }
    manifest::write_manifest(&folder.join("manifest.json"), &manifest)?;
    write_fingerprint(folder, fingerprint, manifest.interrupted)
}

/// Writes the file by which the folder's inputs are known again.
///
/// # Errors
/// The path and what the system says.
pub fn write_fingerprint(folder: &Path, fingerprint: &str, stopped: bool) -> Result<(), ReportError> {
    write_whole(&folder.join(FINGERPRINT), |file| {
        writeln!(file, "{fingerprint}")?;
        if stopped { writeln!(file, "{STOPPED}") } else { Ok(()) }
    })
}

fn files_below(folder: &Path, paths: &mut Vec<PathBuf>) -> std::io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            files_below(&path, paths)?;
        } else {
            paths.push(path);
        }
    }
    Ok(())
}

/// A hash of everything that results depend on: program version, scenario, seed, trials, policies, the rule that may
/// end the run early. Sixteen
/// hexadecimal digits.
pub fn fingerprint(scenario: &str, seed: u64, trials: usize, policies: &[&str], until: Option<&str>) -> String {
    let mut state = fnv1a64(FNV_OFFSET, env!("CARGO_PKG_VERSION").as_bytes());
    for part in [scenario, &seed.to_string(), &trials.to_string(), &policies.join(",")].into_iter().chain(until) {
        // A separator that no part holds keeps two parts from running into each other.
        state = fnv1a64(fnv1a64(state, part.as_bytes()), &[0]);
    }
    format!("{state:016x}")
}
