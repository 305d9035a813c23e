//! `jirga merge`: the shards of a run or study as one.
//!
//! A shard's folder holds its blocks and the files it was run from. Merging is the same run with all blocks there: so the
//! results are those of one whole run, to the byte.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use clap::{Args, Parser};

use super::output::{OutputArguments, PartArguments};
use super::session::Merged;
use super::{Cli, Command, Failure, inputs, run, sensitivity, sweep};
use crate::journal::{Journal, Shard, file};
use crate::report::folder::{JOURNAL, work_folder};

/// Arguments of `merge`.
#[derive(Args)]
pub struct Arguments {
    /// Folders of all shards of one run or study.
    #[arg(required = true)]
    folders: Vec<PathBuf>,
    #[command(flatten)]
    output: OutputArguments,
}

/// A shard as it was found.
struct Part {
    folder: PathBuf,
    shard: Shard,
    found: file::Found,
}

/// Unites the shards.
pub fn run(arguments: &Arguments) -> Result<(), Failure> {
    let parts = arguments.folders.iter().map(|folder| read(folder)).collect::<Result<Vec<_>, _>>()?;
    let first = &parts[0];
    check(&parts)?;
    let all: Vec<_> = parts.iter().map(|part| (part.folder.join(JOURNAL), &part.found.scan)).collect();
    let journal = Journal::union(&all)?;
    let merged = Merged { journal, head: first.found.head.clone() };
    dispatch(&first.folder, &merged, &arguments.output)
}

/// Runs the command that the shards are parts of, with their blocks.
fn dispatch(folder: &Path, merged: &Merged, output: &OutputArguments) -> Result<(), Failure> {
    let typed = inputs::typed(&merged.head);
    let damaged = || Failure::Mistake(format!("{} names no command that can be read", folder.join(JOURNAL).display()));
    let cli = Cli::try_parse_from(std::iter::once("jirga".to_string()).chain(typed)).map_err(|_| damaged())?;
    let names: Vec<&str> =
        merged.head.about["files"].as_array().into_iter().flatten().filter_map(|name| name.as_str()).collect();
    let kept = |index: usize| -> Result<PathBuf, Failure> {
        let name = names.get(index).ok_or_else(damaged)?;
        // A path that leads elsewhere was not written by this program.
        let inside = Path::new(name).components().all(|part| matches!(part, std::path::Component::Normal(_)));
        if inside { Ok(folder.join(inputs::INPUTS).join(name)) } else { Err(damaged()) }
    };
    let part = PartArguments::default();
    match cli.command {
        Command::Run(mut own) => {
            own.scenario.scenario = kept(0)?;
            (own.output, own.part) = (output.clone(), part);
            run::run(&own, Some(merged))
        }
        Command::Sweep(mut own) => {
            own.file = kept(0)?;
            if own.table.is_some() {
                own.table = Some(kept(1)?);
            }
            (own.output, own.part) = (output.clone(), part);
            sweep::run(&own, Some(merged))
        }
        Command::Sensitivity(mut own) => {
            own.study = kept(0)?;
            (own.output, own.part) = (output.clone(), part);
            sensitivity::run(&own, Some(merged))
        }
        _ => Err(damaged()),
    }
}

/// Reads what a folder holds.
fn read(folder: &Path) -> Result<Part, Failure> {
    let path = folder.join(JOURNAL);
    if !path.exists() {
        let unfinished = work_folder(folder).join(JOURNAL);
        let begun = unfinished.exists().then(|| file::find(&unfinished).ok().flatten()).flatten();
        return Err(Failure::Mistake(match begun {
            Some(found) => format!(
                "{} is not finished; go on with it:\n  {}",
                folder.display(),
                again(&found, found.head.inputs["shard"].as_str().unwrap_or("?"), Some(folder))
            ),
            None => format!("{} holds no shard: there is no {}", folder.display(), path.display()),
        }));
    }
    let found = file::find(&path)?;
    let Some(found) = found else {
        return Err(Failure::Mistake(format!(
            "the head of {} is damaged; run that shard again with --resume, into the same folder",
            path.display()
        )));
    };
    let shard = found.head.inputs["shard"].as_str().and_then(|text| text.parse().ok());
    let Some(shard) = shard else {
        return Err(Failure::Mistake(format!("{} holds no shard but a whole run", folder.display())));
    };
    Ok(Part { folder: folder.to_path_buf(), shard, found })
}

/// The command that runs a shard again.
fn again(found: &file::Found, shard: &str, folder: Option<&Path>) -> String {
    let mut typed = inputs::typed(&found.head);
    typed.extend(["--shard".to_string(), shard.to_string(), "--resume".to_string()]);
    typed.extend(folder.into_iter().flat_map(|folder| ["--out".to_string(), folder.display().to_string()]));
    inputs::command(&typed)
}

/// Whether the shards belong together, each once and none missing, and whether all their records are sound.
fn check(parts: &[Part]) -> Result<(), Failure> {
    let first = &parts[0];
    let common = inputs::without_shard(&first.found.head);
    for part in &parts[1..] {
        let mut differences = common.differences(&inputs::without_shard(&part.found.head));
        if part.shard.of != first.shard.of {
            differences.push(format!("shards: {} there, {} here", first.shard.of, part.shard.of));
        }
        if !differences.is_empty() {
            return Err(Failure::Mistake(format!(
                "{} (there) and {} (here) do not belong together\n  {}",
                first.folder.display(),
                part.folder.display(),
                differences.join("\n  ")
            )));
        }
    }
    let mut by_index: BTreeMap<u32, &Part> = BTreeMap::new();
    for part in parts {
        if let Some(other) = by_index.insert(part.shard.index, part) {
            return Err(Failure::Mistake(format!(
                "{} and {} are both shard {}; name each once",
                other.folder.display(),
                part.folder.display(),
                part.shard
            )));
        }
    }
    let of = first.shard.of;
    let missing: Vec<Shard> =
        (1..=of).filter(|index| !by_index.contains_key(index)).map(|index| Shard { index, of }).collect();
    if !missing.is_empty() {
        let names: Vec<String> = missing.iter().map(ToString::to_string).collect();
        let commands: Vec<String> =
            names.iter().map(|shard| format!("  {}", again(&first.found, shard, None))).collect();
        return Err(Failure::Mistake(format!(
            "shard {} is missing; name its folder, or run it:\n{}",
            names.join(", "),
            commands.join("\n")
        )));
    }
    let mut damaged = Vec::new();
    for part in parts.iter().filter(|part| !part.found.scan.faults.is_empty()) {
        for fault in part.found.scan.faults.iter().take(3) {
            damaged.push(format!("{}: {fault}", part.folder.join(JOURNAL).display()));
        }
        damaged.push(format!("  {}", again(&part.found, &part.shard.to_string(), Some(&part.folder))));
    }
    if damaged.is_empty() {
        return Ok(());
    }
    Err(Failure::Mistake(format!("shards are damaged; run again what is missing in them:\n{}", damaged.join("\n"))))
}
