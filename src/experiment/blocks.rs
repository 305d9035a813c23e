//! Blocks of a run: taken from the journal where they are there, run and kept otherwise.
//!
//! A run is a function of the set of its blocks, so it does not matter which of them were run just now, before a crash, or on
//! another machine.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};

use super::guarded;
use super::histories::Histories;
use super::prepared::Prepared;
use super::run::{Progress, SECOND_HISTORIES, TRAJECTORIES};
use super::stored::{Shape, decode, encode};
use crate::journal::{Journal, JournalError, Key, Shard};
use crate::parallel;
use crate::sampling::LANES;
use crate::simulation::block::BlockResult;

/// Blocks of a wave after the first: enough to keep many threads busy, few enough to be stopped soon.
pub const WAVE: usize = 16;

/// Where blocks come from.
pub struct Blocks<'a> {
    /// The scenario with its policies.
    pub prepared: &'a Prepared<'a>,
    /// Where blocks are kept, if they are.
    pub journal: Option<&'a Journal>,
    /// Set to end the run after the blocks at work.
    pub stop: &'a AtomicBool,
    /// Who hears of trials done.
    pub progress: &'a dyn Progress,
}

/// A block of trials in one of their histories, drawn when it is first asked for.
pub struct Block<'a> {
    prepared: &'a Prepared<'a>,
    number: u64,
    history: u64,
    trajectories: bool,
    histories: OnceLock<Histories<'a>>,
}

impl<'a> Block<'a> {
    /// The block of a number in a history, with or without its trajectories.
    pub fn new(prepared: &'a Prepared<'a>, number: u64, history: u64, trajectories: bool) -> Self {
        Self { prepared, number, history, trajectories, histories: OnceLock::new() }
    }

    /// Runs it under a policy; where that ends in a defect of the engine, its trials by themselves.
    fn run(&self, policy: usize) -> BlockResult {
        let prepared = self.prepared;
        guarded::block(Shape::of(prepared, self.trajectories), |lane| match lane {
            None => {
                let world = || prepared.world(self.number, self.history);
                self.histories.get_or_init(|| Histories::new(prepared, world(), self.trajectories)).run(policy)
            }
            Some(lane) => {
                let trial = self.number * LANES as u64 + lane as u64;
                prepared.run_alone(trial, self.history, policy, self.trajectories)
            }
        })
    }
}

/// Blocks of so many trials whose trajectories are kept.
pub fn with_trajectories(trials: usize) -> usize {
    trials.min(TRAJECTORIES).div_ceil(LANES)
}

fn key(history: u64, block: u64, policy: usize) -> Key {
    // Histories are 0 and 1; a scenario's policies fit its file.
    Key { table: history as u32, part: policy as u32, unit: block }
}

/// All units of a run of `trials` trials: every block in its first history, the first ones in a second, under each policy.
pub fn units(policies: usize, trials: usize) -> impl Iterator<Item = Key> {
    let blocks = |history: u64, trials: usize| (0..trials.div_ceil(LANES) as u64).map(move |block| (history, block));
    let all = blocks(0, trials).chain(blocks(1, trials.min(SECOND_HISTORIES)));
    all.flat_map(move |(history, block)| (0..policies).map(move |policy| key(history, block, policy)))
}

impl Blocks<'_> {
    /// What a block yields under a policy; `None` if the run was stopped before it began.
    ///
    /// # Errors
    /// What the journal says.
    pub fn result(&self, block: &Block<'_>, policy: usize) -> Result<Option<BlockResult>, JournalError> {
        let key = key(block.history, block.number, policy);
        if let Some(journal) = self.journal
            && let Some(bytes) = journal.read(key)?
            && let Some(result) = decode(&bytes, Shape::of(self.prepared, block.trajectories))
        {
            self.progress.advance(LANES);
            return Ok(Some(result));
        }
        if self.stop.load(Ordering::Relaxed) {
            return Ok(None);
        }
        let result = block.run(policy);
        if let Some(journal) = self.journal {
            journal.append(key, &encode(&result))?;
        }
        self.progress.advance(LANES);
        Ok(Some(result))
    }

    /// What blocks yield under all policies, as far as it is `kept`: block by block, `[policy]` each; `None` if the run was
    /// stopped in between.
    ///
    /// Threads that find no other block left share the policies of one, so that none waits long for the last.
    ///
    /// # Errors
    /// What the journal says.
    pub fn under_all<T: Send>(
        &self,
        blocks: &[Block<'_>],
        kept: impl Fn(BlockResult) -> T + Sync,
    ) -> Result<Option<Vec<T>>, JournalError> {
        let policies = self.prepared.policies.len();
        let failed = AtomicBool::new(false);
        let one = |place: usize| {
            // Where the journal cannot be written, no more work is begun.
            if failed.load(Ordering::Relaxed) {
                return Ok(None);
            }
            let result = self.result(&blocks[place / policies], place % policies);
            failed.fetch_or(result.is_err(), Ordering::Relaxed);
            Ok(result?.map(&kept))
        };
        let results = parallel::each(blocks.len() * policies, one);
        let results = results.into_iter().collect::<Result<Vec<_>, JournalError>>()?;
        Ok(results.into_iter().collect())
    }

    /// All that was appended shall reach the disk soon.
    pub fn sync_soon(&self) {
        if let Some(journal) = self.journal {
            journal.sync_soon();
        }
    }

    /// Runs the blocks of a shard of `trials` trials that the journal does not hold yet, in the order of their numbers. True
    /// if it got to the end.
    ///
    /// # Errors
    /// What the journal says.
    pub fn shard(&self, trials: usize, shard: Shard) -> Result<bool, JournalError> {
        let policies = self.prepared.policies.len();
        let own: Vec<Key> = units(policies, trials).filter(|key| key.part == 0 && shard.holds(key.unit)).collect();
        for wave in own.chunks(WAVE) {
            let block = |key: &Key| {
                let history = u64::from(key.table);
                let trajectories = history == 0 && key.unit < with_trajectories(trials) as u64;
                Block::new(self.prepared, key.unit, history, trajectories)
            };
            let done = self.under_all(&wave.iter().map(block).collect::<Vec<_>>(), drop);
            self.sync_soon();
            if done?.is_none() {
                return Ok(false);
            }
        }
        Ok(true)
    }
}
