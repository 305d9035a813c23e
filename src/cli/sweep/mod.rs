//! `jirga sweep`: a scenario at many points, from a study file or from the command line.

mod wanted;

use std::path::PathBuf;
use std::time::Instant;

use clap::Args;
use serde_json::json;

use crate::cli::output::{OutputArguments, PartArguments};
use crate::cli::progress::Shown;
use crate::cli::run::{chosen, end_shard, use_threads};
use crate::cli::session::{self, Merged, Work};
use crate::cli::stop::{self, STOP};
use crate::cli::study::{TimedRun, duration, size, variants, varied_scenario};
use crate::cli::{Failure, inputs, print};
use crate::experiment::prepared::Prepared;
use crate::experiment::study::Points;
use crate::experiment::sweep::points::SweepPoints;
use crate::experiment::sweep::run::{SweepPlan, sweep};
use crate::experiment::sweep::{table, units};
use crate::report::execution::Execution;
use crate::report::manifest::Manifest;
use crate::report::numbers::readable;
use crate::report::sweep::tables::{SweepTables, predicted_bytes};
use crate::report::sweep::{ShownAxis, SweepResults, page, saved};
use crate::report::written;
use crate::sampling::FORMULA;
use crate::scenario::Loaded;
use crate::scenario::study::{Design, Sweep};
use crate::simulation::catalog;

/// Points that figures and the page show at most.
const SHOWN: usize = 4096;

/// Arguments of `sweep`.
#[derive(Args)]
pub struct Arguments {
    /// A study file, or a scenario with --vary or --table.
    pub file: PathBuf,
    /// What to vary: PATH=FROM:TO:POINTS, or PATH=A,B,C (repeatable); a number, a date, a span of time, a name or a switch. With a sampled design PATH=FROM:TO, or PATH
    /// alone for the number's own law.
    #[arg(long, value_name = "PATH=VALUES")]
    vary: Vec<String>,
    /// How points are made of what is varied (default: grid).
    #[arg(long, value_name = "DESIGN")]
    design: Option<wanted::DesignName>,
    /// Points of a sampled design.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..=100_000_000))]
    points: Option<u64>,
    /// Points from a CSV file whose header names the paths.
    #[arg(long, value_name = "CSV", conflicts_with = "vary")]
    pub table: Option<PathBuf>,
    /// Set a value at all points, e.g. --set groups.rebels.strength=5200 (repeatable).
    #[arg(long = "set", value_name = "PATH=VALUE")]
    sets: Vec<String>,
    /// Only these policies (names of the scenario).
    #[arg(long = "policy", value_name = "NAME", num_args = 1..)]
    policies: Vec<String>,
    /// Metrics of the table and the figures, in place of the scenario's headline and objective.
    #[arg(long = "metric", value_name = "NAME", num_args = 1..)]
    metrics: Vec<String>,
    /// Trials per point and policy, in place of the study's (256 for a scenario).
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..=10_000_000))]
    trials: Option<u64>,
    /// Seed of all random words, in place of the study's or the scenario's.
    #[arg(long, value_name = "S")]
    seed: Option<u64>,
    /// Say how many points and trials there are, how long they would take and how large the tables would be; run nothing.
    #[arg(long)]
    dry_run: bool,
    #[command(flatten)]
    pub part: PartArguments,
    #[command(flatten)]
    pub output: OutputArguments,
}

/// Runs the sweep, or takes its rounds from shards, and writes everything.
pub fn run(arguments: &Arguments, merged: Option<&Merged>) -> Result<(), Failure> {
    let started = Instant::now();
    let (study, source, table_file) = wanted::read(arguments)?;
    let table = table_file.as_deref().map(table::read).transpose();
    let table = table.map_err(|error| Failure::Mistake(error.to_string()))?;
    let source = if table.is_some() { source.by_table() } else { source };
    let catalog = catalog();
    let from = source.varied_from(&study.set, &catalog);
    let varied = varied_scenario(&source, &from, &wanted::tries(&study, table.as_ref()))?;
    let loaded = &varied.loaded;
    let policies = chosen(&study.policies, loaded)?;
    let seed = study.seed.unwrap_or(loaded.scenario.seed);
    let points = SweepPoints::new(&study, &loaded.scenario, &varied.natures, table, seed)
        .map_err(|errors| source.refuse(errors.into_iter().map(|error| (error.axis, error.message)).collect()))?;
    let threads = use_threads(arguments.output.threads)?;
    let scenarios = variants(&varied, &from, &points);
    let prepare = |scenario| Prepared::new(scenario, policies.clone(), seed);
    let prepared = prepare(&loaded.scenario);
    let variants = scenarios.iter().map(|one| one.as_ref().map(prepare).map_err(Clone::clone)).collect();
    let trials = study.trials as usize;
    let metrics = if study.metrics.is_empty() { &loaded.scenario.headline } else { &study.metrics };
    let plan = SweepPlan::new(&prepared, variants, &points, &catalog, (trials, metrics));
    refuse_what_cannot_begin(&plan)?;
    if arguments.dry_run {
        return dry_run(&plan, &prepared);
    }

    let names: Vec<&str> = plan.policies.iter().map(String::as_str).collect();
    let study_text = study_text(&study, &points);
    let fingerprint = written::fingerprint(&format!("{study_text}{}", loaded.canonical), seed, trials, &names, None);
    let mut files = vec![arguments.file.clone()];
    files.extend(table_file);
    files.extend(inputs::files_of(&arguments.file, loaded, &arguments.file, false));
    let asked = inputs::Asked {
        kind: "sweep",
        seed,
        amount: Some(trials),
        policies: &names,
        more: json!({ "study": study_text, "metrics": metrics }),
        shard: arguments.part.shard,
        files,
    };
    let unit_name = |key| {
        let (point, round) = units::place(&plan, key);
        format!("round {round} of point {point}")
    };
    let work = Work {
        file: &arguments.file,
        fingerprint: &fingerprint,
        head: inputs::head(&asked, loaded),
        units: &|| units::units(&plan),
        name: &unit_name,
        grows: false,
    };
    let Some(session) = session::open(&arguments.output, &arguments.part, work, merged)? else {
        return session::complete(&arguments.output, &arguments.part, &arguments.file, &fingerprint);
    };
    let (folder, target) = (&session.folder, session.folder.target().to_path_buf());
    stop::listen();
    if let (Some(shard), Some(journal)) = (arguments.part.shard, session.journal()) {
        let shown = Shown::new(points.len() * trials * names.len() / shard.of as usize, arguments.output.quiet);
        let whole = units::shard(&plan, shard, journal, &shown, &STOP);
        shown.finish();
        return end_shard(session, shard, &asked.files, whole?, (&fingerprint, started, threads));
    }
    let axes = ShownAxis::all(&points, &loaded.scenario);
    let mut tables = SweepTables::create(folder.path(), axes.clone(), plan.policies.clone(), &plan.measures, SHOWN)?;
    let shown = Shown::new(points.len() * trials * names.len(), arguments.output.quiet);
    let ended = sweep(&plan, session.journal(), &shown, &STOP, &mut tables);
    shown.finish();
    let ended = ended?;
    if ended.points == 0 {
        let reason = tables.told.first().map_or("it was stopped before any point was done", String::as_str);
        let message = format!("no point has results, nothing was written: {reason}");
        return Err(if ended.interrupted { Failure::Stopped(message) } else { Failure::Failed(message) });
    }
    tables.finish()?;
    let scenario = &loaded.scenario;
    let label =
        |index: &usize| scenario.policies[*index].label.clone().unwrap_or(scenario.policies[*index].name.clone());
    let command = session.command();
    let program = format!("jirga {}", env!("CARGO_PKG_VERSION"));
    let results = SweepResults {
        title: study.title.clone(),
        description: study.description.clone(),
        scenario: scenario.title.clone(),
        seed,
        trials,
        design: study.design,
        axes,
        measures: plan.measures.clone(),
        objective: objective(loaded),
        policies: prepared.policies.iter().map(label).collect(),
        policy_ids: plan.policies.clone(),
        baseline: plan.baseline,
        points: std::mem::take(&mut tables.kept),
        wanted: points.len(),
        ended,
        failures: tables.told.clone(),
        program: program.clone(),
        command: command.clone(),
        fingerprint: fingerprint.clone(),
    };
    saved::write(folder.path(), &results)?;
    saved::write_page(folder.path(), &results, !arguments.output.no_plots)?;
    let manifest = Manifest {
        format: crate::report::manifest::FORMAT,
        program,
        command,
        title: study.title.clone(),
        interrupted: ended.interrupted,
        seed,
        random_words: FORMULA.to_string(),
        policies: names.iter().map(ToString::to_string).collect(),
        baseline: names[plan.baseline].to_string(),
        trials: ended.least_trials as u64,
        trajectories: 0,
        files: Vec::new(),
        study: Some(shown_study(study)),
        scenario: serde_json::from_str(&loaded.canonical).unwrap_or_default(),
    };
    written::write_manifest(folder.path(), &fingerprint, manifest)?;
    Execution::new(started.elapsed().as_secs_f64(), threads, session.reused).write(folder.path())?;
    session.commit(ended.interrupted)?;

    if !arguments.output.quiet {
        page::answer(&results).iter().try_for_each(|sentence| print(sentence))?;
        let seconds = started.elapsed().as_secs_f64();
        let text = format!(
            "{} points x {} policies x {} trials, seed {seed}: {seconds:.1} s",
            ended.points,
            names.len(),
            ended.least_trials
        );
        print(&text)?;
    }
    print(&format!("results in {}", target.display()))?;
    if ended.interrupted {
        return Err(Failure::Stopped(format!(
            "stopped early: these are complete results of {} of {} points, with at least {} of {trials} trials per policy; \
             --resume goes on",
            ended.points,
            points.len(),
            ended.least_trials
        )));
    }
    Ok(())
}

/// Refuses a sweep none of whose first points can be run: the reason is told before anything runs.
fn refuse_what_cannot_begin(plan: &SweepPlan<'_>) -> Result<(), Failure> {
    let mut reason = None;
    for point in plan.points.spread().take(256) {
        match plan.check(point) {
            Ok(()) => return Ok(()),
            Err(error) => reason = reason.or(Some(error)),
        }
    }
    let reason = reason.unwrap_or_else(|| "there are none".to_string());
    Err(Failure::Mistake(format!("the scenario does not hold at the points: {reason}")))
}

fn dry_run(plan: &SweepPlan<'_>, prepared: &Prepared<'_>) -> Result<(), Failure> {
    let (points, policies) = (plan.points.len(), plan.policies.len());
    let trials = points as f64 * policies as f64 * plan.trials as f64;
    let timed = TimedRun::measure(prepared, plan.points);
    let rows = points as f64 * policies as f64 * plan.measures.len() as f64;
    print(&format!(
        "{} points x {policies} policies x {} trials = {} trials",
        readable(points as f64),
        readable(plan.trials as f64),
        readable(trials)
    ))?;
    print(&format!(
        "about {} on this machine ({} trials a second, measured now)",
        duration(trials / timed.trials_per_second),
        readable(timed.trials_per_second.round())
    ))?;
    print(&format!(
        "tables of {} rows, about {}; figures and page apart",
        readable(rows),
        size(predicted_bytes(rows, plan.points.axes.len()))
    ))
}

fn objective(loaded: &Loaded) -> String {
    let terms = loaded.scenario.objective.iter().map(|(metric, weight)| {
        if *weight == 1.0 { metric.clone() } else { format!("{} × {metric}", readable(*weight)) }
    });
    terms.collect::<Vec<_>>().join(" + ")
}

/// Everything that results depend on besides the scenario, seed, trials and policies.
fn study_text(study: &Sweep, points: &SweepPoints) -> String {
    let mut plain = study.clone();
    // Where the scenario lies, and how the study is called, change no figure.
    plain.scenario = String::new();
    plain.table = None;
    let study = serde_json::to_string(&plain).unwrap_or_default();
    let coordinates: String = if points.design == Design::Table {
        (0..points.len()).map(|point| format!("{:?}", points.coordinates(point))).collect()
    } else {
        String::new()
    };
    format!("{study}{coordinates}")
}

/// The study for the manifest: files by their names, wherever they lie.
fn shown_study(mut study: Sweep) -> serde_json::Value {
    let name = |path: &str| {
        let name = std::path::Path::new(path).file_name();
        name.map_or_else(|| path.to_string(), |name| name.to_string_lossy().into_owned())
    };
    study.table = study.table.as_deref().map(name);
    study.scenario = name(study.scenario.as_str());
    serde_json::to_value(study).unwrap_or_default()
}
