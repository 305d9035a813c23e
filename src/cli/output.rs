//! What the commands that fill a folder of results share: where they go, what may be replaced, how loud it is.

use std::path::{Path, PathBuf};

use clap::Args;

use super::{Failure, say};
use crate::report::folder::{Folder, Found};

/// Arguments of every command that fills a folder.
#[derive(Args)]
pub struct OutputArguments {
    /// Threads; all cores where absent. Results do not depend on it.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub threads: Option<u16>,
    /// Folder for the results, in place of output/<file>-<hash>.
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Replace what is in the folder, even if something else put it there.
    #[arg(long)]
    force: bool,
    /// Draw no figures.
    #[arg(long)]
    pub no_plots: bool,
    /// Print nothing but errors and where the files went.
    #[arg(long, short)]
    pub quiet: bool,
}

impl OutputArguments {
    /// Where the results go: the folder that was asked for, or one named after the file and its inputs.
    pub fn target(&self, file: &Path, fingerprint: &str) -> PathBuf {
        self.out.clone().unwrap_or_else(|| {
            let stem = file.file_stem().map_or_else(|| "results".into(), |stem| stem.to_string_lossy());
            PathBuf::from("output").join(format!("{stem}-{}", &fingerprint[..8]))
        })
    }

    /// The folder in the making, and whether results of the same inputs stand in its place.
    ///
    /// # Errors
    /// Something else stands there and may not be replaced, or the folder cannot be made.
    pub fn folder(&self, target: &Path, fingerprint: &str) -> Result<(Folder, bool), Failure> {
        match Folder::prepare(target, fingerprint, self.force)? {
            Found::Free(folder) => Ok((folder, false)),
            Found::Equal(folder) => Ok((folder, true)),
            Found::Other => Err(Failure::Mistake(format!(
                "{} holds something else (not a run with these inputs); name another folder with --out, or replace it with --force",
                target.display()
            ))),
        }
    }

    /// [`OutputArguments::folder`] for results that are always made anew; says so where equal ones are replaced.
    ///
    /// # Errors
    /// As there.
    pub fn fresh_folder(&self, target: &Path, fingerprint: &str) -> Result<Folder, Failure> {
        let (folder, equal) = self.folder(target, fingerprint)?;
        if equal {
            say(&format!("{} holds an equal run; it is run again and replaced when done", target.display()));
        }
        Ok(folder)
    }
}
