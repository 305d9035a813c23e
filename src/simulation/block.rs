//! One block of trials under one policy: the step loop.

use super::record::{BlockRecord, Record, Recorder};
use crate::mechanisms::context::Context;
use crate::mechanisms::{self, Mechanisms};
use crate::sampling::lanes::{LANES, each};
use crate::scenario::group::Tie;
use crate::world::World;
use crate::world::ids::{GroupId, Id};
use crate::world::laws::violation;
use crate::world::past::Places;
use crate::world::plan::Plan;
use crate::world::state::State;

/// What one block of trials under one policy yields.
#[derive(Debug, Clone, Default)]
pub struct BlockResult {
    /// Outcomes and trajectories.
    pub record: BlockRecord,
    /// Kind of tie of each pair of the scenario's groups at the end: `[pair][lane]`; see [`tie_code`].
    pub ties: Vec<[u8; LANES]>,
    /// Laws that a trial broke (lane, in words): never any, but if one should, it is reported and not hidden.
    pub broken: Vec<(usize, String)>,
}

/// Runs a block: `on[i]` says whether mechanism `i` of the catalog is on.
pub fn run(world: &World, plan: &Plan, on: &[bool], record: &Record, trajectories: bool) -> BlockResult {
    run_watched(world, plan, on, record, trajectories, &mut |_| {})
}

/// [`run`]; `after` hears the name of each mechanism that has just been called, and `"record"` at the end of a step.
pub fn run_watched(
    world: &World,
    plan: &Plan,
    on: &[bool],
    record: &Record,
    trajectories: bool,
    after: &mut impl FnMut(&'static str),
) -> BlockResult {
    run_seen(world, plan, on, record, trajectories, after, &mut |_| {})
}

/// [`run_watched`]; `seen` looks at the state after each step.
pub fn run_seen(
    world: &World,
    plan: &Plan,
    on: &[bool],
    record: &Record,
    trajectories: bool,
    after: &mut impl FnMut(&'static str),
    seen: &mut impl FnMut(&State),
) -> BlockResult {
    let mut underway = Underway::new(world, plan, on, record, trajectories, world.layout.steps);
    underway.run(world, plan, world.layout.steps, after, seen);
    underway.finish(world)
}

/// A block of trials under way.
#[derive(Clone)]
pub struct Underway<'a> {
    state: State,
    mechanisms: Mechanisms,
    recorder: Recorder<'a>,
    /// The step that comes next.
    next: usize,
}

impl<'a> Underway<'a> {
    /// A block before its first step, of which at most `steps` will be run.
    pub fn new(world: &World, plan: &Plan, on: &[bool], record: &'a Record, trajectories: bool, steps: usize) -> Self {
        Self {
            state: State::new(world, plan),
            mechanisms: Mechanisms::new(world, on),
            recorder: Recorder::new(record, steps, trajectories),
            next: 0,
        }
    }

    /// Runs the steps before `until`.
    pub fn run(
        &mut self,
        world: &World,
        plan: &Plan,
        until: usize,
        after: &mut impl FnMut(&'static str),
        seen: &mut impl FnMut(&State),
    ) {
        for step in self.next..until {
            let context = Context { world, plan, step, length: world.layout.step };
            mechanisms::step(&mut self.mechanisms, &context, &mut self.state, after);
            self.recorder.step(&self.state, world);
            after("record");
            seen(&self.state);
        }
        self.next = until;
    }

    /// This common past as that of one of its policies, to be run for `steps` steps in all.
    #[must_use]
    pub fn of_policy(&self, places: &Places, steps: usize) -> Self {
        Self {
            state: self.state.of_policy(places),
            mechanisms: self.mechanisms.clone(),
            recorder: self.recorder.with_room(steps),
            next: self.next,
        }
    }

    /// Closes the books.
    pub fn finish(self, world: &World) -> BlockResult {
        BlockResult {
            broken: (0..LANES).filter_map(|k| violation(world, &self.state, k).map(|law| (k, law))).collect(),
            ties: ties(world, &self.state),
            record: self.recorder.finish(&self.state, world),
        }
    }
}

/// 0 hostile, 1 none, 2 cooperation, 3 coalition.
pub fn tie_code(tie: Tie) -> u8 {
    match tie {
        Tie::Hostile => 0,
        Tie::None => 1,
        Tie::Cooperation => 2,
        Tie::Coalition => 3,
    }
}

fn ties(world: &World, state: &State) -> Vec<[u8; LANES]> {
    let mut all = Vec::new();
    for a in (0..world.layout.groups).map(GroupId::new) {
        for b in (0..a.index()).map(GroupId::new) {
            let ties = state.ties[(a, b)];
            all.push(*each(|lane| tie_code(ties.of(lane))));
        }
    }
    all
}
