//! What happens in one trial, step by step: the difference between the state after a step and after the step before.
//!
//! Nothing is recorded while many trials run; a trial that is looked at closely is run again and watched here.

use crate::scenario::group::Tie;
use crate::world::World;
use crate::world::ids::{GroupId, Id};
use crate::world::ledger::{GroupFlow, Total};
use crate::world::plan::Plan;
use crate::world::state::{Posture, Stage, State};
use crate::world::table::Pairs;

/// Something that happens in a step; groups by slot, see [`Chronicle::name`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Happening {
    /// A dated event of the scenario, by its number.
    Shock(usize),
    /// An action of the policy begins, by its number.
    ActionBegins(usize),
    /// An action ends.
    ActionEnds(usize),
    /// Political infighting begins.
    InfightingBegins,
    /// It ends.
    InfightingEnds,
    /// Talks with a group come to a stage.
    Talks(GroupId, Stage),
    /// Talks with a group end without a truce.
    TalksEnd(GroupId),
    /// A truce with a group breaks; true if by the state's own trap.
    TruceBreaks(GroupId, bool),
    /// A group is born with so many fighters.
    Born(GroupId, i32),
    /// A group ends.
    Ends(GroupId, Gone),
    /// A group begins anew after it had ended.
    Returns(GroupId),
    /// Two groups stand to each other otherwise than before.
    Ties(GroupId, GroupId, Tie),
    /// A group loses leaders.
    LeaderLost(GroupId),
    /// So many organisations of a cohort are absorbed by others.
    Absorbed(i32),
    /// So many clashes with a host's forces at the border.
    BorderClashes(i32),
}

/// How a group ended, as far as the books tell: by the account of its last fighters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Gone {
    /// Its fighters laid down arms.
    Surrendered,
    /// They were captured.
    Captured,
    /// They were killed.
    Killed,
    /// They went to other groups.
    Joined,
    /// They left for civilian life, or were taken away by an event.
    Left,
}

/// A chronicle in the making: the trial in one lane of a block.
pub struct Chronicle {
    lane: usize,
    before: Option<Snapshot>,
    /// What happened, with the step in which it did.
    pub happened: Vec<(usize, Happening)>,
    /// Group of the scenario that each slot descends from; itself for a group of the scenario.
    roots: Vec<GroupId>,
    groups: usize,
}

/// What is compared from step to step.
struct Snapshot {
    posture: Vec<Posture>,
    stage: Vec<Stage>,
    ties: Pairs<GroupId, Tie>,
    active: Vec<bool>,
    infighting: bool,
    flows: Vec<[i32; 5]>,
    traps: i32,
    mergers: i32,
    clashes: i32,
}

const ENDS: [(GroupFlow, Gone); 5] = [
    (GroupFlow::Surrendered, Gone::Surrendered),
    (GroupFlow::Captured, Gone::Captured),
    (GroupFlow::Killed, Gone::Killed),
    (GroupFlow::Left, Gone::Joined),
    (GroupFlow::Exited, Gone::Left),
];

impl Snapshot {
    fn of(state: &State, lane: usize) -> Self {
        let groups = &state.groups;
        let slots = groups.strength.len();
        let mut ties = Pairs::filled(slots, Tie::None);
        for (a, b) in pairs(slots) {
            ties[(a, b)] = state.ties[(a, b)].of(lane);
        }
        let total = |total: Total| state.ledger.total[total][lane];
        let flows = |group| ENDS.map(|(flow, _)| state.ledger.group[(flow, group)][lane]);
        Self {
            posture: groups.posture.iter().map(|lanes| lanes[lane]).collect(),
            stage: groups.talks.iter().map(|lanes| lanes[lane].stage).collect(),
            ties,
            active: state.policy.active.iter().map(|lanes| lanes[lane]).collect(),
            infighting: state.government.infighting[lane] > 0.0,
            flows: groups.strength.ids().map(flows).collect(),
            traps: total(Total::Traps),
            mergers: total(Total::Mergers),
            clashes: total(Total::BorderClashes),
        }
    }
}

fn pairs(slots: usize) -> impl Iterator<Item = (GroupId, GroupId)> {
    (0..slots).flat_map(|a| (0..a).map(move |b| (GroupId::new(a), GroupId::new(b))))
}

impl Chronicle {
    /// Of the trial in a lane, from the state before the first step.
    pub fn new(world: &World, plan: &Plan, lane: usize) -> Self {
        let before = Snapshot::of(&State::new(world, plan), lane);
        let roots = (0..world.layout.slots).map(GroupId::new).collect();
        Self { lane, before: Some(before), happened: Vec::new(), roots, groups: world.layout.groups }
    }

    /// The group's number among the scenario's groups, and for one born in the trial its number among those born, from 1.
    pub fn name(&self, group: GroupId) -> (usize, Option<usize>) {
        let index = group.index();
        let born = (index >= self.groups).then(|| index + 1 - self.groups);
        (self.roots[index].index(), born)
    }

    /// Looks at the state after a step.
    pub fn step(&mut self, world: &World, state: &State) {
        let now = Snapshot::of(state, self.lane);
        let Some(before) = self.before.take() else { return };
        let (lane, step) = (self.lane, state.step);
        let mut found = Vec::new();
        for (index, shock) in world.shocks.iter().enumerate() {
            if shock.step[lane] == step {
                found.push(Happening::Shock(index));
            }
        }
        for (index, (was, is)) in before.active.iter().zip(&now.active).enumerate() {
            match (was, is) {
                (false, true) => found.push(Happening::ActionBegins(index)),
                (true, false) => found.push(Happening::ActionEnds(index)),
                _ => {}
            }
        }
        match (before.infighting, now.infighting) {
            (false, true) => found.push(Happening::InfightingBegins),
            (true, false) => found.push(Happening::InfightingEnds),
            _ => {}
        }
        let mut ended = 0;
        for group in state.groups.strength.ids() {
            let index = group.index();
            self.roots[index] = state.groups.root[group][lane];
            let existed = before.posture[index].exists();
            match (existed, now.posture[index].exists()) {
                (false, true) if before.posture[index] == Posture::Unborn => {
                    found.push(Happening::Born(group, state.groups.strength[group][lane]));
                }
                (false, true) => found.push(Happening::Returns(group)),
                (true, false) => {
                    let gone = gone(&before.flows[index], &now.flows[index]);
                    ended += i32::from(gone == Gone::Joined);
                    found.push(Happening::Ends(group, gone));
                }
                _ => {}
            }
            if existed && now.posture[index].exists() && before.stage[index] != now.stage[index] {
                let truce = matches!(before.stage[index], Stage::Ceasefire | Stage::Deal);
                found.push(match now.stage[index] {
                    Stage::None if truce => Happening::TruceBreaks(group, now.traps > before.traps),
                    Stage::None => Happening::TalksEnd(group),
                    stage => Happening::Talks(group, stage),
                });
            }
            if state.groups.leader_lost[group][lane] == step as i32 && existed {
                found.push(Happening::LeaderLost(group));
            }
        }
        for (a, b) in pairs(now.posture.len()) {
            let both = |snapshot: &Snapshot| [a, b].iter().all(|g| snapshot.posture[g.index()].exists());
            if now.ties[(a, b)] != before.ties[(a, b)] && both(&before) && both(&now) {
                found.push(Happening::Ties(b, a, now.ties[(a, b)]));
            }
        }
        if now.mergers - before.mergers > ended {
            found.push(Happening::Absorbed(now.mergers - before.mergers - ended));
        }
        if now.clashes > before.clashes {
            found.push(Happening::BorderClashes(now.clashes - before.clashes));
        }
        self.happened.extend(found.into_iter().map(|one| (step, one)));
        self.before = Some(now);
    }
}

/// The account into which most of a group's fighters went in its last step.
fn gone(before: &[i32; 5], now: &[i32; 5]) -> Gone {
    let most = (0..ENDS.len()).max_by_key(|&flow| now[flow] - before[flow]);
    most.filter(|&flow| now[flow] > before[flow]).map_or(Gone::Left, |flow| ENDS[flow].1)
}
