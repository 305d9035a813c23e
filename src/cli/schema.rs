//! `jirga schema`: the JSON Schema of scenario files.

use super::{Failure, print};
use crate::scenario::schema;
use crate::simulation::catalog;

/// Prints the schema.
pub fn run() -> Result<(), Failure> {
    let schema = schema::json_schema(&catalog());
    let text = serde_json::to_string_pretty(&schema).map_err(|error| Failure::Failed(error.to_string()))?;
    print(&text)
}
