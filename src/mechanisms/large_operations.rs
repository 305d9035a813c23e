//! 3.11 Large operations: attrition, flight into sanctuaries, displaced people, collateral harm, a gain of writ
//! that decays after they end (E51, E61).

use super::context::Context;
use super::operations::fighters_in;
use super::parameters::parameters;
use crate::sampling::lanes::{LANES, LaneSet, Lanes, add_counts, each, lanes_where};
use crate::sampling::words::Streams;
use crate::sampling::{Chances, poisson_lanes, round_stochastic};
use crate::world::ids::{Id, identity};
use crate::world::ledger::{GroupFlow, RegionFlow, Total};
use crate::world::state::State;
use crate::world::table::{Column, Counts, column};
use crate::world::units::{Rate, Share};
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
pub struct LargeOperations {
    parameters: Parameters,
    /// Share of those lost who are captured.
    captured: Chances,
    /// What the level met last does; actions give all their regions one level, and it seldom changes.
    effect: Effect,
}

/// What a level of large operations does in a step, in every trial.
#[derive(Clone)]
struct Effect {
    level: Column,
    /// Chance of a fighter to be lost.
    attrition: Chances,
    /// Share of fighters who flee.
    flight: Lanes<Share>,
    /// Share of those at home who are displaced.
    displaced: Lanes<Share>,
    /// Share of what writ lacks that it gains.
    writ: Lanes<Share>,
}

impl Effect {
    #[inline(always)]
    fn of(level: &Column, p: &Parameters, years: f64) -> Self {
        let within = |rate: &Column| each(|k| Rate(rate[k] * level[k]).within(years));
        let attrition: Lanes<Share> = within(&p.attrition);
        Self {
            level: *level,
            attrition: Chances::new(&attrition.map(Share::get)),
            flight: within(&p.flight),
            displaced: within(&p.displaced),
            writ: within(&p.writ),
        }
    }
}

impl LargeOperations {
    /// Prepared for a block.
    pub fn new(world: &World, drawn: &[Column]) -> Self {
        let parameters = Parameters::from_drawn(drawn);
        Self {
            captured: Chances::new(&parameters.captured),
            effect: Effect::of(&column(0.0), &parameters, world.layout.step.years),
            parameters,
        }
    }

    /// Large operations of one step.
    #[inline(always)]
    pub fn step(&mut self, context: &Context, state: &mut State) {
        if !state.effort.large_operation.raised() {
            return;
        }
        let streams = context.streams(STREAM);
        for region in context.world.layout.regions() {
            let level = state.effort.large_operation[region];
            let trials = lanes_where(|k| level[k] > 0.0);
            if trials.is_empty() {
                continue;
            }
            if self.effect.level != level {
                self.effect = Effect::of(&level, &self.parameters, context.length.years);
            }
            let mut lost = Lanes::of(0);
            for group in state.groups.strength.ids() {
                let presence = &state.groups.presence[(group, region)];
                let there = trials.and(lanes_where(|k| presence[k] != 0.0));
                if !there.is_empty() {
                    self.fight(group, region, there, &streams, &mut lost, state);
                }
            }
            self.cost(region, &lost, &streams, context, state);
        }
    }

    /// A group loses fighters of a region and others flee, in the trials in which it is there.
    #[inline(always)]
    fn fight(
        &self,
        group: GroupId,
        region: RegionId,
        there: LaneSet,
        streams: &Streams,
        lost_here: &mut Counts,
        state: &mut State,
    ) {
        let mut fighters = column(0.0);
        for k in there {
            fighters[k] = fighters_in(region, group, k, state).max(0.0);
        }
        let fought = lanes_where(|k| fighters[k] > 0.0);
        if fought.is_empty() {
            return;
        }
        let identity = state.groups.identity[group];
        let u = |draw: u32| streams.uniforms_by(&identity, region.index() as u32, draw);
        let rounding = u(0);
        let mut number = Lanes::of(0);
        for k in fought {
            number[k] = round_stochastic(fighters[k], rounding[k]).max(0) as i32;
        }
        let lost = self.effect.attrition.counts(&number, &u(1));
        let captured = self.captured.counts(&lost, &u(2));
        for k in lanes_where(|k| lost[k] > 0) {
            let killed = state.take_in_country(group, k, lost[k] - captured[k], GroupFlow::Killed);
            let captured = state.take_in_country(group, k, captured[k], GroupFlow::Captured);
            state.ledger.count(Total::MilitantsKilledOperations, k, killed);
            state.groups.losses[group][k] += killed + captured;
            lost_here[k] += killed + captured;
        }
        let flight = &self.effect.flight;
        let mut shelter = column(0.0);
        for host in state.groups.sanctuary.row(group) {
            for k in 0..LANES {
                shelter[k] += host[k];
            }
        }
        let sheltered = fought.and(lanes_where(|k| shelter[k] > 0.0));
        if !sheltered.is_empty() {
            let rounding = u(3);
            let mut fleeing = Lanes::of(0);
            for k in sheltered {
                fleeing[k] = round_stochastic(fighters[k] * flight[k].get(), rounding[k]).max(0) as i32;
            }
            seek_shelter(group, &fleeing, &shelter, state);
        }
        move_elsewhere(group, region, fought, flight, state);
    }

    /// What large operations cost a region, and the writ they gain.
    #[inline(always)]
    fn cost(&self, region: RegionId, lost: &Counts, streams: &Streams, context: &Context, state: &mut State) {
        let (p, effect) = (&self.parameters, &self.effect);
        let u = |draw: u32| streams.uniforms(region.index() as u32, 0, draw);
        let soldiers = poisson_lanes(&each(|k| p.security_losses[k] * f64::from(lost[k])), &u(10));
        add_counts(&mut state.ledger.total[Total::SecurityKilledOperations], &soldiers);
        let harmed = poisson_lanes(&each(|k| p.bystanders[k] * effect.level[k] * context.length.years), &u(11));
        add_counts(&mut state.ledger.region[(RegionFlow::Bystanders, region)], &harmed);
        add_counts(&mut state.regions.harmed[region], &harmed);
        let gone = &mut state.ledger.region[(RegionFlow::Displaced, region)];
        let population = &context.world.region[region].population;
        let mut displaced = Lanes::of(0);
        for k in 0..LANES {
            let home = (population[k] - f64::from(gone[k])).max(0.0);
            displaced[k] = (home * effect.displaced[k].get()).floor().min(1e9) as i32;
        }
        add_counts(gone, &displaced);
        add_counts(&mut state.regions.displaced[region], &displaced);
        let writ = &mut state.regions.writ[region];
        *writ = each(|k| writ[k].raised(effect.writ[k]));
    }
}

/// Fighters of a group flee to its hosts, by the part that each has of the shelter.
#[inline(always)]
fn seek_shelter(group: GroupId, fleeing: &Counts, shelter: &Column, state: &mut State) {
    let home = state.in_country_lanes(group);
    let mut left: Counts = each(|k| fleeing[k].min(home[k]).max(0));
    let hosts = state.hosts.relation.len();
    for h in 0..hosts {
        let (baseline, last) = (&state.groups.sanctuary[(group, Id::new(h))], h + 1 == hosts);
        let sheltered = &mut state.groups.sheltered[(group, Id::new(h))];
        for k in 0..LANES {
            let part = (f64::from(fleeing[k]) * baseline[k] / shelter[k]) as i32;
            let part = if last { left[k] } else { part.min(left[k]) };
            let part = if baseline[k] > 0.0 { part } else { 0 };
            sheltered[k] += part;
            left[k] -= part;
        }
    }
}

/// A share of a group's presence moves from a region to the others, in some trials. Those who fled abroad leave this region, not
/// the others: presence shifts either way.
#[inline(always)]
fn move_elsewhere(group: GroupId, region: RegionId, trials: LaneSet, share: &Lanes<Share>, state: &mut State) {
    let groups = &mut state.groups;
    let here = groups.presence[(group, region)];
    let moved: Column = each(|k| here[k] * share[k].get());
    // Summed, not one less what is here: where nearly all is here the difference would be mostly rounding.
    let mut elsewhere = column(0.0);
    for &other in groups.reach[group].iter().filter(|other| **other != region) {
        let presence = &groups.presence[(group, other)];
        for k in 0..LANES {
            elsewhere[k] += presence[k];
        }
    }
    let moves = trials.and(lanes_where(|k| elsewhere[k] > 1e-9));
    if moves.is_empty() {
        return;
    }
    let moves: Lanes<bool> = each(|k| moves.has(k));
    let grown: Column = each(|k| if moves[k] { 1.0 + moved[k] / elsewhere[k] } else { 1.0 });
    for &other in &groups.reach[group] {
        let presence = &mut groups.presence[(group, other)];
        if other == region {
            *presence = each(|k| if moves[k] { here[k] - moved[k] } else { here[k] });
        } else {
            *presence = each(|k| presence[k] * grown[k]);
        }
    }
}
