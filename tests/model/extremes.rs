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
    assert!(nobody.total("attacks").into_iter().chain(nobody.total("strength")).all(|v| v == 0.0));
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
    assert!(attacks.iter().zip(killed).all(|(a, k)| *a > 2e4 && k > 10.0 * a && k.is_finite()));
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

#[test]
fn counts_that_could_not_be_held_are_refused() {
    let wild = |tempo: &str, horizon: &str| {
        small(
            &group("g", 1e6, "lethality = 100"),
            &format!("horizon = \"{horizon}\"\nstep = \"30d\"\n[state]\nrevenue = 10"),
        )
        .replace("tempo = 0.1", &format!("tempo = {tempo}"))
    };
    let refused = try_read(&wild("2", "1y"), &[]).expect_err("two million attacks a year");
    assert!(refused.contains("attacks a year"), "{refused}");
    let refused = try_read(&wild("1", "100y"), &[]).expect_err("ten thousand million killed");
    assert!(refused.contains("would kill up to") && refused.contains("years"), "{refused}");
    assert!(try_read(&wild("1", "1y"), &[]).is_ok());
}

#[test]
fn two_hundred_groups_in_fifty_regions_are_simulated() {
    let regions: String = (0..50).map(|n| format!("[regions.r{n}]\npopulation = 100_000\n")).collect();
    let groups: String = (0..200)
        .map(|n| {
            let (a, b) = (n % 50, (n * 7 + 1) % 50);
            let b = if a == b { (b + 1) % 50 } else { b };
            format!(
                "[groups.g{n}]\ncause = \"c{}\"\nstrength = {}\npresence = {{ r{a} = 0.5, r{b} = 0.5 }}\ntempo = 0.3\n",
                n % 8,
                10 + n
            )
        })
        .collect();
    let rest = "horizon = \"16w\"\nsplinters = 16\n[state]\nrevenue = 10";
    let run = run(&read(&(small(&groups, rest) + &regions)), 32);
    assert!(run.total("attacks").iter().all(|&n| n > 100.0) && run.total("strength").iter().all(|&n| n > 1000.0));
}

#[test]
fn a_hundred_years_are_simulated() {
    let rest = "horizon = \"100y\"\nstep = \"30d\"\n[state]\nrevenue = 10";
    let run = run(&read(&small(&group("g", 800.0, ""), rest)), 32);
    assert!(run.total("attacks").iter().all(|n| n.is_finite()));
    let years = run
        .outcomes
        .columns
        .iter()
        .filter(|c| c.metric == "attacks")
        .filter(|c| matches!(c.slice, jirga::experiment::results::Slice::Year(_)));
    assert_eq!(years.count(), 100);
}

#[test]
fn thousands_of_splits_fill_the_slots_there_are_and_the_rest_is_counted() {
    let text = small(&group("g", 100_000.0, "cohesion = 0"), "horizon = \"1y\"\nsplinters = 64\n[state]\nrevenue = 10")
        + "[mechanisms.splits]\nrate = 52\n[mechanisms.endings]\non = false\n[mechanisms.mergers]\non = false\n";
    let run = run(&read(&text), 32);
    assert!(run.total("splits").iter().all(|&s| s == 64.0));
    assert!(run.total("splits_unplaced").iter().sum::<f64>() > 10_000.0, "all trials together");
}
