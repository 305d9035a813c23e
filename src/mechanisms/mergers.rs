//! 3.9 Mergers: a smaller group of the same cause is absorbed by a larger ally (E21, E24).

use super::alliances::INTERVAL_WEEKS;
use super::context::Context;
use super::parameters::parameters;
use super::transfer::absorb;
use crate::sampling::binomial;
use crate::sampling::lanes::{LANES, LaneSet, Lanes, lanes_where};
use crate::sampling::math::exp;
use crate::world::ids::identity;
use crate::world::ledger::{GroupFlow, Total};
use crate::world::state::{Ending, Posture, State};
use crate::world::table::Column;
use crate::world::units::{Rate, Share};
use crate::world::{GroupId, World};

parameters! {
    "mergers", "A smaller ally of the same cause is absorbed by a larger group; a cohort loses one organisation at a time.",
    "every 4 weeks, for tied pairs of one cause with S_small / S_large < 1/2: rate = rate (1 - independence) s(momentum (S_large / S_large at start - 1)), per organisation of a cohort; s(x) = 1 / (1 + exp(-x))\ncohesion of the larger x (1 - dilution S_absorbed / S_large)";
    /// Yearly rate for a group without independence and a larger one that grows fast.
    rate: 0.4, in [0.0, 52.0], plausible [0.15, 0.8], "per year", "E21: 65 factions in four and a half years; rate assumed from it", B;
    /// Weight of the larger one's growth.
    momentum: 2.0, in [0.0, 100.0], plausible [0.5, 4.0], "per relative growth", "E24 (direction); size assumed", C;
    /// Loss of cohesion per relative size of the absorbed.
    dilution: 0.3, in [0.0, 1.0], plausible [0.0, 0.6], "share", "assumed", C;
}

/// Stream of this mechanism's random words.
const STREAM: u32 = identity(SPEC.name);

/// The mechanism.
#[derive(Clone)]
pub struct Mergers(Parameters);

impl Mergers {
    /// Prepared for a block.
    pub fn new(_: &World, drawn: &[Column]) -> Self {
        Self(Parameters::from_drawn(drawn))
    }

    /// Merges, every four weeks.
    #[inline(always)]
    pub fn step(&self, context: &Context, state: &mut State) {
        if context.step == 0 || !context.every(INTERVAL_WEEKS) {
            return;
        }
        let years = context.length.years * context.steps_in(INTERVAL_WEEKS) as f64;
        let streams = context.streams(STREAM);
        for small in state.groups.strength.ids() {
            if state.groups.living[small] == 0 {
                continue;
            }
            let groups = &state.groups;
            let words = streams.uniforms_by(&groups.identity[small], 0, 0);
            let (posture, count, independence) =
                (&groups.posture[small], &groups.count[small], &groups.independence[small]);
            // No chance of a merger is above this one; most words are beyond it.
            let most = |k: usize| count[k].max(1.0) * self.0.rate[k] * (1.0 - independence[k]) * years;
            let open = lanes_where(|k| (posture[k] == Posture::Active) & (words[k] >= 1.0 - most(k)));
            if open.is_empty() {
                continue;
            }
            let partners = best_partners(small, open, state);
            for k in open {
                if let Some(large) = partners[k] {
                    self.merge(small, large, k, years, words[k], state);
                }
            }
        }
    }

    fn merge(&self, small: GroupId, large: GroupId, k: usize, years: f64, u: f64, state: &mut State) {
        let p = &self.0;
        let groups = &state.groups;
        let organisations = groups.count[small][k].max(1.0);
        let size = f64::from(groups.strength[large][k]);
        let growth = size / groups.strength_base[large][k].max(1.0) - 1.0;
        let willing = (1.0 - groups.independence[small][k]) / (1.0 + exp(-p.momentum[k] * growth));
        let chance = Rate(p.rate[k] * willing).within(years).get();
        let joining = binomial(organisations as u32, chance, u);
        if joining == 0 {
            return;
        }
        let strength = groups.strength[small][k];
        let before = state.groups.strength[large][k].max(1);
        if f64::from(joining) >= organisations.floor() {
            absorb(small, large, k, strength, state);
            state.end(small, k, Ending::Merged, GroupFlow::Left);
        } else {
            let part = (f64::from(strength) * f64::from(joining) / organisations) as i32;
            absorb(small, large, k, part, state);
            state.groups.count[small][k] -= f64::from(joining);
            // The cohort's capacity goes with the organisations that left it.
            state.groups.strength_base[small][k] *= 1.0 - f64::from(joining) / organisations;
            state.ledger.count(Total::Mergers, k, joining as i32);
        }
        let gained = f64::from(state.groups.strength[large][k] - before).max(0.0) / f64::from(before);
        let cohesion = &mut state.groups.cohesion[large][k];
        *cohesion = cohesion.lowered(Share::nearest(p.dilution[k] * gained));
    }
}

/// The largest active group of the same cause that a group is tied to, if it is more than twice as large as the group (per
/// organisation); in the trials that are open.
#[inline(always)]
fn best_partners(small: GroupId, open: LaneSet, state: &State) -> [Option<GroupId>; LANES] {
    let groups = &state.groups;
    let (mut best, mut largest) = ([None; LANES], Lanes::of(0));
    for other in groups.strength.ids().filter(|&other| other != small) {
        for k in open.and(state.ties[(small, other)].allied()) {
            let size = f64::from(groups.strength[small][k]) / groups.count[small][k].max(1.0);
            let strength = groups.strength[other][k];
            let fits = groups.posture[other][k] == Posture::Active && groups.cause[other][k] == groups.cause[small][k];
            if fits && strength > largest[k] && size < 0.5 * f64::from(strength) {
                largest[k] = strength;
                best[k] = Some(other);
            }
        }
    }
    best
}
