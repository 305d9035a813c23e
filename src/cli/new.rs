//! `jirga new`: a commented scenario to begin with.

use std::io::Write;
use std::path::PathBuf;

use clap::Args;

use super::{Failure, print};
use crate::scenario::template;
use crate::simulation::catalog;

/// Arguments of `new`.
#[derive(Args)]
pub struct Arguments {
    /// File to write; it must not exist yet.
    pub file: PathBuf,
}

/// Writes the file.
pub fn run(arguments: &Arguments) -> Result<(), Failure> {
    let path = &arguments.file;
    let failed = |error: std::io::Error| match error.kind() {
        std::io::ErrorKind::AlreadyExists => {
            Failure::Mistake(format!("{} exists already; name another file", path.display()))
        }
        _ => Failure::Failed(format!("cannot write {}: {error}", path.display())),
    };
    let mut file = std::fs::File::create_new(path).map_err(failed)?;
    file.write_all(template::template(&catalog()).as_bytes()).map_err(failed)?;
    print(&format!("wrote {0}\ncheck it with `jirga check {0}`, run it with `jirga run {0}`", path.display()))
}
