//! What a valid scenario becomes.

use super::super::policy::{Condition, Observable, Truce};
use super::super::uncertain::{Distribution, Grade, Uncertain};
use super::*;

fn found<'a>(loaded: &'a Loaded, path: &str) -> &'a Uncertain {
    let all = loaded.scenario.parameters();
    all.into_iter().find(|one| one.path == path).unwrap_or_else(|| panic!("no parameter {path}"))
}

fn valid() -> Loaded {
    read(VALID).unwrap_or_else(|error| panic!("{error}"))
}

#[test]
fn a_valid_scenario_is_read_with_its_names_dates_and_defaults() {
    let loaded = valid();
    let scenario = &loaded.scenario;
    assert_eq!(loaded.warnings, []);
    assert_eq!((scenario.start.to_string(), scenario.end.to_string()), ("2021-08-15".into(), "2024-08-15".into()));
    assert_eq!((scenario.step_days, scenario.trials, scenario.seed, scenario.splinters), (7, 2000, 1, 16));
    assert_eq!(scenario.headline, ["killed", "attacks", "spent"]);
    assert_eq!(scenario.causes.keys().collect::<Vec<_>>(), ["red", "blue"]);
    assert_eq!(scenario.regions["south"].province, None);
    assert_eq!(scenario.mechanisms.iter().map(|settings| settings.on).collect::<Vec<_>>(), [true, false]);
    let cohesion = &scenario.groups["lions"].cohesion;
    assert_eq!(cohesion, &Uncertain::fixed_default("groups.lions.cohesion", 0.7, cohesion.limits));
}

#[test]
fn every_law_is_read_with_its_source_grade_and_unit() {
    let loaded = valid();
    let strength = found(&loaded, "groups.lions.strength");
    assert_eq!((strength.source.as_deref(), strength.grade, strength.is_default), (Some("E12"), Grade::A, false));
    let (low, high) = strength.distribution.bounds();
    assert!((low * high - 4500.0 * 4500.0).abs() < 1e-3, "a lognormal law is cut symmetrically: {low} {high}");
    assert!(matches!(strength.distribution, Distribution::Lognormal { median: 4500.0, sigma: 0.2, .. }));
    let tempo = found(&loaded, "groups.lions.tempo");
    assert!(matches!(tempo.distribution, Distribution::Fixed(rate) if (rate - 1.2).abs() < 1e-12), "per month to year");
    let choice = found(&loaded, "groups.wolves.strength");
    assert_eq!(choice.distribution, Distribution::Choice { values: vec![100.0, 200.0], weights: vec![0.75, 0.25] });
    assert_eq!(found(&loaded, "groups.lions.affinity.wolves").distribution, Distribution::Fixed(0.7));
    assert_eq!(found(&loaded, "shocks.0.add.groups.lions.strength").source.as_deref(), Some("E17"));
    assert_eq!(found(&loaded, "hosts.beyond.factions.1.weight").distribution, Distribution::Fixed(0.6));
    assert_eq!(
        found(&loaded, "mechanisms.attacks.excitation").distribution,
        Distribution::Beta { alpha: 3.0, beta: 5.0 }
    );
}

#[test]
fn a_policy_takes_over_the_actions_of_the_one_it_extends_with_their_paths() {
    let loaded = valid();
    let talks = &loaded.scenario.policies[2];
    assert_eq!(talks.actions.iter().map(|action| action.name.as_str()).collect::<Vec<_>>(), ["policing", "talks"]);
    assert_eq!(talks.actions[0].budget.path, "policies.police.policing.budget");
    assert_eq!(talks.actions[1].groups, ["lions"]);
    assert_eq!(talks.actions[1].hosts, ["beyond"]);
    assert_eq!(talks.actions[1].options[0].path, "policies.talks.talks.concessions");
    let paths: Vec<&str> = loaded.scenario.parameters().iter().map(|one| one.path.as_str()).collect();
    assert_eq!(paths.iter().filter(|path| **path == "policies.police.policing.budget").count(), 1);
}

#[test]
fn conditions_combine_and_fill_in_the_window() {
    let loaded = valid();
    let Some(Condition::All(parts)) = &loaded.scenario.policies[2].actions[1].when else { panic!("no condition") };
    let Condition::Not(inner) = &parts[0] else { panic!("no negation") };
    assert!(matches!(inner.as_ref(), Condition::Compare(truce) if truce.is == Some(Truce::Broken)));
    let Condition::Compare(attacks) = &parts[1] else { panic!("no comparison") };
    assert_eq!((attacks.observe, attacks.weeks), (Observable::Attacks, Some(12)));
    assert_eq!(attacks.above.as_ref().map(|above| above.path.as_str()), Some("policies.talks.talks.when.all.1.above"));
}

#[test]
fn parameters_not_named_are_drawn_from_their_plausible_range_unless_defaults_are_fixed() {
    let without = with("excitation = { beta = [3, 5] }", "");
    let loaded = read(&without).expect("still valid");
    let excitation = found(&loaded, "mechanisms.attacks.excitation");
    assert_eq!(excitation.distribution, Distribution::Pert { low: 0.2, mode: 0.35, high: 0.5 });
    assert_eq!((excitation.source.as_deref(), excitation.grade, excitation.is_default), (Some("E1"), Grade::B, true));
    let fixed = read_with(&without, &["defaults=fixed"]).expect("still valid");
    assert_eq!(found(&fixed, "mechanisms.attacks.excitation").distribution, Distribution::Fixed(0.35));
}

#[test]
fn an_instruments_default_is_one_parameter_for_all_actions_that_do_not_name_it() {
    let loaded = valid();
    assert_eq!(loaded.scenario.policies[1].actions[0].options[0].path, "instruments.policing.effect");
    assert_eq!(loaded.scenario.policies[1].actions[1].options[0].path, "policies.police.policing-north.effect");
    let set = read_with(VALID, &["instruments.policing.effect=0.25"]).expect("a valid setting");
    assert_eq!(found(&set, "instruments.policing.effect").distribution, Distribution::Fixed(0.25));
}

#[test]
fn the_canonical_text_depends_on_what_is_said_not_on_how() {
    let canonical = valid().canonical;
    let other = VALID.replace("population = 1e6", "population = 1_000_000 # the same");
    assert_eq!(read(&other).expect("valid").canonical, canonical);
    let other = VALID.replace("population = 1e6", "population = 1_000_001");
    assert_ne!(read(&other).expect("valid").canonical, canonical);
}

#[test]
fn an_odd_shock_is_a_warning() {
    let late = with("on = 2021-09-01", "on = 2031-09-01");
    let loaded = read(&late).expect("a warning is no error");
    assert_eq!(loaded.warnings.len(), 1);
    assert_eq!(loaded.warnings[0].message, "`shocks.0` never happens");
}
