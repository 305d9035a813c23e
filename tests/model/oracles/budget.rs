//! Money: exhaustion at the computed week, and accounts that balance to the last millionth.

use crate::support::*;

fn budget_alone(state: &str, action: &str, horizon: &str) -> String {
    format!(
        r#"
schema = 1
title = "Budget alone"
start = 2020-01-01
horizon = "{horizon}"
seed = 23
defaults = "fixed"
splinters = 0
[state]
{state}
[regions.one]
population = 1_000_000
[groups.g]
cause = "c"
strength = 100
presence = {{ one = 1.0 }}
tempo = 0
[[policies]]
name = "spend"
{action}
{off}
"#,
        off = off_but(&["budget", "policy"])
    )
}

#[test]
fn a_treasury_is_exhausted_in_the_computed_week() {
    // 1000 in hand, 20 a week come in first, 25 are asked: full effort while 1000 + 20 n >= 25 n, so for 200 weeks.
    let state = format!("treasury = 1000\nrevenue = {}", 20.0 * WEEKS_PER_YEAR);
    let action = format!("[[policies.actions]]\nkind = \"policing\"\nbudget = {}", 25.0 * WEEKS_PER_YEAR);
    let scenario = read(&budget_alone(&state, &action, "260w"));
    let weeks = &series(&scenario, 0, 32).total("spent")[0].clone();
    assert_eq!(weeks.iter().filter(|&&spent| spent == 25.0).count(), 200);
    assert!(weeks[..200].iter().all(|&spent| spent == 25.0), "full effort first");
    assert!(weeks[200..].iter().all(|&spent| (spent - 20.0).abs() < 1e-5), "then what comes in");
    let run = run(&scenario, 32);
    for (spent, unmet) in run.total("spent").iter().zip(run.total("unmet")) {
        assert_eq!(((spent * 1e6).round(), (unmet * 1e6).round()), (6200e6, 300e6));
    }
}

#[test]
fn every_millionth_that_comes_in_is_accounted_for() {
    let state = "treasury = 7.25\nrevenue = { uniform = [3, 90] }\naid = { uniform = [0, 9.7] }\ntreasury_cap = { uniform = [1, 12] }";
    let actions: String = [("a", 17.3, 2), ("b", 23.123_457, 2), ("c", 11.0, 7)]
        .iter()
        .map(|(name, budget, priority)| {
            format!("[[policies.actions]]\nname = \"{name}\"\nkind = \"policing\"\nbudget = {{ uniform = [1, {budget}] }}\npriority = {priority}\n")
        })
        .collect();
    let run = run(&read(&budget_alone(state, &actions, "5y")), 2_000);
    let millionths =
        |metric: &str| -> Vec<i64> { run.total(metric).iter().map(|v| (v * 1e6).round() as i64).collect() };
    let [received, spent, lapsed, treasury] = ["received", "spent", "lapsed", "treasury"].map(millionths);
    for trial in 0..2_000 {
        assert_eq!(7_250_000 + received[trial], spent[trial] + lapsed[trial] + treasury[trial], "trial {trial}");
        assert!(treasury[trial] >= 0 && spent[trial] > 0);
    }
    assert!(
        lapsed.iter().any(|&l| l > 0) && millionths("unmet").iter().any(|&u| u > 0),
        "both cases are among the trials"
    );
}

#[test]
fn priorities_are_served_first_and_equals_in_proportion() {
    // 30 a year comes in; 20 are asked at priority 1, then 15 and 5 share the rest of 10 as 3 to 1.
    let state = "revenue = 30";
    let action = |name: &str, kind: &str, budget: f64, priority: u8| {
        format!(
            "[[policies.actions]]\nname = \"{name}\"\nkind = \"{kind}\"\nbudget = {budget}\npriority = {priority}\n"
        )
    };
    let all =
        action("x", "policing", 20.0, 1) + &action("y", "development", 15.0, 2) + &action("z", "dialogue", 5.0, 2);
    let whole = run(&read(&budget_alone(state, &all, "52w")), 32);
    let years = 52.0 / WEEKS_PER_YEAR;
    let close = |found: f64, exact: f64| assert!((found - exact).abs() < 52.0 * 4e-6, "{found} {exact}");
    close(whole.total("spent")[0], 30.0 * years);
    close(whole.total("unmet")[0], 10.0 * years);
    close(whole.total("treasury")[0], 0.0);
}
