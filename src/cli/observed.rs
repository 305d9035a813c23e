//! `jirga observed`: the baseline beside the observed series that the scenario names.

use std::sync::atomic::Ordering;

use clap::Args;
use comfy_table::{CellAlignment, Table};

use super::progress::Shown;
use super::reading::ScenarioArguments;
use super::run::use_threads;
use super::stop::{self, STOP};
use super::tables::light;
use super::{Failure, print};
use crate::experiment::observed::{Comparison, compare, facts};
use crate::experiment::prepared::Prepared;
use crate::experiment::results::Trajectories;
use crate::experiment::run::{self, TRAJECTORIES, TrajectorySink};

/// Arguments of `observed`.
#[derive(Args)]
pub struct Arguments {
    #[command(flatten)]
    scenario: ScenarioArguments,
    /// Seed of all random words, in place of the scenario's.
    #[arg(long, value_name = "S")]
    seed: Option<u64>,
    /// Threads; all cores where absent.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    threads: Option<u16>,
}

struct Kept(Option<Trajectories>);

impl TrajectorySink for Kept {
    type Error = crate::journal::JournalError;

    fn take(&mut self, _: usize, trajectories: Trajectories) -> Result<(), Self::Error> {
        self.0 = Some(trajectories);
        Ok(())
    }
}

/// Runs the baseline and prints the comparison.
pub fn run(arguments: &Arguments) -> Result<(), Failure> {
    let loaded = arguments.scenario.load()?;
    let scenario = &loaded.scenario;
    if scenario.observed.is_empty() {
        return Err(Failure::Mistake(format!(
            "{} names no observed series; add [[observed]] with a label and a CSV file",
            arguments.scenario.scenario.display()
        )));
    }
    let policy = scenario.policies.iter().position(|p| p.name == scenario.baseline).unwrap_or(0);
    let prepared = Prepared::new(scenario, vec![policy], arguments.seed.unwrap_or(scenario.seed));
    use_threads(arguments.threads)?;
    stop::listen();
    let mut kept = Kept(None);
    let shown = Shown::new(TRAJECTORIES, false);
    let result = run::run(&prepared, TRAJECTORIES, &shown, &STOP, &mut kept);
    shown.finish();
    let (Ok(result), Some(trajectories), false) = (result, kept.0, STOP.load(Ordering::Relaxed)) else {
        return Err(Failure::Stopped("stopped; nothing to show".to_string()));
    };
    let comparisons = compare(&prepared, arguments.scenario.folder(), &trajectories)
        .map_err(|error| Failure::Mistake(error.to_string()))?;
    print(&format!("{}\n\n{}", scenario.title, table(&comparisons)))?;
    print(&format!(
        "\n{} trials of {}, seed {}; the counting factor of each series is drawn with the trial\n",
        trajectories.trials.len(),
        scenario.baseline,
        prepared.seed
    ))?;
    let mut text = String::new();
    for fact in facts(&prepared, &trajectories, &result.outcomes) {
        text.push_str(&format!(
            "{}: {:.2} (80 % of trials {:.2} to {:.2})\n",
            fact.name, fact.median, fact.low, fact.high
        ));
    }
    print(&text)
}

fn table(comparisons: &[Comparison]) -> Table {
    let mut table = light(&["series", "from", "to", "where", "what", "observed", "median", "10 %", "90 %", "within"]);
    for c in comparisons {
        let number = |x: f64| format!("{x:.0}");
        table.add_row([
            c.series.clone(),
            c.row.from.to_string(),
            c.row.to.to_string(),
            c.row.province.clone().unwrap_or_else(|| "all".to_string()),
            c.what.to_string(),
            number(c.observed),
            number(c.median),
            number(c.low),
            number(c.high),
            if c.within() { "yes" } else { "no" }.to_string(),
        ]);
    }
    for column in 5..9 {
        if let Some(column) = table.column_mut(column) {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    table
}
