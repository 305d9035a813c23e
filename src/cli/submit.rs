//! `jirga submit`: a script that runs a command in shards on a cluster and unites them. It is printed, not run: what is sent to
//! a cluster is read first.

use std::path::{Path, PathBuf};

use clap::{ArgGroup, Args, Parser};

use super::inputs::quoted;
use super::output::{OutputArguments, PartArguments, stem};
use super::{Cli, Command, Failure, print};
use crate::journal::shard::MOST_SHARDS;

/// Times that a shard is tried.
const TRIES: u32 = 3;
/// Ends the text of a job within the script; no argument can hold it on a line of its own.
const END: &str = "END_OF_JOB";

/// Arguments of `submit`.
#[derive(Args)]
#[command(group = ArgGroup::new("system").required(true).args(["slurm", "hyperqueue"]))]
pub struct Arguments {
    /// A job array of N shards under Slurm, and a job that unites them after all have ended well.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=i64::from(MOST_SHARDS)))]
    slurm: Option<u32>,
    /// N tasks under HyperQueue, and a task that depends on them.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=i64::from(MOST_SHARDS)))]
    hyperqueue: Option<u32>,
    /// Cores of a shard.
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u16).range(1..=1024))]
    cores: u16,
    /// Folder for the shards, in place of one beside the results.
    #[arg(long, value_name = "DIR")]
    shards: Option<PathBuf>,
    /// An option for every sbatch, e.g. --sbatch=--partition=short (repeatable).
    #[arg(long, value_name = "OPTION", allow_hyphen_values = true, conflicts_with = "hyperqueue")]
    sbatch: Vec<String>,
    /// The command: run, sweep or sensitivity with its arguments.
    #[arg(required = true, trailing_var_arg = true, allow_hyphen_values = true, value_name = "COMMAND")]
    command: Vec<String>,
}

/// What is submitted.
struct Job<'a> {
    /// The program and where it is called, as a shell reads them.
    program: String,
    folder: String,
    /// The command without where it goes, as a shell reads it.
    command: String,
    /// Options of the merge.
    merge: String,
    shards: String,
    count: u32,
    cores: u16,
    sbatch: &'a [String],
}

/// Prints the script.
pub fn run(arguments: &Arguments) -> Result<(), Failure> {
    let all = arguments.command.iter().chain(&arguments.sbatch);
    if all.into_iter().any(|argument| argument.chars().any(char::is_control)) {
        return Err(Failure::Mistake("an argument with a line break cannot stand in a script".to_string()));
    }
    let cli = Cli::try_parse_from(std::iter::once("jirga").chain(arguments.command.iter().map(String::as_str)))
        .map_err(|error| Failure::Mistake(error.to_string()))?;
    let (file, output, part, whole) = match &cli.command {
        Command::Run(own) => (&own.scenario.scenario, &own.output, &own.part, own.until.is_some()),
        Command::Sweep(own) => (&own.file, &own.output, &own.part, false),
        Command::Sensitivity(own) => (&own.study, &own.output, &own.part, false),
        _ => return Err(Failure::Mistake("only run, sweep and sensitivity can be shared out".to_string())),
    };
    if whole {
        return Err(Failure::Mistake(
            "--until looks at all trials, so it cannot be shared out: give --trials".to_string(),
        ));
    }
    refuse_what_is_submits_own(part)?;
    let system = |error: std::io::Error| Failure::Failed(format!("cannot tell where this program is: {error}"));
    let (program, folder) = (std::env::current_exe().map_err(system)?, std::env::current_dir().map_err(system)?);
    let path = |path: &Path| quoted(&path.display().to_string());
    let beside = || match &output.out {
        Some(out) => PathBuf::from(format!("{}-shards", out.display())),
        None => Path::new("output").join(format!("{}-shards", stem(file))),
    };
    let job = Job {
        program: path(&program),
        folder: path(&folder),
        command: shared(&arguments.command).iter().map(|one| quoted(one)).collect::<Vec<_>>().join(" "),
        merge: merge_options(output),
        shards: path(&arguments.shards.clone().unwrap_or_else(beside)),
        count: arguments.slurm.or(arguments.hyperqueue).unwrap_or(1),
        cores: arguments.cores,
        sbatch: &arguments.sbatch,
    };
    let typed: Vec<String> = std::env::args().skip(1).map(|one| quoted(&one)).collect();
    let head = format!(
        "#!/usr/bin/env bash\n# Made by: jirga {}\n# {} shards, each tried up to {TRIES} times and gone on with from its \
         finished blocks; then their union.\n# Called again, it does only what is missing.\nset -euo pipefail\ncd {}\n\
         mkdir -p {}\n",
        typed.join(" "),
        job.count,
        job.folder,
        job.shards
    );
    print(&if arguments.slurm.is_some() { head + &slurm(&job) } else { head + &hyperqueue(&job) })
}

fn refuse_what_is_submits_own(part: &PartArguments) -> Result<(), Failure> {
    if part.shard.is_some() || part.resume {
        return Err(Failure::Mistake("--shard and --resume are put there by submit itself".to_string()));
    }
    Ok(())
}

/// The command without where its results go and how many threads it takes: shards have their own.
fn shared(command: &[String]) -> Vec<String> {
    super::inputs::plain(command.iter().cloned())
}

/// Options that the command had and the merge takes.
fn merge_options(output: &OutputArguments) -> String {
    let mut options = vec!["--quiet".to_string()];
    if let Some(out) = &output.out {
        options.extend(["--out".to_string(), quoted(&out.display().to_string())]);
    }
    options.extend(output.no_plots.then(|| "--no-plots".to_string()));
    options.extend(output.force.then(|| "--force".to_string()));
    options.join(" ")
}

/// The lines that run one shard, whose number is in a variable.
fn one_shard(job: &Job<'_>, number: &str) -> String {
    let Job { program, folder, command, shards, count, cores, .. } = job;
    format!(
        "cd {folder}\ncode=1\nfor try in $(seq {TRIES}); do\n    code=0\n    {program} {command} --quiet --resume --threads \
         {cores} \\\n        --shard {number}/{count} --out {shards}/{number} || code=$?\n    # Done, wrong, or told to stop: \
         trying again would not help.\n    case $code in 0|2|130|143) exit $code ;; esac\n    sleep 5\ndone\nexit $code\n"
    )
}

/// The lines that unite the shards.
fn union(job: &Job<'_>) -> String {
    let Job { program, folder, shards, count, merge, cores, .. } = job;
    format!("cd {folder}\n{program} merge {shards}/{{1..{count}}} --threads {cores} {merge}\n")
}

/// The script for Slurm.
fn slurm(job: &Job<'_>) -> String {
    let options: String = job.sbatch.iter().map(|option| format!(" {}", quoted(option))).collect();
    let common = format!("sbatch --parsable --cpus-per-task={}{options}", job.cores);
    let (shard, union, shards, count) =
        (one_shard(job, "\"$SLURM_ARRAY_TASK_ID\""), union(job), &job.shards, job.count);
    format!(
        "array=$({common} --job-name=jirga-shards --array=1-{count} --requeue --open-mode=append \\\n    \
         --output={shards}/%a.log <<'{END}'\n#!/usr/bin/env bash\n{shard}{END}\n)\n\
         union=$({common} --job-name=jirga-merge --dependency=afterok:\"${{array%%;*}}\" --kill-on-invalid-dep=yes \\\n    \
         --open-mode=append --output={shards}/merge.log <<'{END}'\n#!/usr/bin/env bash\n{union}{END}\n)\n\
         echo \"shards: job $array, union: job $union; what they say: {}\"\n",
        shards.replace('\'', "")
    )
}

/// The script for HyperQueue: a file of tasks, the last of which depends on all others.
fn hyperqueue(job: &Job<'_>) -> String {
    let text = |text: &str| toml::Value::String(text.to_string()).to_string();
    let task = |id: u32, lines: &str, deps: &str, log: &str| {
        format!(
            "\n[[task]]\nid = {id}\nstdout = {log}\nstderr = {log}\ncrash_limit = {TRIES}\n{deps}command = [\"bash\", \
             \"-c\", {}]\n[[task.request]]\nresources = {{ \"cpus\" = {} }}\n",
            text(lines),
            job.cores
        )
    };
    let folder = job.shards.replace('\'', "");
    let shards: String = (1..=job.count)
        .map(|id| task(id, &one_shard(job, &id.to_string()), "", &text(&format!("{folder}/{id}.log"))))
        .collect();
    let all: Vec<String> = (1..=job.count).map(|id| id.to_string()).collect();
    let deps = format!("deps = [{}]\n", all.join(", "));
    let last = task(job.count + 1, &union(job), &deps, &text(&format!("{folder}/merge.log")));
    format!(
        "cat > {}/job.toml <<'{END}'\nname = \"jirga\"\n{shards}{last}{END}\nhq job submit-file {0}/job.toml\n",
        job.shards
    )
}
