//! What changes in a trial: columns with one lane per trial of the block, grouped by entity.
//!
//! Attributes that a splinter inherits from its parent are here too, since each trial's slots differ.

use super::effort::Effort;
use super::ids::{CauseId, GroupId, HostId, Id, RegionId};
use super::ledger::{GroupFlow, Ledger, Total};
use super::plan::Plan;
use super::scene::{SOURCES, TARGETS, World};
use super::table::{Column, Counts, Grid, Pairs, Table, column};
use super::units::{Money, Share};
use crate::sampling::lanes::LANES;
use crate::scenario::group::Tie;

/// What a group is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Posture {
    /// Not yet born: an empty slot.
    #[default]
    Unborn,
    /// Fights.
    Active,
    /// Keeps a ceasefire, its hardliners apart.
    Ceasefire,
    /// Has made a deal and disarms.
    Reconciled,
    /// Loyal to the state, or inactive.
    Dormant,
    /// Ended.
    Defunct,
}

impl Posture {
    /// Whether the group exists.
    #[inline(always)]
    pub fn exists(self) -> bool {
        !matches!(self, Self::Unborn | Self::Defunct)
    }
}

/// How a group ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    Settled,
    Policed,
    Defeated,
    Merged,
    DiedOut,
}

/// State of talks with a group.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Stage {
    #[default]
    None,
    Contact,
    Ceasefire,
    Deal,
}

/// Talks with a group in one trial.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Talks {
    /// Where they stand.
    pub stage: Stage,
    /// Step at which the stage began.
    pub since: usize,
    /// Whether a truce has broken before.
    pub broken: bool,
}

/// The groups' state.
#[derive(Debug, Clone, PartialEq)]
pub struct Groups {
    /// All fighters, sheltered ones included.
    pub strength: Table<GroupId, Counts>,
    /// Fighters sheltered with a host near the border.
    pub sheltered: Grid<GroupId, HostId, Counts>,
    /// Fighters a host has moved away from the border.
    pub relocated: Grid<GroupId, HostId, Counts>,
    /// Regions where the group is, in some trial of the block.
    pub reach: Table<GroupId, Vec<RegionId>>,
    /// Shares of in-country fighters over regions; they sum to one.
    pub presence: Grid<GroupId, RegionId, Column>,
    /// Attacks per step that earlier attacks trigger.
    pub excitation: Grid<GroupId, RegionId, Column>,
    pub leadership: Table<GroupId, [Share; LANES]>,
    pub cohesion: Table<GroupId, [Share; LANES]>,
    pub trust: Table<GroupId, [Share; LANES]>,
    /// Levels that the three return to.
    pub leadership_base: Table<GroupId, [Share; LANES]>,
    pub cohesion_base: Table<GroupId, [Share; LANES]>,
    pub trust_base: Table<GroupId, [Share; LANES]>,
    /// Anger at strikes and traps: tempo is multiplied by one plus it.
    pub retaliation: Table<GroupId, Column>,
    /// Moving average of yearly losses per fighter.
    pub pressure: Table<GroupId, Column>,
    /// Fighters killed or captured by the state since pressure was last felt.
    pub losses: Table<GroupId, Counts>,
    /// How far a strike programme suppresses the tempo, 0 to 1.
    pub suppression: Table<GroupId, Column>,
    /// Level of an amnesty that decays when it ends.
    pub amnesty: Table<GroupId, Column>,
    pub posture: Table<GroupId, [Posture; LANES]>,
    pub talks: Table<GroupId, [Talks; LANES]>,
    /// Share of the group that fights: 1 active, the defiant hardliners in a truce, 0 dormant.
    pub fighting: Table<GroupId, Column>,
    /// Funding as a share of what it was at the start.
    pub funding: Table<GroupId, Column>,
    /// Strength-weighted ties.
    pub allies: Table<GroupId, Column>,
    /// The same when the group's tempo and lethality were set.
    pub allies_start: Table<GroupId, Column>,
    /// Step of birth; negative for age at the start.
    pub born: Table<GroupId, [i32; LANES]>,
    /// Step at which leaders were last lost.
    pub leader_lost: Table<GroupId, [i32; LANES]>,
    /// Address of random words.
    pub identity: Table<GroupId, [u32; LANES]>,
    /// Groups born of this one so far.
    pub children: Table<GroupId, [u32; LANES]>,
    /// Lanes in which the group exists.
    pub living: Table<GroupId, u32>,

    pub cause: Table<GroupId, [CauseId; LANES]>,
    pub tempo: Table<GroupId, Column>,
    pub lethality: Table<GroupId, Column>,
    pub recruitment: Table<GroupId, Column>,
    pub capacity: Table<GroupId, Column>,
    pub hardline: Table<GroupId, [Share; LANES]>,
    pub independence: Table<GroupId, Column>,
    pub demands: Table<GroupId, [Share; LANES]>,
    pub count: Table<GroupId, Column>,
    pub targets: Table<GroupId, [Column; TARGETS]>,
    pub sources: Table<GroupId, [Column; SOURCES]>,
    /// Share of fighters the group wants sheltered with a host.
    pub sanctuary: Grid<GroupId, HostId, Column>,
    /// Strength at the start or birth, fighters absorbed since added: what capacity is a multiple of.
    pub strength_base: Table<GroupId, Column>,
    /// In-country fighters at the start or birth.
    pub in_country_start: Table<GroupId, Column>,
    /// Presence-weighted grievance at the start or birth.
    pub grievance_start: Table<GroupId, Column>,
}

/// The regions' state.
#[derive(Debug, Clone, PartialEq)]
pub struct Regions {
    pub writ: Table<RegionId, [Share; LANES]>,
    pub writ_base: Table<RegionId, [Share; LANES]>,
    pub cooperation: Table<RegionId, [Share; LANES]>,
    pub cooperation_base: Table<RegionId, [Share; LANES]>,
    pub grievance: Grid<RegionId, CauseId, [Share; LANES]>,
    pub grievance_base: Grid<RegionId, CauseId, [Share; LANES]>,
    /// Moving average of attacks per week: what the state perceives.
    pub threat: Table<RegionId, Column>,
    /// Development done and not yet felt, and felt.
    pub development: Table<RegionId, Column>,
    /// Attacks in this step.
    pub attacks: Table<RegionId, Counts>,
    /// Civilians killed by militants in this step.
    pub civilians: Table<RegionId, Counts>,
    /// Bystanders harmed by the state in this step.
    pub harmed: Table<RegionId, Counts>,
    /// People displaced in this step.
    pub displaced: Table<RegionId, Counts>,
}

/// The hosts' state.
#[derive(Debug, Clone, PartialEq)]
pub struct Hosts {
    /// From -1 to 1.
    pub relation: Table<HostId, Column>,
    pub relation_base: Table<HostId, Column>,
    pub tolerance: Grid<GroupId, HostId, [Share; LANES]>,
    pub tolerance_base: Grid<GroupId, HostId, [Share; LANES]>,
    /// Tolerance when the wanted shelter was set.
    pub tolerance_start: Grid<GroupId, HostId, Column>,
    /// Strikes felt by the sheltered, moving average per year.
    pub strike_risk: Grid<GroupId, HostId, Column>,
}

/// Memory of one comparison of a policy's conditions.
#[derive(Debug, Clone, PartialEq)]
pub struct Watch {
    /// Whether it holds.
    pub holds: [bool; LANES],
    /// Counts of the last steps, oldest overwritten.
    pub window: Vec<Counts>,
    /// Their sum.
    pub sum: Counts,
}

/// Memory of the policy.
#[derive(Debug, Clone, PartialEq)]
pub struct PolicyMemory {
    /// Whether each action is active.
    pub active: Vec<[bool; LANES]>,
    /// Step since which it is.
    pub since: Vec<[usize; LANES]>,
    /// Share of what each action asked that was paid, times what politics leaves of it; 0 where inactive.
    pub funded: Vec<Column>,
    pub watches: Vec<Watch>,
}

/// The state's own state.
#[derive(Debug, Clone, PartialEq)]
pub struct Government {
    pub treasury: [Money; LANES],
    pub revenue: Column,
    pub aid: Column,
    pub confidence: [Share; LANES],
    /// 1 in infighting, else 0.
    pub infighting: Column,
    /// What infighting leaves of every instrument's effect.
    pub effectiveness: Column,
    /// Attacks on foreign projects in this step.
    pub foreign_attacks: Counts,
    /// Whether money binds: true once a budget is kept.
    pub budgeted: bool,
}

/// All that changes in a block of trials.
#[derive(Debug, Clone, PartialEq)]
pub struct State {
    /// Number of the step.
    pub step: usize,
    pub groups: Groups,
    pub regions: Regions,
    pub hosts: Hosts,
    pub government: Government,
    pub ties: Pairs<GroupId, [Tie; LANES]>,
    pub affinity: Pairs<GroupId, Column>,
    pub policy: PolicyMemory,
    pub effort: Effort,
    pub ledger: Ledger,
    /// Attacks by each group in the last step that had any mechanism for them.
    pub attacks_by_group: Grid<GroupId, RegionId, Counts>,
    /// Killed by each group, likewise.
    pub killed_by_group: Grid<GroupId, RegionId, Counts>,
    /// Room for one column per region, for a mechanism's own use within its step.
    pub scratch: Table<RegionId, Column>,
}

fn shares(columns: impl Iterator<Item = Column>) -> Vec<[Share; LANES]> {
    columns.map(|c| c.map(Share::nearest)).collect()
}

impl State {
    /// The state at the start of the trials of a world under a policy.
    pub fn new(world: &World, plan: &Plan) -> Self {
        let layout = world.layout;
        let groups = Groups::new(world);
        let regions = Regions::new(world);
        let hosts = Hosts::new(world);
        let mut affinity = Pairs::filled(layout.slots, column(0.0));
        let mut ties = Pairs::filled(layout.slots, [Tie::None; LANES]);
        for a in (0..layout.groups).map(GroupId::new) {
            for b in (0..a.index()).map(GroupId::new) {
                affinity[(a, b)] = world.affinity[(a, b)];
                ties[(a, b)] = [layout.ties[(a, b)]; LANES];
            }
        }
        let mut watches = Vec::with_capacity(plan.comparisons);
        for action in &plan.actions {
            watch(action.when.as_ref(), &mut watches);
        }
        let mut state = Self {
            step: 0,
            government: Government {
                treasury: world.state.treasury.map(Money::units),
                revenue: world.state.revenue,
                aid: world.state.aid,
                confidence: world.state.confidence.map(Share::nearest),
                infighting: column(0.0),
                effectiveness: column(1.0),
                foreign_attacks: [0; LANES],
                budgeted: false,
            },
            ties,
            affinity,
            policy: PolicyMemory {
                active: vec![[false; LANES]; plan.actions.len()],
                since: vec![[0; LANES]; plan.actions.len()],
                funded: vec![column(0.0); plan.actions.len()],
                watches,
            },
            effort: Effort::none(layout.slots, regions.writ.len(), hosts.relation.len()),
            ledger: Ledger::new(layout.slots, regions.writ.len(), plan.actions.len()),
            attacks_by_group: Grid::filled(layout.slots, regions.writ.len(), [0; LANES]),
            killed_by_group: Grid::filled(layout.slots, regions.writ.len(), [0; LANES]),
            scratch: Table::filled(regions.writ.len(), column(0.0)),
            groups,
            regions,
            hosts,
        };
        for group in (0..layout.groups).map(GroupId::new) {
            for lane in 0..LANES {
                let grievance = state.grievance_of(group, lane);
                state.groups.grievance_start[group][lane] = grievance;
                state.groups.in_country_start[group][lane] = f64::from(state.in_country(group, lane));
            }
        }
        state
    }

    /// Fighters of a group inside the state.
    #[inline(always)]
    pub fn in_country(&self, group: GroupId, lane: usize) -> i32 {
        let groups = &self.groups;
        let mut away = 0;
        for host in groups.sheltered.row(group) {
            away += host[lane];
        }
        for host in groups.relocated.row(group) {
            away += host[lane];
        }
        groups.strength[group][lane] - away
    }

    /// Fighters of a group inside the state, in every trial.
    #[inline(always)]
    pub fn in_country_lanes(&self, group: GroupId) -> Counts {
        let mut home = self.groups.strength[group];
        for away in self.groups.sheltered.row(group).iter().chain(self.groups.relocated.row(group)) {
            for lane in 0..LANES {
                home[lane] -= away[lane];
            }
        }
        home
    }

    /// Grievance that a group can draw on: of its cause, weighted by its presence.
    pub fn grievance_of(&self, group: GroupId, lane: usize) -> f64 {
        let cause = self.groups.cause[group][lane];
        self.groups.reach[group]
            .iter()
            .map(|&r| self.groups.presence[(group, r)][lane] * self.regions.grievance[(r, cause)][lane].get())
            .sum()
    }

    /// Takes fighters from those inside the state; never more than there are. Returns how many.
    #[inline]
    pub fn take_in_country(&mut self, group: GroupId, lane: usize, wanted: i32, flow: GroupFlow) -> i32 {
        let taken = wanted.min(self.in_country(group, lane)).max(0);
        self.groups.strength[group][lane] -= taken;
        self.ledger.enter(flow, group, lane, taken);
        taken
    }

    /// Takes fighters from those sheltered with a host near the border. Returns how many.
    pub fn take_sheltered(&mut self, group: GroupId, host: HostId, lane: usize, wanted: i32, flow: GroupFlow) -> i32 {
        let there = &mut self.groups.sheltered[(group, host)][lane];
        let taken = wanted.min(*there).max(0);
        *there -= taken;
        self.groups.strength[group][lane] -= taken;
        self.ledger.enter(flow, group, lane, taken);
        taken
    }

    /// Takes fighters from wherever they are: inside the state first, then from shelter, then from those moved
    /// away. Returns how many.
    pub fn take_anywhere(&mut self, group: GroupId, lane: usize, wanted: i32, flow: GroupFlow) -> i32 {
        let mut taken = self.take_in_country(group, lane, wanted, flow);
        for host in (0..self.hosts.relation.len()).map(HostId::new) {
            if taken >= wanted {
                break;
            }
            taken += self.take_sheltered(group, host, lane, wanted - taken, flow);
            let moved = &mut self.groups.relocated[(group, host)][lane];
            let rest = (wanted - taken).min(*moved).max(0);
            *moved -= rest;
            self.groups.strength[group][lane] -= rest;
            self.ledger.enter(flow, group, lane, rest);
            taken += rest;
        }
        taken
    }

    /// Ends a group, entering how it ended. Fighters it may still have are entered under `flow`.
    pub fn end(&mut self, group: GroupId, lane: usize, ending: Ending, flow: GroupFlow) {
        let rest = self.groups.strength[group][lane];
        self.take_anywhere(group, lane, rest, flow);
        self.groups.posture[group][lane] = Posture::Defunct;
        self.groups.living[group] = self.groups.living[group].saturating_sub(1);
        self.groups.fighting[group][lane] = 0.0;
        self.groups.talks[group][lane].stage = Stage::None;
        for region in (0..self.regions.writ.len()).map(RegionId::new) {
            self.groups.excitation[(group, region)][lane] = 0.0;
        }
        for other in (0..self.groups.strength.len()).map(GroupId::new) {
            if other != group {
                self.ties[(group, other)][lane] = Tie::None;
            }
        }
        let total = match ending {
            Ending::Settled => Total::EndedSettled,
            Ending::Policed => Total::EndedPoliced,
            Ending::Defeated => Total::EndedDefeated,
            Ending::Merged => Total::Mergers,
            Ending::DiedOut => Total::EndedDiedOut,
        };
        self.ledger.count(total, lane, 1);
    }

    /// Whether a truce with the group holds.
    pub fn in_truce(&self, group: GroupId, lane: usize) -> bool {
        matches!(self.groups.talks[group][lane].stage, Stage::Ceasefire | Stage::Deal)
    }

    /// Clears what is counted within a step. Attacks by group stay for the policy to remember, losses for the
    /// groups to feel; the mechanisms that use them clear them.
    pub fn begin_step(&mut self, step: usize) {
        self.step = step;
        let regions = &mut self.regions;
        for table in [&mut regions.attacks, &mut regions.civilians, &mut regions.harmed, &mut regions.displaced] {
            table.iter_mut().for_each(|c| *c = [0; LANES]);
        }
        self.government.foreign_attacks = [0; LANES];
    }
}

fn watch(condition: Option<&super::plan::ConditionPlan>, watches: &mut Vec<Watch>) {
    use super::plan::ConditionPlan::*;
    match condition {
        None => {}
        Some(All(list) | Any(list)) => list.iter().for_each(|c| watch(Some(c), watches)),
        Some(Not(inner)) => watch(Some(inner), watches),
        Some(Compare(c)) => {
            watches.push(Watch { holds: [false; LANES], window: vec![[0; LANES]; c.window], sum: [0; LANES] });
        }
    }
}

impl Regions {
    /// Grievance in a region of the cause that each trial has there; `room` holds it where trials differ in their cause.
    #[inline(always)]
    pub fn grievance_of<'a>(
        &'a self,
        region: RegionId,
        causes: &[CauseId; LANES],
        room: &'a mut [Share; LANES],
    ) -> &'a [Share; LANES] {
        let first = causes[0];
        if causes.iter().fold(true, |same, &cause| same & (cause == first)) {
            return &self.grievance[(region, first)];
        }
        let grievance = self.grievance.row(region);
        for lane in 0..LANES {
            room[lane] = grievance[causes[lane].index()][lane];
        }
        room
    }

    fn new(world: &World) -> Self {
        let count = world.region.len();
        let writ = shares(world.region.iter().map(|r| r.writ));
        let cooperation = shares(world.region.iter().map(|r| r.cooperation));
        let causes = world.layout.cause_names.len();
        let mut grievance = Grid::filled(count, causes, [Share::ZERO; LANES]);
        for (to, from) in grievance.iter_mut().zip(world.grievance.iter()) {
            *to = from.map(Share::nearest);
        }
        Self {
            writ: Table::new(writ.clone()),
            writ_base: Table::new(writ),
            cooperation: Table::new(cooperation.clone()),
            cooperation_base: Table::new(cooperation),
            grievance_base: grievance.clone(),
            grievance,
            threat: Table::filled(count, column(0.0)),
            development: Table::filled(count, column(0.0)),
            attacks: Table::filled(count, [0; LANES]),
            civilians: Table::filled(count, [0; LANES]),
            harmed: Table::filled(count, [0; LANES]),
            displaced: Table::filled(count, [0; LANES]),
        }
    }
}

impl Hosts {
    fn new(world: &World) -> Self {
        let slots = world.layout.slots;
        let hosts = world.host.len();
        let mut tolerance = Grid::filled(slots, hosts, [Share::ZERO; LANES]);
        for (to, from) in tolerance.iter_mut().zip(world.tolerance.iter()) {
            *to = from.map(Share::nearest);
        }
        let relation: Vec<Column> = world.host.iter().map(|h| h.relation).collect();
        Self {
            relation: Table::new(relation.clone()),
            relation_base: Table::new(relation),
            tolerance_base: tolerance.clone(),
            tolerance,
            tolerance_start: world.tolerance.clone(),
            strike_risk: Grid::filled(slots, hosts, column(0.0)),
        }
    }
}

impl Groups {
    fn new(world: &World) -> Self {
        let layout = world.layout;
        let (slots, regions, hosts) = (layout.slots, world.region.len(), world.host.len());
        let empty = slots - layout.groups;
        // Slots for groups born in a trial start with neutral values; a birth overwrites them with the parent's.
        let drawn = |of: fn(&super::scene::GroupDraw) -> Column| {
            let mut all: Vec<Column> = world.group.iter().map(of).collect();
            all.resize(slots, column(0.0));
            Table::new(all)
        };
        let drawn_shares = |of: fn(&super::scene::GroupDraw) -> Column| {
            let mut all = shares(world.group.iter().map(of));
            all.resize(slots, [Share::ZERO; LANES]);
            Table::new(all)
        };
        let mut strength: Vec<Counts> =
            world.group.iter().map(|g| g.strength.map(|s| (s + 0.5).floor().clamp(0.0, 1e9) as i32)).collect();
        strength.resize(slots, [0; LANES]);
        let mut sheltered = Grid::filled(slots, hosts, [0; LANES]);
        for group in (0..layout.groups).map(GroupId::new) {
            for host in layout.hosts() {
                for lane in 0..LANES {
                    let share = world.sanctuary[(group, host)][lane];
                    sheltered[(group, host)][lane] = (f64::from(strength[group.index()][lane]) * share).floor() as i32;
                }
            }
        }
        let posture: Vec<[Posture; LANES]> = layout
            .slot_ids()
            .map(|g| {
                std::array::from_fn(|lane| match g.index() {
                    i if i >= layout.groups => Posture::Unborn,
                    i if strength[i][lane] == 0 => Posture::Defunct,
                    _ if layout.allegiance[g] => Posture::Dormant,
                    _ => Posture::Active,
                })
            })
            .collect();
        let fighting = posture.iter().map(|p| p.map(|p| if p == Posture::Active { 1.0 } else { 0.0 })).collect();
        let living = posture.iter().map(|p| p.iter().filter(|p| p.exists()).count() as u32).collect();
        let mut cause: Vec<[CauseId; LANES]> = layout.cause.iter().map(|&c| [c; LANES]).collect();
        cause.resize(slots, [CauseId::new(0); LANES]);
        let steps_per_year = 1.0 / layout.step.years;
        let mut born: Vec<[i32; LANES]> =
            world.group.iter().map(|g| g.age.map(|years| -((years * steps_per_year) as i32))).collect();
        born.resize(slots, [0; LANES]);
        let mut targets: Vec<[Column; TARGETS]> = world.group.iter().map(|g| g.targets).collect();
        targets.extend(std::iter::repeat_n([column(0.0); TARGETS], empty));
        let mut sources: Vec<[Column; SOURCES]> = world.group.iter().map(|g| g.funding).collect();
        sources.extend(std::iter::repeat_n([column(0.0); SOURCES], empty));
        let (leadership, cohesion, trust) =
            (drawn_shares(|g| g.leadership), drawn_shares(|g| g.cohesion), drawn_shares(|g| g.trust));
        let zeros = || Table::filled(slots, column(0.0));
        // Room for every region, so that a step that widens a reach allocates nothing.
        let reach = Table::new(
            layout
                .slot_ids()
                .map(|group| {
                    let mut list = Vec::with_capacity(regions);
                    list.extend_from_slice(&layout.reach[group]);
                    list
                })
                .collect(),
        );
        Self {
            strength_base: Table::new(strength.iter().map(|s| s.map(f64::from)).collect()),
            strength: Table::new(strength),
            sheltered,
            relocated: Grid::filled(slots, hosts, [0; LANES]),
            reach,
            presence: world.presence.clone(),
            excitation: Grid::filled(slots, regions, column(0.0)),
            leadership_base: leadership.clone(),
            leadership,
            cohesion_base: cohesion.clone(),
            cohesion,
            trust_base: trust.clone(),
            trust,
            retaliation: zeros(),
            pressure: zeros(),
            losses: Table::filled(slots, [0; LANES]),
            suppression: zeros(),
            amnesty: zeros(),
            posture: Table::new(posture),
            talks: Table::filled(slots, [Talks::default(); LANES]),
            fighting: Table::new(fighting),
            funding: Table::filled(slots, column(1.0)),
            allies: zeros(),
            allies_start: zeros(),
            born: Table::new(born),
            leader_lost: Table::filled(slots, [i32::MIN / 2; LANES]),
            identity: Table::new(layout.identity.iter().map(|&i| [i; LANES]).collect()),
            children: Table::filled(slots, [0; LANES]),
            living: Table::new(living),
            cause: Table::new(cause),
            tempo: drawn(|g| g.tempo),
            lethality: drawn(|g| g.lethality),
            recruitment: drawn(|g| g.recruitment),
            capacity: drawn(|g| g.capacity),
            hardline: drawn_shares(|g| g.hardline),
            independence: drawn(|g| g.independence),
            demands: drawn_shares(|g| g.demands),
            count: drawn(|g| g.count),
            targets: Table::new(targets),
            sources: Table::new(sources),
            sanctuary: world.sanctuary.clone(),
            in_country_start: zeros(),
            grievance_start: zeros(),
        }
    }
}
