//! 3.5 Talks with a group: none, contact, ceasefire, deal; or collapse; or a trap (E40, E41, E42, E43).

use super::context::Context;
use super::parameters::parameters;
use super::transfer;
use crate::sampling::binomial;
use crate::sampling::lanes::{LaneSet, add_each, lanes_where};
use crate::sampling::math::exp;
use crate::sampling::words::Stream;
use crate::world::ids::{CauseId, Id, identity};
use crate::world::ledger::{GroupFlow, Total};
use crate::world::state::{Ending, Posture, Stage, State};
use crate::world::table::{Column, column};
use crate::world::units::{Rate, Share};
use crate::world::{GroupId, World};

parameters! {
    "talks", "Talks with a group: contact, ceasefire, deal, collapse or trap; amnesty and surrender.",
    "an offer to a group reaches the groups born of it\nmediator = (1 + relation) / 2 x tolerance of the mediating host for the group (1 where none is asked, 0 where the host does not mediate)\ncontact at rate contact x trust x mediator x effort; ceasefire at rate ceasefire x trust x mediator x effort\nin a ceasefire the share hardline (1 - cohesion) goes on at full tempo\ncollapse at rate collapse (1 - trust) (1 + collapse_pressure P + collapse_infighting infighting + collapse_gap max(0, demands - concessions))\ndeal at rate deal x trust x concessions x (1 - resistance), resistance = resistance (1 - consensus / 2 - consultation / 2)\nin a deal (1 - hardline) of the fighters disarm at rate disarm; at once a share of the hardliners defects, a share splinters off\ntrap: leadership x (1 - trap_leaders), trust x (1 - trap_trust), trust of others x (1 - trap_trust / 2), retaliation + trap_retaliation\nsurrenders at rate amnesty x trust x level x (1 + development) per fighter; the level decays in amnesty_years without a political process";
    /// Yearly rate of contact at full trust, mediation and effort.
    contact: 6.0, in [0.0, 520.0], plausible [2.0, 12.0], "per year", "assumed", C;
    /// Yearly rate at which contact leads to a ceasefire, likewise.
    ceasefire: 8.0, in [0.0, 520.0], plausible [3.0, 16.0], "per year", "assumed", C;
    /// Yearly rate of collapse without trust, before pressure, infighting and the gap are counted.
    collapse: 2.4, in [0.0, 520.0], plausible [1.2, 4.8], "per year", "seven truces in one country since 2004: 0.064 a week (95 % 0.026 to 0.132)", B;
    /// Weight of losses (yearly, per fighter) in the collapse rate.
    collapse_pressure: 4.0, in [0.0, 100.0], plausible [1.0, 10.0], "per yearly loss per fighter", "assumed", C;
    /// Weight of political infighting in the collapse rate.
    collapse_infighting: 0.5, in [0.0, 100.0], plausible [0.0, 1.5], "multiple", "E60 (direction); size assumed", C;
    /// Weight of the gap between demands and concessions in the collapse rate.
    collapse_gap: 1.5, in [0.0, 100.0], plausible [0.5, 3.0], "multiple", "E40 (direction); size assumed", C;
    /// Yearly rate of a deal at full trust and concessions without resistance.
    deal: 1.2, in [0.0, 520.0], plausible [0.4, 2.5], "per year", "assumed", C;
    /// Resistance to a deal at home before consensus and consultation are counted.
    resistance: 0.6, in [0.0, 1.0], plausible [0.3, 0.9], "share", "E42 (direction); size assumed", C;
    /// Yearly rate at which those who accept a deal disarm.
    disarm: 1.0, in [0.0, 52.0], plausible [0.5, 2.0], "per year", "assumed", C;
    /// Share of the hardliners who defect when a deal is made.
    defect: 0.3, in [0.0, 1.0], plausible [0.1, 0.5], "share", "E42 (that they do); size assumed", C;
    /// Share of the hardliners who splinter off when a deal is made.
    splinter: 0.3, in [0.0, 1.0], plausible [0.1, 0.6], "share", "Findley & Rudloff 2012 (45 % of wars see it); size assumed", C;
    /// Writ and cooperation that full concessions cost in the regions they are made in.
    concession_cost: 0.15, in [0.0, 1.0], plausible [0.05, 0.3], "share", "E42 (direction); size assumed", C;
    /// Share of the leadership lost in a trap.
    trap_leaders: 0.5, in [0.0, 1.0], plausible [0.3, 0.7], "share", "E41 (that it is); size assumed", C;
    /// Share of trust lost in a trap.
    trap_trust: 0.9, in [0.0, 1.0], plausible [0.8, 1.0], "share", "E41: senior leaders will not come again; size assumed", C;
    /// Anger at a trap.
    trap_retaliation: 1.0, in [0.0, 10.0], plausible [0.3, 2.0], "multiple of tempo", "assumed", C;
    /// Yearly rate at which trust grows while a ceasefire holds.
    trust_growth: 0.3, in [0.0, 52.0], plausible [0.1, 0.6], "per year", "assumed", C;
    /// Yearly rate of surrender per fighter at full trust and a full amnesty.
    amnesty: 0.6, in [0.0, 52.0], plausible [0.2, 1.2], "per year", "E43 (hundreds in five years); size assumed", C;
    /// Years in which an amnesty wears out without a political process.
    amnesty_years: 2.0, in [0.1, 100.0], plausible [1.0, 4.0], "years", "E43 (no lasting effect); size assumed", C;
}

/// Stream of this mechanism's random words.
const STREAM: u32 = identity(SPEC.name);

/// Level of an amnesty that nobody takes up any more; above nothing, so that it is known to have been tried.
const WORN_OUT: f64 = 1e-6;

/// The mechanism.
#[derive(Clone)]
pub struct TalksWithGroups {
    parameters: Parameters,
    /// What a step without a political process leaves of an amnesty.
    amnesty_left: Column,
    /// Whether talks or an amnesty were ever on offer to anybody: without, there is nothing to move.
    begun: bool,
}

impl TalksWithGroups {
    /// Prepared for a block.
    pub fn new(world: &World, drawn: &[Column]) -> Self {
        let parameters = Parameters::from_drawn(drawn);
        let amnesty_left = parameters.amnesty_years.map(|years| exp(-world.layout.step.years / years));
        Self { parameters, amnesty_left, begun: false }
    }

    /// Moves talks with every group one step.
    #[inline(always)]
    pub fn step(&mut self, context: &Context, state: &mut State) {
        self.begun = self.begun
            || state.effort.talks.iter().any(Option::is_some)
            || state.effort.reconciliation.iter().any(|level| !lanes_where(|k| level[k] != 0.0).is_empty());
        if !self.begun {
            return;
        }
        for group in state.groups.strength.ids() {
            if state.groups.living[group] == 0 {
                continue;
            }
            let mut developed = None;
            for lane in busy(group, state) {
                if !matches!(
                    state.groups.posture[group][lane],
                    Posture::Active | Posture::Ceasefire | Posture::Reconciled
                ) {
                    continue;
                }
                self.amnesty(group, lane, &mut developed, context, state);
                let stage = state.groups.talks[group][lane].stage;
                let root = state.groups.root[group][lane];
                let offered = state.effort.talks[root].as_ref().is_some_and(|t| t.effort[lane] > 0.0);
                if stage != Stage::None || offered {
                    self.talk(group, lane, offered, context, state);
                }
            }
        }
    }

    fn talk(&self, group: GroupId, lane: usize, offered: bool, context: &Context, state: &mut State) {
        let p = &self.parameters;
        let years = context.length.years;
        let word = context.stream(STREAM, lane);
        let identity = state.groups.identity[group][lane];
        let u = word.uniform(identity, 0, 0);
        let trust = state.groups.trust[group][lane].get();
        let offer = Offer::read(group, lane, offered, context.world, state);
        let approach = trust * offer.mediation * offer.effort;
        match state.groups.talks[group][lane].stage {
            Stage::None => {
                if u < Rate(p.contact[lane] * approach).within(years).get() {
                    enter(group, lane, Stage::Contact, context.step, state);
                }
            }
            Stage::Contact if !offered => enter(group, lane, Stage::None, context.step, state),
            Stage::Contact => {
                if u < Rate(p.ceasefire[lane] * approach).within(years).get() {
                    enter(group, lane, Stage::Ceasefire, context.step, state);
                    state.ledger.count(Total::Ceasefires, lane, 1);
                }
            }
            Stage::Ceasefire => {
                let since = state.groups.talks[group][lane].since;
                let weeks = (context.step - since) as f64 * context.length.weeks;
                if offered && offer.trap_after > 0.0 && weeks >= offer.trap_after {
                    self.trap(group, lane, context.step, state);
                    return;
                }
                let gap = (state.groups.demands[group][lane].get() - offer.concessions).max(0.0);
                let strain = 1.0
                    + p.collapse_pressure[lane] * state.groups.pressure[group][lane]
                    + p.collapse_infighting[lane] * state.government.infighting[lane]
                    + p.collapse_gap[lane] * gap;
                let collapse = p.collapse[lane] * (1.0 - trust) * strain;
                let resistance =
                    p.resistance[lane] * (1.0 - 0.5 * state.effort.consensus[lane] - 0.5 * offer.consultation).max(0.0);
                let deal = p.deal[lane] * trust * offer.concessions * offer.effort * (1.0 - resistance);
                // Collapse and deal compete: one word decides whether either comes, and which.
                let either = Rate(collapse + deal).within(years).get();
                let collapses = either * collapse / (collapse + deal).max(1e-300);
                if u < collapses {
                    self.collapse(group, lane, context.step, state);
                } else if u > 1.0 - (either - collapses) {
                    self.deal(group, lane, offer, context, word, state);
                } else {
                    let growth = Rate(p.trust_growth[lane]).within(years);
                    let trust = &mut state.groups.trust[group][lane];
                    *trust = trust.raised(growth);
                }
            }
            Stage::Deal => self.disarm(group, lane, years, word, state),
        }
        update_fighting(group, lane, state);
        if state.in_truce(group, lane) {
            state.ledger.count(Total::TruceDays, lane, context.length.days as i32);
        }
    }

    fn collapse(&self, group: GroupId, lane: usize, step: usize, state: &mut State) {
        enter(group, lane, Stage::None, step, state);
        state.groups.talks[group][lane].broken = true;
        state.ledger.count(Total::Collapses, lane, 1);
    }

    fn trap(&self, group: GroupId, lane: usize, step: usize, state: &mut State) {
        let p = &self.parameters;
        self.collapse(group, lane, step, state);
        update_fighting(group, lane, state);
        state.ledger.count(Total::Traps, lane, 1);
        state.ledger.count(Total::LeadersLost, lane, 1);
        let lost = Share::nearest(p.trap_trust[lane]);
        let groups = &mut state.groups;
        groups.leadership[group][lane] = groups.leadership[group][lane].lowered(Share::nearest(p.trap_leaders[lane]));
        groups.leader_lost[group][lane] = step as i32;
        groups.retaliation[group][lane] += p.trap_retaliation[lane];
        for other in groups.strength.ids() {
            let lost = if other == group { lost } else { Share::nearest(lost.get() / 2.0) };
            // Trust is not regained by waiting: what it returns to falls as well.
            groups.trust[other][lane] = groups.trust[other][lane].lowered(lost);
            groups.trust_base[other][lane] = groups.trust_base[other][lane].lowered(lost);
        }
    }

    fn deal(&self, group: GroupId, lane: usize, offer: Offer, context: &Context, word: Stream, state: &mut State) {
        let p = &self.parameters;
        enter(group, lane, Stage::Deal, context.step, state);
        state.ledger.count(Total::Deals, lane, 1);
        let strength = state.groups.strength[group][lane];
        let hardliners = f64::from(strength) * state.groups.hardline[group][lane].get();
        if let Some(rival) = nearest_rival(group, lane, context.world, state) {
            let defecting =
                (hardliners * p.defect[lane] + word.uniform(state.groups.identity[group][lane], 0, 1)) as i32;
            transfer::absorb(group, rival, lane, defecting.min(strength - 1), state);
        }
        let left = f64::from(state.groups.strength[group][lane].max(1));
        let share = (hardliners * p.splinter[lane] / left).min(0.9);
        transfer::birth(group, lane, share, 1.0, -0.5, state);
        if let Some(action) = offer.action {
            let cost = Share::nearest(p.concession_cost[lane] * offer.concessions);
            let named = &context.plan.actions[action].regions;
            let places = if named.is_empty() { state.groups.reach[group].len() } else { named.len() };
            for place in 0..places {
                let region = if named.is_empty() { state.groups.reach[group][place] } else { named[place] };
                if named.is_empty() && state.groups.presence[(group, region)][lane] <= 0.0 {
                    continue;
                }
                let regions = &mut state.regions;
                for table in
                    [&mut regions.writ, &mut regions.writ_base, &mut regions.cooperation, &mut regions.cooperation_base]
                {
                    table[region][lane] = table[region][lane].lowered(cost);
                }
            }
        }
    }

    fn disarm(&self, group: GroupId, lane: usize, years: f64, word: Stream, state: &mut State) {
        let strength = state.groups.strength[group][lane];
        let loyal = (f64::from(strength) * (1.0 - state.groups.hardline[group][lane].get())) as u32;
        let u = word.uniform(state.groups.identity[group][lane], 0, 2);
        let leaving = binomial(loyal, Rate(self.parameters.disarm[lane]).within(years).get(), u) as i32;
        state.take_anywhere(group, lane, leaving, GroupFlow::Surrendered);
        // What is left of a group a tenth of its former size is settled with it.
        if f64::from(state.groups.strength[group][lane]) < 0.1 * state.groups.strength_base[group][lane] {
            state.end(group, lane, Ending::Settled, GroupFlow::Surrendered);
        }
    }

    fn amnesty(
        &self,
        group: GroupId,
        lane: usize,
        developed: &mut Option<Column>,
        context: &Context,
        state: &mut State,
    ) {
        let p = &self.parameters;
        let offered = state.effort.reconciliation[state.groups.root[group][lane]][lane];
        if offered == 0.0 && state.groups.amnesty[group][lane] <= WORN_OUT {
            return;
        }
        let political = state.groups.talks[group][lane].stage != Stage::None
            || state.regions_of(group, lane).any(|r| state.effort.dialogue[r][lane] > 0.0);
        let level = &mut state.groups.amnesty[group][lane];
        // A fresh offer works in full; an old one without a political process wears out, offered or not.
        if offered > 0.0 && (*level == 0.0 || political) {
            *level = level.max(offered);
        }
        if !political {
            *level = (*level * self.amnesty_left[lane]).max(WORN_OUT);
        }
        let level = *level;
        let developed = developed.get_or_insert_with(|| development_where(group, state))[lane];
        let rate = p.amnesty[lane] * state.groups.trust[group][lane].get() * level * (1.0 + developed);
        let u = context.stream(STREAM, lane).uniform(state.groups.identity[group][lane], 0, 3);
        let leaving = binomial(
            state.groups.strength[group][lane].max(0) as u32,
            Rate(rate).within(context.length.years).get(),
            u,
        );
        state.take_anywhere(group, lane, leaving as i32, GroupFlow::Surrendered);
    }
}

/// Development where a group is, by its presence.
#[inline(always)]
fn development_where(group: GroupId, state: &State) -> Column {
    let mut sum = column(0.0);
    for &region in &state.groups.reach[group] {
        add_each(&mut sum, &state.groups.presence[(group, region)], &state.regions.development[region], |p, d| p * d);
    }
    sum
}

/// The trials with talks with a group, an offer of them, or an amnesty.
#[inline(always)]
fn busy(group: GroupId, state: &State) -> LaneSet {
    let (talks, roots, level) = (&state.groups.talks[group], &state.groups.root[group], &state.groups.amnesty[group]);
    let effort = &state.effort;
    let begun = lanes_where(|k| (talks[k].stage != Stage::None) | (level[k] != 0.0));
    let first = roots[0];
    if roots.iter().fold(false, |other, &root| other | (root != first)) {
        // A slot for those born in a trial: in most trials there is nobody in it.
        let posture = &state.groups.posture[group];
        let offered = |k: usize| {
            effort.reconciliation[roots[k]][k] != 0.0
                || effort.talks[roots[k]].as_ref().is_some_and(|offer| offer.effort[k] != 0.0)
        };
        let others = lanes_where(|k| posture[k].exists()).minus(begun);
        return others.fold(begun, |busy, k| busy.with(k, offered(k)));
    }
    let amnesty = &effort.reconciliation[first];
    let pardoned = begun.or(lanes_where(|k| amnesty[k] != 0.0));
    effort.talks[first].as_ref().map_or(pardoned, |offer| pardoned.or(lanes_where(|k| offer.effort[k] != 0.0)))
}

/// What is on the table in one trial; nothing where talks are not offered.
#[derive(Clone, Copy)]
struct Offer {
    action: Option<usize>,
    effort: f64,
    mediation: f64,
    concessions: f64,
    consultation: f64,
    trap_after: f64,
}

impl Offer {
    fn read(group: GroupId, lane: usize, offered: bool, world: &World, state: &State) -> Self {
        match state.effort.talks[state.groups.root[group][lane]].as_ref().filter(|_| offered) {
            None => {
                Self { action: None, effort: 0.0, mediation: 0.0, concessions: 0.0, consultation: 0.0, trap_after: 0.0 }
            }
            Some(offer) => Self {
                action: Some(offer.action),
                effort: offer.effort[lane],
                mediation: offer.mediator.map_or(1.0, |host| {
                    if !world.layout.mediates[host] {
                        return 0.0;
                    }
                    let tolerance = state.hosts.tolerance[(group, host)][lane].get();
                    0.5 * (1.0 + state.hosts.relation[host][lane]) * tolerance
                }),
                concessions: offer.concessions[lane],
                consultation: offer.consultation[lane],
                trap_after: offer.trap_after[lane],
            },
        }
    }
}

fn enter(group: GroupId, lane: usize, stage: Stage, step: usize, state: &mut State) {
    let talks = &mut state.groups.talks[group][lane];
    talks.stage = stage;
    talks.since = step;
    state.groups.posture[group][lane] = match stage {
        Stage::None | Stage::Contact => Posture::Active,
        Stage::Ceasefire => Posture::Ceasefire,
        Stage::Deal => Posture::Reconciled,
    };
}

/// In a truce only the hardliners whom the leaders cannot hold go on.
fn update_fighting(group: GroupId, lane: usize, state: &mut State) {
    let groups = &mut state.groups;
    groups.fighting[group][lane] = match groups.posture[group][lane] {
        Posture::Active => 1.0,
        Posture::Ceasefire | Posture::Reconciled => {
            groups.hardline[group][lane].of(groups.cohesion[group][lane].rest()).get()
        }
        Posture::Unborn | Posture::Dormant | Posture::Defunct => 0.0,
    };
}

/// The fighting group of the nearest cause that is hostile to the group, or its worst friend of that cause.
fn nearest_rival(group: GroupId, lane: usize, world: &World, state: &State) -> Option<GroupId> {
    let cause = |g: GroupId| -> CauseId { state.groups.cause[g][lane] };
    let mut best: Option<(f64, GroupId)> = None;
    for other in state.groups.strength.ids() {
        if other == group || state.groups.posture[other][lane] != Posture::Active {
            continue;
        }
        let affinity = state.affinity[(group, other)][lane];
        if affinity > 0.0 {
            continue;
        }
        let score = world.distance[(cause(group), cause(other))][lane] + 0.5 * (1.0 + affinity);
        if best.is_none_or(|(b, _)| score < b) {
            best = Some((score, other));
        }
    }
    debug_assert!(best.is_none_or(|(_, g)| g.index() != group.index()));
    best.map(|(_, g)| g)
}
