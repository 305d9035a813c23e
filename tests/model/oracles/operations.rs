//! Operations alone: with full information a linear decline, without any losses in proportion to density
//! (Kress & Szechtman 2009).

use crate::support::*;

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
