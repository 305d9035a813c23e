//! The block runner: all policies over all blocks of trials, in parallel, with results that do not depend on how
//! many threads there are.
//!
//! A block's result depends on nothing but its number, the policy and the scenario; results are put together in
//! order of blocks. Every wave of blocks runs all policies, so a run that is stopped is a smaller valid run. Blocks that a
//! journal holds are taken from there ([`super::blocks`]).

use std::sync::atomic::AtomicBool;
use std::sync::{Mutex, PoisonError};

use super::blocks::{Block, Blocks, WAVE, with_trajectories};
use super::prepared::Prepared;
use super::results::{Outcomes, PolicyOutcomes, Trajectories, numbers};
use super::values::Values;
use crate::journal::{Journal, JournalError};
use crate::parallel;
use crate::sampling::lanes::LANES;
use crate::simulation::block::{self, BlockResult};
use crate::world::ids::{GroupId, Id};

/// Trials per policy whose trajectories are kept.
pub const TRAJECTORIES: usize = 500;

/// Trials per policy of which a second history is made: enough for the share of chance within some points of a hundred,
/// few enough to cost a twentieth of a run.
pub const SECOND_HISTORIES: usize = 128;

/// What a run tells of its progress. The library never prints.
pub trait Progress: Sync {
    /// So many more trials (of one policy each) are done.
    fn advance(&self, trials: usize);
}

/// What becomes of trajectories: they are handed over policy by policy, in order, and not kept.
pub trait TrajectorySink: Send {
    /// The error that ends the run; the journal's among them.
    type Error: Send + From<JournalError>;
    /// Takes the trajectories of a policy (an index into [`Prepared::policies`]).
    fn take(&mut self, policy: usize, trajectories: Trajectories) -> Result<(), Self::Error>;
}

/// A trial that failed: it broke a law of the model, yielded what is no number, or panicked. A defect of the engine,
/// reported and not hidden; the trial is left out under all policies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BrokenTrial {
    /// Name of the policy.
    pub policy: String,
    /// Number of the trial.
    pub trial: u64,
    /// The law, or what the panic said.
    pub law: String,
}

/// What a run yields.
#[derive(Debug, Clone, Default)]
pub struct RunResult {
    /// Outcomes of all trials done.
    pub outcomes: Outcomes,
    /// True if it was stopped before all trials were done.
    pub interrupted: bool,
    /// True if the stopping rule found the trials to be enough.
    pub enough: bool,
    /// Trials that failed.
    pub broken: Vec<BrokenTrial>,
}

/// Decides after every wave of blocks whether there are trials enough. The decision may depend on nothing but the
/// outcomes: then the number of trials does not depend on the machine or its threads.
pub trait StoppingRule {
    /// True if no more trials are wanted. `outcomes` holds all trials so far, more with every call.
    fn enough(&mut self, outcomes: &Outcomes) -> bool;
}

/// Runs `trials` trials of every policy, without a journal. `stop` ends the run after the blocks at work.
///
/// # Errors
/// What the sink returns.
pub fn run<S: TrajectorySink>(
    prepared: &Prepared,
    trials: usize,
    progress: &dyn Progress,
    stop: &AtomicBool,
    sink: &mut S,
) -> Result<RunResult, S::Error> {
    run_until(&Blocks { prepared, journal: None, stop, progress }, trials, None, sink)
}

/// Takes blocks of all policies, in waves, until `rule` finds their trials enough, and at most `trials`.
///
/// # Errors
/// What the sink or the journal returns.
pub fn run_until<S: TrajectorySink>(
    blocks: &Blocks<'_>,
    trials: usize,
    mut rule: Option<&mut dyn StoppingRule>,
    sink: &mut S,
) -> Result<RunResult, S::Error> {
    let prepared = blocks.prepared;
    let mut gathered = Gathered::new(prepared, trials);
    let all = trials.div_ceil(LANES);
    let first_wave = with_trajectories(trials);
    let Some(mut left) = first(blocks, trials, &mut gathered, sink)? else {
        return Ok(RunResult { interrupted: true, ..RunResult::default() });
    };
    left.iter().for_each(|(policy, results)| gathered.add(*policy, 0, results));
    let mut hand_over = || -> Result<(), S::Error> {
        left.drain(..).try_for_each(|(policy, mut results)| {
            sink.take(policy, trajectories(prepared, &mut results, trials.min(TRAJECTORIES)))
        })
    };
    let mut next = first_wave;
    let mut interrupted = false;
    let mut enough = gathered.is_enough(next, &mut rule);
    while next < all && !enough {
        let wave = next..all.min(next + WAVE);
        let own: Vec<Block<'_>> = wave.map(|block| Block::new(prepared, block as u64, 0, false)).collect();
        let (handed, results) = rayon::join(&mut hand_over, || blocks.under_all(&own, |result| result));
        handed?;
        let results = results?;
        blocks.sync_soon();
        // A wave that was not finished is left out; what it has is in the journal.
        let Some(results) = results else {
            interrupted = true;
            break;
        };
        gathered.add_under_all(next, &results);
        next += own.len();
        enough = gathered.is_enough(next, &mut rule);
    }
    hand_over()?;
    Ok(gathered.finish(interrupted, enough))
}

/// A policy's blocks of the first wave.
type OfPolicy = (usize, Vec<BlockResult>);

/// The first wave, whose trajectories are handed over: policy by policy, so that those of two at a time are in memory. What
/// the last policy yields is left to the caller; `None` if it was stopped.
fn first<S: TrajectorySink>(
    blocks: &Blocks<'_>,
    trials: usize,
    gathered: &mut Gathered,
    sink: &mut S,
) -> Result<Option<Vec<OfPolicy>>, S::Error> {
    let prepared = blocks.prepared;
    let own: Vec<Block<'_>> =
        (0..with_trajectories(trials) as u64).map(|block| Block::new(prepared, block, 0, true)).collect();
    let simulate = |policy: usize| -> Result<Option<Vec<BlockResult>>, JournalError> {
        let results = parallel::each(own.len(), |block| blocks.result(&own[block], policy));
        let results = results.into_iter().collect::<Result<Vec<_>, _>>()?;
        blocks.sync_soon();
        Ok(results.into_iter().collect())
    };
    let mut hand_over = |policy: usize, mut results: Vec<BlockResult>| -> Result<(), S::Error> {
        sink.take(policy, trajectories(prepared, &mut results, trials.min(TRAJECTORIES)))?;
        gathered.add(policy, 0, &results);
        Ok(())
    };
    let mut done: Option<OfPolicy> = None;
    for policy in 0..prepared.policies.len() {
        // While a policy is simulated, the trajectories of the one before are handed over.
        let before = done.take();
        let (handed, results) =
            rayon::join(|| before.map_or(Ok(()), |(before, results)| hand_over(before, results)), || simulate(policy));
        handed?;
        let Some(results) = results? else { return Ok(None) };
        done = Some((policy, results));
    }
    Ok(Some(done.into_iter().collect()))
}

/// A second history of each of the first `trials` trials, for all policies: the same parameters, other chance. What the
/// two histories of a trial have in common is owed to its parameters.
///
/// # Errors
/// What the journal says.
pub fn second_histories(
    prepared: &Prepared,
    trials: usize,
    journal: Option<&Journal>,
) -> Result<Outcomes, JournalError> {
    let blocks = Blocks { prepared, journal, stop: &AtomicBool::new(false), progress: &NoProgress };
    let mut gathered = Gathered::new(prepared, trials);
    let own: Vec<Block<'_>> =
        (0..trials.div_ceil(LANES) as u64).map(|block| Block::new(prepared, block, 1, false)).collect();
    // Nobody stops these.
    let results = blocks.under_all(&own, |result| result)?.unwrap_or_default();
    gathered.add_under_all(0, &results);
    gathered.outcomes.trials = trials;
    gathered.leave_out_failed();
    let mut outcomes = gathered.finish(false, false).outcomes;
    if let Some(first) = outcomes.left_out.first().map(|first| *first as usize) {
        // Second histories are laid beside the first trial by trial: those before the first that failed still are.
        outcomes.left_out.clear();
        outcomes.trials = first;
        outcomes.policies.iter_mut().flat_map(|policy| &mut policy.values).for_each(|values| values.truncate(first));
    }
    Ok(outcomes)
}

/// Results as they come in.
struct Gathered {
    outcomes: Outcomes,
    /// Number of trials in which each pair ended in each kind of tie.
    ties: Vec<Vec<[u64; 4]>>,
    /// Trials wanted; the last block may hold more.
    most: usize,
    broken: Vec<BrokenTrial>,
}

impl Gathered {
    /// For at most `most` trials.
    fn new(prepared: &Prepared, most: usize) -> Self {
        let pairs = prepared.layout.groups * prepared.layout.groups.saturating_sub(1) / 2;
        let columns = prepared.record.outcomes.len();
        let policies = prepared
            .policies
            .iter()
            .map(|&index| {
                let policy = &prepared.scenario.policies[index];
                PolicyOutcomes {
                    name: policy.name.clone(),
                    label: policy.label.clone().unwrap_or_else(|| policy.name.clone()),
                    values: vec![Values::default(); columns],
                    ties_start: start_ties(prepared),
                    ties_end: Vec::new(),
                }
            })
            .collect();
        Self {
            outcomes: Outcomes { columns: prepared.columns(), trials: 0, left_out: Vec::new(), policies },
            ties: vec![vec![[0; 4]; pairs]; prepared.policies.len()],
            most,
            broken: Vec::new(),
        }
    }

    /// Adds what consecutive blocks, the first of which is `first`, yielded under all policies, block by block.
    fn add_under_all(&mut self, first: usize, results: &[BlockResult]) {
        let policies = self.outcomes.policies.len().max(1);
        let (most, places) = (self.most, self.outcomes.policies.iter_mut().zip(&mut self.ties));
        let places: Vec<_> = places.map(Mutex::new).collect();
        // Nobody simulates meanwhile, so all threads gather.
        parallel::each(places.len(), |policy| {
            // No two ask for the same, and what a panic leaves behind is not looked at.
            let mut place = places[policy].lock().unwrap_or_else(PoisonError::into_inner);
            let (outcomes, ties) = &mut *place;
            let own: Vec<&BlockResult> = results.iter().skip(policy).step_by(policies).collect();
            add_sound(outcomes, ties, most.saturating_sub(first * LANES), &own);
        });
        for (place, result) in results.iter().enumerate() {
            self.add_broken(place % policies, first + place / policies, result);
        }
    }

    /// Adds results of consecutive blocks under a policy, the first of which is `first`.
    fn add(&mut self, policy: usize, first: usize, results: &[BlockResult]) {
        let own: Vec<&BlockResult> = results.iter().collect();
        let left = self.most.saturating_sub(first * LANES);
        add_sound(&mut self.outcomes.policies[policy], &mut self.ties[policy], left, &own);
        results.iter().zip(first..).for_each(|(result, block)| self.add_broken(policy, block, result));
    }

    /// Adds the trials of a block that failed under a policy.
    fn add_broken(&mut self, policy: usize, block: usize, result: &BlockResult) {
        let start = block * LANES;
        let broken = result.broken.iter().filter(|(lane, _)| start + lane < self.most);
        self.broken.extend(broken.map(|(lane, law)| BrokenTrial {
            policy: self.outcomes.policies[policy].name.clone(),
            trial: (start + lane) as u64,
            law: law.clone(),
        }));
    }

    /// Asks the rule, if there is one, with the trials of the first `blocks` blocks, which all policies have.
    fn is_enough(&mut self, blocks: usize, rule: &mut Option<&mut dyn StoppingRule>) -> bool {
        self.outcomes.trials = self.most.min(blocks * LANES);
        self.leave_out_failed();
        rule.as_mut().is_some_and(|rule| rule.enough(&self.outcomes))
    }

    /// Leaves trials that failed under some policy out under all: policies are compared trial by trial.
    fn leave_out_failed(&mut self) {
        let mut failed: Vec<u64> = self.broken.iter().map(|broken| broken.trial).collect();
        failed.sort_unstable();
        failed.dedup();
        self.outcomes.trials -= failed.len();
        if failed.len() == self.outcomes.left_out.len() {
            return;
        }
        let before = std::mem::replace(&mut self.outcomes.left_out, failed);
        for values in self.outcomes.policies.iter_mut().flat_map(|policy| &mut policy.values) {
            let mut there = numbers(&before);
            values.retain(|| there.next().is_some_and(|number| self.outcomes.left_out.binary_search(&number).is_err()));
        }
    }

    fn finish(mut self, interrupted: bool, enough: bool) -> RunResult {
        for (policy, ties) in self.outcomes.policies.iter_mut().zip(&self.ties) {
            let share = |counts: &[u64; 4]| counts.map(|c| c as f64 / counts.iter().sum::<u64>().max(1) as f64);
            policy.ties_end = ties.iter().map(share).collect();
        }
        RunResult { outcomes: self.outcomes, interrupted, enough, broken: self.broken }
    }
}

/// Adds the first `left` trials of consecutive blocks under a policy, their ties as far as they did not fail.
fn add_sound(outcomes: &mut PolicyOutcomes, ties: &mut [[u64; 4]], left: usize, blocks: &[&BlockResult]) {
    let lanes_of = |block: usize| left.saturating_sub(block * LANES).min(LANES);
    // Column by column, so that each is at hand while it grows.
    for (place, column) in outcomes.values.iter_mut().enumerate() {
        for (block, result) in blocks.iter().enumerate() {
            column.extend(&result.record.outcomes[place][..lanes_of(block)]);
        }
    }
    for (block, result) in blocks.iter().enumerate() {
        let fails = |lane: &usize| result.broken.iter().any(|(one, _)| one == lane);
        let sound: Vec<usize> = (0..lanes_of(block)).filter(|lane| !fails(lane)).collect();
        for (counts, codes) in ties.iter_mut().zip(&result.ties) {
            sound.iter().for_each(|&lane| counts[usize::from(codes[lane])] += 1);
        }
    }
}

fn start_ties(prepared: &Prepared) -> Vec<[f64; 4]> {
    let layout = &prepared.layout;
    let mut ties = Vec::new();
    for a in (0..layout.groups).map(GroupId::new) {
        for b in (0..a.index()).map(GroupId::new) {
            let mut share = [0.0; 4];
            share[usize::from(block::tie_code(layout.ties[(a, b)]))] = 1.0;
            ties.push(share);
        }
    }
    ties
}

/// The series of blocks, which are taken out of them.
fn trajectories(prepared: &Prepared, results: &mut [BlockResult], most: usize) -> Trajectories {
    let blocks = results.iter_mut().map(|result| std::mem::take(&mut result.record.series)).collect();
    let fails = |trial: &u64| {
        let (block, lane) = (*trial as usize / LANES, *trial as usize % LANES);
        results[block].broken.iter().any(|(one, _)| *one == lane)
    };
    let trials = (0..most as u64).filter(|trial| !fails(trial)).collect();
    Trajectories { columns: prepared.series(), trials, steps: prepared.layout.steps, blocks }
}

/// A sink that lets trajectories go.
pub struct NoTrajectories;

impl TrajectorySink for NoTrajectories {
    type Error = JournalError;

    fn take(&mut self, _: usize, _: Trajectories) -> Result<(), Self::Error> {
        Ok(())
    }
}

/// Progress that nobody watches.
pub struct NoProgress;

impl Progress for NoProgress {
    fn advance(&self, _: usize) {}
}
