//! 3.9 Endings: groups without fighters end; others dissolve at a hazard that falls with age, size, ties and shelter.

use super::alliances::INTERVAL_WEEKS;
use super::context::Context;
use super::parameters::parameters;
use crate::sampling::binomial;
use crate::sampling::lanes::{LANES, LaneSet, each, lanes_where};
use crate::sampling::math::{exp, pow};
use crate::world::ids::{Id, identity};
use crate::world::ledger::GroupFlow;
use crate::world::state::{Ending, Posture, State};
use crate::world::table::Column;
use crate::world::units::Rate;
use crate::world::{GroupId, World};

parameters! {
    "endings", "Groups without fighters end; others dissolve at a hazard that falls with age, size, ties and shelter.",
    "every 4 weeks: hazard = (old + (young - old) exp(-age)) x half_size / (half_size + S per organisation) x tie^ties x sanctuary (if sheltered) x leader\nleader = 1 + (leader_loss - 1) exp(-age / 10) within 26 weeks of losing its leader, else 1; age in years\nan organisation that dissolves loses its members to civilian life";
    /// Yearly hazard of a newborn small group.
    young: 0.69, in [0.0, 52.0], plausible [0.35, 1.4], "per year", "Potter et al. 2020; Gaibulloev & Sandler 2013: about half fail in their first year", B;
    /// Yearly hazard of an old small group.
    old: 0.1, in [0.0, 52.0], plausible [0.05, 0.2], "per year", "the same: about 0.002 a week later", B;
    /// Fighters at which the hazard is half that of a tiny group.
    half_size: 150.0, in [1.0, 1e7], plausible [50.0, 500.0], "fighters", "Jones & Libicki 2008, Table 5.2 (size protects); size of the effect assumed", C;
    /// Factor per tie.
    tie: 0.75, in [0.0, 2.0], plausible [0.5, 1.0], "ratio", "Phillips 2014 (direction); size remembered", C;
    /// Factor with a sanctuary.
    sanctuary: 0.55, in [0.0, 2.0], plausible [0.3, 0.9], "ratio", "Salehyan 2007 (direction); size assumed", C;
    /// Factor for a young group that has lost its leader.
    leader_loss: 4.0, in [1.0, 100.0], plausible [1.0, 9.0], "ratio", "Price 2012 against Jordan 2009: they disagree", C;
}

/// Stream of this mechanism's random words.
const STREAM: u32 = identity(SPEC.name);

/// The mechanism.
#[derive(Clone)]
pub struct Endings {
    parameters: Parameters,
    /// No hazard is raised above this ratio by ties and shelter.
    most: Column,
}

impl Endings {
    /// Prepared for a block.
    pub fn new(world: &World, drawn: &[Column]) -> Self {
        let p = Parameters::from_drawn(drawn);
        let slots = world.layout.slots as f64;
        let ties = |tie: f64| if tie > 1.0 { pow(tie, slots) } else { 1.0 };
        Self { most: each(|k| p.sanctuary[k].max(1.0) * ties(p.tie[k])), parameters: p }
    }

    /// Ends what is over.
    #[inline(always)]
    pub fn step(&self, context: &Context, state: &mut State) {
        let review = context.step > 0 && context.every(INTERVAL_WEEKS);
        let streams = context.streams(STREAM);
        for group in state.groups.strength.ids() {
            if state.groups.living[group] == 0 {
                continue;
            }
            let (posture, strength) = (&state.groups.posture[group], &state.groups.strength[group]);
            let over = |k: usize| posture[k].exists() & (strength[k] == 0);
            // Few groups end: one look at all trials spares most a set of them.
            if (0..LANES).fold(false, |any, k| any | over(k)) {
                for k in lanes_where(over) {
                    state.end(group, k, cause_of_end(group, k, state), GroupFlow::Exited);
                }
            }
            if review {
                let words = streams.uniforms_by(&state.groups.identity[group], 0, 0);
                for k in self.open(group, &words, context, state) {
                    self.dissolve(group, k, words[k], context, state);
                }
            }
        }
    }

    /// The trials in which a group may dissolve: most words are beyond a hazard that is larger than its own, and found without
    /// exponentials and powers.
    #[inline(always)]
    fn open(&self, group: GroupId, words: &Column, context: &Context, state: &State) -> LaneSet {
        let (groups, p) = (&state.groups, &self.parameters);
        let (posture, strength, count) = (&groups.posture[group], &groups.strength[group], &groups.count[group]);
        let (born, leader_lost, now) = (&groups.born[group], &groups.leader_lost[group], context.step as f64);
        let years = context.length.years * context.steps_in(INTERVAL_WEEKS) as f64;
        lanes_where(|k| {
            let organisations = count[k].max(1.0).floor();
            let size = f64::from(strength[k]) / organisations;
            let since_loss = (now - f64::from(leader_lost[k])) * context.length.weeks;
            let leader = if since_loss <= 26.0 { p.leader_loss[k] } else { 1.0 };
            // The exponential of minus an age is below this.
            let age = (now - f64::from(born[k])).max(0.0) * context.length.years;
            let youth = 1.0 / (1.0 + age + 0.5 * age * age);
            let of_age = p.old[k] + (p.young[k] - p.old[k]).max(0.0) * youth;
            let hazard = of_age * self.most[k] * leader * (p.half_size[k] / (p.half_size[k] + size));
            let fights = posture[k].exists() & (posture[k] != Posture::Dormant);
            fights & (words[k] >= 1.0 - organisations * hazard * years)
        })
    }

    fn dissolve(&self, group: GroupId, k: usize, u: f64, context: &Context, state: &mut State) {
        let years = context.length.years * context.steps_in(INTERVAL_WEEKS) as f64;
        let p = &self.parameters;
        let groups = &state.groups;
        let organisations = groups.count[group][k].max(1.0).floor();
        let strength = groups.strength[group][k];
        let size = f64::from(strength) / organisations;
        let age = f64::from((context.step as i32 - groups.born[group][k]).max(0)) * context.length.years;
        let sheltered = state.hosts.relation.ids().any(|h| groups.sheltered[(group, h)][k] > 0);
        let since_loss =
            f64::from((context.step as i32).saturating_sub(groups.leader_lost[group][k])) * context.length.weeks;
        let leader = if since_loss <= 26.0 { 1.0 + (p.leader_loss[k] - 1.0) * exp(-age / 10.0) } else { 1.0 };
        let hazard = (p.old[k] + (p.young[k] - p.old[k]) * exp(-age)) * p.half_size[k] / (p.half_size[k] + size)
            * pow(p.tie[k], ties(group, k, state) as f64)
            * if sheltered { p.sanctuary[k] } else { 1.0 }
            * leader;
        let ending = binomial(organisations as u32, Rate(hazard).within(years).get(), u);
        if f64::from(ending) >= organisations {
            state.end(group, k, Ending::DiedOut, GroupFlow::Exited);
        } else if ending > 0 {
            let part = (f64::from(strength) * f64::from(ending) / organisations) as i32;
            state.take_anywhere(group, k, part, GroupFlow::Exited);
            state.groups.count[group][k] -= f64::from(ending);
            state.groups.strength_base[group][k] *= 1.0 - f64::from(ending) / organisations;
        }
    }
}

/// Number of a group's allies.
fn ties(group: GroupId, k: usize, state: &State) -> usize {
    let allies = |&other: &GroupId| other != group && state.ties[(group, other)].allied().has(k);
    state.groups.strength.ids().filter(allies).count()
}

/// How a group without fighters lost its last ones.
fn cause_of_end(group: GroupId, k: usize, state: &State) -> Ending {
    let flow = |f: GroupFlow| state.ledger.group[(f, group)][k];
    let policed = flow(GroupFlow::Captured);
    let killed = flow(GroupFlow::Killed);
    let surrendered = flow(GroupFlow::Surrendered);
    let exited = flow(GroupFlow::Exited) + flow(GroupFlow::Left) + flow(GroupFlow::Removed);
    let most = policed.max(killed).max(surrendered).max(exited);
    debug_assert!(group.index() < state.groups.strength.len());
    if surrendered == most {
        Ending::Settled
    } else if exited == most {
        Ending::DiedOut
    } else if policed == most {
        Ending::Policed
    } else {
        Ending::Defeated
    }
}
