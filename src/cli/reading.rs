//! Reading a scenario for a command.

use std::path::{Path, PathBuf};

use clap::Args;

use super::{Failure, colour, say};
use crate::scenario::{self, Loaded};
use crate::simulation::catalog;

/// Which scenario, with what set otherwise.
#[derive(Args)]
pub struct ScenarioArguments {
    /// The scenario, a TOML file.
    pub scenario: PathBuf,
    /// Set a value for this run, e.g. --set groups.rebels.strength=5200 (repeatable).
    #[arg(long = "set", value_name = "PATH=VALUE")]
    pub sets: Vec<String>,
}

impl ScenarioArguments {
    /// Reads and checks it; warnings are printed.
    ///
    /// # Errors
    /// All mistakes of the file, rendered.
    pub fn load(&self) -> Result<Loaded, Failure> {
        let loaded = scenario::load(&self.scenario, &self.sets, &catalog())
            .map_err(|problems| Failure::Mistake(problems.render(colour())))?;
        if !loaded.warnings.is_empty() {
            say(&scenario::render_all(&loaded.warnings, &loaded.sources, colour()));
        }
        Ok(loaded)
    }

    /// The folder that paths in the scenario start from.
    pub fn folder(&self) -> &Path {
        self.scenario.parent().unwrap_or(Path::new("."))
    }
}
