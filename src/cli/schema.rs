//! `jirga schema`: the JSON Schema of scenario files, or of study files.

use clap::Args;

use super::{Failure, print};
use crate::scenario::schema;
use crate::simulation::catalog;

/// Arguments of `schema`.
#[derive(Args)]
pub struct Arguments {
    /// That of study files (sweeps and sensitivity studies) instead.
    #[arg(long)]
    study: bool,
}

/// Prints the schema.
pub fn run(arguments: &Arguments) -> Result<(), Failure> {
    let of = if arguments.study { schema::study_schema } else { schema::json_schema };
    let text = serde_json::to_string_pretty(&of(&catalog())).map_err(|error| Failure::Failed(error.to_string()))?;
    print(&text)
}
