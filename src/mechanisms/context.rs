//! What a mechanism may look at besides the state: the world, the policy, the step and its random words.

use crate::sampling::words::{Stream, Streams};
use crate::world::World;
use crate::world::plan::Plan;
use crate::world::units::StepLength;

/// The surroundings of one step.
#[derive(Clone, Copy)]
pub struct Context<'a> {
    /// Drawn scenario.
    pub world: &'a World<'a>,
    /// Drawn policy.
    pub plan: &'a Plan,
    /// Number of the step.
    pub step: usize,
    /// Its length.
    pub length: StepLength,
}

impl Context<'_> {
    /// Random words of a mechanism in this step, for all trials of the block.
    #[inline]
    pub fn streams(&self, mechanism: u32) -> Streams {
        Streams::new(&self.world.keys, mechanism, self.step as u32)
    }

    /// Random words of a mechanism in this step, for one trial.
    #[inline]
    pub fn stream(&self, mechanism: u32, lane: usize) -> Stream {
        self.world.keys[lane].stream(mechanism, self.step as u32)
    }

    /// True in the first step and then each `weeks` weeks (each step, where steps are longer).
    pub fn every(&self, weeks: f64) -> bool {
        self.step.is_multiple_of(self.steps_in(weeks))
    }

    /// Whole steps in so many weeks, at least one.
    pub fn steps_in(&self, weeks: f64) -> usize {
        self.length.steps_in(weeks)
    }
}
