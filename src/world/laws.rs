//! The laws that hold in every trial after every mechanism: what is conserved, what is finite, what has a range.

use super::ids::{GroupId, Id};
use super::ledger::{GroupFlow, RegionFlow, Total};
use super::scene::World;
use super::state::State;
use super::units::Money;

/// The first law that one trial of the block breaks, in words; `None` if all hold.
pub fn violation(world: &World, state: &State, lane: usize) -> Option<String> {
    fighters(world, state, lane)
        .or_else(|| casualties(state, lane))
        .or_else(|| money(world, state, lane))
        .or_else(|| ranges(state, lane))
}

fn start_strength(world: &World, group: GroupId, lane: usize) -> i32 {
    if group.index() < world.layout.groups {
        (world.group[group].strength[lane] + 0.5).floor().clamp(0.0, 1e9) as i32
    } else {
        0
    }
}

fn fighters(world: &World, state: &State, lane: usize) -> Option<String> {
    let mut joined = 0;
    let mut left = 0;
    for group in state.groups.strength.ids() {
        let books = state.ledger.strength(group, lane, start_strength(world, group, lane));
        let there = state.groups.strength[group][lane];
        if books != i64::from(there) {
            return Some(format!("group {} has {there} fighters and {books} in the books", group.index()));
        }
        let negative = |counts: &[crate::world::table::Counts]| counts.iter().any(|c| c[lane] < 0);
        if there < 0
            || state.in_country(group, lane) < 0
            || negative(state.groups.sheltered.row(group))
            || negative(state.groups.relocated.row(group))
        {
            return Some(format!("group {} has fewer than no fighters somewhere", group.index()));
        }
        joined += i64::from(state.ledger.group[(GroupFlow::Joined, group)][lane]);
        left += i64::from(state.ledger.group[(GroupFlow::Left, group)][lane]);
    }
    (joined != left).then(|| format!("{left} left for other groups and {joined} joined them"))
}

fn casualties(state: &State, lane: usize) -> Option<String> {
    let of = |total: Total| i64::from(state.ledger.total[total][lane]);
    let by_group =
        |flow| -> i64 { state.groups.strength.ids().map(|g| i64::from(state.ledger.group[(flow, g)][lane])).sum() };
    let by_region =
        |flow| -> i64 { state.regions.writ.ids().map(|r| i64::from(state.ledger.region[(flow, r)][lane])).sum() };
    let killed = of(Total::KilledSecurity) + of(Total::KilledCivilian) + of(Total::KilledForeign);
    let militants = of(Total::AttackersKilled)
        + of(Total::MilitantsKilledOperations)
        + of(Total::MilitantsKilledStrikes)
        + of(Total::MilitantsKilledClashes)
        + of(Total::MilitantsKilledHosts);
    let checks = [
        ("killed by kind of target and by group", killed, by_group(GroupFlow::Victims)),
        ("killed by kind of target and by region", killed, by_region(RegionFlow::Killed)),
        ("attacks by group and by region", by_group(GroupFlow::Attacks), by_region(RegionFlow::Attacks)),
        ("militants killed by cause and by group", militants, by_group(GroupFlow::Killed)),
        (
            "killed with attackers and without",
            by_region(RegionFlow::KilledWithAttackers),
            killed + of(Total::AttackersKilled),
        ),
    ];
    checks.into_iter().find(|(_, a, b)| a != b).map(|(what, a, b)| format!("{what}: {a} and {b}"))
}

fn money(world: &World, state: &State, lane: usize) -> Option<String> {
    let ledger = &state.ledger;
    let start = Money::units(world.state.treasury[lane]);
    let came = start + ledger.received[lane] + ledger.shocked_in[lane];
    let went = ledger.spent[lane] + ledger.lapsed[lane] + ledger.shocked_out[lane] + state.government.treasury[lane];
    if came != went {
        return Some(format!("{} came in and {} is accounted for", came.get(), went.get()));
    }
    let by_action = ledger.spent_by_action.iter().fold(Money::ZERO, |sum, spent| sum + spent[lane]);
    if by_action != ledger.spent[lane] {
        return Some(format!("spent {} and {} by action", ledger.spent[lane].get(), by_action.get()));
    }
    (state.government.treasury[lane] < Money::ZERO).then(|| "the treasury is below nothing".to_string())
}

fn ranges(state: &State, lane: usize) -> Option<String> {
    let groups = &state.groups;
    for group in groups.strength.ids() {
        let not_negative = [
            ("retaliation", groups.retaliation[group][lane]),
            ("pressure", groups.pressure[group][lane]),
            ("funding", groups.funding[group][lane]),
            ("fighting", groups.fighting[group][lane]),
            ("allies", groups.allies[group][lane]),
            ("suppression", groups.suppression[group][lane]),
        ];
        for (name, value) in not_negative {
            if !(value.is_finite() && value >= 0.0) {
                return Some(format!("{name} of group {} is {value}", group.index()));
            }
        }
        if groups.posture[group][lane].exists() && !groups.reach[group].is_empty() {
            let sum: f64 = groups.reach[group].iter().map(|&r| groups.presence[(group, r)][lane]).sum();
            let low = groups.reach[group].iter().map(|&r| groups.presence[(group, r)][lane]).fold(0.0, f64::min);
            if !((sum - 1.0).abs() < 1e-6 && low >= 0.0) {
                return Some(format!("presence of group {} sums to {sum}, lowest {low}", group.index()));
            }
        }
    }
    for host in state.hosts.relation.ids() {
        let relation = state.hosts.relation[host][lane];
        if !(-1.0..=1.0).contains(&relation) {
            return Some(format!("relation with host {} is {relation}", host.index()));
        }
    }
    None
}
