//! Operations alone: with full information a linear decline, without any losses in proportion to density
//! (Kress & Szechtman 2009).

use crate::support::*;
use jirga::experiment::results::Slice;

/// So many operations a week against a group of 1000; each success takes 5 killed and 5 captured in the mean.
fn operations_alone(weekly: f64, intelligence: f64, half_density: f64, strength: u32) -> String {
    format!(
        r#"
schema = 1
title = "Operations alone"
start = 2020-01-01
horizon = "52w"
seed = 25
defaults = "fixed"
splinters = 0
[state]
revenue = 1
[regions.one]
population = 1_000_000
[groups.g]
cause = "c"
strength = {strength}
presence = {{ one = 1.0 }}
tempo = 0
[[policies]]
name = "operate"
[[policies.actions]]
kind = "intelligence-operations"
budget = {budget}
cost = 1
{off}
[mechanisms.operations]
intelligence = {intelligence}
half_density = {half_density}
killed = 5
captured = 5
leader = 0
"#,
        budget = weekly * WEEKS_PER_YEAR,
        off = off_but(&["policy", "operations"])
    )
}

#[test]
fn with_full_information_strength_falls_in_a_straight_line() {
    // Each of 2 operations a week takes Poisson(10): the loss by week t has mean 20 t and variance 2 t (10 + 100).
    let series = series(&read(&operations_alone(2.0, 1.0, 1500.0, 10_000)), 0, 4_000);
    for weeks in [13_u32, 26, 52] {
        let left: Vec<f64> = series.total("strength").iter().map(|s| s[weeks as usize - 1]).collect();
        assert_mean(&left, 10_000.0 - 20.0 * f64::from(weeks), &format!("strength after {weeks} weeks"));
        assert_variance(&left, 220.0 * f64::from(weeks), &format!("its variance after {weeks} weeks"));
    }
}

#[test]
fn a_group_is_worn_down_to_nothing_and_not_below() {
    let run = run(&read(&operations_alone(5.0, 1.0, 1500.0, 1_000)), 320);
    assert!(run.total("strength").iter().all(|&s| s == 0.0));
    for (killed, captured) in run.total("militants_killed").iter().zip(run.total("militants_captured")) {
        assert_eq!(killed + captured, 1_000.0);
    }
}

#[test]
fn without_information_losses_go_with_density() {
    // An operation hits with probability N / (N + h): dN/dt = -100 x 10 N / (N + h), so h ln N + N falls by 1000 a week.
    let (h, start, weekly) = (100_000.0, 1_000.0, 1_000.0);
    let series = series(&read(&operations_alone(100.0, 0.0, h, 1_000)), 0, 640);
    for weeks in [13_u32, 26, 52] {
        let wanted = h * f64::ln(start) + start - weekly * f64::from(weeks);
        let exact = (0..60).fold(start, |n, _| n - (h * n.ln() + n - wanted) / (h / n + 1.0));
        // Far below half density the decline is exponential.
        let exponential = start * (-weekly / h * f64::from(weeks)).exp();
        assert!((exact / exponential - 1.0).abs() < 0.006, "{exact} {exponential}");
        let left: Vec<f64> = series.total("strength").iter().map(|s| s[weeks as usize - 1]).collect();
        assert_mean(&left, exact, &format!("strength after {weeks} weeks"));
    }
}

#[test]
fn operations_fall_on_groups_and_regions_as_their_parts_of_one_law() {
    // So large that 26 weeks change nothing: 8 operations a week, three in four of them in the north by its people. North has
    // 4.8 + 2.0 and south 1.2 + 2.0 million fighters of the first and the second group.
    let text = r#"
schema = 1
title = "Parts"
start = 2020-01-01
horizon = "26w"
seed = 26
defaults = "fixed"
splinters = 0
[state]
revenue = 1
[regions]
north = { population = 3_000_000 }
south = { population = 1_000_000 }
[groups.first]
cause = "c"
strength = 6_000_000
presence = { north = 0.8, south = 0.2 }
tempo = 0
[groups.second]
cause = "c"
strength = 4_000_000
presence = { north = 0.5, south = 0.5 }
tempo = 0
[[policies]]
name = "operate"
[[policies.actions]]
kind = "intelligence-operations"
"#;
    let budget = 8.0 * WEEKS_PER_YEAR;
    let rest = "cost = 1\n[mechanisms.operations]\nintelligence = 0.3\nhalf_density = 1e7\noverstretch = 0.5\nkilled = 5\ncaptured = 2\nbystander_risk = 0.3\nbystanders = 1.5\n";
    let scenario = read(&format!("{text}budget = {budget}\n{rest}{}", off_but(&["policy", "operations"])));
    let run = run(&scenario, 2_048);
    let fronts = 1.0 / (0.75_f64.powi(2) + 0.25_f64.powi(2));
    let found = |millions: f64| (0.3 + 0.7 * millions / (millions + 10.0)) / (1.0 + 0.5 * (fronts - 1.0));
    let (north, south) = (0.75 * found(6.8), 0.25 * found(3.2));
    let all = 26.0 * 8.0;
    let successes = all * (north + south);
    assert_mean(&run.total("operations"), all, "operations");
    assert_variance(&run.total("operations"), all, "variance of operations");
    assert_mean(&run.total("operations_successful"), successes, "successes");
    assert_variance(&run.total("operations_successful"), successes, "variance of successes");
    // A Poisson count of Poisson counts of mean 2.
    for (group, part) in [(0, north * 4.8 / 6.8 + south * 1.2 / 3.2), (1, north * 2.0 / 6.8 + south * 2.0 / 3.2)] {
        let captured = run.slice("militants_captured", Slice::Group(group));
        assert_mean(&captured, all * part * 2.0, &format!("captured of group {group}"));
        assert_variance(&captured, all * part * (2.0 + 4.0), &format!("its variance, group {group}"));
    }
    for (region, expected, succeed) in [(0, 0.75, north), (1, 0.25, south)] {
        let harmed = run.slice("bystanders_home", Slice::Province(region));
        let failures = all * (expected - succeed) * 0.3;
        assert_mean(&harmed, failures * 2.5, &format!("bystanders of region {region}"));
        // Each failure that harms adds 1 + Poisson(1.5), whose mean square is 1.5 + 2.5 squared.
        assert_variance(&harmed, failures * (1.5 + 6.25), &format!("their variance, region {region}"));
    }
}
