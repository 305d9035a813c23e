//! What attacks hit and cost: kinds of target, people killed, injured and attackers lost.

use super::{Attack, Attacks};
use crate::mechanisms::context::Context;
use crate::sampling::lanes::{LANES, LaneSet, Lanes, PACK, add_counts, each, lanes_where, mask, pack};
use crate::sampling::words::{EventWord, EventWords, Streams};
use crate::sampling::{SeverityTables, poisson_lanes, severity};
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

/// Some attacks by column, at most as many as a block has trials: all that decides what they hit and cost. They are gathered before
/// any is decided: a vector that is read just after its numbers were written one by one waits for them.
#[derive(Clone)]
pub(super) struct Struck {
    words: EventWords<LANES>,
    scale: Column,
    tail: Column,
    cap: Column,
    /// Uniforms below this lose no attacker.
    none_below: Column,
    mix: [Column; TARGETS],
    /// Foreign projects in the region, and on average where the group is.
    projects: Column,
    mean: Column,
    /// Share of attacks on protected targets that is moved to others.
    moved: Column,
}

impl Struck {
    /// Room for some attacks.
    pub(super) fn none() -> Self {
        Self {
            words: EventWords::of(&Lanes::of(EventWord::default())),
            scale: column(0.0),
            tail: column(1.0),
            cap: column(0.0),
            none_below: column(1.0),
            mix: [column(0.0); TARGETS],
            projects: column(0.0),
            mean: column(0.0),
            moved: column(0.0),
        }
    }

    /// What a pack of attacks hits, at uniforms `u`: the group's mix, foreign targets by where foreign projects are, protection
    /// applied.
    #[inline(always)]
    fn targets(&self, from: usize, u: &[f64; PACK]) -> [i32; PACK] {
        let mut weights: [[f64; PACK]; TARGETS] = pack(|target| pack(|place| self.mix[target][from + place]));
        for place in 0..PACK {
            let ratio = self.projects[from + place] / self.mean[from + place];
            weights[FOREIGN as usize][place] *= if self.mean[from + place] > 0.0 { ratio } else { 0.0 };
        }
        shift_to_soft(&mut weights, &pack(|place| self.moved[from + place]));
        let (mut running, mut total) = ([[0.0; PACK]; TARGETS], [0.0; PACK]);
        for target in 0..TARGETS {
            for place in 0..PACK {
                total[place] += weights[target][place];
            }
            running[target] = total;
        }
        // As `categorical`, of several attacks at once.
        let mut hit = [0_u64; PACK];
        for running in &running {
            for place in 0..PACK {
                let beyond = mask(u[place] * total[place] >= running[place]) & mask(running[place] < total[place]);
                hit[place] = hit[place].wrapping_sub(beyond);
            }
        }
        pack(|place| if total[place] > 0.0 { hit[place] as i32 } else { CIVILIAN })
    }
}

/// What some attacks hit and cost in lives.
struct Tolls {
    target: Counts,
    killed: Counts,
    /// Uniforms that decide the attackers lost.
    losses: Column,
}

impl Attacks {
    /// Finds the scale of a group's severities anew in those trials of some whose mean has changed.
    #[inline(always)]
    pub(super) fn scale(&mut self, group: GroupId, trials: LaneSet, context: &Context, state: &State) {
        let p = &self.parameters;
        let tables = context
            .world
            .severities
            .get_or_init(|| SeverityTables::new(&p.tail, &p.severity_cap.map(|cap| cap as u32)));
        let (lethality, help) = (&state.groups.lethality[group], &self.help[group.index()].lethality);
        let means: Column = each(|k| lethality[k] * help[k]);
        let (solved_for, scale) = &mut self.scales[group.index()];
        for k in trials.and(lanes_where(|k| solved_for[k] != means[k])) {
            (solved_for[k], scale[k]) = (means[k], tables.scale(k, means[k]));
        }
    }

    /// What the step's attacks hit and cost.
    #[inline(always)]
    pub(super) fn strike(&mut self, streams: &Streams, context: &Context, state: &mut State) {
        let attacks = std::mem::take(&mut self.attacks);
        let mut dead = Lanes::of(0);
        for some in attacks.chunks(LANES) {
            self.gather(some, context, state);
            let tolls = self.tolls(some.len());
            self.enter(some, &tolls, &mut dead, state);
        }
        self.attacks = attacks;
        self.attacks.clear();
        for region in context.world.layout.regions() {
            add_counts(&mut state.ledger.region[(RegionFlow::Attacks, region)], &state.regions.attacks[region]);
        }
        let made = std::mem::replace(&mut self.made, Lanes::of(0));
        let p = &self.parameters;
        let injured = each(|k| p.injured[k] * f64::from(made[k]) + p.injured_per_killed[k] * f64::from(dead[k]));
        let counts = poisson_lanes(&injured, &streams.uniforms(0, 0, INJURED));
        add_counts(&mut state.ledger.total[Total::Injured], &counts);
    }

    /// Gathers what decides some attacks.
    #[inline(always)]
    fn gather(&mut self, some: &[Attack], context: &Context, state: &State) {
        let (p, struck) = (&self.parameters, &mut self.struck);
        for (place, attack) in some.iter().enumerate() {
            let (group, region, k, place) = (attack.group, attack.region, attack.trial(), place % LANES);
            struck.words.set(place, attack.word);
            (struck.scale[place], struck.tail[place]) = (self.scales[group.index()].1[k], p.tail[k]);
            (struck.cap[place], struck.none_below[place]) = (p.severity_cap[k], self.attackers.none_below()[k]);
            let mix = &state.groups.targets[group];
            for target in 0..TARGETS {
                struck.mix[target][place] = mix[target][k];
            }
            struck.projects[place] = context.world.region[region].foreign_projects[k];
            struck.mean[place] = self.projects[group][k];
            struck.moved[place] = p.protection[k] * state.effort.protection[region][k];
        }
    }

    /// What as many gathered attacks hit and cost; anything in places beyond them.
    #[inline(always)]
    fn tolls(&self, number: usize) -> Tolls {
        let struck = &self.struck;
        let mut tolls = Tolls { target: Lanes::of(0), killed: Lanes::of(0), losses: column(0.0) };
        for from in (0..LANES).step_by(PACK) {
            if from >= number {
                break;
            }
            let words = struck.words.part::<PACK>(from);
            let u = words.uniforms(SEVERITY);
            let part = |column: &Column| -> [f64; PACK] { pack(|place| column[from + place]) };
            let (scale, tail, cap) = (part(&struck.scale), part(&struck.tail), part(&struck.cap));
            let mut killed = [0; PACK];
            for place in 0..PACK {
                let u = u[place].max(f64::MIN_POSITIVE);
                killed[place] = severity(u, scale[place], tail[place], cap[place] as u32) as i32;
            }
            tolls.killed[from..from + PACK].copy_from_slice(&killed);
            tolls.target[from..from + PACK].copy_from_slice(&struck.targets(from, &words.uniforms(TARGET)));
            tolls.losses[from..from + PACK].copy_from_slice(&words.uniforms(ATTACKERS));
        }
        tolls
    }

    /// Enters some attacks in the books. What few attacks have is entered for these alone.
    #[inline(always)]
    fn enter(&self, some: &[Attack], tolls: &Tolls, dead: &mut Counts, state: &mut State) {
        for attack in some {
            state.regions.attacks[attack.region][attack.trial()] += 1;
        }
        let filled = lanes_where(|place| place < some.len());
        for place in filled.and(lanes_where(|place| tolls.killed[place] > 0)) {
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
        for place in filled.and(lanes_where(|place| tolls.target[place] == FOREIGN)) {
            let k = some[place].trial();
            state.ledger.count(Total::AttacksForeign, k, 1);
            state.government.foreign_attacks[k] += 1;
        }
        let none_below = &self.struck.none_below;
        for place in filled.and(lanes_where(|place| tolls.losses[place] >= none_below[place])) {
            let k = some[place].trial();
            let wanted = self.attackers.draw(k, tolls.losses[place]) as i32;
            let lost = state.take_in_country(some[place].group, k, wanted, GroupFlow::Killed);
            state.ledger.count(Total::AttackersKilled, k, lost);
            state.ledger.region[(RegionFlow::KilledWithAttackers, some[place].region)][k] += lost;
        }
    }
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
