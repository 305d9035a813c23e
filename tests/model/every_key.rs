//! Every key of the format that is not a label changes outcomes: each number of a scenario that has them all is moved,
//! and each name, date and choice is replaced; a list says which keys only label. What is switched off changes nothing.

use std::collections::BTreeSet;

use jirga::scenario::Scenario;
use jirga::scenario::schema::json_schema;
use jirga::simulation;
use rayon::prelude::*;
use serde_json::Value;

use crate::support::*;

const EVERYTHING: &str = include_str!("../scenarios/everything.toml");

/// Trials of a first look, and of the second where nothing was seen.
const FEW: usize = 32;
const MANY: usize = 128;

fn outcomes(sets: &[String], trials: usize) -> Option<Run> {
    try_read(EVERYTHING, sets).ok().map(|scenario| run(&scenario, trials))
}

fn base(trials: usize) -> Run {
    run(&read(EVERYTHING), trials)
}

/// Ways to move a number: half, more, and fixed figures that suit shares and counts. Those that a key refuses are
/// passed over. A share of a whole gives most of itself to, or takes most of, another.
fn moved(path: &str, value: f64, numbers: &[(String, f64)]) -> Vec<Vec<String>> {
    let set = |path: &str, value: f64| format!("{path}={value}");
    let stem = &path[..=path.rfind('.').unwrap_or(0)];
    if [".presence.", ".targets.", ".funding."].iter().any(|part| stem.ends_with(part)) {
        let others = numbers.iter().filter(|(other, _)| other.starts_with(stem) && other != path);
        return others
            .flat_map(|(other, share)| [(other, 0.8 * share), (other, -0.8 * value)].map(|(o, by)| (o, *share, by)))
            .map(|(other, share, by)| vec![set(path, value + by), set(other, share - by)])
            .collect();
    }
    let more = [value * 0.5, value * 1.5 + 0.05, value * 4.0 + 1.0, value - 0.4, value * 0.05, value * 30.0];
    let fixed = [0.9, 0.05, 0.0, 1.0];
    more.into_iter().chain(fixed).filter(|other| *other != value).map(|other| vec![set(path, other)]).collect()
}

/// Whether one of the alternatives changes outcomes.
fn matters(alternatives: &[Vec<String>], few: &Run, many: &Run) -> bool {
    let differs = |sets: &Vec<String>, trials, base: &Run| {
        outcomes(sets, trials).is_some_and(|run| !same(&run.outcomes, &base.outcomes))
    };
    alternatives.iter().take(3).any(|sets| differs(sets, FEW, few))
        || alternatives.iter().any(|sets| differs(sets, MANY, many))
}

/// Numbers that may be without effect in this scenario, with the reason.
const WITHOUT_EFFECT: [(&str, &str); 8] = [
    ("groups.loyal.age", "a dormant group cannot dissolve"),
    ("groups.loyal.count", "likewise; nor does it merge"),
    ("groups.loyal.demands", "a dormant group is not talked to"),
    ("groups.loyal.hardline", "likewise"),
    ("groups.loyal.trust", "likewise"),
    ("groups.loyal.funding.local", "a dormant group does not recruit; a splinter feels its money for one step"),
    ("groups.loyal.funding.diaspora", "likewise"),
    ("groups.loyal.funding.host", "likewise"),
];

#[test]
fn every_number_of_a_scenario_changes_outcomes() {
    let scenario = read(EVERYTHING);
    let (few, many) = (base(FEW), base(MANY));
    let numbers: Vec<(String, f64)> =
        scenario.parameters().iter().map(|p| (p.path.clone(), p.distribution.mean())).collect();
    assert!(numbers.len() > 400, "{}", numbers.len());
    let allowed = |path: &str| WITHOUT_EFFECT.iter().any(|(idle, _)| *idle == path);
    let idle: Vec<&str> = numbers
        .par_iter()
        .filter(|(path, _)| !allowed(path))
        .filter(|(path, value)| !matters(&moved(path, *value, &numbers), &few, &many))
        .map(|(path, _)| path.as_str())
        .collect();
    assert_eq!(idle, Vec::<&str>::new(), "numbers without effect");
}

/// Keys that hold no number, each set to something else.
const OTHERS: &[&str] = &[
    "horizon=90w",
    "end=2021-06-01",
    "start=2019-12-01",
    "step=5d",
    "seed=8",
    "splinters=1",
    "defaults=ranges",
    "regions.plain.province=south",
    "hosts.nordland.mediates=false",
    "hosts.nordland.factions.1.consents=true",
    "hosts.nordland.truce_shifts.0.groups=[\"alpha\", \"delta\"]",
    "groups.beta.cause=blue",
    "groups.epsilon.allegiance=true",
    "groups.delta.ties.epsilon=coalition",
    "groups.delta.ties.epsilon=hostile",
    "shocks.0.on=2020-04-01",
    "shocks.1.between=[2020-05-01, 2020-05-20]",
    "shocks.1.transfer.0.from=cohort",
    "shocks.1.transfer.0.to=gamma",
    "policies.talks-first.policing.kind=development",
    "policies.everything.policing.priority=1",
    "policies.everything.policing.from=2020-09-01",
    "policies.everything.policing.until=2020-09-01",
    "policies.everything.operations-of-the-coast.minimum=40w",
    "policies.everything.operations-of-the-coast.regions=[\"hills\"]",
    "policies.everything.large-operation.regions=[\"plain\"]",
    "policies.everything.cross-border-strikes.groups=[\"alpha\"]",
    "policies.everything.cross-border-strikes.host=sudland",
    "policies.everything.talks.with=[\"gamma\"]",
    "policies.everything.talks.mediator=sudland",
    "policies.everything.talks.regions=[\"plain\"]",
    "policies.everything.reconciliation.with=[\"beta\"]",
    "policies.everything.diplomacy.hosts=[\"nordland\"]",
    "policies.everything.policing.regions=[\"hills\"]",
    "policies.everything.dialogue.regions=[\"coast\"]",
    "policies.everything.development.regions=[\"hills\"]",
    "policies.everything.counter-finance.groups=[\"delta\"]",
    "policies.everything.border-control.hosts=[\"sudland\"]",
    "policies.everything.protection.regions=[\"plain\"]",
    "policies.everything.pressure.groups=[\"alpha\"]",
    "policies.everything.operations-of-the-coast.when={ observe = \"attacks\", province = \"north\", weeks = 8, above = 12, until_below = 8 }",
    "policies.everything.operations-of-the-coast.when.observe=killed",
    "policies.everything.operations-of-the-coast.when.weeks=30",
    "policies.everything.strikes-on-beta.when.group=delta",
    "policies.everything.protection.when.all.0.after=2020-08-01",
    "policies.everything.protection.when.all.0.before=2020-08-01",
    "policies.everything.protection.when.all.1.region=hills",
    "policies.everything.strikes-in-the-south.when={ any = [{ observe = \"infighting\", above = 0.5 }] }",
    "policies.everything.strikes-in-the-south.when.any.0.host=nordland",
    "policies.everything.counter-finance.when={ observe = \"treasury\", below = 1.35, until_above = 1.6 }",
    "policies.everything.diplomacy.when.host=nordland",
    "policies.talks-first.policing.when.group=beta",
    "policies.talks-first.policing.when.is=broken",
    "policies.talks-first.policing.when.is=none",
    "policies.talks-first.policing.when.is=deal",
];

#[test]
fn every_name_date_and_choice_changes_outcomes() {
    let (few, many) = (base(FEW), base(MANY));
    let idle: Vec<&str> = OTHERS
        .par_iter()
        .copied()
        .filter(|set| {
            let sets = vec![set.to_string()];
            if let Err(problems) = try_read(EVERYTHING, &sets) {
                panic!("{set}: {problems}");
            }
            !matters(&[sets], &few, &many)
        })
        .collect();
    assert_eq!(idle, Vec::<&str>::new(), "keys without effect");
}

#[test]
fn what_a_policy_takes_over_and_leaves_out_changes_outcomes() {
    let third = |keys: &str| {
        let text = format!("{EVERYTHING}\n").replace(
            "[[policies]]\nname = \"talks-first\"",
            &format!("[[policies]]\nname = \"third\"\n{keys}\n\n[[policies]]\nname = \"talks-first\""),
        );
        run_policies(&read(&text), vec![1], FEW)
    };
    let all = third("extends = \"everything\"");
    let nothing = third("");
    let fewer = third("extends = \"everything\"\nremove = [\"policing\"]");
    let other = third("extends = \"talks-first\"");
    let runs = [all, nothing, fewer, other];
    for (i, a) in runs.iter().enumerate() {
        assert_eq!(a.outcomes.policies[0].name, "third");
        assert!(runs[..i].iter().all(|b| !same(&a.outcomes, &b.outcomes)));
    }
}

/// Keys that say nothing to the model: labels and provenance, what is shown first, what others are compared with, the
/// series that results are laid against, and how files are put together.
const LABELS: &[&str] = &[
    "schema",
    "extends",
    "title",
    "description",
    "label",
    "name",
    "currency",
    "note",
    "source",
    "grade",
    "value",
    "baseline",
    "headline",
    "objective",
    "observed",
    "file",
    "counting",
];

/// All keys of the format: names of properties in the schema, those of laws and of metrics apart.
fn keys(schema: &Value, found: &mut BTreeSet<String>) {
    match schema {
        Value::Object(map) => {
            for (word, below) in map {
                match (word.as_str(), below) {
                    ("distribution" | "objective", _) => {}
                    ("properties", Value::Object(properties)) => {
                        found.extend(properties.keys().cloned());
                        properties.iter().filter(|(key, _)| *key != "objective").for_each(|(_, p)| keys(p, found));
                    }
                    _ => keys(below, found),
                }
            }
        }
        Value::Array(list) => list.iter().for_each(|item| keys(item, found)),
        _ => {}
    }
}

#[test]
fn no_key_of_the_format_is_left_out_of_these_tests() {
    let mut all = BTreeSet::new();
    keys(&json_schema(&simulation::catalog()), &mut all);
    assert!(all.len() > 150, "{}", all.len());
    let scenario = read(EVERYTHING);
    let mut tried: BTreeSet<String> = LABELS.iter().map(|s| s.to_string()).collect();
    tried.extend(simulation::catalog().mechanisms.iter().map(|m| m.name.to_string()));
    let sets = OTHERS.iter().map(|set| set.split('=').next().unwrap_or_default().to_string());
    for path in scenario.parameters().iter().map(|p| p.path.clone()).chain(sets) {
        tried.extend(path.split('.').map(|part| part.trim().to_string()));
    }
    // The first are words between names; a run of more trials begins with those of a shorter one, see `determinism`.
    tried.extend(
        ["all", "any", "not", "policies", "actions", "shocks", "when", "on", "remove", "trials"].map(str::to_string),
    );
    let missing: Vec<&String> = all.difference(&tried).collect();
    assert_eq!(missing, Vec::<&String>::new(), "keys that no test moves");
}

#[test]
fn every_metric_is_above_nothing_in_a_scenario_that_has_everything() {
    let run = base(MANY);
    let idle: Vec<&str> = simulation::catalog()
        .metrics
        .iter()
        .map(|m| m.name)
        .filter(|name| {
            let column = run
                .outcomes
                .columns
                .iter()
                .position(|c| c.metric == *name && c.slice == jirga::experiment::results::Slice::Total);
            let column = column.unwrap_or_else(|| panic!("no outcome {name}"));
            run.outcomes.policies.iter().all(|p| p.values[column].all().into_iter().all(|v| v == 0.0))
        })
        .collect();
    assert_eq!(idle, Vec::<&str>::new());
}

/// The scenario with a mechanism off, and with its parameters moved or not.
fn without(name: &str, index: usize, scenario: &Scenario, moved: bool) -> Scenario {
    let mut other = scenario.clone();
    let spec = &simulation::catalog().mechanisms[index];
    assert_eq!(spec.name, name);
    other.mechanisms[index].on = false;
    if moved {
        for (value, spec) in other.mechanisms[index].parameters.iter_mut().zip(spec.parameters) {
            let far = spec.plausible.map_or(spec.low, |(low, _)| low);
            value.distribution = jirga::scenario::uncertain::Distribution::Fixed(far);
        }
    }
    other
}

#[test]
fn a_mechanism_switched_off_changes_outcomes_and_its_parameters_then_nothing() {
    let scenario = read(EVERYTHING);
    let with_all = run(&scenario, FEW);
    let mechanisms = simulation::catalog().mechanisms;
    mechanisms.par_iter().enumerate().for_each(|(index, spec)| {
        let off = run(&without(spec.name, index, &scenario, false), FEW);
        assert!(!same(&with_all.outcomes, &off.outcomes), "{} can be switched off without effect", spec.name);
        let moved = run(&without(spec.name, index, &scenario, true), FEW);
        assert!(same(&off.outcomes, &moved.outcomes), "parameters of {} act though it is off", spec.name);
    });
}

#[test]
fn every_instrument_is_used_and_changes_outcomes() {
    let scenario = read(EVERYTHING);
    let with_all = run(&scenario, FEW);
    for spec in simulation::catalog().instruments {
        let mut other = scenario.clone();
        let before: usize = other.policies.iter().map(|p| p.actions.len()).sum();
        other.policies.iter_mut().for_each(|p| p.actions.retain(|a| a.kind != spec.name));
        assert!(other.policies.iter().map(|p| p.actions.len()).sum::<usize>() < before, "{} is not used", spec.name);
        assert!(!same(&with_all.outcomes, &run(&other, FEW).outcomes), "{} has no effect", spec.name);
    }
}
