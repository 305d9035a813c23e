//! `execution.json`: how the results came about this time. The one file that may differ between equal runs.

use std::io::Write;
use std::path::Path;

use serde::Serialize;

use super::ReportError;
use super::whole_file::write_whole;

/// Its name.
pub const FILE: &str = "execution.json";
/// Version of its format.
const FORMAT: u32 = 1;

/// Facts that no result depends on.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Execution {
    format: u32,
    /// The command line as it was typed.
    command: String,
    /// Wall time in seconds.
    duration_seconds: f64,
    /// Threads used.
    threads: usize,
    /// Operating system and processor.
    platform: String,
    /// Units of work that were there before: of a run that was gone on with, of shards, of a study that grew.
    reused: usize,
}

impl Execution {
    /// Of this process.
    pub fn new(duration_seconds: f64, threads: usize, reused: usize) -> Self {
        let command = std::env::args().collect::<Vec<_>>().join(" ");
        let platform = format!("{} {}", std::env::consts::OS, std::env::consts::ARCH);
        Self { format: FORMAT, command, duration_seconds, threads, platform, reused }
    }

    /// Writes it into a folder of results.
    ///
    /// # Errors
    /// [`ReportError::Write`] with the path.
    pub fn write(&self, folder: &Path) -> Result<(), ReportError> {
        write_whole(&folder.join(FILE), |writer| {
            serde_json::to_writer_pretty(&mut *writer, self)?;
            writer.write_all(b"\n")
        })
    }
}
