//! `jirga sensitivity`: which uncertain numbers drive the outcomes, and how much is chance.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::time::Instant;

use clap::Args;
use rayon::prelude::*;
use serde_json::{Value, json};

use super::output::{OutputArguments, PartArguments};
use super::progress::Shown;
use super::run::{end_shard, use_threads};
use super::session::{self, Merged, Work};
use super::stop::{self, STOP};
use super::study::{duration, size};
use super::{Failure, colour, inputs as input_files, print, say};
use crate::experiment::prepared::Prepared;
use crate::experiment::results::Slice;
use crate::experiment::run::NoProgress;
use crate::experiment::sensitivity::analysis::{Analysis, Sample, analyse, targets};
use crate::experiment::sensitivity::design::{Design, Rows};
use crate::experiment::sensitivity::evaluations::{Evaluations, Rowwise, key};
use crate::experiment::sensitivity::inputs::{Group, groups, inputs};
use crate::experiment::study::{Lane, evaluate};
use crate::report::execution::Execution;
use crate::report::folder::Found;
use crate::report::numbers::with_decimals;
use crate::report::sensitivity::{self, Record, Study, evaluations, findings, tables};
use crate::report::whole_file::write_whole;
use crate::report::{ReportError, plots, written};
use crate::scenario::sensitivity::{LoadedSensitivity, Method, OnFailure, load_sensitivity};
use crate::scenario::uncertain::Uncertain;
use crate::scenario::{self, Loaded};
use crate::simulation::catalog;
use crate::simulation::metrics::METRICS;
use crate::world::draw::quantile;

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
    inputs: Vec<Uncertain>,
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
    let depends = depends_on(&read);
    let names: Vec<&str> = asked.prepared.policies.iter().map(|&p| loaded.scenario.policies[p].name.as_str()).collect();
    let fingerprint =
        written::fingerprint(&loaded.canonical, asked.prepared.seed, 0, &names, Some(&depends.to_string()));
    let files = input_files::files_of(&arguments.study, &loaded, &read.scenario, false);
    let parts = arguments.part.shard.is_some() || merged.is_some();
    let told = input_files::Asked {
        kind: "sensitivity",
        seed: asked.prepared.seed,
        // A study may grow; its shards are of one size.
        amount: parts.then_some(asked.rows),
        policies: &names,
        more: json!({ "study": depends }),
        shard: arguments.part.shard,
        files,
    };
    let work = Work {
        file: &arguments.study,
        fingerprint: &fingerprint,
        head: input_files::head(&told, &loaded),
        units: &|| (0..asked.rows as u64).map(key).collect(),
        name: &|key| format!("row {}", key.unit),
        grows: true,
    };
    let Some(session) = session::open(&arguments.output, &arguments.part, work, merged)? else {
        return session::complete(&arguments.output, &arguments.part, &arguments.study, &fingerprint);
    };
    let (folder, target) = (&session.folder, session.folder.target().to_path_buf());
    let grown = matches!(session.found, Found::Equal { .. }) && !parts;
    let before = if grown { Some(saved(&target)?) } else { None };
    let (points, policies) = (asked.design.points(), asked.prepared.policies.len());
    let empty = || Evaluations::new(points, asked.histories, policies, asked.columns.len());
    let mut found = before.unwrap_or_else(empty);
    let reused = found.rows();
    if reused > 0 && !arguments.output.quiet {
        say(&format!("{} holds {reused} rows of this study; they are kept", target.display()));
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
    let whole = found.extend(&rowwise, asked.rows, session.journal(), (&STOP, &shown));
    shown.finish();
    let whole = whole?;
    if found.rows() < 2 {
        return Err(Failure::Stopped(
            "stopped before two rows were done; no results yet, --resume goes on".to_string(),
        ));
    }
    if let (OnFailure::Stop, Some(first)) = (read.study.on_failure, found.failures.first()) {
        return Err(Failure::Failed(format!(
            "a trial failed, and the study says on_failure = \"stop\": row {}, point {}, history {}: {}",
            first.row, first.point, first.history, first.reason
        )));
    }
    let record = record(&read, &loaded, &asked, &found, session.command());
    if !arguments.output.quiet {
        say("computing indices, drawing figures, writing the report");
    }
    let sample = Sample::of(&asked.design, found.rows());
    let all = targets(asked.columns.len(), policies, asked.baseline.filter(|_| read.study.differences));
    let seed = asked.prepared.seed;
    let analyses: Vec<Analysis> =
        all.par_iter().map(|&one| analyse(&found, (&asked.design, &asked.groups), &sample, one, seed)).collect();
    let study =
        Study { record: &record, inputs: &asked.inputs, evaluations: &found, sample: &sample, analyses: &analyses };
    write(folder.path(), &study, !arguments.output.no_plots)?;
    Execution::new(started.elapsed().as_secs_f64(), threads, reused + session.reused).write(folder.path())?;
    // A study that was stopped goes on from the rows in its own table.
    written::write_fingerprint(folder.path(), &fingerprint, false)?;
    session.commit(false)?;
    if !arguments.output.quiet {
        for analysis in &analyses {
            print(&format!("{}\n", findings::sentences(&study, analysis).join("\n")))?;
        }
        let trials = record.rows.saturating_sub(reused) * points * record.histories * policies;
        let seconds = started.elapsed().as_secs_f64();
        print(&format!(
            "{} rows of {points} points, {} new trials, seed {seed}, {threads} threads: {seconds:.1} s",
            record.rows,
            with_decimals(trials as f64, 0)
        ))?;
    }
    print(&format!("results in {}", target.display()))?;
    if !whole {
        return Err(Failure::Stopped(format!(
            "stopped early: these are complete results of {} of {} rows; the same command goes on from there",
            record.rows, record.wanted
        )));
    }
    Ok(())
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
    let columns = wanted
        .iter()
        .filter(|metric| seen.insert(*metric))
        .filter_map(|metric| all.iter().position(|column| column.metric == *metric && column.slice == Slice::Total))
        .collect();
    let baseline = prepared.policies.iter().position(|&p| scenario.policies[p].name == scenario.baseline);
    Ok(Asked {
        paths: inputs.iter().map(|input| input.path.clone()).collect(),
        inputs,
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

/// Everything that a row depends on besides scenario, seed and policies: all of the study but its words and how many rows it
/// wants.
fn depends_on(read: &LoadedSensitivity) -> Value {
    let mut study = serde_json::to_value(&read.study).unwrap_or_default();
    if let Some(keys) = study.as_object_mut() {
        for key in ["title", "description", "rows", "scenario", "set", "differences", "on_failure", "seed"] {
            keys.remove(key);
        }
    }
    study
}

/// The evaluations that a folder holds.
fn saved(folder: &Path) -> Result<Evaluations, ReportError> {
    let path = folder.join("study.json");
    let record = Record::read(&path)?;
    evaluations::read(&folder.join(evaluations::FILE), &record)
}

fn record(
    read: &LoadedSensitivity,
    loaded: &Loaded,
    asked: &Asked<'_>,
    found: &Evaluations,
    command: String,
) -> Record {
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
        command,
        title: read.study.title.clone(),
        description: read.study.description.clone(),
        scenario: scenario.title.clone(),
        method: match read.study.method {
            Method::Morris => "morris",
            Method::Sobol => "sobol",
        }
        .to_string(),
        seed: asked.prepared.seed,
        wanted: asked.rows.max(found.rows()),
        rows: found.rows(),
        points: asked.design.points(),
        histories: asked.histories,
        policies: asked.prepared.policies.iter().map(policy).collect(),
        baseline: asked.baseline,
        metrics: asked.columns.iter().map(metric).collect(),
        groups: asked.groups.clone(),
        failures: found.failures.clone(),
    }
}

fn write(folder: &Path, study: &Study<'_>, figures: bool) -> Result<(), ReportError> {
    evaluations::write(&folder.join(evaluations::FILE), study.record, study.evaluations)?;
    tables::write_indices(folder, study)?;
    tables::write_inputs(&folder.join("inputs.csv"), study)?;
    if !study.record.failures.is_empty() {
        tables::write_failures(&folder.join("failures.csv"), study)?;
    }
    write_whole(&folder.join("study.json"), |file| {
        serde_json::to_writer_pretty(&mut *file, study.record)?;
        std::io::Write::write_all(file, b"\n")
    })?;
    let mut drawn = Vec::new();
    if figures {
        let plots = folder.join("plots");
        std::fs::create_dir_all(&plots).map_err(ReportError::write(&plots))?;
        drawn = plots::sensitivity::draw_all(study, &plots, quantile)?;
    }
    sensitivity::page::write(&folder.join("report.html"), study, &drawn)
}
