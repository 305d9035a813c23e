//! `jirga sensitivity`: which uncertain numbers drive the outcomes, and how much is chance.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::time::Instant;

use clap::Args;
use serde_json::json;

use super::output::{OutputArguments, PartArguments};
use super::progress::Shown;
use super::run::{end_shard, use_threads};
use super::session::{self, Merged, Work};
use super::stop::{self, STOP};
use super::study::{duration, size};
use super::{Failure, colour, inputs as input_files, print, say};
use crate::experiment::prepared::Prepared;
use crate::experiment::results::total_column;
use crate::experiment::run::NoProgress;
use crate::experiment::sensitivity::design::{Design, Rows};
use crate::experiment::sensitivity::evaluations::{Evaluations, Rowwise, key};
use crate::experiment::sensitivity::inputs::{Group, groups, inputs};
use crate::experiment::study::{Lane, evaluate};
use crate::report::execution::Execution;
use crate::report::folder::{FINGERPRINT, Found};
use crate::report::manifest::{FNV_OFFSET, fnv1a64};
use crate::report::numbers::with_decimals;
use crate::report::sensitivity::{self, Input, Inputs, Record, findings, saved};
use crate::report::written;
use crate::scenario::sensitivity::{LoadedSensitivity, Method, OnFailure, load_sensitivity};
use crate::scenario::{self, Loaded};
use crate::simulation::catalog;
use crate::simulation::metrics::METRICS;

/// Arguments of `sensitivity`.
#[derive(Args)]
pub struct Arguments {
    /// The study, a TOML file that names a scenario.
    pub study: PathBuf,
    /// Base rows or trajectories, in place of the study's. More than there are in the folder go on from those.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(2..=10_000_000))]
    rows: Option<u64>,
    /// Seed of the design and of all random words, in place of the study's.
    #[arg(long, value_name = "S")]
    seed: Option<u64>,
    /// Go on from the rows of the same study in another folder.
    #[arg(long, value_name = "DIR")]
    from: Option<PathBuf>,
    /// Say how many trials it takes, how long and how large, and run none but a few to time them.
    #[arg(long)]
    dry_run: bool,
    #[command(flatten)]
    pub part: PartArguments,
    #[command(flatten)]
    pub output: OutputArguments,
}

/// What is run, resolved.
struct Asked<'a> {
    prepared: Prepared<'a>,
    inputs: Vec<Input>,
    paths: Vec<String>,
    groups: Vec<Group>,
    design: Design,
    /// Indices of the metrics' columns.
    columns: Vec<usize>,
    baseline: Option<usize>,
    rows: usize,
    histories: usize,
}

/// Runs the study, or takes its rows from shards, and writes everything.
pub fn run(arguments: &Arguments, merged: Option<&Merged>) -> Result<(), Failure> {
    let started = Instant::now();
    let read = load_sensitivity(&arguments.study, &catalog())
        .map_err(|problems| Failure::Mistake(problems.render(colour())))?;
    let loaded = scenario::load(&read.scenario, &read.study.set, &catalog())
        .map_err(|problems| Failure::Mistake(problems.render(colour())))?;
    let asked = resolve(arguments, &read, &loaded)?;
    let threads = use_threads(arguments.output.threads)?;
    if arguments.dry_run {
        return dry_run(&asked);
    }
    let mut record = record(&read, &loaded, &asked);
    let names: Vec<&str> = asked.prepared.policies.iter().map(|&p| loaded.scenario.policies[p].name.as_str()).collect();
    let fingerprint = written::fingerprint(&loaded.canonical, record.seed, 0, &names, Some(&record.hashes.study));
    let parts = arguments.part.shard.is_some() || merged.is_some();
    if parts && arguments.from.is_some() {
        return Err(Failure::Mistake("--from takes rows of a whole study: it does not go with --shard".to_string()));
    }
    let told = input_files::Asked {
        kind: "sensitivity",
        seed: asked.prepared.seed,
        // A study may grow; its shards are of one size.
        amount: parts.then_some(asked.rows),
        policies: &names,
        more: json!({ "study": shape(&read) }),
        shard: arguments.part.shard,
        files: input_files::files_of(&arguments.study, &loaded, &read.scenario, false),
    };
    let work = Work {
        file: &arguments.study,
        fingerprint: &fingerprint,
        head: input_files::head(&told, &loaded),
        units: &|| (0..asked.rows as u64).map(key).collect(),
        name: &|key| format!("row {}", key.unit),
        grows: true,
    };
    let other = |folder: &Path| differences(folder, &record, &loaded.canonical);
    let target = arguments.output.target(&arguments.study, &fingerprint, arguments.part.shard);
    let opened = session::open(&arguments.output, &arguments.part, work, merged).map_err(|failure| match failure {
        Failure::Mistake(text) => Failure::Mistake(format!("{text}{}", other(&target))),
        failure => failure,
    })?;
    let Some(session) = opened else {
        return session::complete(&arguments.output, &arguments.part, &arguments.study, &fingerprint);
    };
    let folder = &session.folder;
    let is_equal = |text: String| text.lines().next().map(str::trim) == Some(fingerprint.as_str());
    let before = match &arguments.from {
        Some(from) if std::fs::read_to_string(from.join(FINGERPRINT)).is_ok_and(is_equal) => Some(from),
        Some(from) => {
            return Err(Failure::Mistake(format!(
                "{} holds no rows of this study as it is now{}",
                from.display(),
                other(from)
            )));
        }
        None => (matches!(session.found, Found::Equal { .. }) && !parts).then_some(&target),
    };
    let (points, policies) = (record.points, record.policies.len());
    let mut found = match before {
        Some(folder) => saved::read(folder)?.1,
        None => Evaluations::new(points, asked.histories, policies, asked.columns.len()),
    };
    let reused = found.rows();
    if let Some(folder) = before
        && !arguments.output.quiet
    {
        say(&format!("{} holds {reused} rows of this study; they are kept", folder.display()));
    }
    stop::listen();
    let missing = asked.rows.saturating_sub(reused);
    let shown = Shown::new(missing * points * asked.histories * policies, arguments.output.quiet);
    let rowwise =
        Rowwise { prepared: &asked.prepared, design: &asked.design, paths: &asked.paths, columns: &asked.columns };
    if let (Some(shard), Some(journal)) = (arguments.part.shard, session.journal()) {
        let whole = found.shard(&rowwise, asked.rows, (shard, journal), (&STOP, &shown));
        shown.finish();
        return end_shard(session, shard, &told.files, whole?, (&fingerprint, started, threads));
    }
    let to_failure = read.study.on_failure == OnFailure::Stop;
    let whole = found.extend(&rowwise, (asked.rows, to_failure), session.journal(), (&STOP, &shown));
    shown.finish();
    let whole = whole?;
    if found.rows() < 2 {
        return Err(Failure::Stopped(
            "stopped before two rows were done; no results yet, --resume goes on".to_string(),
        ));
    }
    record.rows = found.rows();
    record.wanted = asked.rows.max(found.rows());
    record.failures.clone_from(&found.failures);
    record.command = session.command();
    if !arguments.output.quiet {
        say("computing indices, drawing figures, writing the report");
    }
    saved::write(folder.path(), &record, &found, &loaded.canonical)?;
    let made = saved::make(folder.path(), !arguments.output.no_plots)?;
    Execution::new(started.elapsed().as_secs_f64(), threads, reused + session.reused).write(folder.path())?;
    // A study that was stopped goes on from the rows in its own table.
    written::write_fingerprint(folder.path(), &fingerprint, false)?;
    session.commit(false)?;
    if !arguments.output.quiet {
        for analysis in &made.analyses {
            print(&format!("{}\n", findings::sentences(&made.study(), analysis).join("\n")))?;
        }
        let trials = record.rows.saturating_sub(reused) * points * record.histories * policies;
        let (trials, seconds) = (with_decimals(trials as f64, 0), started.elapsed().as_secs_f64());
        print(&format!(
            "{} rows of {points} points, {trials} new trials, seed {}, {threads} threads: {seconds:.1} s",
            record.rows, record.seed
        ))?;
    }
    print(&format!("results in {}", target.display()))?;
    if let (true, Some(first)) = (to_failure, record.failures.first()) {
        return Err(Failure::Failed(format!(
            "a trial failed, and the study says on_failure = \"stop\": row {}, point {}, history {}: {}\n\
             what was done is kept: {} of {} rows; with on_failure = \"drop\" the same command goes on from there",
            first.row, first.point, first.history, first.reason, record.rows, record.wanted
        )));
    }
    if !whole {
        return Err(Failure::Stopped(format!(
            "stopped early: these are complete results of {} of {} rows; the same command goes on from there",
            record.rows, record.wanted
        )));
    }
    Ok(())
}

/// What of the inputs of the study in a folder is not as it is now; empty if nothing is known of it.
fn differences(folder: &Path, record: &Record, canonical: &str) -> String {
    match saved::differences(folder, record, canonical) {
        told if told.is_empty() => String::new(),
        told => format!("\nit holds a study of other inputs: {}", told.join("; ")),
    }
}

fn resolve<'a>(arguments: &Arguments, read: &LoadedSensitivity, loaded: &'a Loaded) -> Result<Asked<'a>, Failure> {
    let (study, scenario) = (&read.study, &loaded.scenario);
    let policies = super::run::chosen(&study.policies, loaded)?;
    let seed = arguments.seed.or(study.seed).unwrap_or(scenario.seed);
    let inputs = inputs(scenario, &policies);
    if inputs.is_empty() {
        return Err(Failure::Mistake(format!("{} has no uncertain numbers to look at", read.scenario.display())));
    }
    let groups = groups(&inputs, &study.by(), &study.group, &study.only).map_err(|wrong| {
        Failure::Mistake(format!(
            "{}: {wrong} (`jirga describe {} --only parameters` lists all)",
            arguments.study.display(),
            read.scenario.display()
        ))
    })?;
    let members: Vec<Vec<usize>> = groups.iter().map(|group| group.members.clone()).collect();
    let design = match study.method {
        Method::Sobol => Design::sobol(inputs.len(), &members, study.second_order, seed),
        Method::Morris => Design::morris(members, study.levels, seed),
    };
    let prepared = Prepared::new(scenario, policies, seed);
    let wanted = if study.metrics.is_empty() { &scenario.headline } else { &study.metrics };
    let all = prepared.columns();
    let mut seen = BTreeSet::new();
    let columns =
        wanted.iter().filter(|metric| seen.insert(*metric)).filter_map(|metric| total_column(&all, metric)).collect();
    let baseline = prepared.policies.iter().position(|&p| scenario.policies[p].name == scenario.baseline);
    Ok(Asked {
        paths: inputs.iter().map(|input| input.path.clone()).collect(),
        inputs: inputs.iter().map(Input::from).collect(),
        groups,
        design,
        columns,
        baseline,
        rows: arguments.rows.unwrap_or(study.rows()) as usize,
        histories: study.histories as usize,
        prepared,
    })
}

/// Points in histories that a dry run is timed on: a few blocks for every thread.
const PROBE: usize = 512;

/// Says what the study takes, from the time of its first points.
fn dry_run(asked: &Asked<'_>) -> Result<(), Failure> {
    let (points, policies) = (asked.design.points(), asked.prepared.policies.len());
    let all = asked.rows * points * asked.histories;
    let lane = |index: usize| Lane {
        point: index / asked.histories,
        trial: (index / asked.histories / points) as u64,
        history: (index % asked.histories) as u64,
    };
    let lanes: Vec<Lane> = (0..all.min(PROBE)).map(lane).collect();
    let rows = lanes.last().map_or(1, |last| last.trial + 1);
    let probed = Rows::of(asked.paths.clone(), &asked.design, 0..rows);
    let started = Instant::now();
    evaluate(&asked.prepared, &probed, &asked.columns, &lanes, &NoProgress);
    let seconds = started.elapsed().as_secs_f64() / lanes.len().max(1) as f64 * all as f64;
    let bytes = all * 8 * (3 + policies * asked.columns.len());
    print(&format!(
        "{} uncertain numbers in {} groups\n{} rows of {points} points in {} histories under {policies} policies: {} trials\n\
         about {} of trials on this machine as it is now; at most {} of evaluations\nnothing was written",
        asked.inputs.len(),
        asked.groups.len(),
        asked.rows,
        asked.histories,
        with_decimals((all * policies) as f64, 0),
        duration(seconds),
        size(bytes as f64),
    ))
}

/// The keys of a study that shape its rows: all but its words and how many rows it wants.
fn shape(read: &LoadedSensitivity) -> String {
    let mut study = serde_json::to_value(&read.study).unwrap_or_default();
    if let Some(keys) = study.as_object_mut() {
        for key in ["title", "description", "rows", "scenario", "set", "differences", "on_failure", "seed", "policies"]
        {
            keys.remove(key);
        }
    }
    study.to_string()
}

/// The study before any row is run.
fn record(read: &LoadedSensitivity, loaded: &Loaded, asked: &Asked<'_>) -> Record {
    let hash = |text: &str| format!("{:016x}", fnv1a64(FNV_OFFSET, text.as_bytes()));
    let scenario = &loaded.scenario;
    let columns = asked.prepared.columns();
    let label = |name: &str| METRICS.iter().find(|m| m.spec.name == name).map_or(name, |m| m.spec.label).to_string();
    let metric = |&column: &usize| {
        let column = &columns[column];
        (column.metric.to_string(), label(column.metric), column.unit.to_string())
    };
    let policy = |&index: &usize| {
        let policy = &scenario.policies[index];
        (policy.name.clone(), policy.label.clone().unwrap_or_default())
    };
    Record {
        format: sensitivity::FORMAT,
        program: format!("jirga {}", env!("CARGO_PKG_VERSION")),
        command: String::new(),
        title: read.study.title.clone(),
        description: read.study.description.clone(),
        scenario: scenario.title.clone(),
        method: match read.study.method {
            Method::Morris => "morris",
            Method::Sobol => "sobol",
        }
        .to_string(),
        second_order: read.study.second_order,
        levels: read.study.levels,
        differences: read.study.differences,
        seed: asked.prepared.seed,
        hashes: Inputs {
            version: env!("CARGO_PKG_VERSION").to_string(),
            scenario: hash(&loaded.canonical),
            study: hash(&shape(read)),
        },
        wanted: asked.rows,
        rows: 0,
        points: asked.design.points(),
        histories: asked.histories,
        policies: asked.prepared.policies.iter().map(policy).collect(),
        baseline: asked.baseline,
        metrics: asked.columns.iter().map(metric).collect(),
        inputs: asked.inputs.clone(),
        groups: asked.groups.clone(),
        failures: Vec::new(),
    }
}
