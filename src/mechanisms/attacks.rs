//! 3.10 Attacks: clustered counts, heavy-tailed severities (Clauset & Gleditsch 2012; Lewis et al. 2012).

use std::sync::Arc;

use super::context::Context;
use super::parameters::parameters;
use crate::sampling::lanes::{LANES, PACK, Packs, each};
use crate::sampling::math::{exp, exp_lanes, pow_lanes};
use crate::sampling::words::{PackWords, Streams};
use crate::sampling::{SeverityTable, categorical, poisson, poisson_lanes, severity};
use crate::world::ids::{Id, identity};
use crate::world::ledger::{GroupFlow, RegionFlow, Total};
use crate::world::scene::TARGETS;
use crate::world::state::{Groups, State};
use crate::world::table::{Column, Counts, Table, column};
use crate::world::{GroupId, RegionId, World};

parameters! {
    "attacks", "Attacks: clustered counts by strength, writ, allies, anger and money; heavy-tailed severities; kinds of target.",
    "background rate in a region: tempo leadership N (N / N at start)^(size - 1) A exp(writ (w at start - w)) (1 + retaliation) sqrt(f) (1 - (1 - suppressed) s) (1 - excitation) step x posture\nN = inside the state + infiltration (1 - border) x sheltered near the border; A = (1 + ally_tempo L / (1 + L)) over its start value\ncount ~ Poisson(background + posture X); X <- X exp(-step / memory) + excitation (1 - exp(-step / memory)) count\nkilled per attack: P(K >= k) = (1 + k / s)^-tail up to the cap, s such that the mean is lethality (1 + ally_lethality L / (1 + L)) over its start value\ninjured in a step ~ Poisson(sum over its attacks of injured + injured_per_killed K); attackers killed ~ Poisson(attackers)\nforeign targets where foreign projects are; protection moves its share of attacks on foreign targets and infrastructure to others";
    /// Share of attacks that earlier ones trigger (branching ratio).
    excitation: 0.35, in [0.0, 0.95], plausible [0.25, 0.5], "share", "Lewis et al. 2012: 0.37 to 0.50 in another war", B;
    /// Weeks over which an attack triggers others.
    memory: 4.0, in [0.01, 520.0], plausible [2.0, 6.0], "weeks", "Lewis et al. 2012", B;
    /// Exponent of the attack rate in the number of fighters.
    size: 1.0, in [0.0, 3.0], plausible [0.6, 1.2], "exponent", "Clauset & Gleditsch 2012: frequency goes with size, severity does not", B;
    /// Fall of the log attack rate per unit of writ.
    writ: 1.0, in [0.0, 20.0], plausible [0.3, 2.0], "per unit of writ", "assumed", C;
    /// Most that allies add to the tempo.
    ally_tempo: 0.4, in [0.0, 10.0], plausible [0.0, 0.6], "multiple", "E20; Horowitz & Potter 2014 (direction); size assumed", C;
    /// Most that allies add to the lethality.
    ally_lethality: 0.25, in [0.0, 10.0], plausible [0.0, 0.5], "multiple", "E20; Asal & Rethemeyer 2008 (direction); size assumed", C;
    /// Share of the fighters sheltered near the border who take part in attacks across it.
    infiltration: 0.15, in [0.0, 1.0], plausible [0.05, 0.3], "share", "assumed", C;
    /// Share of crossings for attacks that full border control stops.
    border: 0.6, in [0.0, 1.0], plausible [0.3, 0.8], "share", "E54 (direction); size assumed", C;
    /// What a sustained strike programme leaves of the tempo.
    suppressed: 0.7, in [0.0, 1.0], plausible [0.4, 1.0], "ratio", "Mir & Moore 2019: 0.48 on the years of drone strikes, by another power; others find no lasting effect", C;
    /// Index of the tail of killed per attack.
    tail: 1.5, in [1.05, 10.0], plausible [1.3, 1.7], "index", "Bohorquez et al. 2009; Clauset et al. 2007: density exponent 2.4 to 2.5", B;
    /// Most that an attack kills; a worse one counts as this.
    severity_cap: 160.0, in [1.0, 1e6], plausible [160.0, 160.0], "killed", "largest in one country's event data 2008-2021: about 160", B;
    /// Mean injured in an attack that kills nobody.
    injured: 0.5, in [0.0, 100.0], plausible [0.2, 0.8], "people", "E2: 719 injured and 433 killed in 250 attacks", B;
    /// Mean further injured per killed.
    injured_per_killed: 1.4, in [0.0, 100.0], plausible [1.2, 1.6], "people per killed", "E2", B;
    /// Mean attackers killed in an attack.
    attackers: 0.15, in [0.0, 100.0], plausible [0.1, 0.2], "people", "32 attackers died in 207 attacks in 2021 (yearly count by observers)", B;
    /// Share of attacks on foreign targets and infrastructure that full protection moves to others.
    protection: 0.6, in [0.0, 1.0], plausible [0.3, 0.8], "share", "E63 (direction); size assumed", C;
}

/// Stream of this mechanism's random words.
const STREAM: u32 = identity(SPEC.name);

/// Most attacks that one group is expected to make in one step.
const MOST_ATTACKS: f64 = 2e4;

/// Places in a group's target mix.
const SECURITY: usize = 0;
const CIVILIAN: usize = 1;
const FOREIGN: usize = 2;

/// Draws of one attack, and of the injured of all: which word decides what.
const REGION: u32 = 1;
const SEVERITY: u32 = 2;
const TARGET: u32 = 3;
const INJURED: u32 = 4;
const ATTACKERS: u32 = 5;

/// An attack that happens in the step: whose, where, in which trial, and its number among the group's attacks there.
#[derive(Clone, Copy)]
struct Attack {
    group: GroupId,
    region: RegionId,
    lane: u8,
    number: u32,
}

/// What an attack costs in lives.
#[derive(Clone, Copy, Default)]
struct Toll {
    killed: i32,
    attackers: i32,
}

/// What allies add to a group's tempo, over what they added at the start, and the allies it was found for.
#[derive(Clone)]
struct Help {
    allies: Column,
    start: Column,
    factor: Column,
}

/// The mechanism.
#[derive(Clone)]
pub struct Attacks {
    parameters: Parameters,
    /// What excitation keeps in a step.
    keep: Column,
    /// Whether attacks go with the number of fighters itself, in every trial: the crowd's power is 1 then.
    proportional: bool,
    /// What allies add to the tempo, per group.
    help: Vec<Help>,
    /// Scale found last, per group, and the mean it was found for.
    scales: Vec<(Column, Column)>,
    /// Groups that attacked in the step before, in some trial.
    attacked: Vec<bool>,
    /// exp(writ (w at start - w)) per region, in this step.
    writ: Table<RegionId, Column>,
    /// Foreign projects where a group is, by its presence, in this step; known for groups that attack.
    projects: Table<GroupId, Column>,
    /// Attacks of all groups in this step.
    attacks: Vec<Attack>,
}

impl Attacks {
    /// Prepared for a block.
    pub fn new(world: &World, drawn: &[Column]) -> Self {
        let parameters = Parameters::from_drawn(drawn);
        Self {
            keep: parameters.memory.map(|weeks| exp(-world.layout.step.weeks / weeks)),
            proportional: parameters.size.iter().all(|&size| size == 1.0),
            help: vec![Help { allies: column(-1.0), start: column(-1.0), factor: column(0.0) }; world.layout.slots],
            scales: vec![(column(-1.0), column(0.0)); world.layout.slots],
            attacked: vec![false; world.layout.slots],
            writ: Table::filled(world.region.len(), column(1.0)),
            projects: Table::filled(world.layout.slots, column(0.0)),
            attacks: Vec::with_capacity(LANES * world.layout.slots),
            parameters,
        }
    }

    /// Attacks of one step; all groups see the state before it.
    #[inline(always)]
    pub fn step(&mut self, context: &Context, state: &mut State) {
        for (group, attacked) in self.attacked.iter_mut().enumerate() {
            if std::mem::take(attacked) {
                state.attacks_by_group.row_mut(GroupId::new(group)).fill([0; LANES]);
                state.killed_by_group.row_mut(GroupId::new(group)).fill([0; LANES]);
            }
        }
        self.weigh_writ(context, state);
        let streams = context.streams(STREAM);
        for group in state.groups.strength.ids() {
            if state.groups.living[group] == 0 {
                continue;
            }
            // Groups that do not fight have nothing to draw; what excitation they have fades.
            if state.groups.fighting[group].iter().fold(true, |none, &f| none & (f <= 0.0)) {
                self.remember(group, state);
                continue;
            }
            self.weigh_help(group, &state.groups);
            let expected = self.expected(group, context, state);
            let words = streams.uniforms_by(&state.groups.identity[group], 0, 0);
            let counts = poisson_lanes(&expected, &words);
            if counts.iter().fold(false, |any, &n| any | (n > 0)) {
                self.attacked[group.index()] = true;
                self.place(group, &expected, &counts, &streams, context, state);
            }
            self.remember(group, state);
        }
        self.strike(&streams, context, state);
    }

    #[inline(always)]
    fn weigh_writ(&mut self, context: &Context, state: &State) {
        for region in context.world.layout.regions() {
            let start = &context.world.region[region].writ;
            let now = &state.regions.writ[region];
            let mut exponent = column(0.0);
            for k in 0..LANES {
                exponent[k] = self.parameters.writ[k] * (start[k] - now[k].get());
            }
            self.writ[region] = exp_lanes(&exponent);
        }
    }

    /// Expected attacks of a group in the step; leaves the parts per region in the state's scratch.
    #[inline(always)]
    fn expected(&self, group: GroupId, context: &Context, state: &mut State) -> Column {
        let p = &self.parameters;
        let base = self.base(group, context.length.years, state);
        let fighting = &state.groups.fighting[group];
        let mut sum = column(0.0);
        for &region in &state.groups.reach[group] {
            let share = &state.groups.presence[(group, region)];
            let excited = &mut state.groups.excitation[(group, region)];
            let part = &mut state.scratch[region];
            let factor = &self.writ[region];
            if context.step == 0 {
                // The trial starts amid an ongoing campaign: excitation at its stationary mean.
                for k in 0..LANES {
                    let background = base[k] * share[k] * factor[k];
                    excited[k] = p.excitation[k] / (1.0 - p.excitation[k]) * background;
                }
            }
            for k in 0..LANES {
                let background = base[k] * share[k] * factor[k];
                part[k] = fighting[k] * (background + excited[k]);
                sum[k] += part[k];
            }
        }
        // A scenario that grows without bound ends in sane counts rather than never; see the model's page.
        each(|k| sum[k].min(MOST_ATTACKS))
    }

    /// Background rate of a group before it is divided over regions; 0 in trials where it does not fight.
    #[inline(always)]
    fn base(&self, group: GroupId, years: f64, state: &State) -> Column {
        let p = &self.parameters;
        let groups = &state.groups;
        let home = state.in_country_lanes(group);
        let mut fighters: Column = each(|k| f64::from(home[k]));
        for (near, border) in groups.sheltered.row(group).iter().zip(state.effort.border.iter()) {
            for k in 0..LANES {
                fighters[k] += p.infiltration[k] * (1.0 - p.border[k] * border[k]) * f64::from(near[k]);
            }
        }
        let crowd = if self.proportional { column(1.0) } else { self.crowd(&home, &groups.in_country_start[group]) };
        let help = &self.help[group.index()].factor;
        let (tempo, leadership) = (&groups.tempo[group], &groups.leadership[group]);
        let (retaliation, suppression) = (&groups.retaliation[group], &groups.suppression[group]);
        let (funding, fighting) = (&groups.funding[group], &groups.fighting[group]);
        let mut base = column(0.0);
        for k in 0..LANES {
            // The square root is exact by the standard of floating-point numbers, on every machine.
            let rate = tempo[k]
                * leadership[k].get()
                * fighters[k]
                * crowd[k]
                * help[k]
                * (1.0 + retaliation[k])
                * funding[k].sqrt()
                * (1.0 - (1.0 - p.suppressed[k]) * suppression[k])
                * (1.0 - p.excitation[k])
                * years;
            base[k] = if fighting[k] > 0.0 { rate } else { 0.0 };
        }
        base
    }

    /// (N / N at start)^(size - 1), 1 where there is nobody.
    #[inline(always)]
    fn crowd(&self, home: &Counts, start: &Column) -> Column {
        let mut growth = column(1.0);
        for k in 0..LANES {
            let ratio = f64::from(home[k]) / start[k];
            growth[k] = if home[k] > 0 && start[k] > 0.0 { ratio } else { 1.0 };
        }
        pow_lanes(&growth, &self.parameters.size, 1.0)
    }

    /// Finds the help of a group's allies anew where they have changed.
    #[inline(always)]
    fn weigh_help(&mut self, group: GroupId, groups: &Groups) {
        let Help { allies, start, factor } = &mut self.help[group.index()];
        let (now, at_start) = (&groups.allies[group], &groups.allies_start[group]);
        if (0..LANES).fold(true, |same, k| same & (allies[k] == now[k]) & (start[k] == at_start[k])) {
            return;
        }
        (*allies, *start) = (*now, *at_start);
        let most = &self.parameters.ally_tempo;
        for k in 0..LANES {
            factor[k] = (1.0 + most[k] * saturated(now[k])) / (1.0 + most[k] * saturated(at_start[k]));
        }
    }

    /// Where a group attacks: by the expected attacks per region, which sum to `expected`.
    #[inline(always)]
    fn place(
        &mut self,
        group: GroupId,
        expected: &Column,
        counts: &Counts,
        streams: &Streams,
        context: &Context,
        state: &mut State,
    ) {
        self.projects[group] = projects(group, context, state);
        let attacks = &mut state.ledger.group[(GroupFlow::Attacks, group)];
        for k in 0..LANES {
            attacks[k] += counts[k];
        }
        let identity = state.groups.identity[group];
        let mut packs = Packs::new(counts);
        while let Some((pack, filled)) = packs.next() {
            // Places that no attack fills may hold an older one, or none: their words are not used.
            let address = |(lane, number): (u8, u32)| (lane, identity[usize::from(lane)], number.saturating_sub(1));
            let words = streams.pack(&each(|place| address(pack[place]))).uniforms(REGION);
            for (&(lane, number), &u) in pack[..filled].iter().zip(&words) {
                let k = usize::from(lane);
                let region = pick_region(group, k, expected[k], u, state);
                state.attacks_by_group[(group, region)][k] += 1;
                self.attacks.push(Attack { group, region, lane, number: number - 1 });
            }
        }
    }

    /// What the step's attacks hit and cost.
    #[inline(always)]
    fn strike(&mut self, streams: &Streams, context: &Context, state: &mut State) {
        let tables = context.world.severities.get_or_init(|| severity_tables(&self.parameters));
        let attacks = std::mem::take(&mut self.attacks);
        let mut injured = column(0.0);
        for pack in attacks.chunks(PACK) {
            let words = words_of(pack, streams, state);
            let tolls = self.tolls(pack, &words, tables, state);
            let targets = words.uniforms(TARGET);
            for ((attack, toll), &u) in pack.iter().zip(&tolls).zip(&targets) {
                let k = usize::from(attack.lane);
                injured[k] +=
                    self.parameters.injured[k] + self.parameters.injured_per_killed[k] * f64::from(toll.killed);
                self.enter(attack, toll, u, context, state);
            }
        }
        self.attacks = attacks;
        self.attacks.clear();
        self.injure(&injured, streams, state);
    }

    /// The injured of all attacks of the step: a sum of Poisson counts is a Poisson count of the sum.
    #[inline(always)]
    fn injure(&self, expected: &Column, streams: &Streams, state: &mut State) {
        let counts = poisson_lanes(expected, &streams.uniforms(0, 0, INJURED));
        for (total, count) in state.ledger.total[Total::Injured].iter_mut().zip(counts) {
            *total += count;
        }
    }

    /// What several attacks cost in lives, worked on together.
    #[inline(always)]
    fn tolls(
        &mut self,
        attacks: &[Attack],
        words: &PackWords,
        tables: &[Arc<SeverityTable>],
        state: &State,
    ) -> [Toll; PACK] {
        let p = &self.parameters;
        let mut tolls = [Toll::default(); PACK];
        // Places that no attack fills draw from a law that gives nothing.
        let (u, losses) = (words.uniforms(SEVERITY), words.uniforms(ATTACKERS));
        let (mut scales, mut tails, mut caps) = ([0.0; PACK], [1.0; PACK], [0; PACK]);
        for (place, attack) in attacks.iter().enumerate() {
            let (group, k) = (attack.group, usize::from(attack.lane));
            let mean = state.groups.lethality[group][k]
                * (1.0 + p.ally_lethality[k] * saturated(state.groups.allies[group][k]))
                / (1.0 + p.ally_lethality[k] * saturated(state.groups.allies_start[group][k]));
            let (solved_for, scale) = &mut self.scales[group.index()];
            if solved_for[k] != mean {
                scale[k] = tables[k].scale(mean);
                solved_for[k] = mean;
            }
            (scales[place], tails[place], caps[place]) = (scale[k], p.tail[k], p.severity_cap[k] as u32);
            tolls[place].attackers = poisson(p.attackers[k], losses[place]) as i32;
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
        let (group, region, k) = (attack.group, attack.region, usize::from(attack.lane));
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
        ledger.region[(RegionFlow::Attacks, region)][k] += 1;
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
        let (group, region, k) = (attack.group, attack.region, usize::from(attack.lane));
        let mix = &state.groups.targets[group];
        let mut weights: [f64; TARGETS] = each(|t| mix[t][k]);
        let mean = self.projects[group][k];
        weights[FOREIGN] *= if mean > 0.0 { context.world.region[region].foreign_projects[k] / mean } else { 0.0 };
        let moved = self.parameters.protection[k] * state.effort.protection[region][k];
        if moved > 0.0 {
            shift_to_soft(&mut weights, moved);
        }
        if weights.iter().all(|&w| w <= 0.0) {
            return CIVILIAN;
        }
        categorical(&weights, u)
    }

    /// Excitation fades and takes in the step's attacks.
    #[inline(always)]
    fn remember(&self, group: GroupId, state: &mut State) {
        let p = &self.parameters;
        for &region in &state.groups.reach[group] {
            let counts = &state.attacks_by_group[(group, region)];
            let excited = &mut state.groups.excitation[(group, region)];
            for k in 0..LANES {
                excited[k] = excited[k] * self.keep[k] + p.excitation[k] * (1.0 - self.keep[k]) * f64::from(counts[k]);
            }
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

/// L / (1 + L).
#[inline(always)]
fn saturated(allies: f64) -> f64 {
    allies / (1.0 + allies)
}

/// Where an attack happens: by the expected attacks per region.
#[inline(always)]
fn pick_region(group: GroupId, k: usize, expected: f64, u: f64, state: &State) -> RegionId {
    let reach = &state.groups.reach[group];
    let mut left = u * expected;
    let mut last = reach[0];
    for &region in reach {
        let part = state.scratch[region][k];
        if part <= 0.0 {
            continue;
        }
        last = region;
        left -= part;
        if left < 0.0 {
            break;
        }
    }
    last
}

/// Foreign projects where a group is, by its presence.
#[inline(always)]
fn projects(group: GroupId, context: &Context, state: &State) -> Column {
    let mut mean = column(0.0);
    for &region in &state.groups.reach[group] {
        let share = &state.groups.presence[(group, region)];
        let there = &context.world.region[region].foreign_projects;
        for k in 0..LANES {
            mean[k] += share[k] * there[k];
        }
    }
    mean
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
        let identity = state.groups.identity[attack.group][usize::from(attack.lane)];
        *event = (attack.lane, identity, attack.number);
    }
    streams.pack(&events)
}
