//! 3.11 Intelligence-based operations: what the state knows decides what it hits (Kress & Szechtman 2009).

use super::context::Context;
use super::parameters::parameters;
use crate::sampling::lanes::{LANES, LaneSet, Lanes, add_counts, add_each, each, lanes_where};
use crate::sampling::words::Streams;
use crate::sampling::{PoissonTables, passed_lanes, poisson, poisson_lanes};
use crate::world::ids::{Id, identity};
use crate::world::ledger::{GroupFlow, RegionFlow, Total};
use crate::world::state::{Posture, State};
use crate::world::table::{Column, Counts, List, Table, column};
use crate::world::units::Share;
use crate::world::{GroupId, RegionId, World};

parameters! {
    "operations", "Intelligence-based operations find their target by information or by density; failures harm bystanders.",
    "of the operations expected in a region, a share q = (I + (1 - I) D) / (1 + overstretch (fronts - 1)) succeeds, I = intelligence (p / p at start) (1 + policing x level), D = N / (N + half_density), N fighters there\nsuccesses ~ Poisson(sum over regions of expected q); whom each hits is drawn by the sum over regions of expected q x the group's part of the fighters there; it removes killed ~ Poisson, captured ~ Poisson, at most what is there\nfailures that harm bystanders ~ Poisson(sum over regions of expected (1 - q) bystander_risk), each in a region drawn likewise, with 1 + Poisson(bystanders) killed; other failures ~ Poisson of what is left\nsecurity losses in a step ~ Poisson(security_losses x operations of all regions)\na success loses the group a leader with probability leader: leadership x (1 - leader_share), cohesion x (1 - leader_cohesion)";
    /// Chance that information leads an operation to its target where cooperation is as at the start.
    intelligence: 0.5, in [0.0, 1.0], plausible [0.25, 0.75], "probability", "assumed", C;
    /// Rise of that chance under full policing.
    policing: 0.4, in [0.0, 10.0], plausible [0.1, 0.8], "multiple", "E52 (direction); size assumed", C;
    /// Fighters in a region at which half of the operations without information hit.
    half_density: 1500.0, in [1e-6, 1e7], plausible [500.0, 4000.0], "fighters", "form: Kress & Szechtman 2009; size assumed", C;
    /// Loss of effect per front beyond the first.
    overstretch: 0.05, in [0.0, 10.0], plausible [0.0, 0.15], "per front", "E61 (direction); size assumed", C;
    /// Mean militants killed in a successful operation.
    killed: 4.5, in [0.0, 1e4], plausible [3.2, 6.0], "people per success", "E10: 164 militants in 52 reported operations, successful or not", B;
    /// Mean militants captured in a successful operation.
    captured: 3.0, in [0.0, 1e4], plausible [2.1, 4.0], "people per success", "E11: 104 arrested in 49 search operations", B;
    /// Mean members of security forces killed per operation.
    security_losses: 0.17, in [0.0, 1e3], plausible [0.1, 0.3], "people per operation", "E10: 9 in 52", A;
    /// Chance that a failure harms bystanders.
    bystander_risk: 0.1, in [0.0, 1.0], plausible [0.02, 0.35], "probability", "E10 counts one civilian in 52 operations; design figure 0.35", C;
    /// Mean bystanders killed beyond the first, where any are.
    bystanders: 0.5, in [0.0, 1e3], plausible [0.0, 2.0], "people", "assumed", C;
    /// Chance that a success loses the group a leader.
    leader: 0.03, in [0.0, 1.0], plausible [0.01, 0.08], "probability", "assumed", C;
    /// Share of the leadership lost with a leader.
    leader_share: 0.15, in [0.0, 1.0], plausible [0.05, 0.3], "share", "assumed", C;
    /// Share of the cohesion lost with a leader.
    leader_cohesion: 0.05, in [0.0, 1.0], plausible [0.0, 0.15], "share", "assumed", C;
}

/// Stream of this mechanism's random words.
const STREAM: u32 = identity(SPEC.name);

/// Counts of a step: which word decides what.
const SUCCESSES: u32 = 0;
const HARMFUL: u32 = 1;
const HARMLESS: u32 = 2;
const LOSSES: u32 = 3;
/// What one success or one harmful failure does.
const FOUND: u32 = 4;
const KILLED: u32 = 5;
const CAPTURED: u32 = 6;
const LEADER: u32 = 7;
const PLACE: u32 = 8;
const HARMED: u32 = 9;

/// Most operations that are expected in one step.
const MOST_OPERATIONS: f64 = 2e4;

/// The mechanism.
#[derive(Clone)]
pub struct Operations {
    parameters: Parameters,
    /// Fighters of each group inside the state, as they fall; and those that operations can find, before the step's.
    home: Table<GroupId, Counts>,
    fought: Table<GroupId, Column>,
    /// Fighters in each region that can be found.
    there: Table<RegionId, Column>,
    /// Operations there that are expected to succeed, for a fighter.
    risk: Table<RegionId, Column>,
    /// Operations that are expected to harm bystanders: in each region and those before it.
    harming: Table<RegionId, Column>,
    /// Groups that can be found, each with the operations that are expected to find it or one before it.
    targets: List<(GroupId, Column)>,
    /// Laws of the militants killed and captured in a successful operation, of each trial.
    killed: PoissonTables,
    captured: PoissonTables,
}

impl Operations {
    /// Prepared for a block.
    pub fn new(world: &World, drawn: &[Column]) -> Self {
        let (slots, regions) = (world.layout.slots, world.region.len());
        let parameters = Parameters::from_drawn(drawn);
        Self {
            killed: PoissonTables::new(&parameters.killed),
            captured: PoissonTables::new(&parameters.captured),
            parameters,
            home: Table::filled(slots, Lanes::of(0)),
            fought: Table::filled(slots, column(0.0)),
            there: Table::filled(regions, column(0.0)),
            risk: Table::filled(regions, column(0.0)),
            harming: Table::filled(regions, column(0.0)),
            targets: List::with_room(slots),
        }
    }

    /// Operations of one step; all see the fighters before it. Those of a kind are counted together: parts of a Poisson count
    /// that chance tells apart are Poisson counts of their own.
    #[inline(always)]
    pub fn step(&mut self, context: &Context, state: &mut State) {
        let effort = &state.effort.operations;
        if !effort.raised() || effort.iter().flatten().all(|&e| e <= 0.0) {
            return;
        }
        let streams = context.streams(STREAM);
        self.look(state);
        let (mut succeeding, mut harming, mut harmless) = (column(0.0), column(0.0), column(0.0));
        for region in context.world.layout.regions() {
            let (successes, harmful) = self.weigh(region, context, state);
            let (expected, there) = (&state.effort.operations[region], &self.there[region]);
            for k in 0..LANES {
                succeeding[k] += successes[k];
                harming[k] += harmful[k];
                harmless[k] += expected[k] - successes[k] - harmful[k];
            }
            // Nobody there, nobody found.
            self.risk[region] = each(|k| successes[k] / there[k].max(f64::MIN_POSITIVE));
            self.harming[region] = harming;
        }
        let count = |expected: &Column, draw: u32| {
            poisson_lanes(&each(|k| expected[k].clamp(0.0, MOST_OPERATIONS)), &streams.uniforms(0, 0, draw))
        };
        let (successes, harmful) = (count(&succeeding, SUCCESSES), count(&harming, HARMFUL));
        self.aim(state);
        // The first of every trial, then the second: by column, what has as many in several trials.
        for number in 0..largest(&successes) {
            self.hit(lanes_where(|k| successes[k] > number), number as u32, &streams, context, state);
        }
        for number in 0..largest(&harmful) {
            self.harm(lanes_where(|k| harmful[k] > number), &harming, number as u32, &streams, state);
        }
        let harmless = count(&harmless, HARMLESS);
        self.enter(&successes, &each(|k| successes[k] + harmful[k] + harmless[k]), &streams, state);
    }

    /// Counts the fighters that operations of this step can find.
    #[inline(always)]
    fn look(&mut self, state: &State) {
        self.there.iter_mut().for_each(|there| *there = column(0.0));
        for group in state.groups.strength.ids() {
            if state.groups.living[group] == 0 {
                continue;
            }
            let (posture, home) = (&state.groups.posture[group], state.in_country_lanes(group));
            let fought = each(|k| if is_fought(posture[k]) { f64::from(home[k]) } else { 0.0 });
            for &region in &state.groups.reach[group] {
                add_each(&mut self.there[region], &state.groups.presence[(group, region)], &fought, |a, b| a * b);
            }
            (self.home[group], self.fought[group]) = (home, fought);
        }
    }

    /// Weighs what becomes of the operations in a region, by what the state knows there and how dense fighters are: how many
    /// are expected to succeed, and to harm bystanders.
    #[inline(always)]
    fn weigh(&self, region: RegionId, context: &Context, state: &State) -> (Column, Column) {
        let p = &self.parameters;
        let expected = &state.effort.operations[region];
        let (cooperation, start) = (&state.regions.cooperation[region], &context.world.region[region].cooperation);
        let (policing, fronts) = (&state.effort.policing[region], &state.effort.fronts);
        let there = &self.there[region];
        let (mut succeeding, mut harming) = (column(0.0), column(0.0));
        for k in 0..LANES {
            let ratio = cooperation[k].get() / start[k];
            let informed = if start[k] > 0.0 { ratio } else { 1.0 };
            let known = Share::nearest(p.intelligence[k] * informed * (1.0 + p.policing[k] * policing[k])).get();
            let density = there[k] / (there[k] + p.half_density[k]);
            let stretched = 1.0 + p.overstretch[k] * (fronts[k] - 1.0);
            let found = Share::nearest((known + (1.0 - known) * density) / stretched).get();
            succeeding[k] = if there[k] > 0.0 { expected[k] * found } else { 0.0 };
            harming[k] = (expected[k] - succeeding[k]) * p.bystander_risk[k];
        }
        (succeeding, harming)
    }

    /// Whom the successes find: a group by its fighters in each region and what is expected to succeed there. Where a success
    /// happens matters for nothing else, so that no region is drawn.
    #[inline(always)]
    fn aim(&mut self, state: &State) {
        self.targets.clear();
        let mut up_to = column(0.0);
        for group in state.groups.strength.ids() {
            if state.groups.living[group] == 0 {
                continue;
            }
            let mut risk = column(0.0);
            for &region in &state.groups.reach[group] {
                add_each(&mut risk, &state.groups.presence[(group, region)], &self.risk[region], |a, b| a * b);
            }
            add_each(&mut up_to, &risk, &self.fought[group], |a, b| a * b);
            self.targets.push((group, up_to));
        }
    }

    /// One operation that succeeds in each of some trials.
    #[inline(always)]
    fn hit(&mut self, hitting: LaneSet, number: u32, streams: &Streams, context: &Context, state: &mut State) {
        let p = &self.parameters;
        let Some((_, expected)) = self.targets.last() else { return };
        let u = |draw: u32| streams.uniforms_among(hitting, 0, number, draw);
        let (found, fatal, taken, leader) = (u(FOUND), u(KILLED), u(CAPTURED), u(LEADER));
        let target = each(|k| found[k] * expected[k]);
        let passed = passed_lanes(self.targets.iter().map(|(_, up_to)| up_to), &target);
        let mut dead = Lanes::of(0);
        for k in hitting {
            let Some(&(group, _)) = self.targets.get(passed[k] as usize) else { continue };
            let there = &mut self.home[group][k];
            let killed = (self.killed.draw(k, fatal[k]) as i32).min(*there);
            let captured = (self.captured.draw(k, taken[k]) as i32).min(*there - killed);
            *there -= killed + captured;
            dead[k] = killed;
            state.groups.strength[group][k] -= killed + captured;
            state.groups.losses[group][k] += killed + captured;
            state.ledger.enter(GroupFlow::Killed, group, k, killed);
            state.ledger.enter(GroupFlow::Captured, group, k, captured);
            if leader[k] < p.leader[k] {
                lose_leader(group, k, context.step, p.leader_share[k], p.leader_cohesion[k], state);
            }
        }
        add_counts(&mut state.ledger.total[Total::MilitantsKilledOperations], &dead);
    }

    /// One failure that harms bystanders in each of some trials, of so many expected in all regions.
    #[inline(always)]
    fn harm(&self, harming: LaneSet, expected: &Column, number: u32, streams: &Streams, state: &mut State) {
        let u = |draw: u32| streams.uniforms_among(harming, 0, number, draw);
        let (place, word) = (u(PLACE), u(HARMED));
        let passed = passed_lanes(self.harming.iter(), &each(|k| place[k] * expected[k]));
        for k in harming {
            let region = RegionId::new(passed[k] as usize);
            let harmed = 1 + poisson(self.parameters.bystanders[k], word[k]) as i32;
            state.ledger.region[(RegionFlow::Bystanders, region)][k] += harmed;
            state.regions.harmed[region][k] += harmed;
        }
    }

    /// Enters the operations of the step, and what they cost security forces: a sum of Poisson counts is a Poisson count of the
    /// sum.
    #[inline(always)]
    fn enter(&self, successes: &Counts, operations: &Counts, streams: &Streams, state: &mut State) {
        let expected = each(|k| self.parameters.security_losses[k] * f64::from(operations[k]));
        let losses = poisson_lanes(&expected, &streams.uniforms(0, 0, LOSSES));
        let total = &mut state.ledger.total;
        add_counts(&mut total[Total::OperationsSuccessful], successes);
        add_counts(&mut total[Total::Operations], operations);
        add_counts(&mut total[Total::SecurityKilledOperations], &losses);
    }
}

/// The largest count.
#[inline(always)]
fn largest(counts: &Counts) -> i32 {
    counts.iter().fold(0, |largest, &count| if count > largest { count } else { largest })
}

/// A group loses a leader.
pub fn lose_leader(group: GroupId, k: usize, step: usize, leadership: f64, cohesion: f64, state: &mut State) {
    let groups = &mut state.groups;
    groups.leadership[group][k] = groups.leadership[group][k].lowered(Share::nearest(leadership));
    groups.cohesion[group][k] = groups.cohesion[group][k].lowered(Share::nearest(cohesion));
    groups.leader_lost[group][k] = step as i32;
    state.ledger.count(Total::LeadersLost, k, 1);
}

/// Fighters of a group in a region, if the state fights it.
#[inline]
pub fn fighters_in(region: RegionId, group: GroupId, k: usize, state: &State) -> f64 {
    if !is_fought(state.groups.posture[group][k]) {
        return 0.0;
    }
    state.groups.presence[(group, region)][k] * f64::from(state.in_country(group, k))
}

/// Whether the state fights a group: those with allegiance are left alone, those in a truce are not.
#[inline(always)]
fn is_fought(posture: Posture) -> bool {
    matches!(posture, Posture::Active | Posture::Ceasefire | Posture::Reconciled)
}
