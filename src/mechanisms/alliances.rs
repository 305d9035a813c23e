//! 3.9 Alliances: ties between groups form and lapse by bounded-rational choice, every four weeks.

use super::context::Context;
use super::parameters::parameters;
use crate::sampling::lanes::{LANES, LaneSet, each, lanes_where};
use crate::sampling::math::exp;
use crate::sampling::words::Streams;
use crate::scenario::group::Tie;
use crate::world::ids::{Id, identity};
use crate::world::state::{Posture, State};
use crate::world::table::{Column, Table, column};
use crate::world::units::Rate;
use crate::world::{GroupId, World};

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

/// Stream of this mechanism's random words.
const STREAM: u32 = identity(SPEC.name);

/// The mechanism.
#[derive(Clone)]
pub struct Alliances {
    parameters: Parameters,
    /// The most that the chance of a step up can be between two reviews, and the least that is left by that of a step down:
    /// words between them change nothing, whatever the pair.
    most_up: Column,
    least_down: Column,
    /// Where each group that can have ties is, in the review at hand: a bit a region, then one a host that shelters it, in
    /// pieces of 64. Two groups meet where they share a bit.
    places: Vec<Table<GroupId, [u64; LANES]>>,
    /// Weight of each group as an ally in full, in the review at hand.
    weight: Table<GroupId, Column>,
}

impl Alliances {
    /// Prepared for a block.
    pub fn new(world: &World, drawn: &[Column]) -> Self {
        let p = Parameters::from_drawn(drawn);
        let years = world.layout.step.years * world.layout.step.steps_in(INTERVAL_WEEKS) as f64;
        Self {
            // A chance 1 - exp(-rate s t) with s below one is below rate t.
            most_up: each(|k| p.form[k].max(p.deepen[k]).max(p.lapse[k]) * years),
            least_down: each(|k| 1.0 - p.lapse[k] * years),
            places: vec![Table::filled(world.layout.slots, [0; LANES]); pieces(world)],
            weight: Table::filled(world.layout.slots, column(0.0)),
            parameters: p,
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
        let years = context.length.years * context.steps_in(INTERVAL_WEEKS) as f64;
        let streams = context.streams(STREAM);
        self.look(context, state);
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
                    self.review_pair(a, b, meeting, years, context, &streams, state);
                }
            }
        }
    }

    /// Notes where the groups are that can have ties.
    #[inline(always)]
    fn look(&mut self, context: &Context, state: &State) {
        let (groups, regions) = (&state.groups, context.world.layout.region_names.len());
        for group in groups.strength.ids() {
            self.places.iter_mut().for_each(|piece| piece[group] = [0; LANES]);
            if groups.living[group] == 0 {
                continue;
            }
            let posture = &groups.posture[group];
            let mut note = |place: usize, there: &Column| {
                let noted = &mut self.places[place / PIECE][group];
                for k in 0..LANES {
                    let here = can_tie(posture[k]) & (there[k] > 0.0);
                    noted[k] |= u64::from(here) << (place % PIECE);
                }
            };
            for &region in &groups.reach[group] {
                note(region.index(), &groups.presence[(group, region)]);
            }
            for (host, shelter) in groups.sanctuary.row(group).iter().enumerate() {
                note(regions + host, shelter);
            }
        }
    }

    /// Trials in which two groups can change their tie: both can have ties, and there they share a region or a host.
    #[inline(always)]
    fn meeting(&self, a: GroupId, b: GroupId) -> LaneSet {
        self.places.iter().fold(LaneSet::default(), |meeting, piece| {
            let (own, other) = (&piece[a], &piece[b]);
            meeting.or(lanes_where(|k| own[k] & other[k] != 0))
        })
    }

    #[allow(clippy::too_many_arguments, reason = "a pair has trials, a time, words and surroundings")]
    #[inline(always)]
    fn review_pair(
        &self,
        a: GroupId,
        b: GroupId,
        meeting: LaneSet,
        years: f64,
        context: &Context,
        streams: &Streams,
        state: &mut State,
    ) {
        let p = &self.parameters;
        let words = pair_words(a, b, meeting, streams, state);
        let shift = truce_shift(a, b, context, state);
        let affinity = &state.affinity[(a, b)];
        // The word is not beyond all chances, or the pair turns hostile.
        let moves = lanes_where(|k| {
            (words[k] < self.most_up[k])
                | (words[k] > self.least_down[k])
                | (affinity[k] + shift[k] < p.hostile_below[k])
        });
        for k in meeting.and(moves) {
            let affinity = state.affinity[(a, b)][k] + shift[k];
            let tie = state.ties[(a, b)][k];
            if affinity < p.hostile_below[k] && tie != Tie::Hostile {
                state.ties[(a, b)][k] = Tie::Hostile;
                continue;
            }
            let distance = context.world.distance[(state.groups.cause[a][k], state.groups.cause[b][k])][k];
            let pressure = 0.5 * (state.groups.pressure[a][k] + state.groups.pressure[b][k]);
            let u = affinity + p.pressure[k] * pressure + p.shared_host[k] * shelter_in_common(a, b, k, state)
                - p.cause_distance[k] * distance;
            let chance = |rate: f64, x: f64| Rate(rate / (1.0 + exp(-p.steepness[k] * x))).within(years).get();
            let (up, down) = match tie {
                Tie::None => (chance(p.form[k], u - p.form_at[k]), 0.0),
                Tie::Cooperation => {
                    (chance(p.deepen[k], u - p.form_at[k] - 0.2), chance(p.lapse[k], p.lapse_at[k] - u))
                }
                Tie::Coalition => (0.0, chance(p.lapse[k], p.lapse_at[k] - u)),
                Tie::Hostile if affinity >= p.hostile_below[k] => (chance(p.lapse[k], u - p.lapse_at[k]), 0.0),
                Tie::Hostile => (0.0, 0.0),
            };
            let word = words[k];
            let next = if word < up {
                match tie {
                    Tie::Hostile => Tie::None,
                    Tie::None => Tie::Cooperation,
                    Tie::Cooperation | Tie::Coalition => Tie::Coalition,
                }
            } else if word > 1.0 - down {
                if tie == Tie::Coalition { Tie::Cooperation } else { Tie::None }
            } else {
                tie
            };
            state.ties[(a, b)][k] = next;
        }
    }

    /// Sums each group's allies.
    #[inline(always)]
    fn weigh(&mut self, first: bool, state: &mut State) {
        let half = &self.parameters.half;
        for (group, strength) in state.groups.strength.ids().zip(state.groups.strength.iter()) {
            let weight = &mut self.weight[group];
            for k in 0..LANES {
                let size = f64::from(strength[k]);
                weight[k] = size / (size + half[k]);
            }
        }
        for a in state.groups.strength.ids() {
            if state.groups.living[a] == 0 {
                continue;
            }
            let mut sum = column(0.0);
            for b in state.groups.strength.ids().filter(|&b| b != a && state.groups.living[b] > 0) {
                let ties = &state.ties[(a, b)];
                if !ties.iter().fold(false, |any, &tie| any | tied(tie)) {
                    continue;
                }
                let full = &self.weight[b];
                for k in 0..LANES {
                    let halves = u8::from(tied(ties[k])) + u8::from(ties[k] == Tie::Coalition);
                    sum[k] += 0.5 * f64::from(halves) * full[k];
                }
            }
            state.groups.allies[a] = sum;
            if first {
                state.groups.allies_start[a] = sum;
            }
        }
    }
}

/// Bits of a piece of places.
const PIECE: usize = u64::BITS as usize;

/// Pieces that hold a bit for every region and host.
fn pieces(world: &World) -> usize {
    (world.layout.region_names.len() + world.layout.host_names.len()).div_ceil(PIECE)
}

/// Shelter that two groups have in common: sum over hosts of the smaller share.
fn shelter_in_common(a: GroupId, b: GroupId, k: usize, state: &State) -> f64 {
    let share =
        |g: GroupId, h| f64::from(state.groups.sheltered[(g, h)][k]) / f64::from(state.groups.strength[g][k].max(1));
    state.hosts.relation.ids().map(|h| share(a, h).min(share(b, h))).sum()
}

/// Whether a group in this posture can have ties.
#[inline(always)]
fn can_tie(posture: Posture) -> bool {
    matches!(posture, Posture::Active | Posture::Ceasefire | Posture::Reconciled)
}

/// Whether a tie makes allies.
#[inline(always)]
pub fn tied(tie: Tie) -> bool {
    matches!(tie, Tie::Cooperation | Tie::Coalition)
}

/// The word of a pair in the trials where it meets; its address does not depend on which of the two has the lower slot.
#[inline(always)]
fn pair_words(a: GroupId, b: GroupId, meeting: LaneSet, streams: &Streams, state: &State) -> Column {
    /// Up to so many words are looked up one by one.
    const FEW: usize = 8;
    let (own, other) = (&state.groups.identity[a], &state.groups.identity[b]);
    let same = |identity: &[u32; LANES]| identity.iter().fold(true, |same, &i| same & (i == identity[0]));
    if meeting.count() > FEW && same(own) && same(other) {
        return streams.uniforms(own[0].min(other[0]), own[0].max(other[0]) >> 8, 0);
    }
    let mut words = column(0.5);
    for k in meeting {
        words[k] = streams.stream(k).uniform(own[k].min(other[k]), own[k].max(other[k]) >> 8, 0);
    }
    words
}

/// How far truces mediated by hosts move the affinity of a pair.
#[inline(always)]
fn truce_shift(a: GroupId, b: GroupId, context: &Context, state: &State) -> Column {
    let mut shift = column(0.0);
    for moved in &context.world.truce_shifts {
        if moved.pair != (a, b) && moved.pair != (b, a) {
            continue;
        }
        for k in 0..LANES {
            let held = state.groups.strength.ids().any(|g| {
                let offer = state.effort.talks[state.groups.root[g][k]].as_ref();
                state.in_truce(g, k) && offer.is_some_and(|t| t.mediator == Some(moved.host))
            });
            shift[k] += if held { moved.by[k] } else { 0.0 };
        }
    }
    shift
}
