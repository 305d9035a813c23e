//! `jirga report`: tables, figures and the page of a run, made again from its saved trials.

use std::path::PathBuf;

use clap::Args;

use super::{Failure, print};
use crate::report::written::{self, Wanted};

/// Arguments of `report`.
#[derive(Args)]
pub struct Arguments {
    /// Folder of a run, e.g. output/my-1a2b3c4d.
    folder: PathBuf,
    /// Write trials.csv as well.
    #[arg(long)]
    csv: bool,
    /// Draw no figures.
    #[arg(long)]
    no_plots: bool,
}

/// Makes the report again.
pub fn run(arguments: &Arguments) -> Result<(), Failure> {
    let made = written::make(&arguments.folder, Wanted { csv: arguments.csv, plots: !arguments.no_plots })?;
    print(&format!(
        "made again from {} trials of {} policies: {}",
        made.saved.trials,
        made.saved.policies.len(),
        arguments.folder.join("report.html").display()
    ))
}
