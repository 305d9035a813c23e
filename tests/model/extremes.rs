//! The ends of what a scenario may say: the laws hold there too (debug assertions check them after each mechanism).

use crate::support::*;

fn small(groups: &str, rest: &str) -> String {
    format!(
        r#"
schema = 1
title = "Extremes"
start = 2020-01-01
seed = 31
{rest}
[regions.one]
population = 1_000_000
[regions.two]
population = 0
{groups}
[[policies]]
name = "operate"
[[policies.actions]]
kind = "intelligence-operations"
budget = 5
cost = 0.05
[[policies.actions]]
kind = "policing"
budget = 5
"#
    )
}

fn group(name: &str, strength: f64, more: &str) -> String {
    format!(
        "[groups.{name}]\ncause = \"c\"\nstrength = {strength}\npresence = {{ one = 0.5, two = 0.5 }}\ntempo = 0.1\n{more}\n"
    )
}

const STATE: &str = "horizon = \"2y\"\n[state]\nrevenue = 10";

#[test]
fn a_scenario_without_groups_is_refused() {
    let refused = try_read(&small("", STATE), &[]).expect_err("no groups");
    assert!(refused.contains("groups"), "{refused}");
}

#[test]
fn one_group_of_nobody_or_of_one_fighter_is_simulated() {
    let nobody = run(&read(&small(&group("g", 0.0, ""), STATE)), 64);
    assert!(nobody.total("attacks").iter().chain(nobody.total("strength")).all(|&v| v == 0.0));
    assert!(nobody.total("groups").iter().all(|&n| n == 0.0));
    let one = run(&read(&small(&group("g", 1.0, ""), STATE)), 320);
    assert!(one.total("groups").contains(&0.0), "some end");
    assert!(one.total("strength").iter().all(|&s| s <= 50.0));
}

#[test]
fn without_money_nothing_is_spent_and_nothing_done() {
    let poor = run(&read(&small(&group("g", 500.0, ""), "horizon = \"1y\"\n[state]\nrevenue = 0")), 64);
    for metric in ["spent", "received", "operations", "treasury"] {
        assert!(poor.total(metric).iter().all(|&v| v == 0.0), "{metric}");
    }
    assert!(poor.total("unmet").iter().all(|&v| v > 9.0) && poor.total("attacks").iter().any(|&v| v > 0.0));
}

#[test]
fn a_huge_tempo_gives_huge_finite_counts() {
    let wild = small(&group("g", 1000.0, "lethality = 100"), "horizon = \"26w\"\n[state]\nrevenue = 10")
        .replace("tempo = 0.1", "tempo = 200");
    // Attackers die in attacks: the group cannot last.
    let brief = run(&read(&wild), 32);
    assert!(brief.total("attackers_killed").iter().all(|&n| n >= 500.0));
    let run = run(&read(&(wild + "[mechanisms.attacks]\nattackers = 0\n")), 32);
    let (attacks, killed) = (run.total("attacks"), run.total("killed"));
    assert!(attacks.iter().zip(killed).all(|(a, k)| *a > 2e4 && *k > 10.0 * a && k.is_finite()));
}

#[test]
fn splits_beyond_the_slots_are_counted_and_do_not_happen() {
    let text = small(&group("g", 3000.0, "cohesion = 0"), "horizon = \"3y\"\nsplinters = 1\n[state]\nrevenue = 10")
        + "[mechanisms.splits]\nrate = 52\n";
    let run = run(&read(&text), 64);
    assert!(run.total("splits").iter().all(|&s| s == 1.0));
    assert!(run.total("splits_unplaced").iter().all(|&s| s > 5.0));
    let none = self::run(&read(&text.replace("splinters = 1", "splinters = 0")), 64);
    assert!(none.total("splits").iter().all(|&s| s == 0.0));
}

#[test]
fn a_horizon_of_one_step_is_one_step() {
    for step in ["1d", "7d", "30d"] {
        let rest = format!("horizon = \"{step}\"\nstep = \"{step}\"\n[state]\nrevenue = 10");
        let scenario = read(&small(&group("g", 5000.0, ""), &rest));
        let series = series(&scenario, 0, 64);
        assert!(series.total("attacks").iter().all(|steps| steps.len() == 1));
        let run = run(&scenario, 64);
        let year = run.slice("attacks", jirga::experiment::results::Slice::Year(0));
        assert_eq!(run.total("attacks"), year);
    }
}
