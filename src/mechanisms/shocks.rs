//! 3.1 Shocks: dated events from outside the model set, or add to, a quantity.
//!
//! A level that returns to a baseline (tolerance, relation, writ, trust...) takes its baseline along: the shock
//! changes what is normal. Fighters who arrive or leave by a shock are entered in the books as such.

use super::context::Context;
use super::parameters::parameters;
use crate::sampling::lanes::LANES;
use crate::world::ledger::GroupFlow;
use crate::world::shocks::{Lever, Move, TransferPlan};
use crate::world::state::{Ending, Posture, State};
use crate::world::table::Column;
use crate::world::units::{Money, Share};
use crate::world::{GroupId, World};

parameters! {
    "shocks", "Dated events from outside the model set, or add to, a quantity.",
    "at the drawn date, if it happens: x = value (set) or x = x + value (add)";
}

/// The mechanism.
#[derive(Clone)]
pub struct Shocks;

impl Shocks {
    /// Prepared for a block.
    pub fn new(_: &World, _: &[Column]) -> Self {
        Self
    }

    /// Applies what falls in this step.
    pub fn step(&self, context: &Context, state: &mut State) {
        for shock in &context.world.shocks {
            for lane in 0..LANES {
                if shock.step[lane] != context.step {
                    continue;
                }
                for step in &shock.moves {
                    apply(step, lane, context.world, state);
                }
                for transfer in &shock.transfers {
                    change_sides(transfer, lane, state);
                }
            }
        }
    }
}

fn apply(step: &Move, lane: usize, world: &World, state: &mut State) {
    let value = step.value[lane];
    let moved = |old: f64| if step.set { value } else { old + value };
    let share = |old: Share| Share::nearest(moved(old.get()));
    let groups = &mut state.groups;
    match step.lever {
        Lever::Strength(g) => {
            let now = groups.strength[g][lane];
            let target = (moved(f64::from(now)) + 0.5).floor().clamp(0.0, 1e9) as i32;
            if target > now {
                arrive(g, lane, target - now, world, state);
            } else {
                state.take_anywhere(g, lane, now - target, GroupFlow::Removed);
            }
        }
        Lever::Leadership(g) => groups.leadership[g][lane] = share(groups.leadership[g][lane]),
        Lever::Cohesion(g) => both(&mut groups.cohesion[g][lane], &mut groups.cohesion_base[g][lane], share),
        Lever::Trust(g) => both(&mut groups.trust[g][lane], &mut groups.trust_base[g][lane], share),
        Lever::Retaliation(g) => groups.retaliation[g][lane] = moved(groups.retaliation[g][lane]).max(0.0),
        Lever::Tempo(g) => groups.tempo[g][lane] = moved(groups.tempo[g][lane]).max(0.0),
        Lever::Recruitment(g) => groups.recruitment[g][lane] = moved(groups.recruitment[g][lane]).max(0.0),
        Lever::Hardline(g) => groups.hardline[g][lane] = share(groups.hardline[g][lane]),
        Lever::Demands(g) => groups.demands[g][lane] = share(groups.demands[g][lane]),
        Lever::Affinity(a, b) => {
            let affinity = &mut state.affinity[(a, b)][lane];
            *affinity = moved(*affinity).clamp(-1.0, 1.0);
        }
        Lever::Relation(h) => {
            for relation in [&mut state.hosts.relation[h][lane], &mut state.hosts.relation_base[h][lane]] {
                *relation = moved(*relation).clamp(-1.0, 1.0);
            }
        }
        Lever::Tolerance(h, g) => {
            let hosts = &mut state.hosts;
            both(&mut hosts.tolerance[(g, h)][lane], &mut hosts.tolerance_base[(g, h)][lane], share);
        }
        Lever::Writ(r) => both(&mut state.regions.writ[r][lane], &mut state.regions.writ_base[r][lane], share),
        Lever::Cooperation(r) => {
            both(&mut state.regions.cooperation[r][lane], &mut state.regions.cooperation_base[r][lane], share);
        }
        Lever::Grievance(r, c) => {
            let regions = &mut state.regions;
            both(&mut regions.grievance[(r, c)][lane], &mut regions.grievance_base[(r, c)][lane], share);
        }
        Lever::Treasury => {
            let old = state.government.treasury[lane];
            let new = Money::units(moved(old.get()).max(0.0));
            if new > old {
                state.ledger.shocked_in[lane] += new - old;
            } else {
                state.ledger.shocked_out[lane] += old - new;
            }
            state.government.treasury[lane] = new;
        }
        Lever::Revenue => state.government.revenue[lane] = moved(state.government.revenue[lane]).max(0.0),
        Lever::Aid => state.government.aid[lane] = moved(state.government.aid[lane]).max(0.0),
        Lever::Confidence => state.government.confidence[lane] = share(state.government.confidence[lane]),
        Lever::Infighting => {
            let infighting = &mut state.government.infighting[lane];
            *infighting = if moved(*infighting) >= 0.5 { 1.0 } else { 0.0 };
        }
    }
}

fn both(level: &mut Share, base: &mut Share, moved: impl Fn(Share) -> Share) {
    *level = moved(*level);
    *base = moved(*base);
}

/// Fighters come to a group and are where its fighters are: freed prisoners of a sheltered group are mostly in its
/// shelter, not inside the state.
fn arrive(group: GroupId, lane: usize, count: i32, world: &World, state: &mut State) {
    if state.groups.posture[group][lane] == Posture::Defunct {
        begin_anew(group, lane, world, state);
    }
    let groups = &mut state.groups;
    let before = f64::from(groups.strength[group][lane]);
    groups.strength[group][lane] += count;
    groups.strength_base[group][lane] += f64::from(count);
    if before > 0.0 {
        // Rounded down: the shares over hosts sum to at most one, so no more go abroad than came.
        for host in state.hosts.relation.ids() {
            let near = &mut groups.sheltered[(group, host)][lane];
            *near += (f64::from(count) * f64::from(*near) / before) as i32;
        }
    }
    state.ledger.enter(GroupFlow::Arrived, group, lane, count);
}

/// A group that had ended begins anew inside the state, where it was at the start and with levels at their baselines: what it
/// was when it ended is gone, and levels do not go on moving where there is no group.
fn begin_anew(group: GroupId, lane: usize, world: &World, state: &mut State) {
    let groups = &mut state.groups;
    groups.posture[group][lane] = Posture::Active;
    groups.fighting[group][lane] = 1.0;
    groups.living[group] += 1;
    for region in world.layout.regions() {
        let share = world.presence[(group, region)][lane];
        groups.presence[(group, region)][lane] = share;
        if share > 0.0 {
            groups.widen_reach(group, region);
        }
    }
    groups.leadership[group][lane] = groups.leadership_base[group][lane];
    groups.cohesion[group][lane] = groups.cohesion_base[group][lane];
    groups.trust[group][lane] = groups.trust_base[group][lane];
    for level in [
        &mut groups.retaliation,
        &mut groups.pressure,
        &mut groups.suppression,
        &mut groups.amnesty,
        &mut groups.allies,
    ] {
        level[group][lane] = 0.0;
    }
    groups.funding[group][lane] = 1.0;
    groups.losses[group][lane] = 0;
}

fn change_sides(transfer: &TransferPlan, lane: usize, state: &mut State) {
    let (from, to) = (transfer.from, transfer.to);
    let exists = |g: GroupId| state.groups.posture[g][lane].exists();
    if from == to || !exists(from) || !exists(to) {
        return;
    }
    let strength = state.groups.strength[from][lane];
    let moving = (f64::from(strength) * transfer.share[lane]).floor() as i32;
    if moving >= strength {
        super::transfer::absorb(from, to, lane, strength, state);
        state.end(from, lane, Ending::Merged, GroupFlow::Left);
    } else {
        super::transfer::absorb(from, to, lane, moving, state);
    }
}
