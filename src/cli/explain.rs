//! `jirga explain`: what a key, a mechanism, an instrument or a metric means.

use clap::Args;

use super::{Failure, print};
use crate::scenario::explain;
use crate::simulation::catalog;

/// Arguments of `explain`.
#[derive(Args)]
pub struct Arguments {
    /// A key (groups.strength, mechanisms.attacks.excitation), an entity, a mechanism, an instrument or a metric.
    pub topic: String,
}

/// Prints the explanation.
pub fn run(arguments: &Arguments) -> Result<(), Failure> {
    match explain::explain(&arguments.topic, &catalog()) {
        Ok(explanation) => print(&explanation.to_string()),
        Err(unknown) => Err(Failure::Mistake(unknown.to_string())),
    }
}
