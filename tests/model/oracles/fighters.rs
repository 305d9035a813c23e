//! Recruitment and exits alone: the linear birth and death process in steps, its limit, and the logistic curve.

use crate::support::*;

/// A group that only recruits and loses members, at yearly rates; `capacity` as a multiple of its start strength.
/// A shock first enlarges the group, which enlarges what its capacity is a multiple of, and then brings it to `strength`.
fn fighters_alone(strength: u32, births: f64, exits: f64, step: &str, horizon: &str) -> String {
    format!(
        r#"
schema = 1
title = "Fighters alone"
start = 2020-01-01
horizon = "{horizon}"
step = "{step}"
seed = 24
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
recruitment = {births}
capacity = 100
[[shocks]]
on = 2020-01-01
add = {{ "groups.g.strength" = 9_000_000 }}
[[shocks]]
on = 2020-01-01
set = {{ "groups.g.strength" = {strength} }}
[[policies]]
name = "none"
{off}
[mechanisms.recruitment]
exits = {exits}
"#,
        off = off_but(&["shocks", "recruitment"])
    )
}

/// Yearly rates of which a step of so many weeks makes b births per fighter and a probability d of leaving.
fn rates(b: f64, d: f64, weeks: f64) -> (f64, f64) {
    (b * WEEKS_PER_YEAR / weeks, -(1.0 - d).ln() * WEEKS_PER_YEAR / weeks)
}

/// Mean and variance after so many steps of births ~ Poisson(b S) and losses ~ Binomial(S, d).
fn moments(start: f64, b: f64, d: f64, steps: i32) -> (f64, f64) {
    let growth: f64 = 1.0 + b - d;
    let spread = d * (1.0 - d) + b;
    let grown = growth.powi(steps);
    (start * grown, start * spread * growth.powi(steps - 1) * (grown - 1.0) / (growth - 1.0))
}

/// Chance that one fighter's line is extinct after so many steps: f(s) = (d + (1 - d) s) e^(b (s - 1)) iterated from 0.
fn extinct(b: f64, d: f64, steps: usize) -> f64 {
    (0..steps).fold(0.0, |s, _| (d + (1.0 - d) * s) * (b * (s - 1.0)).exp())
}

#[test]
fn a_weekly_birth_and_death_process_has_its_own_moments_and_extinction() {
    let (b, d) = (0.02, 0.03);
    let (births, exits) = rates(b, d, 1.0);
    let run = run(&read(&fighters_alone(4, births, exits, "7d", "52w")), 30_000);
    let strength = &run.total("strength");
    let (mean, variance) = moments(4.0, b, d, 52);
    let gone = extinct(b, d, 52).powi(4);
    assert!(
        (mean - 2.371_865_786).abs() < 1e-8
            && (variance - 4.788_137_566).abs() < 1e-8
            && (gone - 0.204_551_525).abs() < 1e-8
    );
    assert_mean(strength, mean, "fighters after 52 weeks");
    assert_variance(strength, variance, "their variance");
    assert_share(strength.iter().filter(|&&s| s == 0.0).count(), strength.len(), gone, "groups without fighters");
}

#[test]
fn with_daily_steps_it_is_near_the_process_in_continuous_time() {
    // b = 0.02, d = 0.03 a week, 52 weeks, from 20: mean 20 e^((b-d)t), variance 20 (b+d)/(b-d) e(e-1), and from 4 the
    // chance of extinction (d (e-1) / (b e - d))^4 with e = e^((b-d)t).
    let e = (-0.52_f64).exp();
    let (mean, variance) = (20.0 * e, 20.0 * (0.05 / -0.01) * e * (e - 1.0));
    let gone = (0.03 * (e - 1.0) / (0.02 * e - 0.03)).powi(4);
    assert!(
        (mean - 11.890_410_959).abs() < 1e-8
            && (variance - 24.106_586_601).abs() < 1e-8
            && (gone - 0.203_575_750).abs() < 1e-8
    );
    let (b, d) = (0.02 / 7.0, -f64::exp_m1(-0.03 / 7.0));
    let steps = moments(20.0, b, d, 364);
    assert!((steps.0 / mean - 1.0).abs() < 0.005 && (steps.1 / variance - 1.0).abs() < 0.005, "a day is short enough");
    let lost = extinct(b, d, 364).powi(4);
    assert!((lost / gone - 1.0).abs() < 0.005);
    let (births, exits) = (0.02 * WEEKS_PER_YEAR, 0.03 * WEEKS_PER_YEAR);
    let twenty = run(&read(&fighters_alone(20, births, exits, "1d", "52w")), 10_000);
    assert_mean(&twenty.total("strength"), steps.0, "fighters after 52 weeks of daily steps");
    assert_variance(&twenty.total("strength"), steps.1, "their variance");
    let four = run(&read(&fighters_alone(4, births, exits, "1d", "52w")), 10_000);
    assert_share(four.total("strength").iter().filter(|&&s| s == 0.0).count(), 10_000, lost, "groups without fighters");
}

#[test]
fn with_a_capacity_a_large_group_follows_the_logistic_curve() {
    // dS/dt = b S (1 - S/K) - d S: logistic with rate r = b - d and level L = K (1 - d/b).
    let (b, d, start, capacity) = (0.8, 0.1, 100_000.0, 4.0);
    let text = fighters_alone(100_000, b, d, "1d", "6y").replace("capacity = 100", &format!("capacity = {capacity}"));
    let shocks =
        text.find("[[shocks]]").expect("the text has shocks")..text.find("[[policies]]").expect("and policies");
    let text = text[..shocks.start].to_string() + &text[shocks.end..];
    let series = series(&read(&text), 0, 32);
    let (rate, level) = (b - d, capacity * start * (1.0 - d / b));
    for day in [365, 730, 1461, 2190] {
        let t = f64::from(day) / 365.25;
        let exact = level / (1.0 + (level / start - 1.0) * (-rate * t).exp());
        let found: Vec<f64> = series.total("strength").iter().map(|s| s[day as usize - 1]).collect();
        println!("day {day}: {:.0}, logistic {exact:.0}", mean(&found));
        // The explicit step of a day errs by less than r^2 step t / 2 = 0.0013 of the value over two years.
        assert!((mean(&found) / exact - 1.0).abs() < 0.002, "day {day}: {} against {exact}", mean(&found));
    }
}
