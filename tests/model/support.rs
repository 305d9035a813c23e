//! What the tests share: scenarios from texts, runs with all outcomes and trajectories, and bounds of 4 sigma.

use std::sync::atomic::AtomicBool;

use jirga::experiment::prepared::Prepared;
use jirga::experiment::results::{Labels, Outcomes, PolicyOutcomes, SeriesColumn, Slice, Trajectories};
use jirga::experiment::run::{self, NoProgress, NoTrajectories, TrajectorySink};
use jirga::experiment::values::Values;
use jirga::sampling::lanes::LANES;
use jirga::scenario::{self, Scenario};
use jirga::simulation;
use rayon::prelude::*;

/// Weeks in a year of 365.25 days: a weekly rate times this is the yearly rate that a scenario names.
pub const WEEKS_PER_YEAR: f64 = 365.25 / 7.0;

/// All mechanisms off; a test switches on what it is about.
pub fn off_but(on: &[&str]) -> String {
    let off = simulation::catalog().mechanisms.iter().map(|m| m.name).filter(|name| !on.contains(name));
    off.map(|name| format!("[mechanisms.{name}]\non = false\n")).collect()
}

pub fn read(text: &str) -> Scenario {
    read_with(text, &[])
}

pub fn read_with(text: &str, sets: &[String]) -> Scenario {
    try_read(text, sets).unwrap_or_else(|problems| panic!("{problems}"))
}

pub fn try_read(text: &str, sets: &[String]) -> Result<Scenario, String> {
    scenario::read_str("test", text, sets, &simulation::catalog()).map(|l| l.scenario).map_err(|e| e.to_string())
}

/// Outcomes of all trials of a run.
pub struct Run {
    pub outcomes: Outcomes,
}

/// Runs all policies of a scenario and checks that no trial broke a law.
pub fn run(scenario: &Scenario, trials: usize) -> Run {
    run_policies(scenario, (0..scenario.policies.len()).collect(), trials)
}

pub fn run_policies(scenario: &Scenario, policies: Vec<usize>, trials: usize) -> Run {
    let prepared = Prepared::new(scenario, policies, scenario.seed);
    let result = run::run(&prepared, trials, &NoProgress, &AtomicBool::new(false), &mut NoTrajectories)
        .expect("no journal, no error");
    assert_eq!(result.broken, [], "a trial broke a law");
    assert_eq!(result.outcomes.trials, trials);
    Run { outcomes: result.outcomes }
}

impl Run {
    pub fn policy(&self, name: &str) -> &PolicyOutcomes {
        self.outcomes.policies.iter().find(|p| p.name == name).expect("a policy of the scenario")
    }

    fn column(&self, metric: &str, slice: &Slice) -> usize {
        let found = self.outcomes.columns.iter().position(|c| c.metric == metric && c.slice == *slice);
        found.unwrap_or_else(|| panic!("no outcome {metric} {slice:?}"))
    }

    /// A metric of the first policy, over the whole horizon.
    pub fn total(&self, metric: &str) -> Vec<f64> {
        self.slice(metric, Slice::Total)
    }

    pub fn slice(&self, metric: &str, slice: Slice) -> Vec<f64> {
        self.outcomes.policies[0].values[self.column(metric, &slice)].all()
    }
}

/// Series per step of one policy: `values[column][trial]` holds the steps.
pub struct Series {
    columns: Vec<SeriesColumn>,
    labels: Labels,
    values: Vec<Vec<Vec<f64>>>,
}

/// Runs one policy of a scenario and keeps every step of every trial.
pub fn series(scenario: &Scenario, policy: usize, trials: usize) -> Series {
    let prepared = Prepared::new(scenario, vec![policy], scenario.seed);
    let blocks: Vec<_> = (0..trials.div_ceil(LANES) as u64)
        .into_par_iter()
        .map(|block| prepared.run(&prepared.world(block, 0), 0, true))
        .collect();
    assert!(blocks.iter().all(|b| b.broken.is_empty()), "a trial broke a law");
    let columns = prepared.series();
    let values = (0..columns.len())
        .map(|column| {
            let trial = |t: usize| {
                let steps = &blocks[t / LANES].record.series.get(column);
                steps.iter().map(|lanes| f64::from(lanes[t % LANES])).collect()
            };
            (0..trials).map(trial).collect()
        })
        .collect();
    Series { columns, labels: prepared.labels(), values }
}

impl Series {
    /// Steps of a metric in each trial.
    pub fn total(&self, metric: &str) -> &[Vec<f64>] {
        self.slice(metric, &Slice::Total)
    }

    pub fn of_group(&self, metric: &str, group: &str) -> &[Vec<f64>] {
        let index = self.labels.groups.iter().position(|g| g == group).expect("a group of the scenario");
        self.slice(metric, &Slice::Group(index as u16))
    }

    pub fn of_province(&self, metric: &str, province: &str) -> &[Vec<f64>] {
        let index = self.labels.provinces.iter().position(|p| p == province).expect("a province of the scenario");
        self.slice(metric, &Slice::Province(index as u16))
    }

    fn slice(&self, metric: &str, slice: &Slice) -> &[Vec<f64>] {
        let found = self.columns.iter().position(|c| c.metric == metric && c.slice == *slice);
        &self.values[found.unwrap_or_else(|| panic!("no series {metric} {slice:?}"))]
    }
}

/// Keeps the trajectories of every policy.
#[derive(Default)]
pub struct Kept(pub Vec<Trajectories>);

impl TrajectorySink for Kept {
    type Error = jirga::journal::JournalError;

    fn take(&mut self, _: usize, trajectories: Trajectories) -> Result<(), Self::Error> {
        self.0.push(trajectories);
        Ok(())
    }
}

pub fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

pub fn variance(values: &[f64]) -> f64 {
    let m = mean(values);
    values.iter().map(|v| (v - m).powi(2)).sum::<f64>() / (values.len() - 1) as f64
}

/// Standard error of the sample mean.
pub fn error_of_mean(values: &[f64]) -> f64 {
    (variance(values) / values.len() as f64).sqrt()
}

/// Standard error of the sample variance, by the fourth moment.
pub fn error_of_variance(values: &[f64]) -> f64 {
    let m = mean(values);
    let n = values.len() as f64;
    let fourth = values.iter().map(|v| (v - m).powi(4)).sum::<f64>() / n;
    ((fourth - variance(values).powi(2)).max(0.0) / n).sqrt()
}

/// The sample mean lies within 4 standard errors of the exact mean.
pub fn assert_mean(values: &[f64], exact: f64, what: &str) {
    assert_near(mean(values), exact, error_of_mean(values), what);
}

/// The sample variance lies within 4 standard errors of the exact variance.
pub fn assert_variance(values: &[f64], exact: f64, what: &str) {
    assert_near(variance(values), exact, error_of_variance(values), what);
}

/// The share of `true` lies within 4 standard errors of the exact probability.
pub fn assert_share(count: usize, of: usize, exact: f64, what: &str) {
    let error = (exact * (1.0 - exact) / of as f64).sqrt();
    assert_near(count as f64 / of as f64, exact, error, what);
}

pub fn assert_near(found: f64, exact: f64, error: f64, what: &str) {
    let sigmas = (found - exact) / error;
    println!("{what}: {found:.6}, exact {exact:.6}, {sigmas:+.2} sigma");
    assert!(error > 0.0 && sigmas.abs() < 4.0, "{what}: {found} is {sigmas:.1} sigma from {exact}");
}

/// The value below which a share of the sorted sample lies: the smallest with at least that share at or below.
pub fn quantile(values: &[f64], level: f64) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted[((level * sorted.len() as f64).ceil() as usize).clamp(1, sorted.len()) - 1]
}

/// All outcomes equal to the bit, ties included.
pub fn same(a: &Outcomes, b: &Outcomes) -> bool {
    let bits = |o: &Outcomes| -> Vec<u64> {
        let values = o.policies.iter().flat_map(|p| p.values.iter().flat_map(Values::all));
        let ties = o.policies.iter().flat_map(|p| p.ties_end.iter().flatten());
        values.chain(ties.copied()).map(|v| v.to_bits()).collect()
    };
    a.columns == b.columns && bits(a) == bits(b)
}
