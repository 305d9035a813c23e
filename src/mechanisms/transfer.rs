//! Fighters that pass from one group to another, and groups that are born: shared by mergers, splits, deals and
//! shocks. Whoever leaves one group joins another; the books of both say so.

use crate::scenario::group::Tie;
use crate::world::GroupId;
use crate::world::ids::{HostId, Id, child_identity};
use crate::world::ledger::{GroupFlow, Total};
use crate::world::state::{Posture, State, Talks};
use crate::world::units::Share;

/// Moves fighters of one group into another, inside the state; their presence goes with them.
pub fn absorb(from: GroupId, to: GroupId, lane: usize, wanted: i32, state: &mut State) {
    let before = f64::from(state.in_country(to, lane));
    let moved = state.take_anywhere(from, lane, wanted, GroupFlow::Left);
    if moved == 0 {
        return;
    }
    state.groups.strength[to][lane] += moved;
    state.groups.strength_base[to][lane] += f64::from(moved);
    state.ledger.enter(GroupFlow::Joined, to, lane, moved);
    mix_presence(from, to, lane, before, f64::from(moved), state);
}

/// Presence of `to` becomes the mean of both, weighted by fighters.
fn mix_presence(from: GroupId, to: GroupId, lane: usize, there: f64, moved: f64, state: &mut State) {
    let weight = moved / (there + moved);
    for index in 0..state.groups.reach[from].len() {
        let region = state.groups.reach[from][index];
        if state.groups.presence[(from, region)][lane] > 0.0 {
            state.groups.widen_reach(to, region);
        }
    }
    for index in 0..state.groups.reach[to].len() {
        let region = state.groups.reach[to][index];
        let joining = state.groups.presence[(from, region)][lane];
        let share = &mut state.groups.presence[(to, region)][lane];
        *share += weight * (joining - *share);
    }
}

/// A group is born of another with a share of its fighters; it inherits what it does not state. Returns its slot,
/// or nothing (and the books say so) where no slot is free.
pub fn birth(
    parent: GroupId,
    lane: usize,
    share: f64,
    hardline_gain: f64,
    affinity: f64,
    state: &mut State,
) -> Option<GroupId> {
    let groups = &mut state.groups;
    let total = groups.strength[parent][lane];
    let wanted = (f64::from(total) * share).floor() as i32;
    if wanted < 1 || wanted >= total {
        return None;
    }
    let ordinal = groups.children[parent][lane];
    groups.children[parent][lane] += 1;
    let slot = (0..groups.strength.len()).map(GroupId::new).find(|&g| groups.posture[g][lane] == Posture::Unborn);
    let Some(child) = slot else {
        state.ledger.count(Total::SplitsUnplaced, lane, 1);
        return None;
    };
    groups.identity[child][lane] = child_identity(groups.identity[parent][lane], ordinal);
    groups.root[child][lane] = groups.root[parent][lane];
    groups.posture[child][lane] = Posture::Active;
    groups.fighting[child][lane] = 1.0;
    groups.living[child] += 1;
    groups.talks[child][lane] = Talks::default();
    groups.born[child][lane] = state.step as i32;
    groups.leader_lost[child][lane] = i32::MIN / 2;
    groups.cause[child][lane] = groups.cause[parent][lane];
    for index in 0..groups.reach[parent].len() {
        let region = groups.reach[parent][index];
        let excited = groups.excitation[(parent, region)][lane];
        if groups.presence[(parent, region)][lane] <= 0.0 && excited <= 0.0 {
            continue;
        }
        groups.widen_reach(child, region);
        groups.presence[(child, region)][lane] = groups.presence[(parent, region)][lane];
        groups.excitation[(child, region)][lane] = excited * share;
        groups.excitation[(parent, region)][lane] = excited * (1.0 - share);
    }
    inherit(parent, child, lane, state);
    let gained = Share::nearest(state.groups.hardline[parent][lane].get() + hardline_gain);
    state.groups.hardline[child][lane] = gained;
    let moved = move_out(parent, child, lane, wanted, state);
    state.groups.strength_base[child][lane] = f64::from(moved);
    state.groups.in_country_start[child][lane] = f64::from(state.in_country(child, lane)).max(1.0);
    kinship(parent, child, lane, affinity, state);
    state.ledger.count(Total::Splits, lane, 1);
    Some(child)
}

fn inherit(parent: GroupId, child: GroupId, lane: usize, state: &mut State) {
    let groups = &mut state.groups;
    for table in [
        &mut groups.tempo,
        &mut groups.lethality,
        &mut groups.recruitment,
        &mut groups.capacity,
        &mut groups.independence,
        &mut groups.funding,
        &mut groups.retaliation,
        &mut groups.pressure,
        &mut groups.suppression,
        &mut groups.allies,
        &mut groups.allies_start,
        &mut groups.grievance_start,
    ] {
        table[child][lane] = table[parent][lane];
    }
    for table in [
        &mut groups.leadership,
        &mut groups.leadership_base,
        &mut groups.cohesion,
        &mut groups.cohesion_base,
        &mut groups.trust,
        &mut groups.trust_base,
        &mut groups.demands,
    ] {
        table[child][lane] = table[parent][lane];
    }
    groups.count[child][lane] = 1.0;
    groups.amnesty[child][lane] = 0.0;
    let targets = groups.targets[parent];
    groups.targets[child].iter_mut().zip(targets).for_each(|(to, from)| to[lane] = from[lane]);
    let sources = groups.sources[parent];
    groups.sources[child].iter_mut().zip(sources).for_each(|(to, from)| to[lane] = from[lane]);
    for host in (0..state.hosts.relation.len()).map(HostId::new) {
        groups.sanctuary[(child, host)][lane] = groups.sanctuary[(parent, host)][lane];
        let hosts = &mut state.hosts;
        for table in [&mut hosts.tolerance, &mut hosts.tolerance_base] {
            table[(child, host)][lane] = table[(parent, host)][lane];
        }
        for table in [&mut hosts.tolerance_start, &mut hosts.strike_risk] {
            table[(child, host)][lane] = table[(parent, host)][lane];
        }
    }
}

/// The founders leave from every place in proportion.
fn move_out(parent: GroupId, child: GroupId, lane: usize, wanted: i32, state: &mut State) -> i32 {
    let total = state.groups.strength[parent][lane];
    let share = f64::from(wanted) / f64::from(total);
    let mut abroad = 0;
    for host in (0..state.hosts.relation.len()).map(HostId::new) {
        for table in [&mut state.groups.sheltered, &mut state.groups.relocated] {
            let part = ((f64::from(table[(parent, host)][lane]) * share) as i32).min(wanted - abroad);
            table[(parent, host)][lane] -= part;
            table[(child, host)][lane] += part;
            abroad += part;
        }
    }
    // Those who left shelter still count in the parent's strength until it is lowered below.
    let home = (wanted - abroad).min(state.in_country(parent, lane) - abroad).max(0);
    let moved = abroad + home;
    state.groups.strength[parent][lane] -= moved;
    state.groups.strength[child][lane] += moved;
    state.ledger.enter(GroupFlow::Left, parent, lane, moved);
    state.ledger.enter(GroupFlow::Joined, child, lane, moved);
    moved
}

/// The child stands to others as its parent did, and to its parent as stated.
fn kinship(parent: GroupId, child: GroupId, lane: usize, affinity: f64, state: &mut State) {
    for other in (0..state.groups.strength.len()).map(GroupId::new) {
        if other != parent && other != child {
            state.affinity[(child, other)][lane] = state.affinity[(parent, other)][lane];
            state.ties[(child, other)].set(lane, Tie::None);
        }
    }
    state.affinity[(child, parent)][lane] = affinity;
    state.ties[(child, parent)].set(lane, Tie::None);
}
