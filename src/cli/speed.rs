//! How fast this machine runs a scenario's trials: measured on a few blocks, for predictions.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use crate::experiment::prepared::Prepared;
use crate::experiment::run::{SECOND_HISTORIES, TRAJECTORIES};
use crate::parallel;
use crate::sampling::LANES;
use crate::world::World;

/// Blocks that each thread runs by the clock.
const BLOCKS: usize = 2;

/// Trials of one policy a second, on the threads of the pool that this is called in: every policy runs on every block, as
/// in a run. One block goes before, to warm up.
pub fn trials_per_second(prepared: &Prepared) -> f64 {
    let run = |block: usize| {
        let world = prepared.world(block as u64, 0);
        for policy in 0..prepared.policies.len() {
            std::hint::black_box(prepared.run(&world, policy, false));
        }
    };
    run(0);
    let blocks = BLOCKS * rayon::current_num_threads();
    let started = Instant::now();
    parallel::each(blocks, run);
    (blocks * LANES * prepared.policies.len()) as f64 / started.elapsed().as_secs_f64().max(1e-9)
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
    /// Bytes of outcomes and trajectories that are in memory at a time.
    pub memory: f64,
}

impl Prediction {
    /// Of `trials` trials of every policy.
    pub fn of(prepared: &Prepared, trials: usize, trials_per_second: f64) -> Self {
        let policies = prepared.policies.len();
        let all = policies * (trials.next_multiple_of(LANES) + SECOND_HISTORIES.min(trials));
        let outcomes =
            prepared.record.outcomes.len() * policies * (trials + SECOND_HISTORIES.min(trials)) * size_of::<f64>();
        // Trajectories of one policy are written while those of the next are made.
        let kept = trials.min(TRAJECTORIES).next_multiple_of(LANES) * policies.min(2);
        let trajectories = prepared.record.series.len() * prepared.layout.steps * kept * size_of::<f32>();
        Self { trials: all, seconds: all as f64 / trials_per_second, memory: (outcomes + trajectories) as f64 }
    }
}
