//! Common random numbers: two policies live through the same history until what they do first differs.

use jirga::experiment::histories::Histories;
use jirga::experiment::prepared::Prepared;
use jirga::mechanisms::instruments;
use jirga::sampling::lanes::Lanes;
use jirga::scenario::Scenario;
use jirga::scenario::date::Date;
use jirga::scenario::policy::{Action, Policy};
use jirga::world::draw::Drawer;
use jirga::world::plan::Plan;
use rayon::prelude::*;

use crate::flagship;
use crate::support::run_policies;

/// What an action does apart from when. Two draws of one uncertain number are one only under one path.
fn deed(action: &Action) -> String {
    let numbers = std::iter::once(&action.budget).chain(&action.options);
    let drawn: Vec<_> =
        numbers.map(|n| (&n.distribution, n.distribution.is_uncertain().then_some(n.path.as_str()))).collect();
    let targets = (&action.groups, &action.hosts, &action.regions);
    format!("{} {drawn:?} {targets:?} {} {:?} {:?}", action.kind, action.priority, action.when, action.minimum)
}

/// Deeds that can be done in a step, in order of their names.
fn open(policy: &Policy, scenario: &Scenario, step: usize) -> Vec<String> {
    let first_step = |day: Date| (scenario.start.days_until(day).max(0) as usize).div_ceil(scenario.step_days as usize);
    let within = |a: &&Action| {
        a.from.is_none_or(|day| first_step(day) <= step) && a.until.is_none_or(|day| step < first_step(day))
    };
    let mut deeds: Vec<String> = policy.actions.iter().filter(within).map(deed).collect();
    deeds.sort();
    deeds
}

#[test]
fn two_policies_are_identical_until_their_actions_first_differ() {
    let scenario = flagship::short("2y");
    let all: Vec<usize> = (0..scenario.policies.len()).collect();
    assert!(all.len() >= 12, "the flagship compares twelve policies");
    let prepared = Prepared::new(&scenario, all.clone(), scenario.seed);
    let world = prepared.world(0, 0);
    // series[policy].get(column)[step] holds the trials of the first block.
    let series: Vec<_> = all.par_iter().map(|&policy| prepared.run(&world, policy, true).record.series).collect();
    // What a run simulates once for all of them comes out as each of them by itself.
    let histories = Histories::new(&prepared, prepared.world(0, 0), true);
    all.par_iter().for_each(|&policy| {
        let name = &scenario.policies[policy].name;
        assert!(histories.run(policy).record.series == series[policy], "{name} has another history among others");
    });
    let names = prepared.series();
    let steps = prepared.layout.steps;
    for a in &all {
        for b in &all[..*a] {
            let (first, second) = (&scenario.policies[*a], &scenario.policies[*b]);
            let differ = (0..steps).find(|&s| open(first, &scenario, s) != open(second, &scenario, s));
            let differ = differ.unwrap_or(steps);
            let pair = format!("{} and {}", first.name, second.name);
            assert!(differ > 0 && differ < steps, "{pair} differ within the two years");
            for (column, name) in names.iter().enumerate() {
                let bits = |policy: usize, step: usize| series[policy].get(column)[step].map(f32::to_bits);
                let first_gap = (0..differ).find(|&step| bits(*a, step) != bits(*b, step));
                assert_eq!(first_gap, None, "{} of {pair}, whose actions differ from step {differ} on", name.metric);
            }
            let same_after = (0..names.len()).all(|c| series[*a].get(c)[differ..] == series[*b].get(c)[differ..]);
            assert!(!same_after, "{pair} have the same histories though they act differently from step {differ} on");
        }
    }
}

#[test]
fn uncertain_numbers_are_drawn_alike_for_all_policies() {
    let scenario = flagship::short("1y");
    let prepared = Prepared::new(&scenario, vec![0], scenario.seed);
    let world = prepared.world(3, 0);
    let mut seen: std::collections::BTreeMap<String, Lanes<f64>> = std::collections::BTreeMap::new();
    let mut shared = 0;
    for policy in &scenario.policies {
        let plan = Plan::draw(policy, &scenario, &prepared.layout, Drawer::new(world.keys), instruments::SPECS);
        for (action, drawn) in policy.actions.iter().zip(&plan.actions) {
            let numbers = std::iter::once((&action.budget, drawn.budget))
                .chain(action.options.iter().zip(drawn.options.iter().copied()));
            for (number, column) in numbers.filter(|(n, _)| n.distribution.is_uncertain()) {
                shared += usize::from(seen.insert(number.path.clone(), column).is_some_and(|old| {
                    assert_eq!(old, column, "{}", number.path);
                    true
                }));
            }
        }
    }
    assert!(shared > 20, "policies share uncertain numbers: {shared}");
}

#[test]
fn a_policy_fares_the_same_whichever_others_run_beside_it() {
    let scenario = flagship::short("1y");
    let alone = run_policies(&scenario, vec![4], 64);
    let among = run_policies(&scenario, vec![0, 7, 4], 64);
    let name = &alone.outcomes.policies[0].name;
    assert_eq!(among.policy(name).values, alone.outcomes.policies[0].values);
}
