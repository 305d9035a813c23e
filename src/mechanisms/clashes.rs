//! 3.9 Clashes between hostile groups: both lose fighters, the state gains nothing else (E28).

use super::context::Context;
use super::parameters::parameters;
use crate::sampling::lanes::{LaneSet, Lanes};
use crate::sampling::poisson;
use crate::sampling::words::Streams;
use crate::scenario::group::Tie;
use crate::world::ids::{Id, identity};
use crate::world::ledger::{GroupFlow, Total};
use crate::world::state::State;
use crate::world::table::{Column, Counts, List, Table};
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
    /// Pairs that are hostile in some trials, and these; in the step at hand.
    hostile: List<(GroupId, GroupId, LaneSet)>,
    /// Fighters of each group inside the state, as they fall.
    home: Table<GroupId, Counts>,
}

impl Clashes {
    /// Prepared for a block.
    pub fn new(world: &World, drawn: &[Column]) -> Self {
        let slots = world.layout.slots;
        Self {
            parameters: Parameters::from_drawn(drawn),
            hostile: List::with_room(slots * slots / 2),
            home: Table::filled(slots, Lanes::of(0)),
        }
    }

    /// Fights for one step.
    #[inline(always)]
    pub fn step(&mut self, context: &Context, state: &mut State) {
        let streams = context.streams(STREAM);
        self.hostile.clear();
        for a in state.groups.strength.ids() {
            self.home[a] = state.in_country_lanes(a);
            for (b, ties) in state.ties.below(a).iter().enumerate() {
                let hostile = ties.having(Tie::Hostile);
                if !hostile.is_empty() {
                    self.hostile.push((a, GroupId::new(b), hostile));
                }
            }
        }
        for &(a, b, hostile) in &self.hostile {
            fight(a, b, hostile, &self.parameters.rate, &mut self.home, context, &streams, state);
        }
    }
}

/// What two groups lose in a step, in the trials in which they are hostile.
#[allow(clippy::too_many_arguments, reason = "a pair has trials, a rate, fighters, words and surroundings")]
#[inline(always)]
fn fight(
    a: GroupId,
    b: GroupId,
    hostile: LaneSet,
    rate: &Column,
    home: &mut Table<GroupId, Counts>,
    context: &Context,
    streams: &Streams,
    state: &mut State,
) {
    let years = context.length.years;
    let (own, other) = (&state.groups.identity[a], &state.groups.identity[b]);
    let words_a = streams.uniforms_in(hostile, |k| (own[k], other[k] >> 8));
    let words_b = streams.uniforms_in(hostile, |k| (other[k], own[k] >> 8));
    for k in hostile {
        // The square root is exact by the standard of floating-point numbers, on every machine.
        let size = (f64::from(home[a][k]) * f64::from(home[b][k])).sqrt();
        // Shares sum to one, so no overlap is above it: most words are below the chance that nobody falls, whatever it is.
        let nobody = 1.0 - rate[k] * size * years;
        if (words_a[k] < nobody) & (words_b[k] < nobody) {
            continue;
        }
        let mean = rate[k] * overlap(a, b, k, state) * size * years;
        for (group, word) in [(a, words_a[k]), (b, words_b[k])] {
            let killed = poisson(mean, word) as i32;
            if killed > 0 {
                let killed = state.take_in_country(group, k, killed, GroupFlow::Killed);
                home[group][k] -= killed;
                state.ledger.count(Total::MilitantsKilledClashes, k, killed);
            }
        }
    }
}

/// How far two groups are in the same regions: sum of the smaller share.
#[inline(always)]
fn overlap(a: GroupId, b: GroupId, k: usize, state: &State) -> f64 {
    let presence = &state.groups.presence;
    state.groups.reach[a].iter().fold(0.0, |sum, &region| {
        let (own, other) = (presence[(a, region)][k], presence[(b, region)][k]);
        sum + if own < other { own } else { other }
    })
}
