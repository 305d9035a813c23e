//! 3.9 Alliances: ties between groups form and lapse by bounded-rational choice, every four weeks.

use super::context::Context;
use super::parameters::parameters;
use crate::sampling::lanes::LANES;
use crate::sampling::math::exp;
use crate::scenario::group::Tie;
use crate::world::ids::{Id, identity};
use crate::world::state::{Posture, State};
use crate::world::table::{Column, column};
use crate::world::units::Rate;
use crate::world::{GroupId, World};

/// Weeks between looks at ties, mergers, splits and endings.
pub const INTERVAL_WEEKS: f64 = 4.0;

parameters! {
    "alliances", "Ties between groups form and lapse; allies raise tempo and lethality.",
    "every 4 weeks, for pairs with overlapping reach: u = affinity + shift + pressure (P_g + P_h) / 2 + shared_host x shelter in common - cause_distance x distance of causes\nnone -> cooperation at rate form x s(steepness (u - form_at)); cooperation -> coalition at rate deepen x s(steepness (u - form_at - 0.2)); one step down at rate lapse x s(steepness (lapse_at - u)); s(x) = 1 / (1 + exp(-x))\naffinity + shift < hostile_below makes a pair hostile; it ends at rate lapse x s(steepness (u - lapse_at))\nallies L = sum over ties of weight x S / (S + half); weight 1/2 in cooperation, 1 in coalition";
    /// Yearly rate at which a tie forms between willing groups.
    form: 0.5, in [0.0, 52.0], plausible [0.2, 1.0], "per year", "assumed", C;
    /// Yearly rate at which cooperation deepens to coalition.
    deepen: 0.15, in [0.0, 52.0], plausible [0.05, 0.4], "per year", "assumed", C;
    /// Yearly rate at which an unwanted tie lapses.
    lapse: 0.5, in [0.0, 52.0], plausible [0.2, 1.0], "per year", "assumed", C;
    /// Steepness of choices in the utility.
    steepness: 4.0, in [0.0, 100.0], plausible [2.0, 8.0], "per utility", "assumed", C;
    /// Utility at which half of the pairs are willing.
    form_at: 0.6, in [-5.0, 5.0], plausible [0.4, 0.8], "utility", "assumed", C;
    /// Utility at which half of the ties are unwanted.
    lapse_at: 0.0, in [-5.0, 5.0], plausible [-0.2, 0.2], "utility", "assumed", C;
    /// Rise of utility per yearly loss per fighter.
    pressure: 1.0, in [-20.0, 20.0], plausible [0.0, 2.0], "utility per yearly loss per fighter", "E20 (direction); size assumed", C;
    /// Rise of utility when both shelter wholly with one host.
    shared_host: 0.4, in [-5.0, 5.0], plausible [0.0, 0.8], "utility", "E24 (direction); size assumed", C;
    /// Fall of utility between causes with nothing in common.
    cause_distance: 0.6, in [-5.0, 5.0], plausible [0.3, 1.0], "utility", "assumed", C;
    /// Affinity below which a pair is hostile.
    hostile_below: -0.5, in [-2.0, 0.0], plausible [-0.6, -0.4], "affinity", "assumed", C;
    /// Strength at which an ally counts half.
    half: 300.0, in [1.0, 1e7], plausible [100.0, 1000.0], "fighters", "assumed", C;
}

/// Stream of this mechanism's random words.
const STREAM: u32 = identity(SPEC.name);

/// The mechanism.
pub struct Alliances(Parameters);

impl Alliances {
    /// Prepared for a block.
    pub fn new(_: &World, drawn: &[Column]) -> Self {
        Self(Parameters::from_drawn(drawn))
    }

    /// Reviews all ties, every four weeks; the first step only weighs the ties there are.
    pub fn step(&self, context: &Context, state: &mut State) {
        if !context.every(INTERVAL_WEEKS) {
            return;
        }
        if context.step > 0 {
            self.review(context, state);
        }
        self.weigh(context.step == 0, state);
    }

    fn review(&self, context: &Context, state: &mut State) {
        let years = context.length.years * context.steps_in(INTERVAL_WEEKS) as f64;
        let streams = context.streams(STREAM);
        let slots = state.groups.strength.len();
        // All pairs look at the ties before this review: what one pair does is not seen by the next.
        for a in (0..slots).map(GroupId::new) {
            if state.groups.living[a] == 0 {
                continue;
            }
            for b in (0..a.index()).map(GroupId::new) {
                if state.groups.living[b] == 0 || !reach_overlaps(a, b, context, state) {
                    continue;
                }
                self.review_pair(a, b, years, context, &streams, state);
            }
        }
    }

    fn review_pair(
        &self,
        a: GroupId,
        b: GroupId,
        years: f64,
        context: &Context,
        streams: &crate::sampling::words::Streams,
        state: &mut State,
    ) {
        let p = &self.0;
        for k in 0..LANES {
            let ties = |g: GroupId| {
                matches!(state.groups.posture[g][k], Posture::Active | Posture::Ceasefire | Posture::Reconciled)
            };
            if !ties(a) || !ties(b) {
                continue;
            }
            let affinity = state.affinity[(a, b)][k] + truce_shift(a, b, k, context, state);
            let tie = state.ties[(a, b)][k];
            if affinity < p.hostile_below[k] && tie != Tie::Hostile {
                state.ties[(a, b)][k] = Tie::Hostile;
                continue;
            }
            let distance = context.world.distance[(state.groups.cause[a][k], state.groups.cause[b][k])][k];
            let pressure = 0.5 * (state.groups.pressure[a][k] + state.groups.pressure[b][k]);
            let u = affinity + p.pressure[k] * pressure + p.shared_host[k] * shelter_in_common(a, b, k, state)
                - p.cause_distance[k] * distance;
            let chance = |rate: f64, x: f64| Rate(rate / (1.0 + exp(-p.steepness[k] * x))).within(years).get();
            let (up, down) = match tie {
                Tie::None => (chance(p.form[k], u - p.form_at[k]), 0.0),
                Tie::Cooperation => {
                    (chance(p.deepen[k], u - p.form_at[k] - 0.2), chance(p.lapse[k], p.lapse_at[k] - u))
                }
                Tie::Coalition => (0.0, chance(p.lapse[k], p.lapse_at[k] - u)),
                Tie::Hostile if affinity >= p.hostile_below[k] => (chance(p.lapse[k], u - p.lapse_at[k]), 0.0),
                Tie::Hostile => (0.0, 0.0),
            };
            let (first, second) = (state.groups.identity[a][k], state.groups.identity[b][k]);
            // The pair's address does not depend on which of the two has the lower slot.
            let word = streams.stream(k).uniform(first.min(second), first.max(second) >> 8, 0);
            let next = if word < up {
                match tie {
                    Tie::Hostile => Tie::None,
                    Tie::None => Tie::Cooperation,
                    Tie::Cooperation | Tie::Coalition => Tie::Coalition,
                }
            } else if word > 1.0 - down {
                if tie == Tie::Coalition { Tie::Cooperation } else { Tie::None }
            } else {
                tie
            };
            state.ties[(a, b)][k] = next;
        }
    }

    /// Sums each group's allies.
    fn weigh(&self, first: bool, state: &mut State) {
        let p = &self.0;
        for a in state.groups.strength.ids() {
            if state.groups.living[a] == 0 {
                continue;
            }
            let mut sum = column(0.0);
            for b in state.groups.strength.ids().filter(|&b| b != a && state.groups.living[b] > 0) {
                let ties = &state.ties[(a, b)];
                let strength = &state.groups.strength[b];
                for k in 0..LANES {
                    let weight = match ties[k] {
                        Tie::Hostile | Tie::None => continue,
                        Tie::Cooperation => 0.5,
                        Tie::Coalition => 1.0,
                    };
                    let size = f64::from(strength[k]);
                    sum[k] += weight * size / (size + p.half[k]);
                }
            }
            state.groups.allies[a] = sum;
            if first {
                state.groups.allies_start[a] = sum;
            }
        }
    }
}

/// Whether two groups can meet: they share a region or a host in some trial of the block.
pub fn reach_overlaps(a: GroupId, b: GroupId, context: &Context, state: &State) -> bool {
    state.groups.reach[a].iter().any(|r| state.groups.reach[b].contains(r))
        || context.world.layout.hosts().any(|h| {
            let shelters = |g: GroupId| state.groups.sanctuary[(g, h)].iter().any(|&s| s > 0.0);
            shelters(a) && shelters(b)
        })
}

/// Shelter that two groups have in common: sum over hosts of the smaller share.
fn shelter_in_common(a: GroupId, b: GroupId, k: usize, state: &State) -> f64 {
    let share =
        |g: GroupId, h| f64::from(state.groups.sheltered[(g, h)][k]) / f64::from(state.groups.strength[g][k].max(1));
    state.hosts.relation.ids().map(|h| share(a, h).min(share(b, h))).sum()
}

/// How far a truce mediated by a host moves the affinity of a pair.
fn truce_shift(a: GroupId, b: GroupId, k: usize, context: &Context, state: &State) -> f64 {
    let mut shift = 0.0;
    for moved in &context.world.truce_shifts {
        if moved.pair != (a, b) && moved.pair != (b, a) {
            continue;
        }
        let held = state.groups.strength.ids().any(|g| {
            state.in_truce(g, k) && state.effort.talks[g].as_ref().is_some_and(|t| t.mediator == Some(moved.host))
        });
        if held {
            shift += moved.by[k];
        }
    }
    shift
}
