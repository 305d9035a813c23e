//! 3.10 Attacks: clustered counts, heavy-tailed severities (Clauset & Gleditsch 2012; Lewis et al. 2012).

mod rate;
mod toll;

use super::context::Context;
use super::parameters::parameters;
use crate::sampling::lanes::{LANES, LaneSet, Lanes, add_counts, each, lanes_where};
use crate::sampling::math::exp;
use crate::sampling::words::{EventWord, Streams};
use crate::sampling::{PoissonTables, passed_lanes, poisson_lanes};
use crate::world::ids::{Id, identity};
use crate::world::ledger::GroupFlow;
use crate::world::state::State;
use crate::world::table::{Column, Counts, List, Table, column};
use crate::world::{GroupId, RegionId, World};
use rate::{Help, MOST_ATTACKS};
use toll::Struck;

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

/// Draw of one attack that decides where it happens; those of what it costs are in [`toll`].
const REGION: u32 = 1;

/// Up to so many trials in which a group attacks are looked at one by one.
const FEW: usize = 2;

/// An attack that happens in the step: whose, where, in which trial, and its random words.
#[derive(Clone, Copy)]
struct Attack {
    word: EventWord,
    group: GroupId,
    region: RegionId,
    lane: u8,
}

impl Attack {
    /// Its trial of the block. Never beyond the last: the rest of the division tells the compiler, and costs nothing.
    #[inline(always)]
    fn trial(&self) -> usize {
        usize::from(self.lane) % LANES
    }
}

/// The mechanism.
#[derive(Clone)]
pub struct Attacks {
    parameters: Parameters,
    /// What excitation keeps in a step, and takes in of an attack.
    keep: Column,
    stir: Column,
    /// Whether attacks go with the number of fighters itself, in every trial: the crowd's power is 1 then.
    proportional: bool,
    /// Whether all regions have as many foreign projects, in every trial: so has then where any group is.
    even: bool,
    /// What allies add to the tempo and the lethality, per group.
    help: Vec<Help>,
    /// Law of the attackers killed in an attack, of each trial.
    attackers: PoissonTables,
    /// The mean severity, per group, for which a scale was found last, and the scale.
    scales: Vec<(Column, Column)>,
    /// Groups that attacked in the step before, in some trial.
    attacked: Vec<bool>,
    /// The writ per region for which exp(writ (w at start - w)) was found last, and that.
    writ: Table<RegionId, (Column, Column)>,
    /// Foreign projects where a group is, by its presence, when it last attacked.
    projects: Table<GroupId, Column>,
    /// Attacks of all groups in this step, and how many they are in each trial.
    attacks: List<Attack>,
    made: Counts,
    /// Some of them at a time.
    struck: Struck,
}

impl Attacks {
    /// Prepared for a block.
    pub fn new(world: &World, drawn: &[Column]) -> Self {
        let parameters = Parameters::from_drawn(drawn);
        let projects = world.region.iter().next().map_or(column(0.0), |region| region.foreign_projects);
        let keep = parameters.memory.map(|weeks| exp(-world.layout.step.weeks / weeks));
        Self {
            keep,
            stir: each(|k| parameters.excitation[k] * (1.0 - keep[k])),
            proportional: parameters.size.iter().all(|&size| size == 1.0),
            even: world.region.iter().all(|region| region.foreign_projects == projects),
            help: vec![Help::unknown(); world.layout.slots],
            attackers: PoissonTables::new(&parameters.attackers),
            scales: vec![(column(-1.0), column(0.0)); world.layout.slots],
            attacked: vec![false; world.layout.slots],
            writ: Table::filled(world.region.len(), (column(-1.0), column(1.0))),
            projects: Table::filled(world.layout.slots, projects),
            attacks: List::with_room(LANES * world.layout.slots),
            made: Lanes::of(0),
            struck: Struck::none(),
            parameters,
        }
    }

    /// Attacks of one step; all groups see the state before it.
    #[inline(always)]
    pub fn step(&mut self, context: &Context, state: &mut State) {
        for (group, attacked) in self.attacked.iter_mut().enumerate() {
            if std::mem::take(attacked) {
                let group = GroupId::new(group);
                // Where a group attacked is within its reach, which only widens.
                for &region in &state.groups.reach[group] {
                    state.attacks_by_group[(group, region)] = Lanes::of(0);
                    state.killed_by_group[(group, region)] = Lanes::of(0);
                }
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
            // A scenario that grows without bound ends in sane counts rather than never; see the model's page.
            let counts = poisson_lanes(&each(|k| expected[k].min(MOST_ATTACKS)), &words);
            let attacking = lanes_where(|k| counts[k] > 0);
            if !attacking.is_empty() {
                self.attacked[group.index()] = true;
                self.place(group, attacking, &expected, &counts, &streams, state);
                self.scale(group, attacking, context, state);
                if !self.even {
                    self.weigh_projects(group, context, state);
                }
            }
            self.remember(group, state);
        }
        self.strike(&streams, context, state);
    }

    /// Where a group attacks: by the expected attacks in the regions up to each, which are all `expected` at the last.
    #[inline(always)]
    fn place(
        &mut self,
        group: GroupId,
        attacking: LaneSet,
        expected: &Column,
        counts: &Counts,
        streams: &Streams,
        state: &mut State,
    ) {
        add_counts(&mut state.ledger.group[(GroupFlow::Attacks, group)], counts);
        add_counts(&mut self.made, counts);
        let (reach, scratch) = (&state.groups.reach[group], &state.scratch);
        let identity = &state.groups.identity[group];
        let mut enter = |word: EventWord, passed: usize, k: usize| {
            let Some(&region) = reach.get(passed) else { return };
            state.attacks_by_group[(group, region)][k] += 1;
            self.attacks.push(Attack { word, group, region, lane: k as u8 });
        };
        // Most that attack do so once: first attacks are placed by column, the others one by one. Counting the regions before an
        // attack's own has no branch to guess.
        let together = attacking.count() > FEW;
        if together {
            let words = streams.events_by(identity, 0);
            let u = words.uniforms(REGION);
            let target: Column = each(|k| u[k] * expected[k]);
            let passed = passed_lanes(reach.iter().map(|&region| &scratch[region]), &target);
            for k in attacking {
                enter(words.event(k), passed[k] as usize, k);
            }
        }
        let first = i32::from(together);
        for k in attacking.and(lanes_where(|k| counts[k] > first)) {
            for number in first..counts[k] {
                let word = streams.stream(k).event(identity[k], number as u32);
                let target = word.uniform(REGION) * expected[k];
                enter(word, reach.iter().map(|&region| usize::from(target >= scratch[region][k])).sum(), k);
            }
        }
    }

    /// Excitation fades and takes in the step's attacks.
    #[inline(always)]
    fn remember(&self, group: GroupId, state: &mut State) {
        let attacked = self.attacked[group.index()];
        for &region in &state.groups.reach[group] {
            let counts = &state.attacks_by_group[(group, region)];
            let excited = &mut state.groups.excitation[(group, region)];
            if attacked {
                for k in 0..LANES {
                    excited[k] = excited[k] * self.keep[k] + self.stir[k] * f64::from(counts[k]);
                }
            } else {
                for k in 0..LANES {
                    excited[k] *= self.keep[k];
                }
            }
        }
    }
}
