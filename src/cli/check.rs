//! `jirga check`: every mistake of a scenario at once, or a summary of what it holds and what is assumed.

use clap::Args;

use super::reading::ScenarioArguments;
use super::{Failure, print};
use crate::scenario::Scenario;
use crate::scenario::uncertain::{Grade, Uncertain};

/// Arguments of `check`.
#[derive(Args)]
pub struct Arguments {
    #[command(flatten)]
    scenario: ScenarioArguments,
}

/// Checks and summarises.
pub fn run(arguments: &Arguments) -> Result<(), Failure> {
    let loaded = arguments.scenario.load()?;
    print(&summary(&loaded.scenario))
}

fn summary(scenario: &Scenario) -> String {
    let days = scenario.start.days_until(scenario.end);
    let parameters = scenario.parameters();
    let count = |of: &dyn Fn(&Uncertain) -> bool| parameters.iter().filter(|p| of(p)).count();
    let graded = |grade: Grade| count(&|p| p.grade == grade);
    let off: Vec<&str> = crate::simulation::catalog()
        .mechanisms
        .iter()
        .zip(&scenario.mechanisms)
        .filter(|(_, settings)| !settings.on)
        .map(|(spec, _)| spec.name)
        .collect();
    let mut text = format!(
        "{}\n{} to {}, {} steps of {} days; {} trials per policy, seed {}\n\n",
        scenario.title,
        scenario.start,
        scenario.end,
        days / scenario.step_days as i64,
        scenario.step_days,
        scenario.trials,
        scenario.seed
    );
    let lines = [
        (scenario.groups.len(), "groups"),
        (scenario.regions.len(), "regions"),
        (scenario.hosts.len(), "hosts"),
        (scenario.policies.len(), "policies"),
        (scenario.shocks.len(), "shocks"),
    ];
    for (number, what) in lines {
        let what = if number == 1 { what.trim_end_matches('s') } else { what };
        text.push_str(&format!("{number:5} {what}\n"));
    }
    text.push_str(&format!("      baseline: {}\n", scenario.baseline));
    if !off.is_empty() {
        text.push_str(&format!("      switched off: {}\n", off.join(", ")));
    }
    text.push_str(&format!(
        "\n{:5} parameters, of which {} are drawn anew in each trial\n\
         {:5} grade A (stated by the cited source)\n\
         {:5} grade B (derived from sourced figures)\n\
         {:5} grade C (assumed), of which {} are the engine's defaults\n",
        parameters.len(),
        count(&|p| p.distribution.is_uncertain()),
        graded(Grade::A),
        graded(Grade::B),
        graded(Grade::C),
        count(&|p| p.grade == Grade::C && p.is_default),
    ));
    text.push_str("\nno mistakes found; `jirga describe` shows every value with its source");
    text
}
