//! What attacks hit and cost: kinds of target, people killed, injured and attackers lost.

use std::sync::Arc;

use super::{Attack, Attacks, Parameters};
use crate::mechanisms::context::Context;
use crate::sampling::lanes::{LANES, LaneSet, PACK, add_counts, each, lanes_where, mask};
use crate::sampling::words::{EventWord, EventWords, Streams};
use crate::sampling::{SeverityTable, poisson_lanes, severity};
use crate::world::GroupId;
use crate::world::ids::Id;
use crate::world::ledger::{GroupFlow, RegionFlow, Total};
use crate::world::scene::TARGETS;
use crate::world::state::State;
use crate::world::table::{Column, Counts, column};

/// Places in a group's target mix.
const SECURITY: i32 = 0;
const CIVILIAN: i32 = 1;
const FOREIGN: i32 = 2;

/// Draws of one attack, and of the injured of all: which word decides what.
const SEVERITY: u32 = 2;
const TARGET: u32 = 3;
const INJURED: u32 = 4;
const ATTACKERS: u32 = 5;

/// What some attacks hit and cost in lives, at most as many as a block has trials; nothing in places beyond them.
struct Tolls {
    target: Counts,
    killed: Counts,
    /// Uniforms that decide the attackers lost, and below which there are none.
    losses: Column,
    none_below: Column,
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
        let mut dead = [0; LANES];
        for some in attacks.chunks(LANES) {
            let tolls = self.tolls(some, context, state);
            self.enter(some, &tolls, &mut dead, state);
        }
        self.attacks = attacks;
        self.attacks.clear();
        for region in context.world.layout.regions() {
            add_counts(&mut state.ledger.region[(RegionFlow::Attacks, region)], &state.regions.attacks[region]);
        }
        let made = std::mem::replace(&mut self.made, [0; LANES]);
        let p = &self.parameters;
        let injured = each(|k| p.injured[k] * f64::from(made[k]) + p.injured_per_killed[k] * f64::from(dead[k]));
        let counts = poisson_lanes(&injured, &streams.uniforms(0, 0, INJURED));
        add_counts(&mut state.ledger.total[Total::Injured], &counts);
    }

    /// What some attacks hit and cost.
    #[inline(always)]
    fn tolls(&self, some: &[Attack], context: &Context, state: &State) -> Tolls {
        let p = &self.parameters;
        let mut tolls = Tolls { target: [0; LANES], killed: [0; LANES], losses: column(0.0), none_below: column(1.0) };
        for (at, pack) in some.chunks(PACK).enumerate() {
            let at = at * PACK % LANES;
            // Places that no attack fills draw from a law that gives nothing.
            let mut words = [EventWord::default(); PACK];
            let (mut scales, mut tails, mut caps) = ([0.0; PACK], [1.0; PACK], [0; PACK]);
            for (place, attack) in pack.iter().enumerate() {
                let k = attack.trial();
                words[place] = attack.word;
                (scales[place], tails[place]) = (self.scales[attack.group.index()].1[k], p.tail[k]);
                caps[place] = p.severity_cap[k] as u32;
                tolls.none_below[at + place] = self.attackers[k].none_below();
            }
            let words = EventWords::of(&words);
            let (u, losses) = (words.uniforms(SEVERITY), words.uniforms(ATTACKERS));
            let target = self.targets(pack, &words.uniforms(TARGET), context, state);
            for place in 0..PACK {
                let killed = severity(u[place].max(f64::MIN_POSITIVE), scales[place], tails[place], caps[place]);
                tolls.killed[at + place] = killed as i32;
                tolls.target[at + place] = target[place];
                tolls.losses[at + place] = losses[place];
            }
        }
        tolls
    }

    /// Enters some attacks in the books. What few attacks have is entered for these alone.
    #[inline(always)]
    fn enter(&self, some: &[Attack], tolls: &Tolls, dead: &mut Counts, state: &mut State) {
        for attack in some {
            state.regions.attacks[attack.region][attack.trial()] += 1;
        }
        for place in lanes_where(|place| tolls.killed[place] > 0) {
            let Attack { group, region, .. } = some[place];
            let (k, killed) = (some[place].trial(), tolls.killed[place]);
            let victims = match tolls.target[place] {
                SECURITY => Total::KilledSecurity,
                FOREIGN => Total::KilledForeign,
                _ => Total::KilledCivilian,
            };
            dead[k] += killed;
            let ledger = &mut state.ledger;
            ledger.count(victims, k, killed);
            ledger.count(Total::FatalAttacks, k, 1);
            ledger.enter(GroupFlow::Victims, group, k, killed);
            ledger.region[(RegionFlow::Killed, region)][k] += killed;
            ledger.region[(RegionFlow::KilledWithAttackers, region)][k] += killed;
            state.killed_by_group[(group, region)][k] += killed;
            if victims == Total::KilledCivilian {
                state.regions.civilians[region][k] += killed;
            }
        }
        for place in lanes_where(|place| tolls.target[place] == FOREIGN) {
            let k = some[place].trial();
            state.ledger.count(Total::AttacksForeign, k, 1);
            state.government.foreign_attacks[k] += 1;
        }
        for place in lanes_where(|place| tolls.losses[place] >= tolls.none_below[place]) {
            let k = some[place].trial();
            let wanted = self.attackers[k].draw(tolls.losses[place]) as i32;
            let lost = state.take_in_country(some[place].group, k, wanted, GroupFlow::Killed);
            state.ledger.count(Total::AttackersKilled, k, lost);
            state.ledger.region[(RegionFlow::KilledWithAttackers, some[place].region)][k] += lost;
        }
    }

    /// What several attacks hit, at uniforms `u`: the group's mix, foreign targets by where foreign projects are, protection
    /// applied. Nothing foreign in places that no attack fills.
    #[inline(always)]
    fn targets(&self, pack: &[Attack], u: &[f64; PACK], context: &Context, state: &State) -> [i32; PACK] {
        let mut weights = [[0.0; PACK]; TARGETS];
        let (mut projects, mut mean, mut moved) = ([0.0; PACK], [0.0; PACK], [0.0; PACK]);
        for (place, attack) in pack.iter().enumerate() {
            let (group, region, k) = (attack.group, attack.region, attack.trial());
            let mix = &state.groups.targets[group];
            for target in 0..TARGETS {
                weights[target][place] = mix[target][k];
            }
            projects[place] = context.world.region[region].foreign_projects[k];
            mean[place] = self.projects[group][k];
            moved[place] = self.parameters.protection[k] * state.effort.protection[region][k];
        }
        for place in 0..PACK {
            let ratio = projects[place] / mean[place];
            weights[FOREIGN as usize][place] *= if mean[place] > 0.0 { ratio } else { 0.0 };
        }
        shift_to_soft(&mut weights, &moved);
        let (mut running, mut total) = ([[0.0; PACK]; TARGETS], [0.0; PACK]);
        for target in 0..TARGETS {
            for place in 0..PACK {
                total[place] += weights[target][place];
                running[target][place] = total[place];
            }
        }
        // As `categorical`, of several attacks at once.
        let mut hit = [0_u64; PACK];
        for running in &running {
            for place in 0..PACK {
                let beyond = mask(u[place] * total[place] >= running[place]) & mask(running[place] < total[place]);
                hit[place] = hit[place].wrapping_sub(beyond);
            }
        }
        each(|place| if total[place] > 0.0 { hit[place] as i32 } else { CIVILIAN })
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

/// Moves shares of the attacks on protected targets to the others.
#[inline(always)]
fn shift_to_soft(weights: &mut [[f64; PACK]; TARGETS], moved: &[f64; PACK]) {
    let [security, civilian, protected @ ..] = weights;
    let mut freed = [0.0; PACK];
    for weight in protected {
        for place in 0..PACK {
            freed[place] += weight[place] * moved[place];
            weight[place] *= 1.0 - moved[place];
        }
    }
    for place in 0..PACK {
        // Selections instead of branches, so that the loop vectorises.
        let soft = security[place] + civilian[place];
        let grown = 1.0 + freed[place] / soft;
        let grown = if soft > 0.0 { grown } else { 1.0 };
        security[place] *= grown;
        civilian[place] *= grown;
        civilian[place] += if soft > 0.0 { 0.0 } else { freed[place] };
    }
}
