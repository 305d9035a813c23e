//! 3.11 Large operations: attrition, flight into sanctuaries, displaced people, collateral harm, a gain of writ
//! that decays after they end (E51, E61).

use super::context::Context;
use super::operations::fighters_in;
use super::parameters::parameters;
use crate::sampling::lanes::lanes_where;
use crate::sampling::{binomial, poisson, round_stochastic};
use crate::world::ids::{Id, identity};
use crate::world::ledger::{GroupFlow, RegionFlow, Total};
use crate::world::state::State;
use crate::world::table::Column;
use crate::world::units::Rate;
use crate::world::{GroupId, RegionId, World};

parameters! {
    "large-operations", "Large operations grind down groups in whole regions, drive them abroad and people from their homes.",
    "level e by money; fighters in the region lost ~ Binomial(N, hz(attrition e)), a share captured; N hz(flight e) go to the group's hosts, or to its other regions where it has none\ndisplaced = population hz(displaced e) of those still at home; bystanders killed ~ Poisson(bystanders e step); security losses ~ Poisson(security_losses per militant lost)\nwrit is raised at rate writ e (see public: it returns to its level after the end)";
    /// Yearly attrition rate at full level.
    attrition: 0.8, in [0.0, 52.0], plausible [0.3, 1.5], "per year", "E51; operation of 2014: 2,763 claimed killed in its first year", C;
    /// Share of those lost who are captured.
    captured: 0.3, in [0.0, 1.0], plausible [0.1, 0.6], "share", "assumed", C;
    /// Yearly rate of flight at full level.
    flight: 3.0, in [0.0, 520.0], plausible [1.0, 6.0], "per year", "E51 (that they fled); size assumed", C;
    /// Yearly rate at which people are displaced at full level.
    displaced: 0.5, in [0.0, 52.0], plausible [0.1, 1.0], "per year", "E51 (that they were); size assumed", C;
    /// Bystanders killed a year in a region at full level.
    bystanders: 60.0, in [0.0, 1e6], plausible [10.0, 200.0], "people per year and region", "assumed", C;
    /// Members of security forces killed per militant killed or captured.
    security_losses: 0.15, in [0.0, 100.0], plausible [0.08, 0.3], "ratio", "operation of 2014: 347 soldiers to 2,763 militants claimed", B;
    /// Yearly rate at which writ is raised at full level.
    writ: 1.5, in [0.0, 52.0], plausible [0.5, 3.0], "per year", "E51 (direction); size assumed", C;
}

/// Stream of this mechanism's random words.
const STREAM: u32 = identity(SPEC.name);

/// The mechanism.
#[derive(Clone)]
pub struct LargeOperations(Parameters);

impl LargeOperations {
    /// Prepared for a block.
    pub fn new(_: &World, drawn: &[Column]) -> Self {
        Self(Parameters::from_drawn(drawn))
    }

    /// Large operations of one step.
    #[inline(always)]
    pub fn step(&self, context: &Context, state: &mut State) {
        if !state.effort.large_operation.raised() {
            return;
        }
        for region in context.world.layout.regions() {
            let level = state.effort.large_operation[region];
            for k in lanes_where(|k| level[k] > 0.0) {
                self.fight(region, k, level[k], context, state);
            }
        }
    }

    fn fight(&self, region: RegionId, k: usize, level: f64, context: &Context, state: &mut State) {
        let p = &self.0;
        let years = context.length.years;
        let word = context.stream(STREAM, k);
        let place = region.index() as u32;
        let attrition = Rate(p.attrition[k] * level).within(years).get();
        let flight = Rate(p.flight[k] * level).within(years).get();
        let mut lost_here = 0;
        for group in state.groups.strength.ids() {
            if state.groups.presence[(group, region)][k] == 0.0 {
                continue;
            }
            let fighters = fighters_in(region, group, k, state);
            if fighters <= 0.0 {
                continue;
            }
            let identity = state.groups.identity[group][k];
            let u = |draw: u32| word.uniform(identity, place, draw);
            let there = round_stochastic(fighters, u(0)).max(0) as u32;
            let lost = binomial(there, attrition, u(1));
            let captured = binomial(lost, p.captured[k], u(2)) as i32;
            let killed = state.take_in_country(group, k, lost as i32 - captured, GroupFlow::Killed);
            let captured = state.take_in_country(group, k, captured, GroupFlow::Captured);
            state.ledger.count(Total::MilitantsKilledOperations, k, killed);
            state.groups.losses[group][k] += killed + captured;
            lost_here += killed + captured;
            flee(group, region, k, fighters * flight, flight, u(3), state);
        }
        let u = |draw: u32| word.uniform(place, 0, draw);
        let soldiers = poisson(p.security_losses[k] * f64::from(lost_here), u(10)) as i32;
        state.ledger.count(Total::SecurityKilledOperations, k, soldiers);
        let harmed = poisson(p.bystanders[k] * level * years, u(11)) as i32;
        state.ledger.region[(RegionFlow::Bystanders, region)][k] += harmed;
        state.regions.harmed[region][k] += harmed;
        let gone = f64::from(state.ledger.region[(RegionFlow::Displaced, region)][k]);
        let home = (context.world.region[region].population[k] - gone).max(0.0);
        let displaced = (home * Rate(p.displaced[k] * level).within(years).get()).floor().min(1e9) as i32;
        state.ledger.region[(RegionFlow::Displaced, region)][k] += displaced;
        state.regions.displaced[region][k] += displaced;
        let writ = &mut state.regions.writ[region][k];
        *writ = writ.raised(Rate(p.writ[k] * level).within(years));
    }
}

/// Fighters flee to the group's hosts by the shelter it has there; without a host its presence moves elsewhere.
fn flee(group: GroupId, region: RegionId, k: usize, number: f64, share: f64, u: f64, state: &mut State) {
    let hosts = state.hosts.relation.len();
    let baseline = |h: usize, state: &State| state.groups.sanctuary[(group, Id::new(h))][k];
    let shelter: f64 = (0..hosts).map(|h| baseline(h, state)).sum();
    if shelter > 0.0 {
        let fleeing = round_stochastic(number, u).max(0) as i32;
        let mut left = fleeing.min(state.in_country(group, k)).max(0);
        for h in 0..hosts {
            let part = if h + 1 == hosts {
                left
            } else {
                ((f64::from(fleeing) * baseline(h, state) / shelter) as i32).min(left)
            };
            if baseline(h, state) > 0.0 {
                state.groups.sheltered[(group, Id::new(h))][k] += part;
                left -= part;
            }
        }
    }
    // Those who fled abroad leave this region, not the others: presence shifts either way.
    let here = state.groups.presence[(group, region)][k];
    let moved = here * share;
    // Summed, not one less what is here: where nearly all is here the difference would be mostly rounding.
    let others = state.groups.reach[group].iter().filter(|other| **other != region);
    let elsewhere: f64 = others.map(|&other| state.groups.presence[(group, other)][k]).sum();
    if elsewhere > 1e-9 {
        for index in 0..state.groups.reach[group].len() {
            let other = state.groups.reach[group][index];
            let presence = &mut state.groups.presence[(group, other)][k];
            *presence = if other == region { here - moved } else { *presence * (1.0 + moved / elsewhere) };
        }
    }
}
