//! 3.9 Alliances: ties between groups form and lapse by bounded-rational choice, every four weeks.

use super::context::Context;
use super::parameters::parameters;
use crate::sampling::lanes::{LaneSet, each, lanes_where};
use crate::sampling::math::exp;
use crate::sampling::words::Streams;
use crate::scenario::group::Tie;
use crate::world::ids::{Id, identity};
use crate::world::state::{Posture, State};
use crate::world::table::{Column, Table, column};
use crate::world::units::Rate;
use crate::world::{GroupId, HostId, World};

/// Weeks between looks at ties, mergers, splits and endings.
pub const INTERVAL_WEEKS: f64 = 4.0;

parameters! {
    "alliances", "Ties between groups form and lapse; allies raise tempo and lethality.",
    "every 4 weeks, for pairs with overlapping reach: u = affinity + shift + pressure (P_g + P_h) / 2 + shared_host x shelter in common - cause_distance x distance of causes\nnone -> cooperation at rate form x s(steepness (u - form_at)); cooperation -> coalition at rate deepen x s(steepness (u - form_at - 0.2)); one step down at rate lapse x s(steepness (lapse_at - u)); s(x) = 1 / (1 + exp(-x))\naffinity + shift < hostile_below makes a pair hostile; it ends at rate lapse x s(steepness (u - lapse_at))\nallies L = sum over ties of weight x S / (S + half); weight 1/2 in cooperation, 1 in coalition";
    /// Yearly rate at which a tie forms between willing groups.
    form: 0.5, in [0.0, 52.0], plausible [0.2, 1.0], "per year", "assumed", C;
    /// Yearly rate at which cooperation deepens to coalition.
    deepen: 0.15, in [0.0, 52.0], plausible [0.05, 0.4], "per year", "assumed", C;
    /// Yearly rate at which an unwanted tie lapses.
    lapse: 0.5, in [0.0, 52.0], plausible [0.2, 1.0], "per year", "assumed", C;
    /// Steepness of choices in the utility.
    steepness: 4.0, in [0.0, 100.0], plausible [2.0, 8.0], "per utility", "assumed", C;
    /// Utility at which half of the pairs are willing.
    form_at: 0.6, in [-5.0, 5.0], plausible [0.4, 0.8], "utility", "assumed", C;
    /// Utility at which half of the ties are unwanted.
    lapse_at: 0.0, in [-5.0, 5.0], plausible [-0.2, 0.2], "utility", "assumed", C;
    /// Rise of utility per yearly loss per fighter.
    pressure: 1.0, in [-20.0, 20.0], plausible [0.0, 2.0], "utility per yearly loss per fighter", "E20 (direction); size assumed", C;
    /// Rise of utility when both shelter wholly with one host.
    shared_host: 0.4, in [-5.0, 5.0], plausible [0.0, 0.8], "utility", "E24 (direction); size assumed", C;
    /// Fall of utility between causes with nothing in common.
    cause_distance: 0.6, in [-5.0, 5.0], plausible [0.3, 1.0], "utility", "assumed", C;
    /// Affinity below which a pair is hostile.
    hostile_below: -0.5, in [-2.0, 0.0], plausible [-0.6, -0.4], "affinity", "assumed", C;
    /// Strength at which an ally counts half.
    half: 300.0, in [1.0, 1e7], plausible [100.0, 1000.0], "fighters", "assumed", C;
}

/// From so many trials on, one word a trial at the same address is found by column.
const MANY: usize = 8;
/// Stream of this mechanism's random words.
const STREAM: u32 = identity(SPEC.name);

/// The mechanism.
#[derive(Clone)]
pub struct Alliances {
    parameters: Parameters,
    /// Time between two reviews.
    years: f64,
    /// The most that the chance of a step up can be between two reviews, and the least that is left by that of a step down:
    /// words between them change nothing, whatever the pair.
    most_up: Column,
    least_down: Column,
    /// Trials in which each group can have ties and is in a region, region by region, then those in which it wants shelter
    /// with a host; in the review at hand.
    places: Table<GroupId, Vec<LaneSet>>,
    /// Whether each group has one identity in all trials, as all but splinters have.
    alike: Table<GroupId, bool>,
    /// Affinity as truces mediated by hosts have moved it, of the pairs for which they can, the later group first; in the
    /// review at hand.
    moved: Vec<((GroupId, GroupId), Column)>,
    /// Weight of each group as an ally in full, in the review at hand.
    weight: Table<GroupId, Column>,
}

impl Alliances {
    /// Prepared for a block.
    pub fn new(world: &World, drawn: &[Column]) -> Self {
        let p = Parameters::from_drawn(drawn);
        let layout = world.layout;
        let years = layout.step.years * layout.step.steps_in(INTERVAL_WEEKS) as f64;
        let places = layout.region_names.len() + layout.host_names.len();
        let mut pairs: Vec<_> = world.truce_shifts.iter().map(|moved| later_first(moved.pair)).collect();
        pairs.sort_unstable();
        pairs.dedup();
        Self {
            // A chance 1 - exp(-rate s t) with s below one is below rate t.
            most_up: each(|k| p.form[k].max(p.deepen[k]).max(p.lapse[k]) * years),
            least_down: each(|k| 1.0 - p.lapse[k] * years),
            places: Table::filled(layout.slots, vec![LaneSet::default(); places]),
            alike: Table::filled(layout.slots, false),
            moved: pairs.into_iter().map(|pair| (pair, column(0.0))).collect(),
            weight: Table::filled(layout.slots, column(0.0)),
            parameters: p,
            years,
        }
    }

    /// Reviews all ties, every four weeks; the first step only weighs the ties there are.
    #[inline(always)]
    pub fn step(&mut self, context: &Context, state: &mut State) {
        if !context.every(INTERVAL_WEEKS) {
            return;
        }
        if context.step > 0 {
            self.review(context, state);
        }
        self.weigh(context.step == 0, state);
    }

    #[inline(always)]
    fn review(&mut self, context: &Context, state: &mut State) {
        let streams = context.streams(STREAM);
        self.look(state);
        self.feel_truces(context, state);
        self.exchange_moved(state);
        // All pairs look at the ties before this review: what one pair does is not seen by the next.
        for a in state.groups.strength.ids() {
            if state.groups.living[a] == 0 {
                continue;
            }
            for b in (0..a.index()).map(GroupId::new) {
                if state.groups.living[b] == 0 {
                    continue;
                }
                let meeting = self.meeting(a, b);
                if !meeting.is_empty() {
                    self.review_pair(a, b, meeting, context, &streams, state);
                }
            }
        }
        self.exchange_moved(state);
    }

    /// Notes where the groups are that can have ties.
    #[inline(always)]
    fn look(&mut self, state: &State) {
        let groups = &state.groups;
        for (group, places) in groups.strength.ids().zip(self.places.iter_mut()) {
            places.fill(LaneSet::default());
            if groups.living[group] == 0 {
                continue;
            }
            let (posture, identity) = (&groups.posture[group], &groups.identity[group]);
            self.alike[group] = identity.iter().fold(true, |alike, &own| alike & (own == identity[0]));
            let able = lanes_where(|k| can_tie(posture[k]));
            let (regions, hosts) = places.split_at_mut(state.regions.writ.len());
            for &region in &groups.reach[group] {
                let presence = &groups.presence[(group, region)];
                regions[region.index()] = able.and(lanes_where(|k| presence[k] > 0.0));
            }
            for (host, wanted) in hosts.iter_mut().zip(groups.sanctuary.row(group)) {
                *host = able.and(lanes_where(|k| wanted[k] > 0.0));
            }
        }
    }

    /// Trials in which two groups can change their tie: both can have ties, and there they share a region or a host.
    #[inline(always)]
    fn meeting(&self, a: GroupId, b: GroupId) -> LaneSet {
        let both = self.places[a].iter().zip(&self.places[b]);
        both.fold(LaneSet::default(), |meeting, (own, other)| meeting.or(own.and(*other)))
    }

    /// Finds the affinities that truces mediated by hosts have moved.
    #[inline(always)]
    fn feel_truces(&mut self, context: &Context, state: &State) {
        for (pair, affinity) in &mut self.moved {
            let mut shift = column(0.0);
            for moved in context.world.truce_shifts.iter().filter(|moved| later_first(moved.pair) == *pair) {
                for k in truces_of(moved.host, state) {
                    shift[k] += moved.by[k];
                }
            }
            *affinity = each(|k| state.affinity[*pair][k] + shift[k]);
        }
    }

    /// Exchanges affinities for those that truces have moved, and back.
    #[inline(always)]
    fn exchange_moved(&mut self, state: &mut State) {
        for (pair, affinity) in &mut self.moved {
            std::mem::swap(affinity, &mut state.affinity[*pair]);
        }
    }

    /// The word of a pair in the trials where it meets; its address does not depend on which of the two has the lower slot.
    #[inline(always)]
    fn words(&self, a: GroupId, b: GroupId, meeting: LaneSet, streams: &Streams, state: &State) -> Column {
        let (own, other) = (&state.groups.identity[a], &state.groups.identity[b]);
        let address = |k: usize| (own[k].min(other[k]), own[k].max(other[k]) >> 8);
        if self.alike[a] && self.alike[b] && meeting.count() > MANY {
            let (entity, sub) = address(0);
            return streams.uniforms(entity, sub, 0);
        }
        streams.uniforms_in(meeting, address)
    }

    /// Reviews the ties of a pair in the trials where it meets.
    #[inline(always)]
    fn review_pair(
        &self,
        a: GroupId,
        b: GroupId,
        meeting: LaneSet,
        context: &Context,
        streams: &Streams,
        state: &mut State,
    ) {
        let p = &self.parameters;
        let years = self.years;
        let affinity = &state.affinity[(a, b)];
        let words = self.words(a, b, meeting, streams, state);
        // The word is not beyond all chances, or the pair turns hostile.
        let moves = lanes_where(|k| {
            (words[k] < self.most_up[k]) | (words[k] > self.least_down[k]) | (affinity[k] < p.hostile_below[k])
        });
        let ties = state.ties[(a, b)];
        for k in meeting.and(moves) {
            if affinity[k] < p.hostile_below[k] {
                state.ties[(a, b)].set(k, Tie::Hostile);
                continue;
            }
            let utility = || {
                let groups = &state.groups;
                let distance = context.world.distance[(groups.cause[a][k], groups.cause[b][k])][k];
                let pressure = 0.5 * (groups.pressure[a][k] + groups.pressure[b][k]);
                affinity[k] + p.pressure[k] * pressure + p.shared_host[k] * shelter_in_common(a, b, k, state)
                    - p.cause_distance[k] * distance
            };
            // Steps up are decided by the word, steps down by what it lacks to one.
            let (up, down) = (words[k], 1.0 - words[k]);
            let chosen = |word: f64, rate: f64, x: &dyn Fn() -> f64| {
                // No chance is above rate x time: most words are beyond it, and need no utility.
                word < rate * years && happens(word, rate / (1.0 + exp(-p.steepness[k] * x())), years)
            };
            let next = match ties.of(k) {
                Tie::Hostile if chosen(up, p.lapse[k], &|| utility() - p.lapse_at[k]) => Tie::None,
                Tie::None if chosen(up, p.form[k], &|| utility() - p.form_at[k]) => Tie::Cooperation,
                Tie::Cooperation if chosen(up, p.deepen[k], &|| utility() - p.form_at[k] - 0.2) => Tie::Coalition,
                Tie::Cooperation if chosen(down, p.lapse[k], &|| p.lapse_at[k] - utility()) => Tie::None,
                Tie::Coalition if chosen(down, p.lapse[k], &|| p.lapse_at[k] - utility()) => Tie::Cooperation,
                _ => continue,
            };
            state.ties[(a, b)].set(k, next);
        }
    }

    /// Sums each group's allies.
    #[inline(always)]
    fn weigh(&mut self, first: bool, state: &mut State) {
        let (groups, half) = (&mut state.groups, &self.parameters.half);
        for (group, weight) in groups.strength.ids().zip(self.weight.iter_mut()) {
            if groups.living[group] > 0 {
                let strength = &groups.strength[group];
                *weight = each(|k| f64::from(strength[k]) / (f64::from(strength[k]) + half[k]));
                groups.allies[group] = column(0.0);
            }
        }
        for a in groups.strength.ids() {
            let (own, mut sum) = (&self.weight[a], groups.allies[a]);
            for (b, ties) in state.ties.below(a).iter().enumerate() {
                let b = GroupId::new(b);
                if ties.allied().is_empty() || groups.living[a] == 0 || groups.living[b] == 0 {
                    continue;
                }
                let (other, sum_other) = (&self.weight[b], &mut groups.allies[b]);
                for k in ties.allied() {
                    let part = if ties.having(Tie::Coalition).has(k) { 1.0 } else { 0.5 };
                    sum[k] += part * other[k];
                    sum_other[k] += part * own[k];
                }
            }
            groups.allies[a] = sum;
        }
        if first {
            for group in groups.strength.ids() {
                groups.allies_start[group] = groups.allies[group];
            }
        }
    }
}

/// Trials in which a truce that a host has mediated holds.
#[inline(always)]
fn truces_of(host: HostId, state: &State) -> LaneSet {
    let mut held = LaneSet::default();
    for group in state.groups.strength.ids().filter(|&group| state.groups.living[group] > 0) {
        for k in lanes_where(|k| state.in_truce(group, k)) {
            let offer = state.effort.talks[state.groups.root[group][k]].as_ref();
            held = held.with(k, held.has(k) | offer.is_some_and(|t| t.mediator == Some(host)));
        }
    }
    held
}

/// A pair as ties name it.
fn later_first((a, b): (GroupId, GroupId)) -> (GroupId, GroupId) {
    (a.max(b), a.min(b))
}

/// Shelter that two groups have in common: sum over hosts of the smaller share.
fn shelter_in_common(a: GroupId, b: GroupId, k: usize, state: &State) -> f64 {
    let share =
        |g: GroupId, h| f64::from(state.groups.sheltered[(g, h)][k]) / f64::from(state.groups.strength[g][k].max(1));
    state.hosts.relation.ids().map(|h| share(a, h).min(share(b, h))).sum()
}

/// Whether a word is below the chance of what has this yearly rate.
#[inline(always)]
fn happens(word: f64, rate: f64, years: f64) -> bool {
    // A chance 1 - exp(-rate t) is below rate t.
    word < rate * years && word < Rate(rate).within(years).get()
}

/// Whether a group in this posture can have ties.
#[inline(always)]
fn can_tie(posture: Posture) -> bool {
    matches!(posture, Posture::Active | Posture::Ceasefire | Posture::Reconciled)
}
