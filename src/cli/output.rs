//! What the commands that fill a folder of results share: where they go, what may be replaced, how loud it is, and which part
//! of the work is done.

use std::path::{Path, PathBuf};

use clap::Args;

use crate::journal::Shard;

/// Arguments of every command that fills a folder.
#[derive(Args, Clone)]
pub struct OutputArguments {
    /// Threads; all cores where absent. Results do not depend on it.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub threads: Option<u16>,
    /// Folder for the results, in place of output/<file>-<hash>.
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
    /// Replace what is in the folder, even if something else put it there, and throw unfinished work away.
    #[arg(long)]
    pub force: bool,
    /// Draw no figures.
    #[arg(long)]
    pub no_plots: bool,
    /// Print nothing but errors and where the files went.
    #[arg(long, short)]
    pub quiet: bool,
}

/// Arguments of every command whose work can be gone on with, or shared out.
#[derive(Args, Default)]
pub struct PartArguments {
    /// Go on with unfinished work of the same inputs; begin where there is none.
    #[arg(long)]
    pub resume: bool,
    /// Do one part of the work, e.g. 3/8; `jirga merge` unites the parts.
    #[arg(long, value_name = "K/N")]
    pub shard: Option<Shard>,
}

impl OutputArguments {
    /// Where the results go: the folder that was asked for, or one named after the file and its inputs.
    pub fn target(&self, file: &Path, fingerprint: &str, shard: Option<Shard>) -> PathBuf {
        self.out.clone().unwrap_or_else(|| {
            let part = shard.map_or(String::new(), |shard| format!("-shard-{}-of-{}", shard.index, shard.of));
            PathBuf::from("output").join(format!("{}-{}{part}", stem(file), &fingerprint[..8]))
        })
    }
}

/// Name of a file without its ending, by which its results are called.
pub fn stem(file: &Path) -> String {
    file.file_stem().map_or_else(|| "results".into(), |stem| stem.to_string_lossy().into_owned())
}
