//! 3.8 Recruitment and exits: a birth and death process with grievance, money, sanctuary and scarcity.

use super::context::Context;
use super::parameters::parameters;
use crate::sampling::lanes::LANES;
use crate::sampling::{Chances, poisson_lanes};
use crate::world::World;
use crate::world::ids::{Id, identity};
use crate::world::ledger::GroupFlow;
use crate::world::state::{Posture, State};
use crate::world::table::{Column, column};
use crate::world::units::Rate;

parameters! {
    "recruitment", "Recruits join with grievance, money and sanctuary, fewer as capacity is reached; members leave.",
    "recruits ~ Poisson(b S G f (1 + sanctuary sum(tolerance H) / S) (1 - S / K)+ step), G = presence-weighted grievance over its start value, neither below 0.05\nf = local (1 - local_cut level) + diaspora (1 - diaspora_cut level) + host sum(tolerance H) / sum(tolerance H at start)\nK = capacity x (start strength + absorbed) x G; exits ~ Binomial(S, hz(exits))";
    /// Rise of recruitment when all fighters shelter in full tolerance.
    sanctuary: 0.8, in [0.0, 20.0], plausible [0.2, 1.5], "multiple", "E30 (direction); size assumed", C;
    /// Yearly rate at which a member leaves.
    exits: 0.05, in [0.0, 52.0], plausible [0.02, 0.12], "per year", "assumed", C;
    /// Share of local money that full counter-finance cuts.
    local_cut: 0.4, in [0.0, 1.0], plausible [0.1, 0.6], "share", "E54 (direction); size assumed", C;
    /// Share of money from abroad that full counter-finance cuts.
    diaspora_cut: 0.6, in [0.0, 1.0], plausible [0.2, 0.8], "share", "E54 (direction); size assumed", C;
}

/// Stream of this mechanism's random words.
const STREAM: u32 = identity(SPEC.name);

/// The mechanism.
#[derive(Clone)]
pub struct Recruitment {
    parameters: Parameters,
    /// Chance of a member to leave in a step.
    exit: Chances,
    sanctuary_at_start: Vec<Column>,
}

impl Recruitment {
    /// Prepared for a block.
    pub fn new(world: &World, drawn: &[Column]) -> Self {
        let sanctuary_at_start = world
            .layout
            .slot_ids()
            .map(|g| {
                let mut sum = column(0.0);
                for host in world.layout.hosts() {
                    for k in 0..LANES {
                        sum[k] += world.sanctuary[(g, host)][k] * world.tolerance[(g, host)][k];
                    }
                }
                sum
            })
            .collect();
        let parameters = Parameters::from_drawn(drawn);
        let exit = Chances::new(&parameters.exits.map(|r| Rate(r).within(world.layout.step.years).get()));
        Self { parameters, exit, sanctuary_at_start }
    }

    /// Recruits and loses members for one step; both are drawn from the strength before the step.
    #[inline(always)]
    pub fn step(&self, context: &Context, state: &mut State) {
        let p = &self.parameters;
        let years = context.length.years;
        let streams = context.streams(STREAM);
        for group in state.groups.strength.ids() {
            if state.groups.living[group] == 0 {
                continue;
            }
            let shelter = sheltered_share(group, state);
            self.fund(group, &shelter, context, state);
            let grievance = grievance_ratio(group, state);
            let groups = &state.groups;
            let mut mean = column(0.0);
            let (strength, posture) = (&groups.strength[group], &groups.posture[group]);
            let (capacity, base) = (&groups.capacity[group], &groups.strength_base[group]);
            let (funding, rate) = (&groups.funding[group], &groups.recruitment[group]);
            for k in 0..LANES {
                let strength = f64::from(strength[k]);
                let capacity = capacity[k] * base[k] * grievance[k];
                let room = if capacity > 0.0 { (1.0 - strength / capacity).max(0.0) } else { 0.0 };
                let pull = grievance[k] * funding[k] * (1.0 + p.sanctuary[k] * shelter[k]);
                let recruits = matches!(posture[k], Posture::Active | Posture::Ceasefire);
                let wanted = rate[k] * strength * pull * room * years;
                mean[k] = if recruits { wanted.min((MOST_FIGHTERS - strength).max(0.0)) } else { 0.0 };
            }
            let identity = &groups.identity[group];
            let joined = poisson_lanes(&mean, &streams.uniforms_by(identity, 0, 0));
            // A dormant group takes in as many as leave it: it is not in the fight, and nothing else would hold it level.
            let mut members = groups.strength[group];
            for k in 0..LANES {
                members[k] = if posture[k] == Posture::Dormant { 0 } else { members[k] };
            }
            let left = self.exit.counts(&members, &streams.uniforms_by(identity, 0, 1));
            let home = state.in_country_lanes(group);
            let strength = &mut state.groups.strength[group];
            let exited = &mut state.ledger.group[(GroupFlow::Exited, group)];
            let mut rest = 0;
            for k in 0..LANES {
                let leaving = left[k].min(home[k]).max(0);
                strength[k] -= leaving;
                exited[k] += leaving;
                rest |= left[k] - leaving;
            }
            if rest > 0 {
                // A group with fighters elsewhere may have none left at home to leave: they leave from anywhere.
                for k in 0..LANES {
                    let leaving = left[k].min(home[k]).max(0);
                    state.take_anywhere(group, k, left[k] - leaving, GroupFlow::Exited);
                }
            }
            let strength = &mut state.groups.strength[group];
            let recruits = &mut state.ledger.group[(GroupFlow::Recruits, group)];
            for k in 0..LANES {
                strength[k] += joined[k];
                recruits[k] += joined[k];
            }
        }
    }

    /// Funding as a share of what it was at the start.
    #[inline(always)]
    fn fund(&self, group: crate::world::GroupId, shelter: &Column, context: &Context, state: &mut State) {
        let p = &self.parameters;
        let cut = &state.effort.counter_finance[group];
        let [local, diaspora, host] = &state.groups.sources[group];
        // A splinter has its parent's hosts and no start of its own: its host money follows tolerance alone.
        let born = group.index() >= context.world.layout.groups;
        let start = &self.sanctuary_at_start[group.index()];
        let funding = &mut state.groups.funding[group];
        for k in 0..LANES {
            let generous = if born || start[k] <= 0.0 { 1.0 } else { (shelter[k] / start[k]).min(2.0) };
            funding[k] = local[k] * (1.0 - p.local_cut[k] * cut[k])
                + diaspora[k] * (1.0 - p.diaspora_cut[k] * cut[k])
                + host[k] * generous;
        }
    }
}

/// Sum over hosts of tolerance times the share of fighters sheltered there.
#[inline(always)]
fn sheltered_share(group: crate::world::GroupId, state: &State) -> Column {
    let mut sum = column(0.0);
    for host in state.hosts.relation.ids() {
        let near = &state.groups.sheltered[(group, host)];
        let far = &state.groups.relocated[(group, host)];
        let tolerance = &state.hosts.tolerance[(group, host)];
        for k in 0..LANES {
            sum[k] += tolerance[k].get() * f64::from(near[k] + far[k]);
        }
    }
    // Many groups shelter nobody in any trial, and have no share to find.
    if (0..LANES).fold(true, |none, k| none & (sum[k] == 0.0)) {
        return column(0.0);
    }
    let (strength, mut share) = (&state.groups.strength[group], column(0.0));
    for k in 0..LANES {
        share[k] = sum[k] / f64::from(strength[k].max(1));
    }
    share
}

/// No group grows beyond this: counts of fighters stay whole numbers of 32 bits whatever a scenario asks for.
const MOST_FIGHTERS: f64 = 1e8;

/// Start values below this count as this: a cause that nobody held is not multiplied by a first stir.
const LEAST_GRIEVANCE: f64 = 0.05;

/// Presence-weighted grievance over its start value.
#[inline(always)]
fn grievance_ratio(group: crate::world::GroupId, state: &State) -> Column {
    let (now, start) = (state.drawn_on(group), &state.groups.grievance_start[group]);
    let mut ratio = column(0.0);
    for k in 0..LANES {
        ratio[k] = now[k].max(LEAST_GRIEVANCE) / start[k].max(LEAST_GRIEVANCE);
    }
    ratio
}
