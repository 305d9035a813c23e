//! The world of a block of trials: the scenario with every value drawn, immutable while the trials run.

use std::sync::OnceLock;

use indexmap::IndexMap;

use super::draw::Drawer;
use super::given::{Given, NOTHING};
use super::ids::{CauseId, GroupId, HostId, Id, ProvinceId, RegionId, identity};
use super::shocks::ShockPlan;
use super::table::{Column, Grid, Pairs, Table, column};
use super::units::StepLength;
use crate::sampling::SeverityTables;
use crate::sampling::lanes::{LANES, Lanes, each};
use crate::sampling::words::TrialKey;
use crate::scenario::group::Tie;
use crate::scenario::whole::Scenario;

/// What no draw changes: counts, names and who can be where. Made once per scenario.
#[derive(Debug, Clone)]
pub struct Layout {
    /// Length of a step.
    pub step: StepLength,
    /// Steps in a trial.
    pub steps: usize,
    /// Groups of the scenario; slots from this index on are for groups born in a trial.
    pub groups: usize,
    /// Groups and slots.
    pub slots: usize,
    /// Ids of the scenario's groups by name.
    pub group_names: IndexMap<String, GroupId>,
    /// Regions by name.
    pub region_names: IndexMap<String, RegionId>,
    /// Hosts by name.
    pub host_names: IndexMap<String, HostId>,
    /// Causes by name.
    pub cause_names: IndexMap<String, CauseId>,
    /// Provinces by name.
    pub province_names: IndexMap<String, ProvinceId>,
    /// Province of each region.
    pub province: Table<RegionId, ProvinceId>,
    /// Address of each group's random words.
    pub identity: Table<GroupId, u32>,
    /// Regions that a group is in at the start; none for slots.
    pub reach: Table<GroupId, Vec<RegionId>>,
    /// Cause of each group of the scenario.
    pub cause: Table<GroupId, CauseId>,
    /// Groups loyal to the state.
    pub allegiance: Table<GroupId, bool>,
    /// Hosts that mediate.
    pub mediates: Table<HostId, bool>,
    /// Ties at the start.
    pub ties: Pairs<GroupId, Tie>,
}

impl Layout {
    /// Resolves a checked scenario.
    pub fn new(scenario: &Scenario) -> Self {
        let step = StepLength::days(scenario.step_days as u32);
        let days = scenario.start.days_until(scenario.end).max(0) as u64;
        let groups = scenario.groups.len();
        let slots = groups + scenario.splinters as usize;
        let region_names: IndexMap<String, RegionId> = numbered(scenario.regions.keys());
        let group_names: IndexMap<String, GroupId> = numbered(scenario.groups.keys());
        let cause_names: IndexMap<String, CauseId> =
            numbered(scenario.groups.values().map(|g| &g.cause).chain(scenario.causes.keys()));
        let provinces: Vec<String> = scenario
            .regions
            .iter()
            .map(|(name, region)| region.province.clone().unwrap_or_else(|| name.clone()))
            .collect();
        let province_names: IndexMap<String, ProvinceId> = numbered(provinces.iter());
        let mut reach: Vec<Vec<RegionId>> = scenario
            .groups
            .values()
            .map(|g| g.presence.keys().filter_map(|name| region_names.get(name).copied()).collect())
            .collect();
        reach.iter_mut().for_each(|regions| regions.sort_unstable());
        reach.resize(slots, Vec::new());
        let mut identities: Vec<u32> = scenario.groups.keys().map(|name| identity(name)).collect();
        identities.resize(slots, 0);
        let mut ties = Pairs::filled(slots, Tie::None);
        for (name, group) in &scenario.groups {
            for (other, tie) in &group.ties {
                if let (Some(&a), Some(&b)) = (group_names.get(name), group_names.get(other))
                    && a != b
                {
                    ties[(a, b)] = *tie;
                }
            }
        }
        Self {
            step,
            steps: (days / u64::from(step.days)) as usize,
            groups,
            slots,
            province: Table::new(
                provinces.iter().map(|p| province_names.get(p).copied().unwrap_or(ProvinceId::new(0))).collect(),
            ),
            identity: Table::new(identities),
            reach: Table::new(reach),
            cause: Table::new(
                scenario
                    .groups
                    .values()
                    .map(|g| cause_names.get(&g.cause).copied().unwrap_or(CauseId::new(0)))
                    .collect(),
            ),
            allegiance: Table::new(scenario.groups.values().map(|g| g.allegiance).collect()),
            mediates: Table::new(scenario.hosts.values().map(|h| h.mediates).collect()),
            ties,
            group_names,
            region_names,
            host_names: numbered(scenario.hosts.keys()),
            cause_names,
            province_names,
        }
    }

    /// Groups of the scenario and slots for groups born in a trial.
    pub fn slot_ids(&self) -> impl DoubleEndedIterator<Item = GroupId> + use<> {
        (0..self.slots).map(GroupId::new)
    }
    /// Regions.
    pub fn regions(&self) -> impl DoubleEndedIterator<Item = RegionId> + use<> {
        (0..self.region_names.len()).map(RegionId::new)
    }
    /// Hosts.
    pub fn hosts(&self) -> impl DoubleEndedIterator<Item = HostId> + use<> {
        (0..self.host_names.len()).map(HostId::new)
    }
    /// Causes.
    pub fn causes(&self) -> impl DoubleEndedIterator<Item = CauseId> + use<> {
        (0..self.cause_names.len()).map(CauseId::new)
    }
}

fn numbered<'a, I: Id>(names: impl Iterator<Item = &'a String>) -> IndexMap<String, I> {
    let mut map = IndexMap::new();
    for name in names {
        let next = I::new(map.len());
        map.entry(name.clone()).or_insert(next);
    }
    map
}

/// Kinds of target, in the order of a group's target mix.
pub const TARGETS: usize = 4;
/// Sources of money, in the order of a group's funding mix.
pub const SOURCES: usize = 3;

/// Drawn attributes of a group; one column each, units as in the scenario's keys.
#[derive(Debug, Clone, PartialEq)]
pub struct GroupDraw {
    /// Fighters.
    pub strength: Column,
    /// Attacks an in-country fighter and year.
    pub tempo: Column,
    /// Mean killed in an attack, attackers not counted.
    pub lethality: Column,
    /// Recruits a fighter and year.
    pub recruitment: Column,
    /// Most fighters, as a multiple of the strength at the start.
    pub capacity: Column,
    /// Share of hardliners, 0 to 1.
    pub hardline: Column,
    /// How much it resists being absorbed, 0 to 1.
    pub independence: Column,
    /// Quality of its leadership, 0 to 1.
    pub leadership: Column,
    /// Cohesion, 0 to 1.
    pub cohesion: Column,
    /// Trust in the state, 0 to 1.
    pub trust: Column,
    /// How much it asks for in talks, 0 to 1.
    pub demands: Column,
    /// Years since it was founded.
    pub age: Column,
    /// Organisations that it stands for.
    pub count: Column,
    /// Security, civilian, foreign, infrastructure; they sum to one.
    pub targets: [Column; TARGETS],
    /// Local, diaspora, host; they sum to one.
    pub funding: [Column; SOURCES],
}

/// Drawn attributes of a region.
#[derive(Debug, Clone, PartialEq)]
pub struct RegionDraw {
    /// Share of the state's population.
    pub population_share: Column,
    /// People.
    pub population: Column,
    /// How far the state's writ runs, 0 to 1.
    pub writ: Column,
    /// Cooperation of the people with the state, 0 to 1.
    pub cooperation: Column,
    /// Weight of foreign projects.
    pub foreign_projects: Column,
}

/// Drawn attributes of a host.
#[derive(Debug, Clone, PartialEq)]
pub struct HostDraw {
    /// Relation to the state, -1 to 1.
    pub relation: Column,
    /// How far it could restrain the groups it shelters, 0 to 1.
    pub capacity: Column,
    /// Chance that the faction that decides consents to a strike.
    pub consent: Column,
}

/// Drawn attributes of the state.
#[derive(Debug, Clone, PartialEq)]
pub struct StateDraw {
    /// Money that comes in, per year.
    pub revenue: Column,
    /// Money from abroad, per year.
    pub aid: Column,
    /// Money at the start.
    pub treasury: Column,
    /// Most money that is carried over.
    pub treasury_cap: Column,
    /// Investors' confidence, 0 to 1.
    pub confidence: Column,
    /// 1 in infighting, else 0.
    pub infighting: Column,
}

/// A pair whose affinity moves while a truce mediated by a host holds.
#[derive(Debug, Clone, PartialEq)]
pub struct TruceShiftDraw {
    /// The host that mediates.
    pub host: HostId,
    /// The pair.
    pub pair: (GroupId, GroupId),
    /// Added to its affinity.
    pub by: Column,
}

/// The scenario drawn for a block of trials. All policies of a trial share it.
#[derive(Debug, Clone)]
pub struct World<'a> {
    /// What no draw changes.
    pub layout: &'a Layout,
    /// What is given in place of draws.
    pub given: &'a Given,
    /// Keys of the trials' random words.
    pub keys: [TrialKey; LANES],
    /// Keys of the trials' parameters: the same as `keys`, but in a second history of the same parameters.
    pub parameter_keys: [TrialKey; LANES],
    /// The groups of the scenario.
    pub group: Table<GroupId, GroupDraw>,
    /// Share of in-country fighters per region; rows sum to one.
    pub presence: Grid<GroupId, RegionId, Column>,
    /// Share of fighters that shelters with a host.
    pub sanctuary: Grid<GroupId, HostId, Column>,
    /// Tolerance of a host for a group; 0 where there is no sanctuary.
    pub tolerance: Grid<GroupId, HostId, Column>,
    /// Affinity of pairs of groups of the scenario.
    pub affinity: Pairs<GroupId, Column>,
    /// The regions.
    pub region: Table<RegionId, RegionDraw>,
    /// Grievance of each cause in each region, 0 to 1.
    pub grievance: Grid<RegionId, CauseId, Column>,
    /// The hosts.
    pub host: Table<HostId, HostDraw>,
    /// Yearly rate at which a host removes a group's fighters on its soil.
    pub fights: Grid<HostId, GroupId, Column>,
    /// Pairs whose affinity a mediated truce moves.
    pub truce_shifts: Vec<TruceShiftDraw>,
    /// The state.
    pub state: StateDraw,
    /// Distance of causes, 0 to 1.
    pub distance: Grid<CauseId, CauseId, Column>,
    /// Parameters of each mechanism, in the order of the catalog and of the mechanism's spec; none of one that is off.
    pub parameters: Vec<Vec<Column>>,
    /// Dated events, with the step at which each falls in each trial.
    pub shocks: Vec<ShockPlan>,
    /// Scales of severities by their mean: made once, for all policies.
    pub severities: OnceLock<SeverityTables>,
}

/// The trials of a block.
#[derive(Debug, Clone, Copy)]
pub struct Trials<'g> {
    /// Seed of all random words.
    pub seed: u64,
    /// Number of the trial in each lane; two lanes may hold the same.
    pub trial: Lanes<u64>,
    /// History of each lane: 0 is the trial itself; others have its parameters and other chance, which tells the two
    /// kinds of uncertainty apart.
    pub history: Lanes<u64>,
    /// What is given in place of draws.
    pub given: &'g Given,
}

impl Trials<'static> {
    /// Consecutive trials from `first` on, all of one history, nothing given.
    pub fn consecutive(seed: u64, first: u64, history: u64) -> Self {
        let trial = each(|lane| first + lane as u64);
        Self { seed, trial, history: Lanes::of(history), given: &NOTHING }
    }
}

impl<'a> World<'a> {
    /// Draws a block.
    pub fn draw(scenario: &Scenario, layout: &'a Layout, trials: &Trials<'a>) -> Self {
        let Trials { seed, trial, history, given } = *trials;
        let parameter_keys = (*trial).map(|trial| TrialKey::new(seed, trial));
        // The golden ratio spreads histories over seeds far from any that a person would choose.
        let seed_of = |history: u64| seed ^ history.wrapping_mul(0x9e37_79b9_7f4a_7c15);
        let keys = std::array::from_fn(|lane| TrialKey::new(seed_of(history[lane]), trial[lane]));
        let drawer = Drawer::with(parameter_keys, given);
        let chance = Drawer::new(keys);
        let regions = layout.region_names.len();
        let hosts = layout.host_names.len();
        let causes = layout.cause_names.len();
        let mut presence = Grid::filled(layout.slots, regions, column(0.0));
        let mut sanctuary = Grid::filled(layout.slots, hosts, column(0.0));
        let mut tolerance = Grid::filled(layout.slots, hosts, column(0.0));
        let mut affinity = Pairs::filled(layout.slots, column(0.0));
        let mut fights = Grid::filled(hosts, layout.slots, column(0.0));
        let mut grievance = Grid::filled(regions, causes, column(0.0));
        let mut distance = Grid::filled(causes, causes, column(1.0));
        let mut group = Vec::with_capacity(layout.groups);
        for (name, written) in &scenario.groups {
            let id = layout.group_names[name];
            group.push(drawer.group(written));
            let shares = drawer.shares(written.presence.values());
            for (region, share) in written.presence.keys().zip(shares) {
                presence[(id, layout.region_names[region])] = share;
            }
            for (host, shelter) in &written.sanctuary {
                let host = layout.host_names[host];
                sanctuary[(id, host)] = drawer.column(&shelter.share);
                tolerance[(id, host)] = drawer.column(&shelter.tolerance);
            }
            for (other, value) in &written.affinity {
                let other = layout.group_names[other];
                if other != id {
                    affinity[(id, other)] = drawer.column(value);
                }
            }
        }
        let mut region: Vec<_> = scenario.regions.values().map(|r| drawer.region(r)).collect();
        share_population(&mut region);
        for (name, written) in &scenario.regions {
            for (cause, value) in &written.grievance {
                grievance[(layout.region_names[name], layout.cause_names[cause])] = drawer.column(value);
            }
        }
        let mut truce_shifts = Vec::new();
        for (name, written) in &scenario.hosts {
            let host = layout.host_names[name];
            for (enemy, rate) in &written.fights {
                fights[(host, layout.group_names[enemy])] = drawer.column(rate);
            }
            for shift in &written.truce_shifts {
                if let [a, b] = shift.groups.as_slice() {
                    truce_shifts.push(TruceShiftDraw {
                        host,
                        pair: (layout.group_names[a], layout.group_names[b]),
                        by: drawer.column(&shift.by),
                    });
                }
            }
        }
        for cause in layout.causes() {
            distance[(cause, cause)] = column(0.0);
        }
        for (name, written) in &scenario.causes {
            let a = layout.cause_names[name];
            for (other, value) in &written.distance {
                let b = layout.cause_names[other];
                let drawn = drawer.column(value);
                distance[(a, b)] = drawn;
                distance[(b, a)] = drawn;
            }
        }
        Self {
            layout,
            given,
            keys,
            parameter_keys,
            group: Table::new(group),
            presence,
            sanctuary,
            tolerance,
            affinity,
            region: Table::new(region),
            grievance,
            host: Table::new(scenario.hosts.values().map(|h| drawer.host(h)).collect()),
            fights,
            truce_shifts,
            state: drawer.state(&scenario.state),
            distance,
            parameters: scenario
                .mechanisms
                .iter()
                .map(|m| if m.on { m.parameters.iter().map(|p| drawer.column(p)).collect() } else { Vec::new() })
                .collect(),
            severities: OnceLock::new(),
            shocks: scenario
                .shocks
                .iter()
                .enumerate()
                .map(|(number, shock)| ShockPlan::draw(shock, number, scenario, layout, &drawer, &chance))
                .collect(),
        }
    }
}

fn share_population(regions: &mut [RegionDraw]) {
    for lane in 0..LANES {
        let total: f64 = regions.iter().map(|r| r.population[lane]).sum();
        for region in regions.iter_mut() {
            region.population_share[lane] = if total > 0.0 { region.population[lane] / total } else { 0.0 };
        }
    }
}
