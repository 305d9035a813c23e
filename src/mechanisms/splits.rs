//! 3.9 Splits: a part of a group that has lost its cohesion leaves it.

use super::alliances::INTERVAL_WEEKS;
use super::context::Context;
use super::parameters::parameters;
use super::transfer;
use crate::sampling::beta::beta_quantile;
use crate::sampling::lanes::{each, lanes_where};
use crate::world::ids::identity;
use crate::world::state::{Posture, State};
use crate::world::table::Column;
use crate::world::units::Rate;
use crate::world::{GroupId, World};

parameters! {
    "splits", "A part of a group without cohesion leaves it and fights on by itself.",
    "every 4 weeks: rate = rate (1 - cohesion)^2 (1 + leader lost within 13 weeks); a share ~ Beta(2, 6) leaves, hardline + hardline_gain, affinity to the parent = kinship\na group with allegiance splits only while pressed, and its splinter fights the state";
    /// Yearly rate for a group without cohesion.
    rate: 0.8, in [0.0, 52.0], plausible [0.3, 1.6], "per year", "Findley & Rudloff 2012 (45 % of wars see it); size assumed", C;
    /// How much more hardline the splinter is.
    hardline_gain: 0.2, in [-1.0, 1.0], plausible [0.0, 0.4], "share", "assumed", C;
    /// Affinity between the splinter and its parent.
    kinship: -0.3, in [-1.0, 1.0], plausible [-0.6, 0.2], "affinity", "assumed", C;
}

/// Stream of this mechanism's random words.
const STREAM: u32 = identity(SPEC.name);

/// The mechanism.
#[derive(Clone)]
pub struct Splits(Parameters);

impl Splits {
    /// Prepared for a block.
    pub fn new(_: &World, drawn: &[Column]) -> Self {
        Self(Parameters::from_drawn(drawn))
    }

    /// Splits, every four weeks.
    #[inline(always)]
    pub fn step(&self, context: &Context, state: &mut State) {
        if context.step == 0 || !context.every(INTERVAL_WEEKS) {
            return;
        }
        let p = &self.0;
        let years = context.length.years * context.steps_in(INTERVAL_WEEKS) as f64;
        let quarter = context.steps_in(13.0) as i32;
        let streams = context.streams(STREAM);
        for group in state.groups.strength.ids() {
            if state.groups.living[group] == 0 {
                continue;
            }
            let groups = &state.groups;
            let (cohesion, leader_lost, strength) =
                (&groups.cohesion[group], &groups.leader_lost[group], &groups.strength[group]);
            let rates: Column = each(|k| {
                let loose = cohesion[k].rest().get();
                let headless = (context.step as i32).saturating_sub(leader_lost[k]) <= quarter;
                p.rate[k] * loose * loose * if headless { 2.0 } else { 1.0 }
            });
            let words = streams.uniforms_by(&groups.identity[group], 0, 0);
            // A chance is below its rate times the time: most words are beyond it.
            for k in lanes_where(|k| (words[k] < rates[k] * years) & (strength[k] >= 2)) {
                if can_split(group, k, state) && words[k] < Rate(rates[k]).within(years).get() {
                    let u = streams.stream(k).uniform(state.groups.identity[group][k], 0, 1);
                    let share = beta_quantile(u, 2.0, 6.0);
                    transfer::birth(group, k, share, p.hardline_gain[k], p.kinship[k], state);
                }
            }
        }
    }
}

/// Whether a group can split: one with allegiance does only while it is pressed.
fn can_split(group: GroupId, k: usize, state: &State) -> bool {
    match state.groups.posture[group][k] {
        Posture::Active | Posture::Ceasefire | Posture::Reconciled => true,
        Posture::Dormant => state.effort.press[group][k] > 0.0,
        Posture::Unborn | Posture::Defunct => false,
    }
}
