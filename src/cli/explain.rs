//! `jirga explain`: what a key, a mechanism, an instrument or a metric means.

use clap::Args;

use super::{Failure, print};
use crate::scenario::explain;
use crate::simulation::catalog;

/// Arguments of `explain`.
#[derive(Args)]
pub struct Arguments {
    /// A key (groups.strength, mechanisms.attacks.excitation, sweep.points, sensitivity.rows), an entity, a mechanism, an instrument or a metric.
    pub topic: String,
}

const HINT: &str = "\nTopics are keys (groups.strength), entities (group), mechanisms (mechanisms.attacks), instruments \
     (instruments.talks) and metrics (metrics.killed); docs/scenario-reference.md lists them all. Keys of study files are topics \
     too (sweep.points, sensitivity.rows).";

/// Prints the explanation.
pub fn run(arguments: &Arguments) -> Result<(), Failure> {
    match explain::explain(&arguments.topic, &catalog()) {
        Ok(explanation) => print(&explanation.to_string()),
        Err(unknown) => {
            let hint = if unknown.nearest.is_none() { HINT } else { "" };
            Err(Failure::Mistake(format!("{unknown}{hint}")))
        }
    }
}
