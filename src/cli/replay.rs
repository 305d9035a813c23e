//! `jirga run --trial K --policy NAME`: one trial run again and told.

use std::path::Path;

use comfy_table::CellAlignment;

use super::tables::light;
use super::{Failure, print};
use crate::experiment::prepared::Prepared;
use crate::experiment::replay::{Replay, replay};
use crate::experiment::results::{Column, Labels, Slice};
use crate::report::folder::{Folder, Found};
use crate::report::replay_csv;
use crate::simulation::metrics::METRICS;

/// Where what is told goes besides the terminal.
pub struct Out<'a> {
    /// Folder for the tables, if one is wanted.
    pub folder: Option<&'a Path>,
    /// Whether what is in the folder may be replaced.
    pub force: bool,
}

/// Runs a trial of the one policy of `prepared` again, prints what happened in it, and writes tables if asked to.
///
/// # Errors
/// The trial fails, with the reason; or the tables cannot be written.
pub fn run(prepared: &Prepared, trial: u64, out: &Out<'_>) -> Result<(), Failure> {
    let policy = &prepared.scenario.policies[prepared.policies[0]].name;
    let replayed = replay(prepared, 0, trial).map_err(|reason| {
        Failure::Failed(format!("trial {trial} of {policy} fails: a defect of the engine: {reason}"))
    })?;
    let labels = prepared.labels();
    let title = format!("{}\ntrial {trial} of {policy}, seed {}\n", prepared.scenario.title, prepared.seed);
    print(&format!("{title}\n{}\n\n{}\n\n{}", happened(&replayed), by_year(&replayed, &labels), totals(&replayed)))?;
    if let Some(target) = out.folder {
        write(&replayed, &labels, target, out.force)?;
        print(&format!("tables in {}", target.display()))?;
    }
    match replayed.broken {
        Some(law) => Err(Failure::Failed(format!("trial {trial} of {policy} fails: {law}"))),
        None => Ok(()),
    }
}

fn happened(replayed: &Replay) -> String {
    let lines: Vec<String> = replayed.chronicle.iter().map(|(day, words)| format!("{day}  {words}")).collect();
    if lines.is_empty() { "nothing but attacks and what follows from them".to_string() } else { lines.join("\n") }
}

/// What is shown of each year.
const BY_YEAR: [&str; 5] = ["attacks", "killed", "strength", "groups", "spent"];

fn by_year(replayed: &Replay, labels: &Labels) -> String {
    let mut table = light(&["year", "attacks", "killed", "fighters at its end", "groups at its end", "spent"]);
    for (year, name) in labels.years.iter().enumerate() {
        let figure = |metric: &&str| {
            let wanted = |column: &Column| column.metric == *metric && column.slice == Slice::Year(year as u16);
            replayed
                .outcomes
                .iter()
                .find(|(column, _)| wanted(column))
                .map_or(String::new(), |(_, value)| shown(*value))
        };
        table.add_row(std::iter::once(name.clone()).chain(BY_YEAR.iter().map(figure)));
    }
    for column in 1..=BY_YEAR.len() {
        if let Some(column) = table.column_mut(column) {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    table.to_string()
}

fn totals(replayed: &Replay) -> String {
    let mut table = light(&["outcome", "value", "unit"]);
    for (column, value) in replayed.outcomes.iter().filter(|(column, _)| column.slice == Slice::Total) {
        let label = METRICS.iter().find(|m| m.spec.name == column.metric).map_or(column.metric, |m| m.spec.label);
        table.add_row([label.to_string(), shown(*value), column.unit.to_string()]);
    }
    if let Some(column) = table.column_mut(1) {
        column.set_cell_alignment(CellAlignment::Right);
    }
    table.to_string()
}

/// Counts whole, others to three decimals.
fn shown(value: f64) -> String {
    if value == value.trunc() { format!("{value:.0}") } else { format!("{value:.3}") }
}

fn write(replayed: &Replay, labels: &Labels, target: &Path, force: bool) -> Result<(), Failure> {
    let folder = Folder::claim(target)?;
    if folder.found("") != Found::Nothing && !force {
        return Err(Failure::Mistake(format!(
            "{} holds something; name another folder with --out, or replace it with --force",
            target.display()
        )));
    }
    folder.begin()?;
    replay_csv::write(folder.path(), replayed, labels)?;
    folder.commit(false)?;
    Ok(())
}
