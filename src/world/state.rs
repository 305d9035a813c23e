//! What changes in a trial: columns with one lane per trial of the block, grouped by entity.
//!
//! Attributes that a splinter inherits from its parent are here too, since each trial's slots differ.

use super::effort::Effort;
use super::grievances::Drawn;
use super::ids::{CauseId, GroupId, HostId, Id, RegionId};
use super::ledger::{GroupFlow, Ledger, Total};
use super::scene::{SOURCES, TARGETS};
use super::table::{Column, Counts, Grid, List, Pairs, Table};
use super::ties::Ties;
use super::units::{Money, Share};
use crate::sampling::lanes::{LANES, Lanes};
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
    /// By a deal or an amnesty.
    Settled,
    /// Mostly by arrests.
    Policed,
    /// Mostly by losses in fighting.
    Defeated,
    /// It joined another.
    Merged,
    /// It dissolved, or its members left.
    DiedOut,
}

/// State of talks with a group.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Stage {
    /// No talks.
    #[default]
    None,
    /// Talks about talks.
    Contact,
    /// A truce.
    Ceasefire,
    /// A deal is carried out.
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
    /// Regions where the group is, in some trial of the block, in order: what a trial sums or picks over its regions must not
    /// depend on when other trials of the block added theirs. See [`Groups::widen_reach`].
    pub reach: Table<GroupId, List<RegionId>>,
    /// Shares of in-country fighters over regions; they sum to one.
    pub presence: Grid<GroupId, RegionId, Column>,
    /// Attacks per step that earlier attacks trigger.
    pub excitation: Grid<GroupId, RegionId, Column>,
    /// Quality of the leadership.
    pub leadership: Table<GroupId, Lanes<Share>>,
    /// Cohesion.
    pub cohesion: Table<GroupId, Lanes<Share>>,
    /// Trust in the state.
    pub trust: Table<GroupId, Lanes<Share>>,
    /// Levels that the three return to.
    pub leadership_base: Table<GroupId, Lanes<Share>>,
    /// Likewise of cohesion.
    pub cohesion_base: Table<GroupId, Lanes<Share>>,
    /// Likewise of trust.
    pub trust_base: Table<GroupId, Lanes<Share>>,
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
    /// What the group is to the state now.
    pub posture: Table<GroupId, Lanes<Posture>>,
    /// Where talks with it stand.
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
    pub born: Table<GroupId, Lanes<i32>>,
    /// Step at which leaders were last lost.
    pub leader_lost: Table<GroupId, Lanes<i32>>,
    /// Address of random words.
    pub identity: Table<GroupId, Lanes<u32>>,
    /// The group of the scenario that this one descends from: an offer to a group reaches those born of it.
    pub root: Table<GroupId, Lanes<GroupId>>,
    /// Groups born of this one so far.
    pub children: Table<GroupId, Lanes<u32>>,
    /// Lanes in which the group exists.
    pub living: Table<GroupId, u32>,

    /// What it fights for.
    pub cause: Table<GroupId, Lanes<CauseId>>,
    /// Attacks an in-country fighter and year.
    pub tempo: Table<GroupId, Column>,
    /// Mean killed in an attack.
    pub lethality: Table<GroupId, Column>,
    /// Recruits a fighter and year.
    pub recruitment: Table<GroupId, Column>,
    /// Most fighters, as a multiple of the base of strength.
    pub capacity: Table<GroupId, Column>,
    /// Share of hardliners.
    pub hardline: Table<GroupId, Lanes<Share>>,
    /// How much it resists being absorbed, 0 to 1.
    pub independence: Table<GroupId, Column>,
    /// How much it asks for in talks.
    pub demands: Table<GroupId, Lanes<Share>>,
    /// Organisations that it stands for.
    pub count: Table<GroupId, Column>,
    /// Shares of security, civilian, foreign targets and infrastructure.
    pub targets: Table<GroupId, [Column; TARGETS]>,
    /// Shares of local, diaspora and host money.
    pub sources: Table<GroupId, [Column; SOURCES]>,
    /// Share of fighters the group wants sheltered with a host.
    pub sanctuary: Grid<GroupId, HostId, Column>,
    /// Strength at the start or birth, fighters absorbed since added: what capacity is a multiple of.
    pub strength_base: Table<GroupId, Column>,
    /// In-country fighters at the start or birth.
    pub in_country_start: Table<GroupId, Column>,
    /// Presence-weighted grievance at the start or birth.
    pub grievance_start: Table<GroupId, Column>,
    /// Presence-weighted grievance now.
    pub grievance: Drawn,
}

/// The regions' state.
#[derive(Debug, Clone, PartialEq)]
pub struct Regions {
    /// How far the state's writ runs.
    pub writ: Table<RegionId, Lanes<Share>>,
    /// Level that it returns to.
    pub writ_base: Table<RegionId, Lanes<Share>>,
    /// Cooperation of the people with the state.
    pub cooperation: Table<RegionId, Lanes<Share>>,
    /// Level that it returns to.
    pub cooperation_base: Table<RegionId, Lanes<Share>>,
    /// Grievance of each cause.
    pub grievance: Grid<RegionId, CauseId, Lanes<Share>>,
    /// Levels that it returns to.
    pub grievance_base: Grid<RegionId, CauseId, Lanes<Share>>,
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
    /// Level that it returns to.
    pub relation_base: Table<HostId, Column>,
    /// Tolerance for each group.
    pub tolerance: Grid<GroupId, HostId, Lanes<Share>>,
    /// Level that it returns to.
    pub tolerance_base: Grid<GroupId, HostId, Lanes<Share>>,
    /// Tolerance when the wanted shelter was set.
    pub tolerance_start: Grid<GroupId, HostId, Column>,
    /// Strikes felt by the sheltered, moving average per year.
    pub strike_risk: Grid<GroupId, HostId, Column>,
}

/// Memory of one comparison of a policy's conditions.
#[derive(Debug, Clone, PartialEq)]
pub struct Watch {
    /// Whether it holds.
    pub holds: Lanes<bool>,
    /// Counts of the last steps, oldest overwritten.
    pub window: Vec<Counts>,
    /// Their sum.
    pub sum: Counts,
}

/// Memory of the policy.
#[derive(Debug, Clone, PartialEq)]
pub struct PolicyMemory {
    /// Whether each action is active.
    pub active: Vec<Lanes<bool>>,
    /// Step since which it is.
    pub since: Vec<Lanes<usize>>,
    /// Share of what each action asked that was paid, times what politics leaves of it; 0 where inactive.
    pub funded: Vec<Column>,
    /// Memory of each comparison, by its number.
    pub watches: Vec<Watch>,
}

/// The state's own state.
#[derive(Debug, Clone, PartialEq)]
pub struct Government {
    /// Money that can be spent.
    pub treasury: Lanes<Money>,
    /// Money that comes in, per year.
    pub revenue: Column,
    /// Money from abroad, per year.
    pub aid: Column,
    /// Investors' confidence.
    pub confidence: Lanes<Share>,
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
    /// The groups.
    pub groups: Groups,
    /// The regions.
    pub regions: Regions,
    /// The hosts.
    pub hosts: Hosts,
    /// Money and politics.
    pub government: Government,
    /// Ties of every pair of groups.
    pub ties: Pairs<GroupId, Ties>,
    /// Affinity of every pair of groups.
    pub affinity: Pairs<GroupId, Column>,
    /// What the policy remembers.
    pub policy: PolicyMemory,
    /// What actions do in this step.
    pub effort: Effort,
    /// The books.
    pub ledger: Ledger,
    /// Attacks by each group in the last step that had any mechanism for them.
    pub attacks_by_group: Grid<GroupId, RegionId, Counts>,
    /// Killed by each group, likewise.
    pub killed_by_group: Grid<GroupId, RegionId, Counts>,
    /// Room for one column per region, for a mechanism's own use within its step.
    pub scratch: Table<RegionId, Column>,
}

impl State {
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

    /// Regions where a group is in one trial, in order; its reach are those of all trials of the block.
    pub fn regions_of(&self, group: GroupId, lane: usize) -> impl Iterator<Item = RegionId> + use<'_> {
        let present = move |region: &RegionId| self.groups.presence[(group, *region)][lane] > 0.0;
        self.groups.reach[group].iter().copied().filter(present)
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
                self.ties[(group, other)].set(lane, Tie::None);
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
            table.iter_mut().for_each(|c| *c = Lanes::of(0));
        }
        self.government.foreign_attacks = Lanes::of(0);
    }
}

impl Groups {
    /// A group is in a region, in some trial.
    pub fn widen_reach(&mut self, group: GroupId, region: RegionId) {
        let reach = &mut self.reach[group];
        if let Err(place) = reach.binary_search(&region) {
            reach.insert(place, region);
        }
    }
}
