//! `jirga bench`: how fast this machine runs a scenario, where the time goes, and what a run would take.

use clap::Args;
use comfy_table::CellAlignment;

use super::reading::ScenarioArguments;
use super::run::{chosen, use_threads};
use super::speed::{Prediction, Profile, Sample};
use super::study::{duration, size};
use super::tables::light;
use super::{Failure, print};
use crate::experiment::prepared::Prepared;
use crate::report::numbers::readable;
use crate::statistics::order::largest_first;

/// Arguments of `bench`.
#[derive(Args)]
pub struct Arguments {
    #[command(flatten)]
    scenario: ScenarioArguments,
    /// Time only these policies.
    #[arg(long = "policy", value_name = "NAME", num_args = 1..)]
    policies: Vec<String>,
    /// Trials of the run that is predicted, in place of the scenario's.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    trials: Option<u32>,
    /// Threads; all cores where absent.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    threads: Option<u16>,
}

/// Times a scenario and prints what was found; writes nothing.
pub fn run(arguments: &Arguments) -> Result<(), Failure> {
    let loaded = arguments.scenario.load()?;
    let policies = chosen(&arguments.policies, &loaded)?;
    let prepared = Prepared::new(&loaded.scenario, policies, loaded.scenario.seed);
    let trials = arguments.trials.map_or(loaded.scenario.trials, u64::from) as usize;
    let threads = use_threads(arguments.threads)?;
    let alone = rayon::ThreadPoolBuilder::new()
        .num_threads(1)
        .build()
        .map_err(|error| Failure::Failed(format!("cannot start a thread: {error}")))?;

    let layout = &prepared.layout;
    print(&format!(
        "{}; policies: {}, groups: {}, slots for groups born: {}, regions: {}, steps: {}",
        loaded.scenario.title,
        prepared.policies.len(),
        layout.groups,
        layout.slots - layout.groups,
        layout.region_names.len(),
        layout.steps
    ))?;
    let mut sample = alone.install(|| Sample::measure(&prepared));
    let one = sample.trials_per_second;
    print(&format!("\none thread: {} trials a second", readable(one)))?;
    if threads > 1 {
        sample = Sample::measure(&prepared);
        let all = sample.trials_per_second;
        print(&format!("{threads} threads: {} trials a second, {:.2} times as many", readable(all), all / one))?;
    }
    print(&format!("\n{}\n", profile_table(&alone.install(|| Profile::measure(&prepared)))))?;
    print(&told(&Prediction::of(&prepared, trials, &sample), trials, prepared.policies.len()))
}

/// Time by mechanism, the longest first.
fn profile_table(profile: &Profile) -> comfy_table::Table {
    let mut parts: Vec<(&str, f64)> = profile.parts.iter().map(|(name, time)| (*name, time.as_secs_f64())).collect();
    parts.push(("drawing the world", profile.world.as_secs_f64()));
    let parts = largest_first(parts, |part| part.1);
    let total: f64 = parts.iter().map(|(_, seconds)| seconds).sum();
    let mut table = light(&["mechanism", "us a trial", "share"]);
    for (name, seconds) in parts {
        let each = 1e6 * seconds / profile.trials as f64;
        table.add_row([name.to_string(), format!("{each:.1}"), format!("{:.1} %", 100.0 * seconds / total)]);
    }
    table.column_iter_mut().skip(1).for_each(|column| {
        column.set_cell_alignment(CellAlignment::Right);
    });
    table
}

/// A prediction in words.
pub fn told(prediction: &Prediction, trials: usize, policies: usize) -> String {
    format!(
        "a run of {} trials of {}, second histories included: {} trials, about {} on this machine as it is \
         now, and then its files and figures; up to {} of outcomes and trajectories in memory",
        readable(trials as f64),
        if policies == 1 { "one policy".to_string() } else { format!("{policies} policies") },
        readable(prediction.trials as f64),
        duration(prediction.seconds),
        size(prediction.memory)
    )
}
