//! `jirga run`: the main job.

use std::time::Instant;

use clap::Args;
use serde_json::json;

use super::bench::told;
use super::findings::write_and_make;
use super::output::{OutputArguments, PartArguments};
use super::progress::Shown;
use super::reading::ScenarioArguments;
use super::session::{self, Merged, Session, Work};
use super::speed::{Prediction, Sample};
use super::stop::{self, STOP};
use super::trajectories::Kept;
use super::{Failure, failed, inputs, print, replay, say, until};
use crate::experiment::blocks::{Blocks, units};
use crate::experiment::prepared::Prepared;
use crate::experiment::run::{RunResult, StoppingRule, TRAJECTORIES};
use crate::experiment::until::Rule;
use crate::experiment::{observed, run};
use crate::journal::{Key, Shard};
use crate::parallel;
use crate::report::comparison_table::comparison_table;
use crate::report::csv_tables;
use crate::report::execution::Execution;
use crate::report::manifest::{Manifest, record_file};
use crate::report::saved::{self, Saved, SavedPolicy};
use crate::report::written::{self, Wanted};
use crate::report::{plots, provenance, terminal};
use crate::sampling::{FORMULA, LANES};
use crate::scenario::Loaded;

/// Arguments of `run`.
#[derive(Args)]
pub struct Arguments {
    #[command(flatten)]
    pub scenario: ScenarioArguments,
    /// Only these policies (names of the scenario).
    #[arg(long = "policy", value_name = "NAME", num_args = 1..)]
    policies: Vec<String>,
    /// Trials per policy, in place of the scenario's.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..=10_000_000))]
    trials: Option<u64>,
    /// Run until a difference between two policies, or the order of the first, is known:
    /// "killed: talks vs status-quo ± 20", "objective: talks vs status-quo ± 5 %" (of the second's mean), "ranking: 3 at
    /// 95 %"; `+-` is read as `±`. At most --trials, 100000 where absent.
    #[arg(long, value_name = "RULE")]
    pub until: Option<Rule>,
    /// Seed of all random words, in place of the scenario's.
    #[arg(long, value_name = "S")]
    seed: Option<u64>,
    /// Run one trial again (its number, from 0; with one --policy) and tell what happened in it. Writes no results but
    /// tables of it, and those only with --out.
    #[arg(long, value_name = "K", conflicts_with_all = ["trials", "until", "csv", "resume", "shard"])]
    trial: Option<u64>,
    /// Write trials.csv beside trials.parquet.
    #[arg(long)]
    csv: bool,
    /// Say how long the run would take and how much memory, timed on a few trials; write nothing.
    #[arg(long)]
    dry_run: bool,
    #[command(flatten)]
    pub part: PartArguments,
    #[command(flatten)]
    pub output: OutputArguments,
}

/// Runs the scenario, or takes its blocks from shards, and writes everything.
pub fn run(arguments: &Arguments, merged: Option<&Merged>) -> Result<(), Failure> {
    let started = Instant::now();
    let loaded = arguments.scenario.load()?;
    let policies = chosen(&arguments.policies, &loaded)?;
    let seed = arguments.seed.unwrap_or(loaded.scenario.seed);
    let prepared = Prepared::new(&loaded.scenario, policies, seed);
    if let Some(trial) = arguments.trial {
        let out = replay::Out { folder: arguments.output.out.as_deref(), force: arguments.output.force };
        return match prepared.policies.as_slice() {
            [_] => replay::run(&prepared, trial, &out),
            _ => {
                let names: Vec<&str> = loaded.scenario.policies.iter().map(|policy| policy.name.as_str()).collect();
                let names = names.join(", ");
                Err(Failure::Mistake(format!("--trial runs one policy: name it with --policy; there are {names}")))
            }
        };
    }
    let trials = wanted_trials(arguments, &loaded, &prepared);
    refuse_what_memory_cannot_hold(&prepared, trials)?;
    if let (Some(shard), Some(_)) = (arguments.part.shard, &arguments.until) {
        return Err(Failure::Mistake(format!(
            "--until looks at all trials to decide whether there are enough, and shard {shard} has only some of them: give \
             the number of trials with --trials"
        )));
    }
    let observed = read_observed(&arguments.scenario, &loaded, &prepared)?;
    let threads = use_threads(arguments.output.threads)?;

    if arguments.dry_run {
        let prediction = Prediction::of(&prepared, trials, &Sample::measure(&prepared));
        print(&told(&prediction, trials, prepared.policies.len()))?;
        return print("nothing was written");
    }

    let names: Vec<&str> = prepared.policies.iter().map(|&p| loaded.scenario.policies[p].name.as_str()).collect();
    let mut until = match &arguments.until {
        Some(rule) => Some(until::prepare(rule, &prepared, &names, &loaded.scenario.objective)?),
        None => None,
    };
    let rule = arguments.until.as_ref().map(ToString::to_string);
    let fingerprint = written::fingerprint(&loaded.canonical, seed, trials, &names, rule.as_deref());
    let files = inputs::files_of(&arguments.scenario.scenario, &loaded, &arguments.scenario.scenario, true);
    let asked = inputs::Asked {
        kind: "run",
        seed,
        amount: Some(trials),
        policies: &names,
        more: json!({ "until": rule, "observed": observed }),
        shard: arguments.part.shard,
        files,
    };
    let work = Work {
        file: &arguments.scenario.scenario,
        fingerprint: &fingerprint,
        head: inputs::head(&asked, &loaded),
        units: &|| units(names.len(), trials).collect(),
        name: &|key| block_name(key, &names),
        grows: false,
    };
    let Some(session) = session::open(&arguments.output, &arguments.part, work, merged)? else {
        return session::complete(&arguments.output, &arguments.part, &arguments.scenario.scenario, &fingerprint);
    };
    let (folder, target) = (&session.folder, session.folder.target().to_path_buf());
    stop::listen();
    if let Some(shard) = arguments.part.shard {
        let total = units(names.len(), trials).filter(|key| shard.holds(key.unit)).count() * LANES;
        let shown = Shown::new(total, arguments.output.quiet);
        let blocks = Blocks { prepared: &prepared, journal: session.journal(), stop: &STOP, progress: &shown };
        let whole = blocks.shard(trials, shard);
        shown.finish();
        return end_shard(session, shard, &asked.files, whole?, (&fingerprint, started, threads));
    }
    let mut sink = Kept::new(&prepared, folder, &loaded)?;
    let shown = Shown::new(trials.next_multiple_of(LANES) * prepared.policies.len(), arguments.output.quiet);
    let rule = until.as_mut().map(|rule| rule as &mut dyn StoppingRule);
    let blocks = Blocks { prepared: &prepared, journal: session.journal(), stop: &STOP, progress: &shown };
    let result = run::run_until(&blocks, trials, rule, &mut sink);
    shown.finish();
    let result = result?;
    let failures = failed::tell(&arguments.scenario, seed, &result);
    if result.outcomes.trials == 0 && !failures.is_empty() {
        return Err(Failure::Failed("every trial failed: a defect of the program, please report".to_string()));
    }
    if result.outcomes.trials == 0 {
        return Err(Failure::Stopped(format!(
            "stopped before {} trials of every policy were done; no results yet, --resume goes on",
            trials.min(TRAJECTORIES)
        )));
    }
    let outcomes = &result.outcomes;
    // Second histories are laid beside the first, trial by trial: as far as none is left out.
    let whole = outcomes.left_out.first().map_or(outcomes.trials, |first| *first as usize);
    let second = whole.min(run::SECOND_HISTORIES);
    let Kept { series, over_time, spans, labels, .. } = sink;
    let end_series = || series.finish().and_then(|path| record_file(folder.path(), &path));
    let (series, second) = parallel::beside(end_series, || run::second_histories(&prepared, second, session.journal()));
    let (series, second) = (series?, second?);
    let program = format!("jirga {}", env!("CARGO_PKG_VERSION"));
    let command = session.command();
    let scenario = &loaded.scenario;
    let saved = Saved {
        format: saved::FORMAT,
        program: program.clone(),
        command: command.clone(),
        fingerprint: fingerprint.clone(),
        title: scenario.title.clone(),
        description: scenario.description.clone(),
        horizon: (scenario.start.to_string(), scenario.end.plus_days(-1).to_string()),
        seed,
        trials: outcomes.trials,
        left_out: outcomes.left_out.clone(),
        second_histories: second.trials,
        interrupted: result.interrupted,
        baseline: baseline(&prepared, &loaded),
        headline: scenario.headline.clone(),
        objective: scenario.objective.clone(),
        currency: scenario.state.currency.clone(),
        labels,
        columns: outcomes.columns.clone(),
        policies: saved_policies(&prepared, &result),
        spans,
        over_time,
        observed,
        parameters: provenance::parameters(scenario),
    };
    if !failures.is_empty() {
        csv_tables::write_failures(&folder.path().join("failures.csv"), &failures)?;
    }
    if !arguments.output.quiet {
        say(if arguments.output.no_plots {
            "writing tables and the report"
        } else {
            "drawing figures, writing the report"
        });
    }
    let wanted = Wanted { csv: arguments.csv, plots: !arguments.output.no_plots };
    let findings = write_and_make(folder.path(), &prepared, &saved, outcomes, &second, wanted)?;
    let manifest = Manifest {
        format: crate::report::manifest::FORMAT,
        program,
        command,
        title: scenario.title.clone(),
        interrupted: result.interrupted,
        seed,
        random_words: FORMULA.to_string(),
        policies: names.iter().map(ToString::to_string).collect(),
        baseline: names[saved.baseline].to_string(),
        trials: outcomes.trials as u64,
        trajectories: outcomes.trials.min(TRAJECTORIES) as u64,
        files: vec![series],
        study: None,
        scenario: serde_json::from_str(&loaded.canonical).unwrap_or_default(),
    };
    written::write_manifest(folder.path(), &fingerprint, manifest)?;
    Execution::new(started.elapsed().as_secs_f64(), threads, session.reused).write(folder.path())?;
    session.commit(result.interrupted)?;

    if !arguments.output.quiet {
        let (labels, headline) = (&saved.labels, &saved.headline);
        print(&terminal::summary_table(outcomes, labels, headline, saved.baseline, terminal_width()))?;
        if let Some(comparison) = findings.comparison.as_ref().filter(|_| names.len() > 1) {
            let table = comparison_table(outcomes, comparison, headline, terminal_width());
            print(&format!("\n{table}\n"))?;
        }
        let runs = outcomes.trials * names.len();
        let seconds = started.elapsed().as_secs_f64();
        print(&format!(
            "{} policies x {} trials, seed {seed}: {seconds:.1} s, {:.0} trials a second",
            names.len(),
            outcomes.trials,
            runs as f64 / seconds
        ))?;
    }
    if !failures.is_empty() {
        let left_out = outcomes.left_out.len();
        print(&format!(
            "{left_out} of {} trials failed and are left out under every policy: failures.csv",
            outcomes.trials + left_out
        ))?;
    }
    if let Some(until) = &until {
        print(&until::told(until, result.enough, &names, outcomes.trials, trials))?;
    }
    print(&format!("results in {}", target.display()))?;
    if result.interrupted {
        return Err(Failure::Stopped(format!(
            "stopped early: these are complete results of {} of {trials} trials per policy; --resume goes on",
            outcomes.trials
        )));
    }
    Ok(())
}

/// A block of a run, for messages.
fn block_name(key: Key, names: &[&str]) -> String {
    let policy = names.get(key.part as usize).unwrap_or(&"an unknown policy");
    let history = if key.table == 0 { "" } else { ", second history" };
    format!("block {} of {policy}{history}", key.unit)
}

/// Ends a shard: its folder holds the journal and what it was run from.
pub fn end_shard(
    session: Session<'_>,
    shard: Shard,
    files: &[std::path::PathBuf],
    whole: bool,
    (fingerprint, started, threads): (&str, Instant, usize),
) -> Result<(), Failure> {
    if !whole {
        return Err(Failure::Stopped(format!("stopped early: shard {shard} is not finished; --resume goes on")));
    }
    let folder = session.folder.path();
    inputs::copy_files(files, folder)?;
    Execution::new(started.elapsed().as_secs_f64(), threads, session.reused).write(folder)?;
    written::write_fingerprint(folder, fingerprint, false)?;
    let target = session.folder.target().to_path_buf();
    session.commit_shard()?;
    print(&format!("shard {shard} in {}; unite all with jirga merge", target.display()))
}

/// Columns of the terminal that standard output goes to, if it goes to one.
fn terminal_width() -> Option<u16> {
    let columns = console::Term::stdout().size_checked()?.1;
    Some(columns.max(60))
}

/// Trials per policy: as many as asked for, or the most that a rule may take.
fn wanted_trials(arguments: &Arguments, loaded: &Loaded, prepared: &Prepared) -> usize {
    match (arguments.trials, &arguments.until) {
        (Some(trials), _) => trials as usize,
        (None, None) => loaded.scenario.trials as usize,
        (None, Some(_)) => (until::MOST_TRIALS as usize).min(MOST_MEMORY / memory_per_trial(prepared)),
    }
}

/// Bytes that the outcomes of one trial of all policies take.
fn memory_per_trial(prepared: &Prepared) -> usize {
    (prepared.record.outcomes.len() * prepared.policies.len() * size_of::<f64>()).max(1)
}

/// Most memory that outcomes may take, in bytes: every trial's outcomes are kept exactly.
const MOST_MEMORY: usize = 16 << 30;

fn refuse_what_memory_cannot_hold(prepared: &Prepared, trials: usize) -> Result<(), Failure> {
    let per_trial = memory_per_trial(prepared);
    let wanted = per_trial.saturating_mul(trials);
    if wanted > MOST_MEMORY {
        return Err(Failure::Mistake(format!(
            "the outcomes of {trials} trials of {} policies could take {} GB of memory, more than the {} GB that are \
             allowed; ask for at most {} trials, or fewer policies",
            prepared.policies.len(),
            wanted >> 30,
            MOST_MEMORY >> 30,
            MOST_MEMORY / per_trial
        )));
    }
    Ok(())
}

/// Indices of the policies to run, in the scenario's order.
pub fn chosen(names: &[String], loaded: &Loaded) -> Result<Vec<usize>, Failure> {
    let policies = &loaded.scenario.policies;
    if let Some(unknown) = names.iter().find(|n| !policies.iter().any(|p| p.name == **n)) {
        let known: Vec<&str> = policies.iter().map(|p| p.name.as_str()).collect();
        return Err(Failure::Mistake(format!("no policy is called `{unknown}`; there are {}", known.join(", "))));
    }
    Ok((0..policies.len()).filter(|&p| names.is_empty() || names.contains(&policies[p].name)).collect())
}

fn saved_policies(prepared: &Prepared, result: &RunResult) -> Vec<SavedPolicy> {
    let described = |index: usize| prepared.scenario.policies[prepared.policies[index]].description.clone();
    result
        .outcomes
        .policies
        .iter()
        .enumerate()
        .map(|(index, policy)| SavedPolicy {
            name: policy.name.clone(),
            label: policy.label.clone(),
            description: described(index),
            ties_start: policy.ties_start.clone(),
            ties_end: policy.ties_end.clone(),
        })
        .collect()
}

/// Index of the baseline among the policies that run; the first where the baseline does not run.
fn baseline(prepared: &Prepared, loaded: &Loaded) -> usize {
    let name = &loaded.scenario.baseline;
    prepared.policies.iter().position(|&p| loaded.scenario.policies[p].name == *name).unwrap_or(0)
}

/// Sets the number of threads for the whole process.
pub fn use_threads(threads: Option<u16>) -> Result<usize, Failure> {
    let threads = match threads {
        Some(threads) => usize::from(threads),
        None => std::thread::available_parallelism().map_or(1, usize::from),
    };
    rayon::ThreadPoolBuilder::new()
        .num_threads(threads)
        .build_global()
        .map_err(|error| Failure::Failed(format!("cannot start {threads} threads: {error}")))?;
    Ok(threads)
}

fn read_observed(
    arguments: &ScenarioArguments,
    loaded: &Loaded,
    prepared: &Prepared,
) -> Result<Vec<plots::ObservedPoint>, Failure> {
    let provinces: Vec<String> = prepared.layout.province_names.keys().cloned().collect();
    let mut points = Vec::new();
    for series in &loaded.scenario.observed {
        let rows = observed::read(arguments.folder(), &series.file, &provinces)
            .map_err(|error| Failure::Mistake(error.to_string()))?;
        for row in rows.iter().filter(|row| row.province.is_none()) {
            for (metric, value) in [("attacks", row.attacks), (series.killed.as_str(), row.killed)] {
                points.extend(value.map(|value| plots::ObservedPoint {
                    source: series.label.clone(),
                    metric: metric.to_string(),
                    from: row.from.to_string(),
                    to: row.to.plus_days(1).to_string(),
                    value,
                }));
            }
        }
    }
    Ok(points)
}
