//! 3.11 Intelligence-based operations: what the state knows decides what it hits (Kress & Szechtman 2009).

use super::context::Context;
use super::parameters::parameters;
use crate::sampling::lanes::{LANES, add_each, each};
use crate::sampling::words::{Stream, Streams};
use crate::sampling::{PoissonTable, poisson, poisson_lanes};
use crate::world::ids::{Id, identity};
use crate::world::ledger::{GroupFlow, RegionFlow, Total};
use crate::world::state::{Posture, State};
use crate::world::table::{Column, Counts, Table, column};
use crate::world::units::Share;
use crate::world::{GroupId, RegionId, World};

parameters! {
    "operations", "Intelligence-based operations find their target by information or by density; failures harm bystanders.",
    "n ~ Poisson(expected); success probability q = (I + (1 - I) D) / (1 + overstretch (fronts - 1)), I = intelligence (p / p at start) (1 + policing x level), D = N / (N + half_density)\nthe group found is drawn by its fighters in the region; success removes killed ~ Poisson, captured ~ Poisson, at most what is there\nsecurity losses in a step ~ Poisson(security_losses x operations of all regions); a failure harms bystanders with probability bystander_risk: 1 + Poisson(bystanders) killed\na success loses the group a leader with probability leader: leadership x (1 - leader_share), cohesion x (1 - leader_cohesion)";
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

const SUCCESS: u32 = 1;
const FOUND: u32 = 2;
const KILLED: u32 = 3;
const CAPTURED: u32 = 4;
const LOSSES: u32 = 5;
const HARM: u32 = 6;
const LEADER: u32 = 7;
const HARMED: u32 = 8;

/// The mechanism.
#[derive(Clone)]
pub struct Operations {
    parameters: Parameters,
    /// Groups that are in each region, in some trial.
    here: Table<RegionId, Vec<GroupId>>,
    /// Fighters inside the state of each group that the state fights.
    fought: Table<GroupId, Column>,
    /// Fighters in the region that is looked at; a column in memory, which is added to by vectors.
    there: Column,
    /// Chance that information leads an operation to its target in the region that is looked at.
    known: Column,
    /// What the number of fronts divides every chance by, in this step.
    stretched: Column,
    /// Laws of the militants killed and captured in a successful operation, of each trial.
    killed: Vec<PoissonTable>,
    captured: Vec<PoissonTable>,
}

impl Operations {
    /// Prepared for a block.
    pub fn new(world: &World, drawn: &[Column]) -> Self {
        let slots = world.layout.slots;
        let parameters = Parameters::from_drawn(drawn);
        Self {
            killed: parameters.killed.map(PoissonTable::new).to_vec(),
            captured: parameters.captured.map(PoissonTable::new).to_vec(),
            parameters,
            here: Table::new((0..world.region.len()).map(|_| Vec::with_capacity(slots)).collect()),
            fought: Table::filled(slots, column(0.0)),
            there: column(0.0),
            known: column(0.0),
            stretched: column(1.0),
        }
    }

    /// Operations of one step.
    #[inline(always)]
    pub fn step(&mut self, context: &Context, state: &mut State) {
        if state.effort.operations.iter().flatten().all(|&e| e <= 0.0) {
            return;
        }
        self.count_fought(state);
        self.stretched = each(|k| 1.0 + self.parameters.overstretch[k] * (state.effort.fronts[k] - 1.0));
        let streams = context.streams(STREAM);
        let mut operations = [0; LANES];
        for region in context.world.layout.regions() {
            if state.effort.operations[region].iter().all(|&e| e <= 0.0) {
                continue;
            }
            let words = streams.uniforms(region.index() as u32, 0, 0);
            let counts = poisson_lanes(&state.effort.operations[region], &words);
            if counts.iter().fold(true, |none, &n| none & (n == 0)) {
                continue;
            }
            self.weigh_knowledge(region, context, state);
            self.there = column(0.0);
            for &group in &self.here[region] {
                let (share, fought) = (&state.groups.presence[(group, region)], &self.fought[group]);
                add_each(&mut self.there, share, fought, |share, fought| share * fought);
            }
            for k in 0..LANES {
                operations[k] += counts[k];
                let mut there = self.there[k];
                let mut stale = false;
                for operation in 0..counts[k] as u32 {
                    if stale {
                        there = self.here[region].iter().map(|&group| self.fighters_in(region, group, k, state)).sum();
                    }
                    stale = self.operate(region, k, there, operation, streams.stream(k), context, state);
                }
            }
        }
        self.count(&operations, &streams, state);
    }

    /// Enters the operations of the step, and what they cost security forces: a sum of Poisson counts is a Poisson count of the
    /// sum.
    #[inline(always)]
    fn count(&self, operations: &Counts, streams: &Streams, state: &mut State) {
        let expected = each(|k| self.parameters.security_losses[k] * f64::from(operations[k]));
        let losses = poisson_lanes(&expected, &streams.uniforms(0, 0, LOSSES));
        let total = &mut state.ledger.total;
        for k in 0..LANES {
            total[Total::Operations][k] += operations[k];
            total[Total::SecurityKilledOperations][k] += losses[k];
        }
    }

    /// What the state knows in a region: by the cooperation of the people, and by policing.
    #[inline(always)]
    fn weigh_knowledge(&mut self, region: RegionId, context: &Context, state: &State) {
        let p = &self.parameters;
        let (cooperation, start) = (&state.regions.cooperation[region], &context.world.region[region].cooperation);
        let policing = &state.effort.policing[region];
        for k in 0..LANES {
            let ratio = cooperation[k].get() / start[k];
            let informed = if start[k] > 0.0 { ratio } else { 1.0 };
            self.known[k] = Share::nearest(p.intelligence[k] * informed * (1.0 + p.policing[k] * policing[k])).get();
        }
    }

    /// Counts the fighters that operations of this step can find, and notes which groups are where.
    #[inline(always)]
    fn count_fought(&mut self, state: &State) {
        self.here.iter_mut().for_each(Vec::clear);
        for group in state.groups.strength.ids() {
            let fought = &mut self.fought[group];
            *fought = column(0.0);
            if state.groups.living[group] == 0 {
                continue;
            }
            for &region in &state.groups.reach[group] {
                self.here[region].push(group);
            }
            let (posture, home) = (&state.groups.posture[group], state.in_country_lanes(group));
            for k in 0..LANES {
                fought[k] = if is_fought(posture[k]) { f64::from(home[k]) } else { 0.0 };
            }
        }
    }

    /// Fighters of a group in a region who can be found.
    #[inline(always)]
    fn fighters_in(&self, region: RegionId, group: GroupId, k: usize, state: &State) -> f64 {
        state.groups.presence[(group, region)][k] * self.fought[group][k]
    }

    /// One operation where so many fighters are; true if it found its target.
    #[allow(clippy::too_many_arguments, reason = "an operation has a place, a trial, a number and surroundings")]
    #[inline(always)]
    fn operate(
        &mut self,
        region: RegionId,
        k: usize,
        there: f64,
        number: u32,
        word: Stream,
        context: &Context,
        state: &mut State,
    ) -> bool {
        let p = &self.parameters;
        let u = |draw: u32| word.uniform(region.index() as u32, number, draw);
        let (known, stretched) = (self.known[k], self.stretched[k]);
        let density = there / (there + p.half_density[k]);
        let found = if there > 0.0 { (known + (1.0 - known) * density) / stretched } else { 0.0 };
        if u(SUCCESS) < found {
            self.hit(region, k, there, u, context, state);
            return true;
        }
        if u(HARM) < p.bystander_risk[k] {
            let harmed = 1 + poisson(p.bystanders[k], u(HARMED)) as i32;
            state.ledger.region[(RegionFlow::Bystanders, region)][k] += harmed;
            state.regions.harmed[region][k] += harmed;
        }
        false
    }

    fn hit(
        &mut self,
        region: RegionId,
        k: usize,
        there: f64,
        u: impl Fn(u32) -> f64,
        context: &Context,
        state: &mut State,
    ) {
        let p = &self.parameters;
        let mut left = u(FOUND) * there;
        let mut found = None;
        for &group in &self.here[region] {
            let fighters = self.fighters_in(region, group, k, state);
            if fighters <= 0.0 {
                continue;
            }
            found = Some(group);
            left -= fighters;
            if left < 0.0 {
                break;
            }
        }
        let Some(group) = found else { return };
        state.ledger.count(Total::OperationsSuccessful, k, 1);
        // Whole numbers: those who can be found are all of the group inside the state.
        let there = self.fought[group][k] as i32;
        let killed = (self.killed[k].draw(u(KILLED)) as i32).min(there);
        let captured = (self.captured[k].draw(u(CAPTURED)) as i32).min(there - killed);
        self.fought[group][k] -= f64::from(killed + captured);
        state.groups.strength[group][k] -= killed + captured;
        state.ledger.enter(GroupFlow::Killed, group, k, killed);
        state.ledger.enter(GroupFlow::Captured, group, k, captured);
        state.ledger.count(Total::MilitantsKilledOperations, k, killed);
        state.groups.losses[group][k] += killed + captured;
        if u(LEADER) < p.leader[k] {
            lose_leader(group, k, context.step, p.leader_share[k], p.leader_cohesion[k], state);
        }
    }
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
