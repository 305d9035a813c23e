//! The files of a run, put together.

use std::io::Write;
use std::path::Path;

use super::folder::FINGERPRINT;
use super::manifest::{self, FNV_OFFSET, Manifest, fnv1a64};
use super::whole_file::write_whole;
use super::{ReportError, comparison_csv, csv_tables, parquet_tables};
use crate::experiment::compare::Comparison;
use crate::experiment::events::events;
use crate::experiment::results::{Labels, Outcomes};

/// Where the files of a run go and what they hold.
pub struct RunFiles<'a> {
    /// The folder.
    pub folder: &'a Path,
    /// Outcomes of all trials.
    pub outcomes: &'a Outcomes,
    /// Names.
    pub labels: &'a Labels,
    /// Index of the baseline among the policies.
    pub baseline: usize,
    /// The policies compared, where there are two or more.
    pub comparison: Option<&'a Comparison>,
    /// Of everything that results depend on; see [`fingerprint`].
    pub fingerprint: &'a str,
}

impl RunFiles<'_> {
    /// Writes the tables and Parquet files.
    ///
    /// # Errors
    /// The path and what the system says.
    pub fn write_tables(&self, csv: bool) -> Result<(), ReportError> {
        csv_tables::write_summary(&self.folder.join("summary.csv"), self.outcomes, self.labels)?;
        csv_tables::write_events(
            &self.folder.join("events.csv"),
            self.outcomes,
            &events(self.outcomes, self.baseline),
        )?;
        if let Some(comparison) = self.comparison {
            comparison_csv::write_comparison(&self.folder.join("comparison.csv"), self.outcomes, comparison)?;
        }
        parquet_tables::write_trials(&self.folder.join("trials.parquet"), self.outcomes, self.labels, &[])?;
        if csv {
            csv_tables::write_trials(&self.folder.join("trials.csv"), self.outcomes, self.labels)?;
        }
        Ok(())
    }

    /// Writes the manifest with the sizes and hashes of all other files, and the fingerprint, last of all.
    ///
    /// # Errors
    /// The path and what the system says.
    pub fn write_manifest(&self, mut manifest: Manifest) -> Result<(), ReportError> {
        let mut paths = Vec::new();
        files_below(self.folder, &mut paths).map_err(ReportError::write(self.folder))?;
        paths.sort();
        for path in &paths {
            manifest.files.push(manifest::record_file(self.folder, path)?);
        }
        manifest::write_manifest(&self.folder.join("manifest.json"), &manifest)?;
        write_whole(&self.folder.join(FINGERPRINT), |file| writeln!(file, "{}", self.fingerprint))
    }
}

fn files_below(folder: &Path, paths: &mut Vec<std::path::PathBuf>) -> std::io::Result<()> {
    for entry in std::fs::read_dir(folder)? {
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
