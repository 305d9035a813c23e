//! 3.9 Clashes between hostile groups: both lose fighters, the state gains nothing else (E28).

use super::context::Context;
use super::parameters::parameters;
use crate::sampling::lanes::{LANES, add_each};
use crate::sampling::poisson;
use crate::sampling::words::Stream;
use crate::scenario::group::Tie;
use crate::world::ids::{Id, identity};
use crate::world::ledger::{GroupFlow, Total};
use crate::world::state::State;
use crate::world::table::{Column, column};
use crate::world::{GroupId, World};

parameters! {
    "clashes", "Hostile groups fight each other where both are present.",
    "killed of each side ~ Poisson(rate x overlap x sqrt(N_g N_h) x step), overlap = sum over regions of the smaller share, N = fighters inside the state";
    /// Yearly deaths on each side per fighter of two equal groups in one place.
    rate: 0.01, in [0.0, 10.0], plausible [0.0, 0.04], "per fighter and year", "E28 (that they fight); size assumed", C;
}

/// Stream of this mechanism's random words.
const STREAM: u32 = identity(SPEC.name);

/// The mechanism.
#[derive(Clone)]
pub struct Clashes {
    parameters: Parameters,
    /// Overlap of the two groups that are looked at; a column in memory, which is added to by vectors.
    overlap: Column,
}

impl Clashes {
    /// Prepared for a block.
    pub fn new(_: &World, drawn: &[Column]) -> Self {
        Self { parameters: Parameters::from_drawn(drawn), overlap: column(0.0) }
    }

    /// Fights for one step.
    #[inline(always)]
    pub fn step(&mut self, context: &Context, state: &mut State) {
        let years = context.length.years;
        let streams = context.streams(STREAM);
        for a in state.groups.strength.ids() {
            if state.groups.living[a] == 0 {
                continue;
            }
            for b in (0..a.index()).map(GroupId::new) {
                if state.groups.living[b] == 0 {
                    continue;
                }
                // Hostile pairs are few: one look at the whole column spares most a look at each trial.
                let ties = &state.ties[(a, b)];
                if !ties.iter().fold(false, |any, &tie| any | (tie == Tie::Hostile)) {
                    continue;
                }
                let mean = self.expected(a, b, years, state);
                for k in 0..LANES {
                    if mean[k] > 0.0 {
                        fight(a, b, k, mean[k], streams.stream(k), state);
                    }
                }
            }
        }
    }

    /// Expected losses of each of two groups; 0 in trials where they are not hostile.
    #[inline(always)]
    fn expected(&mut self, a: GroupId, b: GroupId, years: f64, state: &State) -> Column {
        let presence = &state.groups.presence;
        let overlap = &mut self.overlap;
        *overlap = column(0.0);
        for &region in &state.groups.reach[a] {
            let smaller = |own: f64, other: f64| if own < other { own } else { other };
            add_each(overlap, &presence[(a, region)], &presence[(b, region)], smaller);
        }
        let (own, other) = (state.in_country_lanes(a), state.in_country_lanes(b));
        let ties = &state.ties[(a, b)];
        let mut mean = column(0.0);
        for k in 0..LANES {
            let meeting = f64::from(own[k]) * f64::from(other[k]);
            // The square root is exact by the standard of floating-point numbers, on every machine.
            let expected = self.parameters.rate[k] * overlap[k] * meeting.sqrt() * years;
            mean[k] = if ties[k] == Tie::Hostile { expected } else { 0.0 };
        }
        mean
    }
}

/// What two groups lose in a step in which each expects to lose so many.
fn fight(a: GroupId, b: GroupId, k: usize, mean: f64, word: Stream, state: &mut State) {
    let identity = |g: GroupId| state.groups.identity[g][k];
    let (own, other) = (identity(a), identity(b));
    for (group, first, second) in [(a, own, other), (b, other, own)] {
        let killed = poisson(mean, word.uniform(first, second >> 8, 0)) as i32;
        if killed == 0 {
            continue;
        }
        let killed = state.take_in_country(group, k, killed, GroupFlow::Killed);
        state.ledger.count(Total::MilitantsKilledClashes, k, killed);
    }
}
