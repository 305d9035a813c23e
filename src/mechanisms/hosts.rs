//! 3.6 Hosts: tolerance and relation move towards their targets; a host that restrains moves the sheltered away
//! from the border or sends them home; a host fights the groups it is hostile to (E31, E32).

use super::context::Context;
use super::parameters::parameters;
use crate::sampling::Chances;
use crate::sampling::lanes::{LANES, Lanes, each, lanes_where};
use crate::sampling::words::Streams;
use crate::world::ids::{HostId, Id, identity};
use crate::world::ledger::{GroupFlow, Total};
use crate::world::state::State;
use crate::world::table::{Column, Counts, Grid};
use crate::world::units::{Rate, Share};
use crate::world::{GroupId, World};

parameters! {
    "hosts", "Hosts' tolerance of groups and relation with the state; restraint, and hosts that fight groups.",
    "relation -> its baseline at rate relation_return; diplomacy raises it at rate diplomacy_relation x level x (1 - relation)\ntolerance -> baseline (1 - diplomacy x level x (1 + relation) / 2 x capacity) at rate tolerance_return\nrestraint = level x (1 + relation) / 2 x capacity: a fighter near the border is moved at rate restraint_rate x restraint; a share relocated is moved away, the rest comes home\nthe relocated come back at rate relocated_return x (1 - restraint)\nfighters of a group that the host fights are removed at the host's rate";
    /// Yearly rate at which tolerance moves to its target.
    tolerance_return: 0.6, in [0.0, 52.0], plausible [0.3, 1.2], "per year", "assumed", C;
    /// Yearly rate at which the relation returns to its baseline.
    relation_return: 0.5, in [0.0, 52.0], plausible [0.25, 1.4], "per year", "assumed; recovery half-life of 26 weeks and more", C;
    /// Share of tolerance that full diplomacy with a willing and able host takes away.
    diplomacy: 0.45, in [0.0, 1.0], plausible [0.2, 0.7], "share", "E32 (direction); size assumed", C;
    /// Yearly rate at which full diplomacy raises the relation.
    diplomacy_relation: 0.4, in [0.0, 52.0], plausible [0.1, 0.8], "per year", "assumed", C;
    /// Yearly rate at which full restraint moves fighters from the border.
    restraint_rate: 0.5, in [0.0, 52.0], plausible [0.1, 1.0], "per year", "E32 (that some were moved); size assumed", C;
    /// Share of those who are moved away rather than sent home.
    relocated: 0.6, in [0.0, 1.0], plausible [0.3, 0.9], "share", "E32 (direction); size assumed", C;
    /// Yearly rate at which the relocated drift back when restraint ends.
    relocated_return: 0.5, in [0.0, 52.0], plausible [0.2, 1.0], "per year", "assumed", C;
}

/// Stream of this mechanism's random words.
const STREAM: u32 = identity(SPEC.name);

/// The mechanism.
#[derive(Clone)]
pub struct HostsAndShelter {
    parameters: Parameters,
    /// Share of the way to its target that tolerance goes in a step.
    tolerance: Lanes<Share>,
    /// Share of the way to its baseline that a relation goes in a step.
    relation: Lanes<Share>,
    /// Share of those moved from the border who are moved away.
    relocated: Chances,
    /// Chance of a fighter to be removed in a step by a host that fights the group; those born in a trial are not fought.
    removed: Grid<HostId, GroupId, Option<Chances>>,
}

impl HostsAndShelter {
    /// Prepared for a block.
    pub fn new(world: &World, drawn: &[Column]) -> Self {
        let parameters = Parameters::from_drawn(drawn);
        let within = |rates: &Column| rates.map(|r| Rate(r).within(world.layout.step.years));
        let mut removed = Grid::filled(world.layout.host_names.len(), world.layout.slots, None);
        for host in world.layout.hosts() {
            for group in (0..world.layout.groups).map(GroupId::new) {
                let rates = &world.fights[(host, group)];
                let chances = || Chances::new(&within(rates).map(Share::get));
                removed[(host, group)] = rates.iter().any(|&rate| rate > 0.0).then(chances);
            }
        }
        Self {
            removed,
            tolerance: within(&parameters.tolerance_return),
            relation: within(&parameters.relation_return),
            relocated: Chances::new(&parameters.relocated),
            parameters,
        }
    }

    /// Moves hosts one step.
    #[inline(always)]
    pub fn step(&self, context: &Context, state: &mut State) {
        let p = &self.parameters;
        let years = context.length.years;
        let streams = context.streams(STREAM);
        for host in context.world.layout.hosts() {
            let (level, capacity) = (&state.effort.diplomacy[host], &context.world.host[host].capacity);
            let (base, relation) = (&state.hosts.relation_base[host], &mut state.hosts.relation[host]);
            let restraint: Column = each(|k| level[k] * (0.5 * (1.0 + relation[k])) * capacity[k]);
            let lowered: Lanes<Share> = each(|k| Share::nearest(p.diplomacy[k] * restraint[k]));
            *relation = each(|k| relation[k] + self.relation[k].get() * (base[k] - relation[k]));
            if level.iter().fold(false, |any, &level| any | (level > 0.0)) {
                let raised: Column = each(|k| Rate(p.diplomacy_relation[k] * level[k]).within(years).get());
                *relation = each(|k| relation[k] + raised[k] * (1.0 - relation[k]));
            }
            let lowers = lowered.iter().fold(false, |any, &lowered| any | (lowered != Share::ZERO));
            let mut restrained = None;
            // Also of groups that are gone: what a host makes of a group does not end with it.
            for group in state.groups.strength.ids() {
                let base = &state.hosts.tolerance_base[(group, host)];
                let tolerance = &mut state.hosts.tolerance[(group, host)];
                if lowers || (0..LANES).fold(false, |any, k| any | (tolerance[k] != base[k])) {
                    *tolerance = each(|k| tolerance[k].towards(base[k].lowered(lowered[k]), self.tolerance[k]));
                }
                let (near, far) = (&state.groups.sheltered[(group, host)], &state.groups.relocated[(group, host)]);
                if (0..LANES).fold(0, |any, k| any | near[k] | far[k]) == 0 {
                    continue;
                }
                // Where the host neither restrains a group nor holds some of it back, nobody moves.
                let moving = lanes_where(|k| (near[k] + far[k] > 0) & ((restraint[k] > 0.0) | (far[k] > 0)));
                if !moving.is_empty() {
                    let chances = restrained.get_or_insert_with(|| self.restrained(&restraint, years));
                    self.move_sheltered(group, host, chances, &streams, state);
                }
                if let Some(removed) = &self.removed[(host, group)] {
                    fight(group, host, removed, &streams, state);
                }
            }
        }
    }

    /// The chances of a restraint in a step.
    fn restrained(&self, restraint: &Column, years: f64) -> Restrained {
        let p = &self.parameters;
        let within = |rate: f64| Rate(rate).within(years).get();
        Restrained {
            moved: Chances::new(&each(|k| within(p.restraint_rate[k] * restraint[k]))),
            back: Chances::new(&each(|k| within(p.relocated_return[k] * (1.0 - restraint[k])))),
        }
    }

    /// Moves fighters from the border, away or home, and some of those moved away back; nobody where there is no restraint
    /// and none is away.
    #[inline(always)]
    fn move_sheltered(&self, group: GroupId, host: HostId, chances: &Restrained, streams: &Streams, state: &mut State) {
        let groups = &mut state.groups;
        let words = |draw: u32| streams.uniforms_by(&groups.identity[group], host.index() as u32, draw);
        let (near, far) = (&mut groups.sheltered[(group, host)], &mut groups.relocated[(group, host)]);
        let moved = chances.moved.counts(near, &words(0));
        let some = |counts: &Counts| counts.iter().fold(0, |any, n| any | n) != 0;
        let away = if some(&moved) { self.relocated.counts(&moved, &words(1)) } else { moved };
        let back = if some(far) { chances.back.counts(far, &words(2)) } else { Lanes::of(0) };
        for k in 0..LANES {
            near[k] += back[k] - moved[k];
            far[k] += away[k] - back[k];
        }
    }
}

/// What a host's restraint does to a fighter in a step, in every trial.
struct Restrained {
    /// Moved from the border.
    moved: Chances,
    /// Back there, if moved away.
    back: Chances,
}

/// A host fights a group, near the border and away from it.
#[inline(always)]
fn fight(group: GroupId, host: HostId, removed: &Chances, streams: &Streams, state: &mut State) {
    let groups = &state.groups;
    let words = |draw: u32| streams.uniforms_by(&groups.identity[group], host.index() as u32, draw);
    let killed_near = removed.counts(&groups.sheltered[(group, host)], &words(3));
    let killed_far = removed.counts(&groups.relocated[(group, host)], &words(4));
    for k in lanes_where(|k| killed_near[k] + killed_far[k] > 0) {
        state.take_sheltered(group, host, k, killed_near[k], GroupFlow::Killed);
        state.groups.relocated[(group, host)][k] -= killed_far[k];
        state.groups.strength[group][k] -= killed_far[k];
        state.ledger.enter(GroupFlow::Killed, group, k, killed_far[k]);
        state.ledger.count(Total::MilitantsKilledHosts, k, killed_near[k] + killed_far[k]);
    }
}
