//! What attacks hit and cost: kinds of target, people killed, injured and attackers lost.

use std::sync::Arc;

use super::{Attack, Attacks, Parameters};
use crate::mechanisms::context::Context;
use crate::sampling::lanes::{LANES, LaneSet, PACK, add_counts, each, lanes_where};
use crate::sampling::words::{PackWords, Streams};
use crate::sampling::{SeverityTable, categorical, poisson_lanes, severity};
use crate::world::GroupId;
use crate::world::ids::Id;
use crate::world::ledger::{GroupFlow, RegionFlow, Total};
use crate::world::scene::TARGETS;
use crate::world::state::State;
use crate::world::table::{Column, column};

/// Places in a group's target mix.
const SECURITY: usize = 0;
const CIVILIAN: usize = 1;
const FOREIGN: usize = 2;

/// Draws of one attack, and of the injured of all: which word decides what.
const SEVERITY: u32 = 2;
const TARGET: u32 = 3;
const INJURED: u32 = 4;
const ATTACKERS: u32 = 5;

/// What an attack costs in lives.
#[derive(Clone, Copy, Default)]
struct Toll {
    killed: i32,
    attackers: i32,
}

impl Attacks {
    /// Finds the scale of a group's severities anew in those trials of some whose mean has changed.
    #[inline(always)]
    pub(super) fn scale(&mut self, group: GroupId, trials: LaneSet, context: &Context, state: &State) {
        let tables = context.world.severities.get_or_init(|| severity_tables(&self.parameters));
        let (lethality, help) = (&state.groups.lethality[group], &self.help[group.index()].lethality);
        let means: Column = each(|k| lethality[k] * help[k]);
        let (solved_for, scale) = &mut self.scales[group.index()];
        for k in trials.and(lanes_where(|k| solved_for[k] != means[k])) {
            (solved_for[k], scale[k]) = (means[k], tables[k].scale(means[k]));
        }
    }

    /// What the step's attacks hit and cost.
    #[inline(always)]
    pub(super) fn strike(&mut self, streams: &Streams, context: &Context, state: &mut State) {
        let attacks = std::mem::take(&mut self.attacks);
        let mut injured = column(0.0);
        for pack in attacks.chunks(PACK) {
            let words = words_of(pack, streams, state);
            let tolls = self.tolls(pack, &words);
            let targets = words.uniforms(TARGET);
            for ((attack, toll), &u) in pack.iter().zip(&tolls).zip(&targets) {
                let k = attack.trial();
                injured[k] +=
                    self.parameters.injured[k] + self.parameters.injured_per_killed[k] * f64::from(toll.killed);
                self.enter(attack, toll, u, context, state);
            }
        }
        self.attacks = attacks;
        self.attacks.clear();
        for region in context.world.layout.regions() {
            add_counts(&mut state.ledger.region[(RegionFlow::Attacks, region)], &state.regions.attacks[region]);
        }
        self.injure(&injured, streams, state);
    }

    /// The injured of all attacks of the step: a sum of Poisson counts is a Poisson count of the sum.
    #[inline(always)]
    fn injure(&self, expected: &Column, streams: &Streams, state: &mut State) {
        let counts = poisson_lanes(expected, &streams.uniforms(0, 0, INJURED));
        add_counts(&mut state.ledger.total[Total::Injured], &counts);
    }

    /// What several attacks cost in lives, worked on together.
    #[inline(always)]
    fn tolls(&self, attacks: &[Attack], words: &PackWords) -> [Toll; PACK] {
        let p = &self.parameters;
        let mut tolls = [Toll::default(); PACK];
        // Places that no attack fills draw from a law that gives nothing.
        let (u, losses) = (words.uniforms(SEVERITY), words.uniforms(ATTACKERS));
        let (mut scales, mut tails, mut caps) = ([0.0; PACK], [1.0; PACK], [0; PACK]);
        for (place, attack) in attacks.iter().enumerate() {
            let (group, k) = (attack.group, attack.trial());
            let (_, scale) = &self.scales[group.index()];
            (scales[place], tails[place], caps[place]) = (scale[k], p.tail[k], p.severity_cap[k] as u32);
            tolls[place].attackers = self.attackers[k].draw(losses[place]) as i32;
        }
        let mut killed = [0; PACK];
        for place in 0..PACK {
            killed[place] = severity(u[place].max(f64::MIN_POSITIVE), scales[place], tails[place], caps[place]);
        }
        for (toll, killed) in tolls.iter_mut().zip(killed) {
            toll.killed = killed as i32;
        }
        tolls
    }

    /// Enters an attack in the books.
    #[inline(always)]
    fn enter(&self, attack: &Attack, toll: &Toll, u: f64, context: &Context, state: &mut State) {
        let (group, region, k) = (attack.group, attack.region, attack.trial());
        let target = self.pick_target(attack, u, context, state);
        let victims = match target {
            SECURITY => Total::KilledSecurity,
            FOREIGN => Total::KilledForeign,
            _ => Total::KilledCivilian,
        };
        let killed = toll.killed;
        let attackers =
            if toll.attackers > 0 { state.take_in_country(group, k, toll.attackers, GroupFlow::Killed) } else { 0 };
        let ledger = &mut state.ledger;
        ledger.count(Total::AttackersKilled, k, attackers);
        ledger.region[(RegionFlow::KilledWithAttackers, region)][k] += killed + attackers;
        state.regions.attacks[region][k] += 1;
        if target == FOREIGN {
            ledger.count(Total::AttacksForeign, k, 1);
            state.government.foreign_attacks[k] += 1;
        }
        if killed > 0 {
            ledger.count(victims, k, killed);
            ledger.count(Total::FatalAttacks, k, 1);
            ledger.enter(GroupFlow::Victims, group, k, killed);
            ledger.region[(RegionFlow::Killed, region)][k] += killed;
            state.killed_by_group[(group, region)][k] += killed;
            if victims == Total::KilledCivilian {
                state.regions.civilians[region][k] += killed;
            }
        }
    }

    /// What an attack hits: the group's mix, foreign targets by where foreign projects are, protection applied.
    #[inline(always)]
    fn pick_target(&self, attack: &Attack, u: f64, context: &Context, state: &State) -> usize {
        let (group, region, k) = (attack.group, attack.region, attack.trial());
        let mix = &state.groups.targets[group];
        let mut weights: [f64; TARGETS] = each(|t| mix[t][k]);
        let mean = self.projects[group][k];
        weights[FOREIGN] *= if mean > 0.0 { context.world.region[region].foreign_projects[k] / mean } else { 0.0 };
        let moved = self.parameters.protection[k] * state.effort.protection[region][k];
        if moved > 0.0 {
            shift_to_soft(&mut weights, moved);
        }
        if weights.iter().fold(true, |none, &weight| none & (weight <= 0.0)) {
            CIVILIAN
        } else {
            categorical(&weights, u)
        }
    }
}

/// A table of severities for each trial; one for all whose law is the same.
fn severity_tables(p: &Parameters) -> Vec<Arc<SeverityTable>> {
    let mut tables: Vec<Arc<SeverityTable>> = Vec::with_capacity(LANES);
    for k in 0..LANES {
        let same = |other: &usize| p.tail[*other] == p.tail[k] && p.severity_cap[*other] == p.severity_cap[k];
        let table = match (0..k).find(same) {
            Some(other) => Arc::clone(&tables[other]),
            None => Arc::new(SeverityTable::new(p.tail[k], p.severity_cap[k] as u32)),
        };
        tables.push(table);
    }
    tables
}

/// Moves a share of the attacks on protected targets to the others.
fn shift_to_soft(weights: &mut [f64; TARGETS], moved: f64) {
    let mut freed = 0.0;
    for weight in &mut weights[FOREIGN..] {
        freed += *weight * moved;
        *weight *= 1.0 - moved;
    }
    let soft = weights[SECURITY] + weights[CIVILIAN];
    if soft > 0.0 {
        let grown = 1.0 + freed / soft;
        weights[SECURITY] *= grown;
        weights[CIVILIAN] *= grown;
    } else {
        weights[CIVILIAN] += freed;
    }
}

/// The words of several attacks; places that no attack fills have words of no use.
#[inline(always)]
fn words_of(attacks: &[Attack], streams: &Streams, state: &State) -> PackWords {
    let mut events = [(0, 0, 0); PACK];
    for (event, attack) in events.iter_mut().zip(attacks) {
        let identity = state.groups.identity[attack.group][attack.trial()];
        *event = (attack.lane, identity, attack.number);
    }
    streams.pack(&events)
}
