//! `jirga report`: tables, figures and the page of a run or a study, made again from what it saved.

use std::path::PathBuf;

use clap::Args;

use super::{Failure, print};
use crate::report::written::{self, Wanted};
use crate::report::{sensitivity, sweep};

/// Arguments of `report`.
#[derive(Args)]
pub struct Arguments {
    /// Folder of a run, a sweep or a sensitivity study, e.g. output/my-1a2b3c4d.
    folder: PathBuf,
    /// Write trials.csv as well (of a run).
    #[arg(long)]
    csv: bool,
    /// Draw no figures.
    #[arg(long)]
    no_plots: bool,
}

/// Makes the report again: of a run, a sweep or a sensitivity study, by what the folder holds.
pub fn run(arguments: &Arguments) -> Result<(), Failure> {
    let (folder, plots) = (&arguments.folder, !arguments.no_plots);
    let holds = |file: &str| folder.join(file).is_file();
    let made = if holds(sensitivity::saved::RECORD) {
        let record = sensitivity::saved::make(folder, plots)?.record;
        format!("{} rows of {} points", record.rows, record.points)
    } else if holds(sweep::saved::FILE) {
        let results = sweep::saved::make(folder, plots)?;
        format!("the tables of {} points", results.ended.points)
    } else {
        let made = written::make(folder, Wanted { csv: arguments.csv, plots })?;
        format!("{} trials of {} policies", made.saved.trials, made.saved.policies.len())
    };
    print(&format!("made again from {made}: {}", folder.join("report.html").display()))
}
