//! 3.6 Hosts: tolerance and relation move towards their targets; a host that restrains moves the sheltered away
//! from the border or sends them home; a host fights the groups it is hostile to (E31, E32).

use super::context::Context;
use super::parameters::parameters;
use crate::sampling::binomial;
use crate::sampling::lanes::{LANES, lanes_where};
use crate::sampling::words::Streams;
use crate::world::ids::{HostId, Id, identity};
use crate::world::ledger::{GroupFlow, Total};
use crate::world::state::State;
use crate::world::table::{Column, column};
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
    tolerance: [Share; LANES],
    /// Share of the way to its baseline that a relation goes in a step.
    relation: [Share; LANES],
}

impl HostsAndShelter {
    /// Prepared for a block.
    pub fn new(world: &World, drawn: &[Column]) -> Self {
        let parameters = Parameters::from_drawn(drawn);
        let within = |rates: &Column| rates.map(|r| Rate(r).within(world.layout.step.years));
        Self {
            tolerance: within(&parameters.tolerance_return),
            relation: within(&parameters.relation_return),
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
            let mut restraint = [0.0; LANES];
            let mut lowered = [Share::ZERO; LANES];
            for k in 0..LANES {
                let level = state.effort.diplomacy[host][k];
                let relation = &mut state.hosts.relation[host][k];
                let willing = 0.5 * (1.0 + *relation);
                restraint[k] = level * willing * context.world.host[host].capacity[k];
                lowered[k] = Share::nearest(p.diplomacy[k] * restraint[k]);
                let base = state.hosts.relation_base[host][k];
                *relation += self.relation[k].get() * (base - *relation);
                if level > 0.0 {
                    *relation += Rate(p.diplomacy_relation[k] * level).within(years).get() * (1.0 - *relation);
                }
            }
            // Also of groups that are gone: what a host makes of a group does not end with it.
            for group in state.groups.strength.ids() {
                let base = &state.hosts.tolerance_base[(group, host)];
                let now = &state.hosts.tolerance[(group, host)];
                let (near, far) = (&state.groups.sheltered[(group, host)], &state.groups.relocated[(group, host)]);
                let known = |k: usize| (now[k] != Share::ZERO) | (base[k] != Share::ZERO) | (near[k] + far[k] != 0);
                if lanes_where(known).is_empty() {
                    continue;
                }
                for (k, tolerance) in state.hosts.tolerance[(group, host)].iter_mut().enumerate() {
                    *tolerance = tolerance.towards(base[k].lowered(lowered[k]), self.tolerance[k]);
                }
                let (near, far) = (&state.groups.sheltered[(group, host)], &state.groups.relocated[(group, host)]);
                let hostility = fights(group, host, context);
                // Where the host neither restrains nor fights a group, and holds none back, nobody moves.
                let moved = lanes_where(|k| {
                    (near[k] + far[k] > 0) & ((restraint[k] != 0.0) | (hostility[k] != 0.0) | (far[k] != 0))
                });
                for k in moved {
                    self.move_sheltered(group, host, k, restraint[k], hostility[k], &streams, context, state);
                }
            }
        }
    }

    #[allow(
        clippy::too_many_arguments,
        reason = "a move has a group, a host, a trial, a cause, words and surroundings"
    )]
    fn move_sheltered(
        &self,
        group: GroupId,
        host: HostId,
        k: usize,
        restraint: f64,
        hostility: f64,
        streams: &Streams,
        context: &Context,
        state: &mut State,
    ) {
        let p = &self.parameters;
        let years = context.length.years;
        let identity = state.groups.identity[group][k];
        let word = streams.stream(k);
        let u = |draw: u32| word.uniform(identity, host.index() as u32, draw);
        if restraint > 0.0 || state.groups.relocated[(group, host)][k] > 0 {
            let near = state.groups.sheltered[(group, host)][k].max(0) as u32;
            let moved = binomial(near, Rate(p.restraint_rate[k] * restraint).within(years).get(), u(0)) as i32;
            let away = binomial(moved as u32, p.relocated[k], u(1)) as i32;
            let far = state.groups.relocated[(group, host)][k].max(0) as u32;
            let back = binomial(far, Rate(p.relocated_return[k] * (1.0 - restraint)).within(years).get(), u(2)) as i32;
            state.groups.sheltered[(group, host)][k] += back - moved;
            state.groups.relocated[(group, host)][k] += away - back;
        }
        if hostility > 0.0 {
            let removed = Rate(hostility).within(years).get();
            let near = state.groups.sheltered[(group, host)][k].max(0) as u32;
            let killed_near = binomial(near, removed, u(3)) as i32;
            let killed = state.take_sheltered(group, host, k, killed_near, GroupFlow::Killed);
            let far = &mut state.groups.relocated[(group, host)][k];
            let killed_far = (binomial((*far).max(0) as u32, removed, u(4)) as i32).min(*far);
            *far -= killed_far;
            state.groups.strength[group][k] -= killed_far;
            state.ledger.enter(GroupFlow::Killed, group, k, killed_far);
            state.ledger.count(Total::MilitantsKilledHosts, k, killed + killed_far);
        }
    }
}

/// Rate at which a host fights a group; those born in a trial are not fought.
#[inline(always)]
fn fights(group: GroupId, host: HostId, context: &Context) -> Column {
    if group.index() < context.world.layout.groups { context.world.fights[(host, group)] } else { column(0.0) }
}
