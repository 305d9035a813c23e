//! 3.2 Politics: consensus or infighting, a Markov chain with two states. Infighting weakens every instrument.

use super::context::Context;
use super::parameters::parameters;
use crate::sampling::lanes::LANES;
use crate::world::World;
use crate::world::ids::identity;
use crate::world::ledger::Total;
use crate::world::state::State;
use crate::world::table::Column;
use crate::world::units::Rate;

parameters! {
    "politics", "Political infighting begins and ends at random and weakens every instrument while it lasts.",
    "P(begins in a step) = hz(onset (1 - consensus_onset consensus))\nP(ends in a step) = hz(end (1 + consensus_end consensus))\neffect of an instrument x (1 - effect) in infighting";
    /// Yearly rate at which infighting begins.
    onset: 0.5, in [0.0, 52.0], plausible [0.25, 1.0], "per year", "E60 (that it happens); size assumed", C;
    /// Yearly rate at which it ends.
    end: 0.35, in [0.0, 52.0], plausible [0.15, 0.7], "per year", "E60 (that it lasts); size assumed", C;
    /// Share of every instrument's effect that infighting takes.
    effect: 0.3, in [0.0, 1.0], plausible [0.1, 0.5], "share", "E60 (direction); size assumed", C;
    /// Share of the onset rate that full consensus-building takes away.
    consensus_onset: 0.5, in [0.0, 1.0], plausible [0.2, 0.8], "share", "assumed", C;
    /// Full consensus-building adds this multiple to the end rate.
    consensus_end: 1.5, in [0.0, 20.0], plausible [0.5, 3.0], "multiple", "assumed", C;
}

/// Stream of this mechanism's random words.
const STREAM: u32 = identity(SPEC.name);

/// The mechanism.
#[derive(Clone)]
pub struct Politics(Parameters);

impl Politics {
    /// Prepared for a block.
    pub fn new(_: &World, drawn: &[Column]) -> Self {
        Self(Parameters::from_drawn(drawn))
    }

    /// Moves the chain one step.
    pub fn step(&self, context: &Context, state: &mut State) {
        let p = &self.0;
        let words = context.streams(STREAM).uniforms(0, 0, 0);
        let years = context.length.years;
        for k in 0..LANES {
            let consensus = state.effort.consensus[k];
            let infighting = &mut state.government.infighting[k];
            if context.step == 0 {
                *infighting = if words[k] < context.world.state.infighting[k] { 1.0 } else { 0.0 };
            } else if *infighting > 0.0 {
                let ends = Rate(p.end[k] * (1.0 + p.consensus_end[k] * consensus)).within(years);
                // The complement of the word keeps onset and end monotone in the same direction.
                if words[k] > 1.0 - ends.get() {
                    *infighting = 0.0;
                }
            } else if words[k] < Rate(p.onset[k] * (1.0 - p.consensus_onset[k] * consensus)).within(years).get() {
                *infighting = 1.0;
            }
            if state.government.infighting[k] > 0.0 {
                state.ledger.count(Total::InfightingDays, k, context.length.days as i32);
            }
            state.government.effectiveness[k] = 1.0 - p.effect[k] * state.government.infighting[k];
        }
    }
}
