//! How fast this machine runs a scenario's trials: measured on a few blocks, for predictions.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use crate::experiment::histories::Histories;
use crate::experiment::prepared::Prepared;
use crate::experiment::run::{SECOND_HISTORIES, TRAJECTORIES};
use crate::experiment::values::Values;
use crate::parallel;
use crate::sampling::LANES;
use crate::simulation::block::BlockResult;
use crate::world::World;

/// Blocks that each thread runs at a time by the clock.
const BLOCKS: usize = 2;

/// Blocks are run for so long at least: a few alone take a tenth of a second, in which anything else on the machine tells.
const LEAST: Duration = Duration::from_millis(500);

/// What a few blocks took.
pub struct Sample {
    /// Trials of one policy a second, on the threads of the pool that ran them.
    pub trials_per_second: f64,
    /// Bytes of memory in which the outcomes of a trial are kept, under all policies together.
    pub bytes_per_trial: f64,
}

impl Sample {
    /// Runs every policy on every block, as in a run. One block goes before, to warm up.
    pub fn measure(prepared: &Prepared) -> Self {
        let run = |block: usize| -> Vec<BlockResult> {
            let histories = Histories::new(prepared, prepared.world(block as u64, 0), false);
            (0..prepared.policies.len()).map(|policy| histories.run(policy)).collect()
        };
        run(0);
        let blocks = BLOCKS * rayon::current_num_threads();
        let started = Instant::now();
        let first = parallel::each(blocks, run);
        let mut done = blocks;
        while started.elapsed() < LEAST {
            parallel::each(blocks, |block| run(done + block));
            done += blocks;
        }
        let seconds = started.elapsed().as_secs_f64().max(1e-9);
        let mut kept = vec![Values::default(); prepared.policies.len() * prepared.record.outcomes.len()];
        for by_policy in first {
            let outcomes = by_policy.iter().flat_map(|result| &result.record.outcomes);
            kept.iter_mut().zip(outcomes).for_each(|(values, lanes)| values.extend(&**lanes));
        }
        let bytes: usize = kept.iter().map(Values::bytes).sum();
        Self {
            trials_per_second: (done * LANES * prepared.policies.len()) as f64 / seconds,
            bytes_per_trial: bytes as f64 / (blocks * LANES) as f64,
        }
    }
}

/// Where the time of trials goes on one thread.
pub struct Profile {
    /// Time of each part of a step, over all policies.
    pub parts: BTreeMap<&'static str, Duration>,
    /// Time of drawing the world, which all policies share.
    pub world: Duration,
    /// Trials of one policy that were run.
    pub trials: usize,
}

impl Profile {
    /// Runs one block under every policy, listening to each mechanism.
    pub fn measure(prepared: &Prepared) -> Self {
        let mut parts: BTreeMap<&'static str, Duration> = BTreeMap::new();
        let started = Instant::now();
        let world: World = prepared.world(0, 0);
        let drawn = started.elapsed();
        for policy in 0..prepared.policies.len() {
            let mut last = Instant::now();
            prepared.run_watched(&world, policy, false, &mut |name| {
                let now = Instant::now();
                *parts.entry(name).or_default() += now - last;
                last = now;
            });
        }
        Self { parts, world: drawn, trials: LANES * prepared.policies.len() }
    }
}

/// What a run would take.
pub struct Prediction {
    /// Trials of one policy, those of second histories included.
    pub trials: usize,
    /// Seconds of simulation; files and figures come on top.
    pub seconds: f64,
    /// Bytes of outcomes, or of the trajectories that come first, whichever are more; the program itself comes on top.
    pub memory: f64,
}

impl Prediction {
    /// Of `trials` trials of every policy.
    pub fn of(prepared: &Prepared, trials: usize, sample: &Sample) -> Self {
        let policies = prepared.policies.len();
        let all = policies * (trials.next_multiple_of(LANES) + SECOND_HISTORIES.min(trials));
        let outcomes = sample.bytes_per_trial * (trials + SECOND_HISTORIES.min(trials)) as f64;
        // Trajectories of one policy are written while those of the next are made.
        let kept = trials.min(TRAJECTORIES).next_multiple_of(LANES) * policies.min(2);
        let trajectories = prepared.record.series.len() * prepared.layout.steps * kept * size_of::<f32>();
        Self { trials: all, seconds: all as f64 / sample.trials_per_second, memory: outcomes.max(trajectories as f64) }
    }
}
